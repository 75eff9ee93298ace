//! What sealing a claim for a hundred costs. `cargo xtask bench pack` prints it, and verifies the pack that it leaves.

use super::helpers::{FILM_MS, World, begin, sealing};
use crate::harness::{Store, TestApp};
use contract::{run::Run as _, sealing::SealStep};
use std::{collections::BTreeMap, env, fs, time::Instant};
use study::PersonId;

const LEARNERS: usize = 100;
/// Study sessions of each: a course of some weeks.
const SESSIONS: u64 = 12;

const STEPS: [SealStep; 6] = [
    SealStep::Waiting,
    SealStep::Reading,
    SealStep::Proofs,
    SealStep::Sheets,
    SealStep::Verifying,
    SealStep::Keeping,
];

async fn measure(store: Store) {
    let Some(app) = TestApp::new(store).await else {
        return;
    };
    let world = World::new(&app).await;
    let mut people: Vec<PersonId> = Vec::new();
    for _ in 0..LEARNERS {
        let learner = app.learner_in(world.class).await;
        for _ in 0..SESSIONS {
            let mut studying = learner.study_in(world.class, world.unit).await;
            studying.watch_long(FILM_MS / SESSIONS).await;
            studying.end().await;
        }
        world.prove(&learner, world.class).await;
        people.push(learner.person);
    }
    // So many hours have passed that the first sign-in is over.
    let admin = &world.admin;
    let admin = app.signed_in(admin.person, admin.identity).await;
    for person in &people {
        world.complete(&admin, world.class, *person).await;
    }
    let begun = Instant::now();
    assert_eq!(begin(&admin, world.class, &people).await.status, 202);
    let answered = begun.elapsed().as_secs_f64() * 1_000.0;
    let mut entered = BTreeMap::new();
    let run = loop {
        let run = sealing(&admin, world.class).await.unwrap();
        let step = STEPS.iter().position(|step| *step == run.step);
        entered.entry(step.unwrap()).or_insert_with(Instant::now);
        if !run.goes_on() {
            break run;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    let ended = Instant::now();
    let whole = (ended - begun).as_secs_f64();
    assert!(run.claim.is_some(), "{:?}", run.refused);
    let pack = format!("/api/admin/claims/{}/pack", run.claim.unwrap());
    let pack = admin.get(&pack).await.bytes;
    println!(
        "{store:?}: a claim for {LEARNERS} of {SESSIONS} sessions each: begun in {answered:.0} ms, sealed in {whole:.1} s; {} KB",
        pack.len() / 1_000
    );
    let entered: Vec<_> = entered.into_iter().collect();
    for (n, (step, from)) in entered.iter().enumerate() {
        let to = entered.get(n + 1).map_or(ended, |(_, to)| *to);
        let took = (to - *from).as_secs_f64();
        println!("  {:?}: {took:.2} s", STEPS[*step]);
    }
    if let (Store::Sqlite, Ok(file)) = (store, env::var("ZHENXUE_PACK")) {
        fs::write(file, pack).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: cargo xtask bench pack"]
async fn a_claim_for_a_hundred_on_sqlite() {
    measure(Store::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement: cargo xtask bench pack"]
async fn a_claim_for_a_hundred_on_postgres() {
    measure(Store::Postgres).await;
}
