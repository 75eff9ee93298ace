//! /api/sign-ins

use crate::{harness::PASSWORD, on_both};
use contract::account::SignInSummary;
use serde_json::json;

on_both! {
    async fn by_phone_and_by_id_number(app) {
        let learner = app.learner().await;
        for account in [learner.identity.phone(), learner.identity.id_number(), format!(" {} ", learner.identity.id_number().to_lowercase())] {
            let wish = json!({"account": account, "password": PASSWORD, "device": "手机"});
            assert_eq!(app.anonymous().post("/api/sign-ins", &wish).await.status, 201, "{account}");
        }
    }

    async fn wrong_password_and_unknown_account_look_alike(app) {
        let learner = app.learner().await;
        let mut answers = Vec::new();
        for account in [learner.identity.phone(), "13700000000".to_owned()] {
            let wish = json!({"account": account, "password": "not the password", "device": "手机"});
            let answer = app.anonymous().post("/api/sign-ins", &wish).await;
            assert_eq!(answer.code(), "401 wrong_credentials");
            assert!(!answer.headers.contains_key("set-cookie"));
            answers.push(answer.bytes);
        }
        assert_eq!(answers[0], answers[1]);
    }

    async fn one_account_cannot_be_tried_for_ever(app) {
        let learner = app.learner().await;
        let wish = |account: &str| json!({"account": account, "password": "not the password", "device": "手机"});
        for account in [learner.identity.phone(), "13700000000".to_owned()] {
            for n in 0..20 {
                assert_eq!(app.anonymous().post("/api/sign-ins", &wish(&account)).await.code(), "401 wrong_credentials", "{n}");
            }
            let refused = app.anonymous().post("/api/sign-ins", &wish(&account)).await;
            assert_eq!(refused.code(), "429 rate_limited");
            assert_eq!(refused.json()["retry_after_ms"], 30_000);
            assert_eq!(refused.headers["retry-after"], "30");
        }
        // The right password does not help either, and others are not held up.
        let right = json!({"account": learner.identity.phone(), "password": PASSWORD, "device": "手机"});
        assert_eq!(app.anonymous().post("/api/sign-ins", &right).await.code(), "429 rate_limited");
        let other = app.learner().await;
        let right_other = json!({"account": other.identity.phone(), "password": PASSWORD, "device": "手机"});
        assert_eq!(app.anonymous().post("/api/sign-ins", &right_other).await.status, 201);
        app.clock.pass(30_000);
        assert_eq!(app.anonymous().post("/api/sign-ins", &right).await.status, 201);
    }

    async fn the_token_is_new_at_each_sign_in_and_the_old_one_ends(app) {
        let learner = app.learner().await;
        let wish = json!({"account": learner.identity.phone(), "password": PASSWORD, "device": "手机"});
        let answer = learner.post("/api/sign-ins", &wish).await;
        assert_eq!(answer.status, 201);
        let cookie = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_ne!(Some(&cookie), learner.cookie.as_ref());
        assert_eq!(learner.get("/api/me").await.code(), "401 unauthenticated");
    }

    async fn lists_and_revokes_other_devices(app) {
        let phone = app.learner().await;
        app.clock.pass(1_000);
        let laptop = app.signed_in(phone.person, phone.identity).await;
        let list: Vec<SignInSummary> = phone.get("/api/sign-ins").await.read();
        assert_eq!(list.iter().map(|one| one.current).collect::<Vec<_>>(), [false, true]);
        assert_eq!(laptop.get("/api/me").await.status, 200);
        assert_eq!(phone.delete(&format!("/api/sign-ins/{}", list[0].id)).await.status, 204);
        assert_eq!(laptop.get("/api/me").await.code(), "401 unauthenticated");
        assert_eq!(phone.get("/api/me").await.status, 200);
        assert_eq!(phone.delete(&format!("/api/sign-ins/{}", list[0].id)).await.code(), "404 not_found");
    }

    async fn signing_out_ends_it_at_once_and_clears_the_cookie(app) {
        let learner = app.learner().await;
        assert_eq!(learner.get("/api/me").await.status, 200);
        let answer = learner.delete("/api/sign-ins/current").await;
        assert_eq!(answer.status, 204);
        assert!(answer.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(learner.get("/api/me").await.code(), "401 unauthenticated");
    }

    async fn idle_for_a_day_is_over_and_seven_days_are_in_any_case(app) {
        let (idle, busy) = (app.learner().await, app.learner().await);
        const HOUR: u64 = 3_600_000;
        for hour in 1..=7 * 24 {
            app.clock.pass(HOUR);
            if hour < 7 * 24 {
                assert_eq!(busy.get("/api/me").await.status, 200, "{hour}");
            }
            zhenxue::jobs::run_once(&app.running.app).await;
            if hour == 24 {
                assert_eq!(idle.get("/api/me").await.code(), "401 unauthenticated");
            }
        }
        assert_eq!(busy.get("/api/me").await.code(), "401 unauthenticated");
    }

    async fn nonsense_cookies_are_nobody(app) {
        for cookie in ["__Host-zhenxue=", "__Host-zhenxue=zz", "__Host-zhenxue=0000000000000000000000000000000000000000000000000000000000000000", "zhenxue=1", ";;;=", "__Host-zhenxue"] {
            let mut client = app.anonymous();
            client.cookie = Some(cookie.to_owned());
            assert_eq!(client.get("/api/me").await.code(), "401 unauthenticated", "{cookie}");
        }
    }
}
