//! What the proofs of a class of a hundred cost. `cargo xtask bench proofs` prints it.

use super::{issue_all, path};
use crate::{
    harness::{Store, TestApp},
    roster::helpers::admin,
};
use contract::issuing::ClassProofs;
use std::time::Instant;

const LEARNERS: usize = 100;
/// Study sessions of each: a course of some weeks.
const SESSIONS: u64 = 12;

/// The middle one, and the largest.
fn middle_and_most(mut values: Vec<usize>) -> (usize, usize) {
    values.sort_unstable();
    let at = values.len() / 2;
    (
        values.get(at).copied().unwrap_or_default(),
        values.last().copied().unwrap_or_default(),
    )
}

fn per_second(n: usize, since: Instant) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX)) / since.elapsed().as_secs_f64()
}

async fn measure(store: Store) {
    let Some(app) = TestApp::new(store).await else {
        return;
    };
    for _ in 0..LEARNERS {
        let learner = app.learner().await;
        for _ in 0..SESSIONS {
            let mut studying = learner.study(app.long_unit).await;
            studying.watch(60_000).await;
            studying.end().await;
        }
    }
    let admin = admin(&app).await;
    let begun = Instant::now();
    let run = issue_all(&admin).await;
    let issued = per_second(LEARNERS, begun);
    assert_eq!(usize::try_from(run.issued).unwrap(), LEARNERS);
    let all: ClassProofs = admin.get(&path(&app)).await.read();
    let (mut json, mut sheets) = (Vec::new(), Vec::new());
    let begun = Instant::now();
    for learner in &all.learners {
        let proof = learner.proof.as_ref().unwrap().proof;
        let answer = admin.get(&format!("{}/{proof}/sheet", path(&app))).await;
        assert_eq!(answer.status, 200);
        sheets.push(answer.bytes.len());
    }
    let drawn = per_second(LEARNERS, begun);
    for learner in &all.learners {
        let proof = learner.proof.as_ref().unwrap().proof;
        json.push(
            admin
                .get(&format!("{}/{proof}", path(&app)))
                .await
                .bytes
                .len(),
        );
    }
    let ((json, json_most), (sheet, sheet_most)) = (middle_and_most(json), middle_and_most(sheets));
    println!(
        "{store:?}: {LEARNERS} proofs of {SESSIONS} sessions each: {issued:.1} issued a second; {drawn:.1} sheets a second, one after the \
         other; JSON {json} B (most {json_most}), PDF {sheet} B (most {sheet_most})"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: cargo xtask bench proofs"]
async fn proofs_of_a_hundred_on_sqlite() {
    measure(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: cargo xtask bench proofs"]
async fn proofs_of_a_hundred_on_postgres() {
    measure(Store::Postgres).await;
}
