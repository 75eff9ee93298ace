//! What the board of a thousand learners costs, with a million study sessions in the database. `cargo xtask bench board` prints it.

use super::{board, path};
use crate::harness::{Client, Store, TestApp};
use axum::http::header;
use contract::{account::Role, id_number::IdNumber};
use http_body_util::BodyExt;
use robot::Identity;
use std::time::{Duration, Instant};
use tower::ServiceExt;
use zhenxue::{
    passwords,
    store::{
        board::{Names, read},
        catalogue, class_progress, classes,
        people::{self, NewPerson},
    },
};

const LEARNERS: u32 = 1_000;
const SESSIONS_EACH: u32 = 1_000;
const CHECKS_EACH: u32 = 150;
const ASKED: usize = 21;
/// Of the issue: the whole answer, and its size on the wire.
const BYTES_MAX: usize = 150_000;

const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗",
];
const GIVEN: [&str; 25] = [
    "伟", "芳", "秀英", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛",
    "明", "超", "秀兰", "霞", "平", "刚", "桂英", "建华", "志强", "晓燕",
];

async fn fill(app: &TestApp) {
    let state = &app.running.app;
    let now = state.clock.now();
    let password = passwords::hash("a password of tests").unwrap();
    let tx = state.db.begin().await.unwrap();
    for n in 0..LEARNERS {
        let identity = Identity::new(n + 100);
        let idx = usize::try_from(n).unwrap();
        let name = format!("{}{}", SURNAMES[idx % 20], GIVEN[idx / 20 % 25]);
        let person = people::add(
            &tx,
            &state.keys,
            NewPerson {
                name: &name,
                id_number: &IdNumber::parse(&identity.id_number()).unwrap(),
                phone: &identity.phone(),
                password: password.clone(),
            },
            now,
        )
        .await
        .unwrap();
        catalogue::enrol(&tx, app.checked_class, person, now)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let postgres = state.db.backend() == sea_orm::DbBackend::Postgres;
    let (id, bytes) = if postgres {
        ("gen_random_uuid()", "decode(md5(random()::text), 'hex')")
    } else {
        ("randomblob(16)", "randomblob(32)")
    };
    let now = now.0;
    let unit = "(SELECT u.id FROM unit u JOIN class c ON c.course_id = u.course_id WHERE c.id = e.class_id AND u.position = 2)";
    for sql in [
        format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {SESSIONS_EACH})
             INSERT INTO study_session (id, person_id, class_id, unit_id, lease, device, nonce, rules_hash, started_at)
             SELECT {id}, e.person_id, e.class_id, {unit}, n.i, 'a device', {bytes}, c.rules_hash, {now} - ({SESSIONS_EACH} - n.i) * 60000
             FROM enrolment e JOIN class c ON c.id = e.class_id CROSS JOIN n"
        ),
        // The last session of three in ten is open, and was heard from just now.
        format!(
            "INSERT INTO study_progress (session_id, seq, head, chain, last_at, history, covered, segment_seq, segment_at, ended_at, class_id)
             SELECT s.id, 6, s.nonce, s.nonce, s.started_at, '{{}}', '[[' || (s.lease * 20000) || ',' || (s.lease * 20000 + 19000) || ']]', 6,
                    s.started_at, CASE WHEN s.lease = {SESSIONS_EACH} AND s.person_id IN (SELECT q.person_id FROM enrolment q ORDER BY q.person_id LIMIT 300) THEN NULL ELSE s.started_at END,
                    s.class_id
             FROM study_session s"
        ),
        format!(
            "INSERT INTO person_progress (person_id, lease, session_id, day, day_credited_ms)
             SELECT s.person_id, s.lease, s.id, 0, 0 FROM study_session s WHERE s.lease = {SESSIONS_EACH}"
        ),
        // Each settles one session; one in fifty waits.
        format!(
            "INSERT INTO face_check (id, person_id, class_id, session_id, rules_hash, origin, action, nonce, attempt, shown, drawn_at, deadline_at,
                                     state, outcome, standing, stretches, settled_at, blocks_from, blocks_to, make_up_until, answer)
             SELECT {id}, s.person_id, s.class_id, s.id, s.rules_hash, 'random', 'turn_left', {}, 0, {}, s.started_at, s.started_at, 'settled',
                    CASE WHEN s.lease % 50 = 0 THEN 'missed' ELSE 'passed' END,
                    CASE WHEN s.lease % 50 = 0 THEN 'pending' ELSE 'confirmed' END,
                    '[{{\"media\":[[' || (s.lease * 20000) || ',' || (s.lease * 20000 + 19000) ||
                    ']],\"session\":\"00000000-0000-0000-0000-000000000001\",\"unit\":\"00000000-0000-0000-0000-000000000002\"}}]',
                    s.started_at, s.started_at, s.started_at, CASE WHEN s.lease % 50 = 0 THEN {now} + 86400000 ELSE NULL END, '{{}}'
             FROM study_session s WHERE s.lease <= {CHECKS_EACH}",
            if postgres { "decode(md5(random()::text) || md5(random()::text), 'hex')" } else { "randomblob(32)" },
            if postgres { "true" } else { "1" },
        ),
        format!(
            "INSERT INTO identity_way (id, person_id, way, text, chosen_at) SELECT {id}, e.person_id, 'face', 'a text', {now} FROM enrolment e"
        ),
        "DELETE FROM setting WHERE name = 'class_progress'".to_owned(),
    ] {
        app.sql(&sql).await.unwrap();
    }
    if postgres {
        app.sql("ANALYZE").await.unwrap();
    }
}

