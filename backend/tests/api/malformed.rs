//! Whatever comes in, no answer is a 5xx, and every answer is one that the document promises (the harness checks that).

use crate::{
    harness::{Client, Store, TestApp},
    on_both,
};
use axum::{body::Body, http::header};
use contract::account::Role;
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

/// A value that is nearly what `schema` says: each part is now and then left out, of another type, or out of bounds.
fn nearly(document: &Value, schema: &Value, depth: u32) -> BoxedStrategy<Value> {
    if depth == 0 {
        return junk();
    }
    if let Some(name) = schema["$ref"].as_str() {
        let schema =
            &document["components"]["schemas"][name.trim_start_matches("#/components/schemas/")];
        return nearly(document, schema, depth);
    }
    if let Some(list) = schema["enum"].as_array() {
        let list = list.clone();
        return prop_oneof![9 => proptest::sample::select(list), 1 => junk()].boxed();
    }
    let kind = match &schema["type"] {
        Value::Array(list) => list[0].as_str().unwrap_or_default().to_owned(),
        Value::String(kind) => kind.clone(),
        _ => String::new(),
    };
    let right = match kind.as_str() {
        "object" => {
            let fields: Vec<BoxedStrategy<Option<(String, Value)>>> = schema["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, schema)| {
                    let name = name.clone();
                    let value = nearly(document, schema, depth - 1);
                    prop_oneof![
                        20 => value.prop_map(move |value| Some((name.clone(), value))),
                        1 => Just(None),
                        1 => Just(Some(("unexpected".to_owned(), json!(1)))),
                    ]
                    .boxed()
                })
                .collect();
            fields
                .prop_map(|fields| Value::Object(fields.into_iter().flatten().collect()))
                .boxed()
        }
        "array" => proptest::collection::vec(nearly(document, &schema["items"], depth - 1), 0..70)
            .prop_map(Value::Array)
            .boxed(),
        "integer" => prop_oneof![
            Just(json!(0)),
            Just(json!(1)),
            Just(json!(10_000)),
            Just(json!(-1)),
            Just(json!(1_u64 << 40)),
            Just(json!((1_u64 << 40) + 1)),
            Just(json!(u64::MAX)),
            Just(json!(i64::MIN)),
            Just(json!(u32::MAX)),
            Just(json!(1.5)),
            Just(json!(1e300)),
            any::<u64>().prop_map(|n| json!(n)),
        ]
        .boxed(),
        "boolean" => any::<bool>().prop_map(|b| json!(b)).boxed(),
        "string" => texts().prop_map(|text| json!(text)).boxed(),
        _ => junk(),
    };
    prop_oneof![30 => right, 1 => junk()].boxed()
}

fn texts() -> BoxedStrategy<String> {
    prop_oneof![
        Just(String::new()),
        Just("\u{0}".to_owned()),
        Just("'; DROP TABLE person; --".to_owned()),
        Just("210102199001011234".to_owned()),
        Just("13900000001".to_owned()),
        Just("x".repeat(5_000)),
        Just("𠮷野家\u{202e}\u{200d}".to_owned()),
        Just(uuid::Uuid::nil().to_string()),
        Just("0".repeat(64)),
        ".{0,60}",
    ]
    .boxed()
}

