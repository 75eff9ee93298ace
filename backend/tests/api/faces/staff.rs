//! Staff see what is of their institution and nothing else, and every look at a face is written down.

use super::{
    camera::{BIDEN, COLLINS, OBAMA},
    helpers::{
        answer_as, ask, calm, choose, decide, decide_enrolment, enrol, enrolled, teacher,
        to_review, waiting,
    },
};
use crate::{harness::text, on_both};
use contract::{account::Role, face::CheckOutcome};
use serde_json::json;
use zhenxue::store::{catalogue, people};

on_both! {
    async fn another_institution_and_other_roles_see_no_face(app) {
        let app = calm(app).await;
        let learner = enrolled(&app, OBAMA, 1).await;
        let challenge = ask(&learner).await;
        assert_eq!(answer_as(&learner, &challenge, BIDEN, 2).await.outcome, Some(CheckOutcome::Review));
        let own = teacher(&app).await;
        let shown = to_review(&own).await.remove(0);
        let frame = format!("/api/staff/face-frames/{}", shown.frames[0].frame);
        let seen = own.get(&frame).await;
        assert_eq!((seen.status, seen.headers["content-type"].to_str().unwrap()), (200, "image/jpeg"));
        assert_eq!(seen.bytes[..2], [0xff, 0xd8]);
        assert_eq!(app.count("SELECT count(*) FROM frame_look").await, 1);

        let strangers = app.person(&[Role::Learner]).await;
        let state = &app.running.app;
        let tx = state.db.begin().await.unwrap();
        let now = state.clock.now();
        let elsewhere = catalogue::add_institution(&tx, "91210000TEST000001", &text("别校", "Elsewhere"), now).await.unwrap();
        people::grant(&tx, strangers.person, Role::Teacher, Some(elsewhere), now).await.unwrap();
        tx.commit().await.unwrap();
        let strangers = app.signed_in(strangers.person, strangers.identity).await;
        assert_eq!(to_review(&strangers).await, []);
        assert_eq!(strangers.get(&frame).await.code(), "404 not_found");
        assert_eq!(decide(&strangers, shown.check, "other").await.code(), "404 not_found");
        let body = json!({"class": app.checked_class, "code": "000000", "how": "on_site"});
        assert_eq!(strangers.post("/api/staff/supervised", &body).await.code(), "404 not_found");
        for role in [Role::Operator, Role::Regulator, Role::Reviewer, Role::Learner] {
            let client = app.person(&[role]).await;
            for path in [frame.as_str(), "/api/staff/face-checks", "/api/staff/enrolments"] {
                assert_eq!(client.get(path).await.code(), "403 forbidden", "{role:?} {path}");
            }
        }
        assert_eq!(app.count("SELECT count(*) FROM frame_look").await, 1);
    }

    async fn a_look_alike_and_a_refused_enrolment_are_told(app) {
        let app = calm(app).await;
        let first = enrolled(&app, OBAMA, 1).await;
        let second = app.learner_in(app.checked_class).await;
        choose(&second, "face").await;
        assert_eq!(enrol(&second, OBAMA, 2).await.status, 201);
        let staff = teacher(&app).await;
        let shown = waiting(&staff).await.remove(0);
        assert_eq!((shown.person, shown.look_alike), (second.person, true));
        let path = format!("/api/staff/enrolments/{}/decision", shown.enrolment);
        let no_reason = json!({"confirmed": false, "reason": " "});
        assert_eq!(staff.post(&path, &no_reason).await.code(), "422 invalid");
        assert_eq!(decide_enrolment(&staff, shown.enrolment, false).await.status, 204);
        assert_eq!(second.get("/api/my/face").await.json()["enrolment"], "refused");
        // Refused is not for ever.
        assert_eq!(enrol(&second, COLLINS, 3).await.status, 201);
        let shown = waiting(&staff).await.remove(0);
        assert!(!shown.look_alike);
        let count = app.person(&[Role::Regulator]).await.get("/api/face-count").await;
        assert_eq!(*count.json(), json!({"people": 2, "warn_at": 80_000}));
        assert_eq!(first.get("/api/face-count").await.code(), "403 forbidden");
    }
}
