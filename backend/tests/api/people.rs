//! POST /api/people, GET /api/me

use crate::on_both;
use contract::account::Me;
use robot::Identity;
use serde_json::{Value, json};

fn form(identity: Identity) -> Value {
    json!(identity.registration("手机"))
}

fn with(mut form: Value, field: &str, value: &str) -> Value {
    form[field] = json!(value);
    form
}

on_both! {
    async fn registers_and_is_signed_in(app) {
        let identity = app.next_identity();
        let answer = app.anonymous().post("/api/people", &form(identity)).await;
        assert_eq!(answer.status, 201);
        let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.starts_with("__Host-zhenxue="), "{cookie}");
        for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        let mut client = app.anonymous();
        client.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        let me: Me = client.get("/api/me").await.read();
        assert_eq!(me.name, "机器人");
        assert_eq!(me, answer.read::<Me>());
    }

    async fn each_wrong_field_is_named(app) {
        let right = form(app.next_identity());
        let id_number = right["id_number"].as_str().unwrap().to_owned();
        let bent = if id_number.ends_with('0') { "1" } else { "0" };
        for (field, value, problem) in [
            ("name", "", "missing"),
            ("name", "王", "too_short"),
            ("name", &"长".repeat(41), "too_long"),
            ("name", "王\u{0}五", "form"),
            ("id_number", "", "missing"),
            ("id_number", "21010219900101", "form"),
            ("id_number", "210102199013011234", "birth_date"),
            ("id_number", &format!("{}{bent}", &id_number[..17]), "check_digit"),
            ("phone", "", "missing"),
            ("phone", "12345678901", "form"),
            ("phone", "1390000000", "form"),
            ("password", "1234567", "too_short"),
            ("password", &"x".repeat(129), "too_long"),
            ("device", "", "missing"),
            ("device", &"x".repeat(41), "too_long"),
        ] {
            let answer = app.anonymous().post("/api/people", &with(right.clone(), field, value)).await;
            assert_eq!(answer.code(), "422 invalid", "{field} {value}");
            assert_eq!(
                answer.json()["fields"],
                json!([{"field": field, "problem": problem}]),
                "{field} {value}"
            );
        }
        assert_eq!(app.count("SELECT count(*) FROM person").await, 0);
    }

    async fn all_wrong_fields_are_named_at_once(app) {
        let nothing = json!({"name": "", "id_number": "", "phone": "", "password": "", "device": ""});
        let answer = app.anonymous().post("/api/people", &nothing).await;
        assert_eq!(answer.json()["fields"].as_array().unwrap().len(), 5);
    }

    async fn one_id_number_is_one_account_and_so_is_one_phone(app) {
        let (first, second) = (app.next_identity(), app.next_identity());
        assert_eq!(app.anonymous().post("/api/people", &form(first)).await.status, 201);
        let same_id = with(form(second), "id_number", &first.id_number());
        assert_eq!(app.anonymous().post("/api/people", &same_id).await.code(), "409 person_exists");
        let same_phone = with(form(second), "phone", &first.phone());
        assert_eq!(app.anonymous().post("/api/people", &same_phone).await.code(), "409 person_exists");
        assert_eq!(app.anonymous().post("/api/people", &form(second)).await.status, 201);
        assert_eq!(app.count("SELECT count(*) FROM person").await, 2);
        assert_eq!(app.count("SELECT count(*) FROM sign_in").await, 2);
    }

    async fn lower_case_x_is_the_same_id_number(app) {
        let identity = (1..).map(Identity::new).find(|one| one.id_number().ends_with('X')).unwrap();
        let lower = identity.id_number().to_lowercase();
        assert_eq!(app.anonymous().post("/api/people", &with(form(identity), "id_number", &lower)).await.status, 201);
        let again = with(form(identity), "phone", "13800138000");
        assert_eq!(app.anonymous().post("/api/people", &again).await.code(), "409 person_exists");
    }

    async fn one_of_many_at_once_gets_the_account(app) {
        let identity = app.next_identity();
        let form = form(identity);
        let anonymous = app.anonymous();
        let one = || anonymous.post("/api/people", &form);
        let (a, b, c) = tokio::join!(one(), one(), one());
        let mut codes = [a.code(), b.code(), c.code()];
        codes.sort();
        assert_eq!(codes, ["201", "409 person_exists", "409 person_exists"]);
    }
}
