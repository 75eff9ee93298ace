//! Pictures for whoever reviews a claim: where the learner agreed, drawn and not picked, and every look written down.

use super::helpers::{FILM_MS, World, seal, short_course};
use crate::{
    faces::{
        camera::OBAMA,
        helpers::{answer_as, ask, calm, choose, enrolled, teacher},
    },
    harness::{Client, TestApp, text},
    on_both,
};
use contract::{
    account::Role,
    claim::ClaimSummary,
    photos::{CHECK_FRAMES_MAX, NoPhotos, ReviewPhotos},
};
use sea_orm::DbBackend;
use serde_json::json;
use study::{CourseId, Millis, PersonId, UnitId};
use zhenxue::store::{
    catalogue::{self, NewClass},
    entities::class,
};

/// A class with face checks that fall only when a learner asks, whose course is one short film.
async fn short_checked(mut app: TestApp) -> (TestApp, CourseId, UnitId) {
    use sea_orm::EntityTrait;
    app = calm(app).await;
    let state = &app.running.app;
    let now = state.clock.now();
    let rules = class::Entity::find_by_id(app.checked_class.0)
        .one(&state.db.read)
        .await
        .unwrap()
        .unwrap()
        .rules_hash;
    let tx = state.db.begin().await.unwrap();
    let (course, unit) = short_course(&tx, now).await;
    let new = NewClass {
        institution: app.institution,
        course,
        rules: zhenxue::store::digest(&rules).unwrap(),
        name: &text("核验班", "Checked"),
        open: false,
        starts_at: now,
        ends_at: now.plus(Millis(30 * 86_400_000)),
    };
    let class = catalogue::add_class(&tx, new, now).await.unwrap();
    tx.commit().await.unwrap();
    app.checked_class = class;
    (app, course, unit)
}

fn world<'a>(app: &'a TestApp, admin: Client<'a>, course: CourseId, unit: UnitId) -> World<'a> {
    World {
        app,
        admin,
        course,
        unit,
        class: app.checked_class,
    }
}

/// A claim for one learner whose face was enrolled and checked several times.
async fn claimed<'a>(world: &World<'a>) -> (Client<'a>, ClaimSummary) {
    let learner = enrolled(world.app, OBAMA, 1).await;
    let mut studying = learner.study_in(world.class, world.unit).await;
    let sign_in = studying.started.checks.clone().unwrap().open.unwrap();
    answer_as(&learner, &sign_in, OBAMA, 2).await;
    studying.watch_long(FILM_MS).await;
    studying.end().await;
    for seed in 3..5 {
        let challenge = ask(&learner).await;
        answer_as(&learner, &challenge, OBAMA, seed).await;
    }
    world.prove(&learner, world.class).await;
    world
        .complete(&world.admin, world.class, learner.person)
        .await;
    let claim = seal(&world.admin, world.class, &[learner.person]).await;
    (learner, claim.claim())
}

fn photos_of(claim: &ClaimSummary, person: PersonId) -> String {
    format!(
        "/api/review/claims/{}/learners/{person}/photos",
        claim.claim
    )
}

async fn listed(reviewer: &Client<'_>, claim: &ClaimSummary, person: PersonId) -> ReviewPhotos {
    reviewer.get(&photos_of(claim, person)).await.read()
}

/// Chooses once more, as if under the text of that name.
async fn choose_under(app: &TestApp, person: PersonId, name: &str) {
    let (id, person) = match app.running.app.db.backend() {
        DbBackend::Sqlite => (
            format!("x'{}'", uuid::Uuid::now_v7().simple()),
            format!("x'{}'", person.0.simple()),
        ),
        _ => (
            format!("'{}'", uuid::Uuid::now_v7()),
            format!("'{}'", person.0),
        ),
    };
    app.clock.pass(1);
    let at = app.running.app.clock.now().0;
    let sql = format!(
        "INSERT INTO identity_way (id, person_id, way, text, chosen_at) VALUES ({id}, {person}, 'face', '{name}', {at})"
    );
    app.sql(&sql).await.unwrap();
}

