//! Previewing and importing a roster: every reason, and nothing but what was previewed.

use super::helpers::{
    admin, class, class as open_class, csv, import, links, preview, problems, roster, stranger,
    try_import, try_preview,
};
use crate::on_both;
use contract::{
    account::Role,
    class::MyClass,
    roster::{InvitationStanding, RosterFate, RosterImported, RosterReason},
};
use serde_json::json;

on_both! {
    async fn each_bad_row_is_named_with_line_cell_and_reason(app) {
        let admin = admin(&app).await;
        let class = class(&admin, "电工班").await.class;
        let right: Vec<_> = (0..8).map(|_| app.next_identity()).collect();
        let id_number = right[0].id_number();
        let bent = format!("{}{}", &id_number[..17], if id_number.ends_with('0') { "1" } else { "0" });
        let file = format!(
            "手机号,姓名,身份证号\n\
             {phone0},王芳,{id0}\n\
             {phone1},,{id1}\n\
             {phone2},王,{id2}\n\
             {phone3},李强,{bent}\n\
             {phone4},李强,210102199013011234\n\
             ,李强,\n\
             12345678901,李强,{id5}\n\
             \n\
             {phone0},王芳,{id0}\n\
             {phone6},李强,{lower}\n",
            phone0 = right[0].phone(), id0 = id_number,
            phone1 = right[1].phone(), id1 = right[1].id_number(),
            phone2 = right[2].phone(), id2 = right[2].id_number(),
            phone3 = right[3].phone(), bent = bent,
            phone4 = right[4].phone(), id5 = right[5].id_number(),
            phone6 = right[6].phone(), lower = right[6].id_number().to_lowercase(),
        );
        let found = preview(&admin, class, file.as_bytes()).await;
        let expected = [
            (3, "name", RosterReason::Missing),
            (4, "name", RosterReason::TooShort),
            (5, "id_number", RosterReason::CheckDigit),
            (6, "id_number", RosterReason::BirthDate),
            (7, "id_number", RosterReason::Missing),
            (7, "phone", RosterReason::Missing),
            (8, "phone", RosterReason::Form),
            (10, "id_number", RosterReason::Duplicate),
            (10, "phone", RosterReason::Duplicate),
        ];
        assert_eq!(problems(&found), expected.map(|(line, column, reason)| (line, column.to_owned(), reason)));
        assert_eq!(found.rows[7].problems[0].first_line, Some(2));
        assert_eq!((found.n_invited, found.n_enrolled, found.n_left_out), (2, 0, 7));
        // A right ID number is masked, a wrong one is shown as it stands, to be found by.
        assert_eq!(found.rows[0].id_number, format!("{}************{}", &id_number[..4], &id_number[16..]));
        assert_eq!(found.rows[3].id_number[..17], id_number[..17]);
        // Nothing has happened.
        for table in ["invitation", "enrolment"] {
            assert_eq!(app.count(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
        let imported = try_import(&admin, class, file.as_bytes(), found.digest).await;
        assert_eq!(imported.read::<RosterImported>(), RosterImported { n_invited: 2, n_enrolled: 0, n_left_out: 7 });
        assert_eq!(roster(&admin, class).await.learners.len(), 2);
    }

    async fn who_is_known_is_put_in_at_once_or_named(app) {
        let admin = admin(&app).await;
        let class = class(&admin, "电工班").await.class;
        let free = app.person(&[Role::Learner]).await;
        let staff = app.person(&[Role::Teacher]).await;
        let elsewhere = app.learner().await;
        let past = app.learner_in(app.past_class).await;
        let stranger = stranger(&app).await;
        let theirs = open_class(&stranger, "别班").await.class;
        let invited_there = app.next_identity();
        import(&stranger, theirs, csv(&[("赵云", invited_there)]).as_bytes()).await;
        let here = app.learner_in(class).await;
        let named = app.person(&[Role::Learner]).await;
        let new = app.next_identity();
        let file = format!(
            "姓名,身份证号,手机号\n\
             测试员,{free},{phone}\n\
             测试员,{staff},{phone2}\n\
             测试员,{elsewhere},13711110003\n\
             测试员,{past},13711110004\n\
             赵云,{invited},{invited_phone}\n\
             测试员,{here},13711110006\n\
             别名,{named},13711110007\n\
             新人,{new},{taken}\n",
            free = free.identity.id_number(), phone = free.identity.phone(),
            staff = staff.identity.id_number(), phone2 = staff.identity.phone(),
            elsewhere = elsewhere.identity.id_number(), past = past.identity.id_number(),
            invited = invited_there.id_number(), invited_phone = invited_there.phone(),
            here = here.identity.id_number(), named = named.identity.id_number(),
            new = new.id_number(), taken = elsewhere.identity.phone(),
        );
        let answer = try_preview(&admin, class, file.as_bytes()).await;
        let wire = String::from_utf8(answer.bytes.clone()).unwrap();
        assert!(!wire.contains("别校") && !wire.contains(&theirs.to_string()), "{wire}");
        let found = answer.read();
        let expected = [
            (4, "id_number", RosterReason::InAnotherClass),
            (6, "id_number", RosterReason::InAnotherClass),
            (7, "id_number", RosterReason::InThisClass),
            (8, "name", RosterReason::NameDiffers),
            (9, "phone", RosterReason::PhoneTaken),
        ];
        assert_eq!(problems(&found), expected.map(|(line, column, reason)| (line, column.to_owned(), reason)));
        let fates: Vec<_> = found.rows.iter().map(|row| row.fate).collect();
        assert_eq!(fates[..4], [RosterFate::Enrolled, RosterFate::Enrolled, RosterFate::LeftOut, RosterFate::Enrolled]);
        assert_eq!(free.get("/api/my/classes").await.read::<Vec<MyClass>>().len(), 0);
        let imported = try_import(&admin, class, file.as_bytes(), found.digest).await;
        assert_eq!(imported.read::<RosterImported>(), RosterImported { n_invited: 0, n_enrolled: 3, n_left_out: 5 });
        let mine: Vec<MyClass> = free.get("/api/my/classes").await.read();
        assert_eq!(mine[0].class, class);
        // Whoever only worked so far may study now.
        let staff = app.signed_in(staff.person, staff.identity).await;
        assert_eq!(staff.get("/api/my/classes").await.read::<Vec<MyClass>>().len(), 1);
        let roster = roster(&admin, class).await;
        assert_eq!((roster.class.n_enrolled, roster.class.n_invited), (4, 0));
        assert!(roster.learners.iter().all(|learner| learner.standing == InvitationStanding::Accepted));
    }

    async fn only_what_was_previewed_is_imported(app) {
        let admin = admin(&app).await;
        let class = class(&admin, "电工班").await.class;
        let [first, second] = [app.next_identity(), app.next_identity()];
        let file = csv(&[("王芳", first), ("李强", second)]);
        let digest = preview(&admin, class, file.as_bytes()).await.digest;
        // Another file, and the same for another class.
        let other = csv(&[("王芳", first), ("李刚", second)]);
        assert_eq!(try_import(&admin, class, other.as_bytes(), digest).await.code(), "409 preview_outdated");
        assert_eq!(try_import(&admin, app.closed_class, file.as_bytes(), digest).await.code(), "409 preview_outdated");
        // Somebody registers in between: then they would not be invited.
        let registration = json!(first.registration("手机"));
        assert_eq!(app.anonymous().post("/api/people", &registration).await.status, 201);
        assert_eq!(try_import(&admin, class, file.as_bytes(), digest).await.code(), "409 preview_outdated");
        assert_eq!(app.count("SELECT count(*) FROM invitation").await, 0);
        assert_eq!(import(&admin, class, file.as_bytes()).await.n_invited, 1);
        // Again: whoever is invited is named, and is not invited twice.
        let again = preview(&admin, class, file.as_bytes()).await;
        assert_eq!(problems(&again)[1], (3, "id_number".to_owned(), RosterReason::InvitedBefore));
        assert_eq!(again.n_left_out, 2);
        assert_eq!(try_preview(&admin, app.past_class, file.as_bytes()).await.code(), "409 class_closed");
        assert_eq!(try_import(&admin, app.past_class, file.as_bytes(), again.digest).await.code(), "409 class_closed");
    }

    async fn of_two_at_once_one_imports(app) {
        let admin = admin(&app).await;
        let class = class(&admin, "电工班").await.class;
        let people: Vec<_> = (0..20).map(|_| ("王芳", app.next_identity())).collect();
        let file = csv(&people);
        let digest = preview(&admin, class, file.as_bytes()).await.digest;
        let one = || try_import(&admin, class, file.as_bytes(), digest);
        let (a, b) = tokio::join!(one(), one());
        let mut codes = [a.code(), b.code()];
        codes.sort();
        assert_eq!(codes, ["200", "409 preview_outdated"]);
        assert_eq!(links(&admin, class).await.len(), 20);
    }
}