/// One answer, packed as browsers ask for it: how long, and how many bytes.
async fn ask(staff: &Client<'_>) -> (Duration, usize) {
    let mut request = staff.request("GET", &path(staff.app.checked_class), None);
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
    let begin = Instant::now();
    let answer = staff.app.router.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    (begin.elapsed(), bytes.len())
}

async fn measure(store: Store) {
    let Some(app) = TestApp::new(store).await else {
        return;
    };
    let staff = app.person(&[Role::Teacher]).await;
    fill(&app).await;
    let begin = Instant::now();
    class_progress::fill(&app.running.app.db).await.unwrap();
    let summed = begin.elapsed();
    let seen = board(&staff, app.checked_class).await;
    assert_eq!(seen.numbers.learners, LEARNERS);
    assert_eq!(seen.numbers.live, 300);
    assert_eq!(seen.numbers.to_make_up, LEARNERS * CHECKS_EACH / 50);
    for row in &seen.rows {
        let sum = row.confirmed_ms.0 + row.provisional_ms.0 + row.pending_ms.0;
        assert_eq!(sum, u64::from(SESSIONS_EACH) * 19_000);
    }
    let mut answers = Vec::new();
    for _ in 0..ASKED {
        answers.push(ask(&staff).await);
    }
    let first = answers[0];
    answers.sort();
    let median = answers[ASKED / 2];
    let state = &app.running.app;
    let row = classes::own(&state.db.read, &[app.institution], app.checked_class)
        .await
        .unwrap()
        .unwrap();
    let mut names = Names::new();
    let mut looks = Vec::new();
    for _ in 0..ASKED {
        let begin = Instant::now();
        let (db, now) = (&state.db.read, state.clock.now());
        read(db, &state.keys, &state.rules, &row, &mut names, now)
            .await
            .unwrap();
        looks.push(begin.elapsed());
    }
    looks.sort();
    println!(
        "| {store:?} | {:.1} ms | {:.1} ms | {:.1} ms | {:.1} KB | {:.1} s |",
        ms(first.0),
        ms(median.0),
        ms(looks[ASKED / 2]),
        median.1 as f64 / 1_000.0,
        ms(summed) / 1_000.0
    );
    assert!(median.1 <= BYTES_MAX, "{} bytes", median.1);
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement of a minute or two: cargo xtask bench board"]
async fn a_thousand_learners_and_a_million_sessions() {
    println!(
        "| database | first answer | later answers | a look for watchers | packed | summing up an older database |"
    );
    println!("|---|---|---|---|---|---|");
    measure(Store::Sqlite).await;
    measure(Store::Postgres).await;
}