on_both! {
    async fn a_reviewer_sees_what_was_drawn_and_each_look_is_written_down(app) {
        let (app, course, unit) = short_checked(app).await;
        let world = world(&app, app.person(&[Role::Admin]).await, course, unit);
        let (learner, claim) = claimed(&world).await;
        let reviewer = app.person(&[Role::Reviewer]).await;
        let photos = listed(&reviewer, &claim, learner.person).await;
        // Three shots; three checks of three frames each.
        assert_eq!((photos.enrolled.len(), photos.checks.len(), photos.drawn_from), (3, CHECK_FRAMES_MAX, 9));
        assert_eq!(photos.nothing, None);
        assert_eq!(photos, listed(&reviewer, &claim, learner.person).await);
        assert_eq!(app.count("SELECT count(*) FROM frame_look").await, 0);

        let frame = |id| format!("/api/review/claims/{}/photos/{id}", claim.claim);
        let seen = reviewer.get(&frame(photos.checks[0].frame)).await;
        assert_eq!((seen.status, seen.headers["content-type"].to_str().unwrap()), (200, "image/jpeg"));
        assert_eq!(seen.bytes[..2], [0xff, 0xd8]);
        assert_eq!(reviewer.get(&frame(photos.enrolled[0].frame)).await.status, 200);
        assert_eq!(app.count("SELECT count(*) FROM frame_look").await, 2);
        assert_eq!(app.count("SELECT count(*) FROM access_log WHERE what = 'claim_photo'").await, 2);

        // What was not drawn, and what is nothing at all.
        let undrawn = undrawn(&app, &photos).await;
        for id in [undrawn, uuid::Uuid::nil()] {
            assert_eq!(reviewer.get(&frame(id)).await.code(), "404 not_found");
        }
        let nobody = app.person(&[Role::Learner]).await;
        assert_eq!(reviewer.get(&photos_of(&claim, nobody.person)).await.code(), "404 not_found");
        let regulator = app.person(&[Role::Regulator]).await;
        let for_them = listed(&regulator, &claim, learner.person).await;
        assert_eq!((for_them.nothing, for_them.enrolled, for_them.checks), (Some(NoPhotos::OnlyReviewers), vec![], vec![]));
        assert_eq!(regulator.get(&frame(photos.checks[0].frame)).await.code(), "403 forbidden");
        for role in [Role::Operator, Role::Admin, Role::Teacher, Role::Learner] {
            let other = app.person(&[role]).await;
            assert_eq!(other.get(&photos_of(&claim, learner.person)).await.code(), "403 forbidden", "{role:?}");
            assert_eq!(other.get(&frame(photos.checks[0].frame)).await.code(), "403 forbidden", "{role:?}");
        }
        assert_eq!(app.count("SELECT count(*) FROM frame_look").await, 2);
        // Staff of the institution see them by their own ways, and nobody without the claim.
        assert_eq!(teacher(&app).await.get(&frame(photos.checks[0].frame)).await.code(), "403 forbidden");

        assert_eq!(world.withdraw(&claim).await.status, 200);
        assert_eq!(listed(&reviewer, &claim, learner.person).await.nothing, Some(NoPhotos::Over));
        assert_eq!(reviewer.get(&frame(photos.checks[0].frame)).await.code(), "404 not_found");
    }

    async fn nothing_is_shown_that_the_learner_did_not_agree_to(app) {
        let (app, course, unit) = short_checked(app).await;
        let world = world(&app, app.person(&[Role::Admin]).await, course, unit);
        let (learner, claim) = claimed(&world).await;
        let reviewer = app.person(&[Role::Reviewer]).await;
        let photos = listed(&reviewer, &claim, learner.person).await;
        let frame = format!("/api/review/claims/{}/photos/{}", claim.claim, photos.checks[0].frame);
        let nothing = async || listed(&reviewer, &claim, learner.person).await.nothing;
        choose_under(&app, learner.person, "face-consent-2026-11").await;
        assert_eq!(nothing().await, Some(NoPhotos::NotAgreed));
        assert_eq!(reviewer.get(&frame).await.code(), "404 not_found");
        assert_eq!(learner.get("/api/my/face").await.json()["older_text"], true);
        // Who agrees anew keeps the face that is enrolled.
        let mine = choose(&learner, "face").await;
        assert_eq!((mine.json()["older_text"].clone(), mine.json()["enrolment"].clone()), (json!(false), json!("confirmed")));
        assert_eq!(nothing().await, None);
        assert_eq!(reviewer.get(&frame).await.status, 200);

        choose(&learner, "supervised").await;
        assert_eq!(nothing().await, Some(NoPhotos::Supervised));
        assert_eq!(reviewer.get(&frame).await.code(), "404 not_found");
        assert_eq!(app.count("SELECT count(*) FROM frame_look").await, 1);
    }

    async fn destroyed_and_unknown_faces_are_said_in_words(app) {
        let (app, course, unit) = short_checked(app).await;
        let world = world(&app, app.person(&[Role::Admin]).await, course, unit);
        let (learner, claim) = claimed(&world).await;
        app.sql("UPDATE face_key SET key_sealed = NULL").await.unwrap();
        let reviewer = app.person(&[Role::Reviewer]).await;
        let photos = listed(&reviewer, &claim, learner.person).await;
        assert_eq!(photos.nothing, Some(NoPhotos::Destroyed));
        // A class without checks has no pictures, whatever was enrolled elsewhere.
        let plain = World::new(&app).await;
        let (learners, claim) = plain.sealed(1).await;
        let photos = listed(&reviewer, &claim, learners[0].person).await;
        assert_eq!(photos.nothing, Some(NoPhotos::NoFaceChecks));
    }
}

/// A frame of a check that was not drawn.
async fn undrawn(app: &TestApp, photos: &ReviewPhotos) -> uuid::Uuid {
    use sea_orm::EntityTrait;
    let all = zhenxue::store::entities::face_frame::Entity::find()
        .all(&app.running.app.db.read)
        .await
        .unwrap();
    all.into_iter()
        .find(|row| row.check_id.is_some() && !photos.checks.iter().any(|one| one.frame == row.id))
        .unwrap()
        .id
}
