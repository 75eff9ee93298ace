//! The demo class that is ready to be claimed for.

use super::helpers::seal;
use crate::{
    harness::{Client, TestApp},
    on_both,
};
use contract::{
    claim::{ClaimMatrix, ClaimSummary, Missing},
    roster::InstitutionClass,
};
use robot::Identity;
use study::PersonId;
use zhenxue::{demo, replay, store::people};

async fn admin(app: &TestApp) -> Client<'_> {
    let state = &app.running.app;
    let admin = people::by_account(&state.db.read, &state.keys, "13800000007")
        .await
        .unwrap()
        .unwrap();
    app.signed_in(PersonId(admin.id), Identity::new(0)).await
}

on_both! {
    async fn all_but_two_cells_are_there_and_the_rest_can_be_sealed(app) {
        demo::load(&app.running.app, None).await.unwrap();
        let admin = admin(&app).await;
        let classes: Vec<InstitutionClass> = admin.get("/api/admin/classes").await.read();
        let class = classes.iter().find(|one| one.n_enrolled == 5).unwrap().class;
        let matrix: ClaimMatrix = admin.get(&format!("/api/admin/classes/{class}/claim-matrix")).await.read();
        let mut missing: Vec<Vec<Missing>> = matrix.rows.iter().map(|row| row.missing.clone()).filter(|row| !row.is_empty()).collect();
        missing.sort_by_key(Vec::len);
        assert_eq!(missing, [
            vec![Missing::CertificateNotEntered],
            vec![Missing::TheoryUnfinished, Missing::CertificateNotEntered],
        ]);
        let ready: Vec<PersonId> = matrix.rows.iter().filter(|row| row.is_ready()).map(|row| row.person).collect();
        let claim: ClaimSummary = seal(&admin, class, &ready).await.claim();
        assert_eq!(claim.learners, 3);
        // What claims leave in the evidence holds under replay.
        let state = &app.running.app;
        while state.ledger.sequence(&state.db, zhenxue::clock::Clock::now(&*app.clock)).await.unwrap() > 0 {}
        let keys = replay::ReplayKeys::read(app.folder.path()).unwrap();
        let summary = replay::replay(&state.db.read, &keys).await.unwrap();
        assert_eq!(summary.differences, Vec::<String>::new());
    }
}
