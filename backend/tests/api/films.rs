//! GET /films/{file}

use crate::{
    harness::{CAPTIONS, FILM},
    on_both,
};
use axum::http::header;
use contract::{Digest, account::Role};

on_both! {
    async fn learners_of_the_class_get_film_and_captions(app) {
        let learner = app.learner().await;
        let film = learner.get(&format!("/films/{}.mp4", Digest::of(&[FILM]))).await;
        assert_eq!((film.status, film.bytes.as_slice()), (200, FILM));
        assert_eq!(film.headers[header::CONTENT_TYPE], "video/mp4");
        assert!(film.headers[header::CACHE_CONTROL].to_str().unwrap().starts_with("private"));
        let captions = learner.get(&format!("/films/{}.vtt", Digest::of(&[CAPTIONS]))).await;
        assert_eq!((captions.status, captions.bytes.as_slice()), (200, CAPTIONS));
        assert_eq!(captions.headers[header::CONTENT_TYPE], "text/vtt; charset=utf-8");
    }

    async fn ranges_are_answered(app) {
        let learner = app.learner().await;
        let path = format!("/films/{}.mp4", Digest::of(&[FILM]));
        let ranged = async |range: &str| {
            let mut request = learner.request("GET", &path, None);
            request.headers_mut().insert(header::RANGE, range.parse().unwrap());
            learner.send(request).await
        };
        let part = ranged("bytes=2-5").await;
        assert_eq!((part.status, part.bytes.as_slice()), (206, &FILM[2..=5]));
        assert_eq!(part.headers[header::CONTENT_RANGE], format!("bytes 2-5/{}", FILM.len()));
        assert_eq!(ranged("bytes=99999-").await.status, 416);
    }

    async fn nobody_else_gets_them_and_no_other_file(app) {
        let film = format!("/films/{}.mp4", Digest::of(&[FILM]));
        assert_eq!(app.anonymous().get(&film).await.code(), "401 unauthenticated");
        assert_eq!(app.person(&[Role::Learner]).await.get(&film).await.code(), "404 not_found");
        assert_eq!(app.person(&[Role::Teacher]).await.get(&film).await.code(), "403 forbidden");
        let learner = app.learner().await;
        let unknown = Digest::of(&[b"?"]);
        for path in [
            format!("/films/{unknown}.mp4"),
            format!("/films/{unknown}.exe"),
            format!("/films/{}.MP4", Digest::of(&[FILM])),
            film.to_uppercase().replace("/FILMS", "/films"),
            "/films/..%2f..%2fkeys%2fmaster".to_owned(),
            "/films/%2e%2e%2fzhenxue.db".to_owned(),
            "/films/.mp4".to_owned(),
        ] {
            assert_eq!(learner.get(&path).await.code(), "404 not_found", "{path}");
        }
    }
}
