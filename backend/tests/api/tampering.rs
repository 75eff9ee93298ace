//! Faults below the API: what a failing database makes of a beat.

use crate::harness::{Store, TestApp};
use contract::beat::Receipt;
use study::SpanState;

/// A beat whose transaction fails is answered "not known, send it again", and sent again it is taken once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_transaction_is_unknown_and_the_same_beat_may_be_sent_again() {
    let app = TestApp::new(Store::Sqlite).await.unwrap();
    let learner = app.learner().await;
    let mut studying = learner.study(app.short_unit).await;
    studying.watch(10_000).await;
    app.sql("CREATE TRIGGER fault BEFORE INSERT ON beat BEGIN SELECT RAISE(ABORT, 'a planted fault'); END")
        .await
        .unwrap();
    app.clock.pass(10_000);
    let span = studying.span(SpanState::Watching, 10_000);
    let beat = studying.beat(vec![span]);
    let answer = studying.send(&beat).await;
    assert_eq!(answer.code(), "503 unavailable");
    assert!(
        answer.json()["message"]
            .as_str()
            .unwrap()
            .contains("not known")
    );
    assert_eq!(app.count("SELECT count(*) FROM beat").await, 1);
    app.sql("DROP TRIGGER fault").await.unwrap();
    let receipt: Receipt = studying.send(&beat).await.read();
    assert_eq!(receipt.unit_credited_ms.0, 20_000);
    assert_eq!(studying.send(&beat).await.read::<Receipt>(), receipt);
    assert_eq!(app.count("SELECT count(*) FROM beat").await, 2);
}