fn junk() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        texts().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 20, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            proptest::collection::hash_map(texts(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
    .boxed()
}

/// Path parameters: real ones, unknown ones, and nonsense.
fn parameter(real: Vec<String>) -> BoxedStrategy<String> {
    prop_oneof![
        6 => proptest::sample::select(real),
        1 => Just(uuid::Uuid::nil().to_string()),
        1 => Just("%00".to_owned()),
        1 => Just("..%2f..%2fetc%2fpasswd".to_owned()),
        1 => Just("%ff%fe".to_owned()),
        1 => "[a-z0-9]{1,80}",
    ]
    .boxed()
}

async fn storm(app: &TestApp, client: &Client<'_>, session: &str, n_each: usize) -> usize {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let real = vec![
        session.to_owned(),
        app.open_class.to_string(),
        format!("{}.mp4", contract::Digest::of(&[crate::harness::FILM])),
    ];
    let mut sent = 0;
    for (template, item) in app.document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            // Signing out and argon2 for every case would only test patience.
            if template.ends_with("/sign-ins/current") {
                continue;
            }
            let n_each = if template == "/api/people" || template == "/api/sign-ins" {
                n_each.min(15)
            } else {
                n_each
            };
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let bodies = nearly(&app.document, schema, 6);
            let parameters = parameter(real.clone());
            for _ in 0..n_each {
                let value = parameters.new_tree(&mut runner).unwrap().current();
                let mut path = template.clone();
                while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
                    path.replace_range(from..=to, &value);
                }
                let body = bodies.new_tree(&mut runner).unwrap().current();
                let body = (method != "get").then(|| body.to_string());
                let answer = client
                    .send(client.request(&method.to_uppercase(), &path, body.clone()))
                    .await;
                assert!(
                    answer.status < 500,
                    "{method} {path} {body:?}: {} {:?}",
                    answer.code(),
                    answer.body
                );
                sent += 1;
            }
        }
    }
    sent
}

on_both! {
    async fn a_storm_of_nearly_right_requests_breaks_nothing(app) {
        let learner = app.learner().await;
        let mut studying = learner.study(app.short_unit).await;
        studying.watch(10_000).await;
        let session = studying.started.session.to_string();
        let sent = storm(&app, &learner, &session, 150).await + storm(&app, &app.person(&[Role::Teacher]).await, &session, 10).await
            + storm(&app, &app.person(&[Role::Admin]).await, &session, 30).await;
        assert!(sent > 1_000, "{sent}");
        assert_eq!(app.anonymous().get("/api/ready").await.status, 204);
    }

    async fn bodies_that_are_no_json_or_too_large(app) {
        let learner = app.learner().await;
        for (body, code) in [
            (String::new(), "400 malformed"),
            ("{".to_owned(), "400 malformed"),
            ("nul".to_owned(), "400 malformed"),
            ("[".repeat(50_000), "400 malformed"),
            ("{\"class\": 1e999}".to_owned(), "400 malformed"),
            ("{}".to_owned(), "400 malformed"),
            (format!("\"{}\"", "x".repeat(64 * 1024)), "413 too_large"),
        ] {
            let answer = learner.send(learner.request("POST", "/api/my/classes", Some(body.clone()))).await;
            assert_eq!(answer.code(), code, "{}", &body[..body.len().min(40)]);
        }
        let mut request = learner.request("POST", "/api/my/classes", Some(String::new()));
        *request.body_mut() = Body::from(b"\xff\xfe\x00".to_vec());
        assert_eq!(learner.send(request).await.code(), "400 malformed");
        let mut request = learner.request("POST", "/api/my/classes", Some("{}".into()));
        request.headers_mut().remove(header::CONTENT_TYPE);
        assert_eq!(learner.send(request).await.code(), "415 not_json");
    }
}

#[tokio::test]
async fn everything_in_the_routes_of_the_contract_is_in_the_document() {
    use contract::routes;
    let app = TestApp::new(Store::Sqlite).await.unwrap();
    for path in [
        routes::PEOPLE,
        routes::SIGN_INS,
        routes::SIGN_IN_CURRENT,
        routes::SIGN_IN,
        routes::ME,
        routes::OPEN_CLASSES,
        routes::MY_CLASSES,
        routes::MY_CLASS,
        routes::MY_DAYS,
        routes::STUDY_SESSIONS,
        routes::BEATS,
        routes::STUDY_SESSION_END,
        routes::READY,
        routes::FILM,
    ] {
        assert!(app.document["paths"][path].is_object(), "{path}");
    }
    assert_eq!(app.document["openapi"], "3.1.0");
}
