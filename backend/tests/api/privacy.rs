//! What identifies people is nowhere in clear: not in the database file, not in the logs.

use crate::harness::{Store, TestApp};
use serde_json::json;
use std::{
    io::Write,
    sync::{Arc, Mutex},
};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Caught(Arc<Mutex<Vec<u8>>>);

impl Write for Caught {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Caught {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn planted_names_and_numbers_are_neither_in_the_files_nor_in_the_logs() {
    let log = Caught::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let app = TestApp::new(Store::Sqlite).await.unwrap();
    let identity = app.next_identity();
    let mut form = json!(identity.registration("我的手机"));
    form["name"] = json!("爱新觉罗溥仪");
    form["password"] = json!("planted-password-31337");
    let anonymous = app.anonymous();
    let registered = anonymous.post("/api/people", &form).await;
    assert_eq!(registered.status, 201);
    let mut token = registered.headers["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .split('=')
        .nth(1)
        .unwrap()
        .to_owned();
    // The same again, and a wrong one: refusals are where data leaks into messages.
    anonymous.post("/api/people", &form).await;
    form["phone"] = json!("12");
    anonymous.post("/api/people", &form).await;
    for password in ["planted-password-31337", "wrong"] {
        let wish = json!({"account": identity.id_number(), "password": password, "device": "x"});
        let answer = anonymous.post("/api/sign-ins", &wish).await;
        if let Some(cookie) = answer.headers.get("set-cookie") {
            token = cookie
                .to_str()
                .unwrap()
                .split(';')
                .next()
                .unwrap()
                .split('=')
                .nth(1)
                .unwrap()
                .to_owned();
        }
    }
    // Somebody on a roster, before and after they came.
    let admin = crate::roster::helpers::admin(&app).await;
    let class = crate::roster::helpers::class(&admin, "电工班").await.class;
    let invited = app.next_identity();
    let file = crate::roster::helpers::csv(&[("司马懿之孙", invited)]);
    crate::roster::helpers::import(&admin, class, file.as_bytes()).await;
    let link = crate::roster::helpers::links(&admin, class).await.remove(0);
    for id_number in [identity.id_number(), invited.id_number()] {
        let body = json!({"token": link.token, "id_number": id_number, "password": "planted-password-31337", "device": "x"});
        anonymous.post("/api/invitation/registration", &body).await;
    }
    assert_eq!(
        crate::roster::helpers::roster(&admin, class)
            .await
            .class
            .n_enrolled,
        1
    );
    let planted = [
        "司马懿".to_owned(),
        invited.id_number(),
        invited.phone(),
        link.token,
        "爱新觉罗".to_owned(),
        identity.id_number(),
        identity.phone(),
        "planted-password-31337".to_owned(),
        token,
    ];
    let TestApp {
        running,
        router,
        folder,
        ..
    } = app;
    drop(router);
    running.stop().await;
    drop(guard);

    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(
        log.contains("zhenxue") || log.contains("sea_orm") || log.contains("sqlx"),
        "the log was not caught"
    );
    let mut files = vec![("log".to_owned(), log.into_bytes())];
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            files.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    assert!(
        files
            .iter()
            .any(|(name, bytes)| name.ends_with("zhenxue.db") && bytes.len() > 10_000)
    );
    for (name, bytes) in files {
        for text in &planted {
            let found = bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes());
            assert!(!found, "{text} is in {name}");
        }
    }
}
