//! The machine: readiness, the clock, headers, https, pages, restarts.

use crate::{
    harness::{NOON, Store, TestApp, models},
    on_both,
};
use axum::http::header;
use serde_json::json;
use std::sync::Arc;
use study::{SpanState, Timestamp};
use zhenxue::{clock::Clock, config::Reached, start};

on_both! {
    async fn ready_means_that_a_beat_would_be_taken(app) {
        assert_eq!(app.anonymous().get("/api/ready").await.status, 204);
        app.clock.set_wall(2_001);
        assert_eq!(app.anonymous().get("/api/ready").await.code(), "503 unavailable");
    }

    /// Fail closed for credit: the beat is not taken, and the page keeps it.
    async fn a_changed_wall_clock_stops_credit_until_it_is_right_again(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(10_000).await;
        app.clock.set_wall(86_400_000);
        app.clock.pass(10_000);
        let span = studying.span(SpanState::Watching, 10_000);
        let beat = studying.beat(vec![span]);
        let refused = studying.send(&beat).await;
        assert_eq!(refused.code(), "503 unavailable");
        assert_eq!(refused.headers["retry-after"], "10");
        assert_eq!(learner.start(app.short_unit, true).await.code(), "503 unavailable");
        // Looking is open.
        assert_eq!(learner.get("/api/my/classes").await.status, 200);
        app.clock.set_wall(0);
        assert_eq!(studying.send(&beat).await.status, 200);
    }

    async fn every_answer_carries_the_security_headers(app) {
        for path in ["/", "/api/me", "/api/nothing", "/films/x", "/ledger/nothing", "/some/page"] {
            let answer = app.anonymous().get(path).await;
            let csp = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            for part in ["script-src 'self' 'wasm-unsafe-eval'", "frame-ancestors 'none'", "default-src 'none'"] {
                assert!(csp.contains(part), "{path}");
            }
            assert!(!csp.contains("unsafe-inline"));
            assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
            assert!(answer.headers["permissions-policy"].to_str().unwrap().contains("camera=(self)"), "{path}");
        }
    }

    async fn what_is_not_there_and_what_is_asked_wrongly_has_the_one_error_shape(app) {
        let learner = app.learner().await;
        for (method, path, code) in [
            ("GET", "/api/nothing", "404 not_found"),
            ("GET", "/api/", "404 not_found"),
            ("GET", "/api/study-sessions/x/beats", "405 method_not_allowed"),
            ("PUT", "/api/me", "405 method_not_allowed"),
            ("PATCH", "/api/my/classes", "405 method_not_allowed"),
            ("POST", "/", "405 method_not_allowed"),
            ("GET", "/no-such-file.js", "404 not_found"),
        ] {
            assert_eq!(learner.send(learner.request(method, path, None)).await.code(), code, "{method} {path}");
        }
    }

    async fn changes_from_another_site_are_refused(app) {
        let learner = app.learner().await;
        let body = json!({"class": app.open_class}).to_string();
        for (name, value) in [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example"), ("origin", "null")] {
            let mut request = learner.request("POST", "/api/my/classes", Some(body.clone()));
            request.headers_mut().remove("sec-fetch-site");
            request.headers_mut().insert(name, value.parse().unwrap());
            assert_eq!(learner.send(request).await.code(), "403 forbidden", "{name}: {value}");
        }
        // A form cannot send JSON, and nothing else is taken.
        let mut request = learner.request("POST", "/api/my/classes", Some(body));
        request.headers_mut().insert(header::CONTENT_TYPE, "text/plain".parse().unwrap());
        assert_eq!(learner.send(request).await.code(), "415 not_json");
    }

    async fn plain_http_from_elsewhere_is_explained(app) {
        let learner = app.learner().await;
        let from = async |path: &str| {
            let mut request = learner.request("GET", path, None);
            request.headers_mut().insert(header::HOST, "192.168.1.7:8080".parse().unwrap());
            learner.send(request).await
        };
        assert_eq!(from("/api/me").await.code(), "403 https_required");
        let page = from("/").await;
        assert_eq!(page.status, 403);
        let html = String::from_utf8(page.bytes).unwrap();
        assert!(html.contains("--tls-cert") && html.contains("https 打开") && html.contains("by https"), "{html}");
        assert_eq!(from("/api/ready").await.status, 204);
    }

    async fn evidence_cannot_be_changed_or_deleted_by_plain_statements(app) {
        let learner = app.learner().await;
        learner.study(app.short_unit).await.watch(10_000).await;
        for table in ["beat", "evidence", "study_session", "rules"] {
            let column = match table { "beat" => "received_at", "evidence" => "created_at", "rules" => "created_at", _ => "started_at" };
            let error = app.sql(&format!("UPDATE {table} SET {column} = 1")).await.unwrap_err().to_string();
            assert!(error.contains("append-only"), "{error}");
            let error = app.sql(&format!("DELETE FROM {table}")).await.unwrap_err().to_string();
            assert!(error.contains("append-only"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_clock_before_the_newest_evidence_refuses_to_start() {
    let app = TestApp::new(Store::Sqlite).await.unwrap();
    let learner = app.learner().await;
    learner.study(app.short_unit).await.watch(10_000).await;
    let folder = stop(app).await;
    let start = async |at: Timestamp| {
        let clock = crate::harness::MovableClock::at(at);
        start::start(
            folder.path(),
            None,
            Reached::Plain,
            &models(),
            clock as Arc<dyn Clock>,
        )
        .await
    };
    let refused = start(Timestamp(NOON.0 + 9_999))
        .await
        .err()
        .unwrap()
        .to_string();
    assert!(
        refused.contains("1 ms before the newest evidence") && refused.contains("timedatectl"),
        "{refused}"
    );
    start(Timestamp(NOON.0 + 10_000))
        .await
        .unwrap()
        .stop()
        .await;
}

#[tokio::test]
async fn another_master_key_refuses_to_start_and_so_does_none() {
    let folder = stop(TestApp::new(Store::Sqlite).await.unwrap()).await;
    let key = folder.path().join("keys/master");
    let kept = std::fs::read(&key).unwrap();
    let start = async || {
        let clock = crate::harness::MovableClock::at(NOON);
        start::start(
            folder.path(),
            None,
            Reached::Plain,
            &models(),
            clock as Arc<dyn Clock>,
        )
        .await
    };
    std::fs::remove_file(&key).unwrap();
    assert!(
        start()
            .await
            .err()
            .unwrap()
            .to_string()
            .contains("is not the key")
    );
    assert!(
        !key.exists(),
        "a new key would hide the loss of the old one"
    );
    std::fs::write(&key, "00".repeat(32)).unwrap();
    assert!(
        start()
            .await
            .err()
            .unwrap()
            .to_string()
            .contains("is not the key")
    );
    std::fs::write(&key, kept).unwrap();
    start().await.unwrap().stop().await;
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_refuses_to_start() {
    let app = TestApp::new(Store::Sqlite).await.unwrap();
    let clock = crate::harness::MovableClock::at(NOON);
    let refused = start::start(
        app.folder.path(),
        None,
        Reached::Plain,
        &models(),
        clock as Arc<dyn Clock>,
    )
    .await;
    assert!(
        refused
            .err()
            .unwrap()
            .to_string()
            .contains("another server")
    );
}

async fn stop(app: TestApp) -> tempfile::TempDir {
    let TestApp {
        running,
        router,
        folder,
        ..
    } = app;
    drop(router);
    running.stop().await;
    folder
}
