//! Invitations: from the link to the class, and every way in which a link does not lead there.

use super::helpers::{admin, class, csv, import, links, preview, roster};
use crate::{
    harness::{Answer, Client, PASSWORD, TestApp},
    on_both,
};
use contract::{
    account::{Me, Role},
    class::MyClass,
    roster::{Invitation, InvitationLink, InvitationStanding},
};
use robot::Identity;
use serde_json::json;
use study::ClassId;

/// An admin, their class, and the link of the one person who is invited to it.
async fn invited(app: &TestApp) -> (Client<'_>, ClassId, Identity, InvitationLink) {
    let admin = admin(app).await;
    let class = class(&admin, "电工班").await.class;
    let identity = app.next_identity();
    import(&admin, class, csv(&[("王芳", identity)]).as_bytes()).await;
    let link = links(&admin, class).await.remove(0);
    (admin, class, identity, link)
}

async fn show(app: &TestApp, token: &str) -> Answer {
    app.anonymous()
        .post("/api/invitation", &json!({"token": token}))
        .await
}

async fn standing(app: &TestApp, token: &str) -> InvitationStanding {
    show(app, token).await.read::<Invitation>().standing
}

async fn register(app: &TestApp, token: &str, identity: Identity) -> Answer {
    let body = json!({"token": token, "id_number": identity.id_number(), "password": PASSWORD, "device": "手机"});
    app.anonymous()
        .post("/api/invitation/registration", &body)
        .await
}

async fn accept(client: &Client<'_>, token: &str) -> Answer {
    client
        .post("/api/invitation/acceptance", &json!({"token": token}))
        .await
}

fn with_cookie<'a>(app: &'a TestApp, answer: &Answer) -> Client<'a> {
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    let mut client = app.anonymous();
    client.cookie = Some(cookie.split(';').next().unwrap().to_owned());
    client
}

on_both! {
    async fn a_link_leads_a_new_person_into_the_class_and_works_once(app) {
        let (admin, class, identity, link) = invited(&app).await;
        assert_eq!((link.token.len(), link.name.as_str()), (32, "王芳"));
        let shown: Invitation = show(&app, &link.token).await.read();
        assert_eq!((shown.name.as_str(), shown.class.zh.as_str(), shown.registered), ("王芳", "电工班", false));
        assert_eq!(shown.standing, InvitationStanding::Open);
        let registered = register(&app, &link.token, identity).await;
        assert_eq!(registered.status, 201);
        let me: Me = registered.read();
        assert_eq!((me.name.as_str(), me.memberships[0].role), ("王芳", Role::Learner));
        let learner = with_cookie(&app, &registered);
        let mine: Vec<MyClass> = learner.get("/api/my/classes").await.read();
        assert_eq!((mine.len(), mine[0].class), (1, class));
        assert_eq!(standing(&app, &link.token).await, InvitationStanding::Accepted);
        assert_eq!(register(&app, &link.token, identity).await.code(), "409 invitation_over");
        // By the phone of the roster they sign in from now on.
        let sign_in = json!({"account": identity.phone(), "password": PASSWORD, "device": "x"});
        assert_eq!(app.anonymous().post("/api/sign-ins", &sign_in).await.status, 201);
        // Pressed twice: the same person is let in, another is not.
        assert_eq!(accept(&learner, &link.token).await.status, 204);
        assert_eq!(accept(&app.learner().await, &link.token).await.code(), "409 wrong_person");
        let seen = roster(&admin, class).await;
        assert_eq!((seen.class.n_enrolled, seen.class.n_invited), (1, 0));
        assert_eq!(seen.learners[0].standing, InvitationStanding::Accepted);
        assert_eq!(links(&admin, class).await, []);
        let invitation = link.invitation;
        for what in ["renewal", "revocation"] {
            let path = format!("/api/admin/invitations/{invitation}/{what}");
            assert_eq!(admin.post(&path, &json!({})).await.code(), "409 invitation_over");
        }
    }

    async fn a_link_is_over_when_its_time_is_and_can_be_renewed(app) {
        let (admin, class, identity, link) = invited(&app).await;
        // The class ends the moment the thirtieth day does, half a day before the link would.
        let end = roster(&admin, class).await.class.ends_at;
        let left = end.since(app.running.app.clock.now()).0;
        assert_eq!(roster(&admin, class).await.learners[0].expires_at, Some(end));
        let path = format!("/api/admin/invitations/{}/revocation", link.invitation);
        assert_eq!(admin.post(&path, &json!({})).await.status, 204);
        assert_eq!(standing(&app, &link.token).await, InvitationStanding::Revoked);
        assert_eq!(register(&app, &link.token, identity).await.code(), "409 invitation_over");
        assert_eq!(links(&admin, class).await, []);
        let renewal = format!("/api/admin/invitations/{}/renewal", link.invitation);
        assert_eq!(admin.post(&renewal, &json!({})).await.status, 204);
        // The old link is worth nothing any more.
        assert_eq!(show(&app, &link.token).await.code(), "404 not_found");
        assert_eq!(register(&app, &link.token, identity).await.code(), "404 not_found");
        let renewed = links(&admin, class).await.remove(0);
        assert_ne!(renewed.token, link.token);
        app.clock.pass(left - 1);
        assert_eq!(standing(&app, &renewed.token).await, InvitationStanding::Open);
        app.clock.pass(1);
        assert_eq!(standing(&app, &renewed.token).await, InvitationStanding::Expired);
        assert_eq!(register(&app, &renewed.token, identity).await.code(), "409 invitation_over");
        let admin = app.signed_in(admin.person, admin.identity).await;
        assert_eq!(roster(&admin, class).await.learners[0].standing, InvitationStanding::Expired);
        assert_eq!(admin.post(&renewal, &json!({})).await.code(), "409 class_closed");
    }

    async fn a_wrong_id_number_is_counted_and_ten_lock_the_link(app) {
        let (admin, class, identity, link) = invited(&app).await;
        let guesses: Vec<_> = (0..10).map(|_| app.next_identity()).collect();
        // Of many at the same moment no more are compared than may be.
        for guess in &guesses[..4] {
            let answer = register(&app, &link.token, *guess).await;
            assert_eq!(answer.json()["fields"], json!([{"field": "id_number", "problem": "mismatch"}]));
        }
        let wrong = json!({"token": link.token, "id_number": "1", "password": "short", "device": "x"});
        let answer = app.anonymous().post("/api/invitation/registration", &wrong).await;
        assert_eq!(answer.json()["fields"].as_array().unwrap().len(), 2);
        let many = guesses.iter().map(|guess| register(&app, &link.token, *guess));
        let mut n_compared = 0;
        for answer in futures_util::future::join_all(many).await {
            match &*answer.code() {
                "422 invalid" => n_compared += 1,
                code => assert_eq!(code, "409 invitation_over"),
            }
        }
        assert_eq!(n_compared, 6);
        assert_eq!(standing(&app, &link.token).await, InvitationStanding::Locked);
        assert_eq!(register(&app, &link.token, identity).await.code(), "409 invitation_over");
        assert_eq!(roster(&admin, class).await.class.n_invited, 0);
        let renewal = format!("/api/admin/invitations/{}/renewal", link.invitation);
        assert_eq!(admin.post(&renewal, &json!({})).await.status, 204);
        let renewed = links(&admin, class).await.remove(0);
        assert_eq!(register(&app, &renewed.token, identity).await.status, 201);
    }

    async fn one_id_number_cannot_be_tried_on_all_links(app) {
        let identity = app.next_identity();
        let unknown = "0".repeat(32);
        for _ in 0..20 {
            assert_eq!(register(&app, &unknown, identity).await.code(), "404 not_found");
        }
        assert_eq!(register(&app, &unknown, identity).await.code(), "429 rate_limited");
    }

    async fn whoever_has_an_account_accepts_as_themselves(app) {
        let (_, class, identity, link) = invited(&app).await;
        // They registered under a name that is not the roster's, so the link alone says that they are meant.
        let mut form = json!(identity.registration("手机"));
        form["name"] = json!("王小芳");
        let registered = app.anonymous().post("/api/people", &form).await;
        let learner = with_cookie(&app, &registered);
        assert_eq!(learner.get("/api/my/classes").await.read::<Vec<MyClass>>(), []);
        assert!(show(&app, &link.token).await.read::<Invitation>().registered);
        assert_eq!(register(&app, &link.token, identity).await.code(), "409 person_exists");
        assert_eq!(accept(&app.anonymous(), &link.token).await.code(), "401 unauthenticated");
        let other = app.learner().await;
        assert_eq!(accept(&other, &link.token).await.code(), "409 wrong_person");
        assert_eq!(accept(&learner, &link.token).await.status, 204);
        let mine: Vec<MyClass> = learner.get("/api/my/classes").await.read();
        assert_eq!(mine[0].class, class);
    }

    async fn whoever_registers_without_the_link_is_in_the_class(app) {
        let (admin, class, identity, _) = invited(&app).await;
        let mut form = json!(identity.registration("手机"));
        form["name"] = json!("王芳");
        let registered = app.anonymous().post("/api/people", &form).await;
        let mine: Vec<MyClass> = with_cookie(&app, &registered).get("/api/my/classes").await.read();
        assert_eq!(mine[0].class, class);
        assert_eq!(roster(&admin, class).await.class.n_invited, 0);
    }

    async fn a_phone_that_is_somebody_elses_by_now_can_be_another(app) {
        let (_, _, identity, link) = invited(&app).await;
        let mut form = json!(app.next_identity().registration("手机"));
        form["phone"] = json!(identity.phone());
        assert_eq!(app.anonymous().post("/api/people", &form).await.status, 201);
        assert_eq!(register(&app, &link.token, identity).await.code(), "409 person_exists");
        let body = json!({"token": link.token, "id_number": identity.id_number(), "password": PASSWORD, "device": "手机", "phone": "13800138000"});
        assert_eq!(app.anonymous().post("/api/invitation/registration", &body).await.status, 201);
    }

    async fn a_thousand_rows_are_previewed_and_imported_within_seconds(app) {
        let admin = admin(&app).await;
        let class = class(&admin, "电工班").await.class;
        let people: Vec<_> = (0..1_000).map(|n| ("王芳", Identity::new(200_000 + n))).collect();
        let file = csv(&people);
        let begin = std::time::Instant::now();
        assert_eq!(preview(&admin, class, file.as_bytes()).await.n_invited, 1_000);
        assert_eq!(import(&admin, class, file.as_bytes()).await.n_invited, 1_000);
        assert_eq!(links(&admin, class).await.len(), 1_000);
        assert_eq!(roster(&admin, class).await.learners.len(), 1_000);
        let took = begin.elapsed();
        println!("two previews, an import, links and roster of 1,000: {took:?}");
        assert!(took.as_secs() < 5, "{took:?}");
    }
}
