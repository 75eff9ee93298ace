//! A class as files: everything in them is checked here without any of the server's own code but the formats.

use crate::{
    harness::TestApp,
    on_both,
    replay::{lively, sequence},
};
use contract::{
    Digest, canonical,
    credential::{Opening, StudyProof},
    record::{Salt, leaf_entry},
    verify::{TrustAnchors, Verdict, verify},
};
use ledger::{Checkpoint, Hash, VerifierKey, verify::inclusion};
use serde_json::Value;
use std::{fs, path::Path};
use study::ClassId;
use uuid::Uuid;
use zhenxue::export::{Exported, Folder, NotExported, export};

async fn written(app: &TestApp, class: ClassId, to: &Path) -> Result<Exported, NotExported> {
    let state = &app.running.app;
    let mut folder = Folder::make(to).unwrap();
    let public = state.ledger.keys().public();
    export(
        &state.db.read,
        &state.keys,
        &public,
        class,
        &mut folder,
        |_, _| {},
    )
    .await
}

fn text(at: &Path, path: &str) -> String {
    fs::read_to_string(at.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of a table, without its head.
fn rows(at: &Path, path: &str) -> Vec<csv::StringRecord> {
    let table = text(at, path);
    let table = table.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    reader.records().map(Result::unwrap).collect()
}

/// Every record in a learner's file is in the ledger at the place that its line says.
fn assert_in_ledger(at: &Path, path: &str) -> usize {
    let keys: Value = serde_json::from_str(&text(at, "ledger/keys.json")).unwrap();
    let vkey: VerifierKey = keys["ledger_vkey"].as_str().unwrap().parse().unwrap();
    let checkpoint = Checkpoint::open(&text(at, "ledger/checkpoint.txt"), &vkey).unwrap();
    let lines = text(at, path);
    for line in lines.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let salt: Salt = serde_json::from_value(line["salt"].clone()).unwrap();
        let way: Vec<Hash> = serde_json::from_value(line["inclusion"].clone()).unwrap();
        let leaf = Hash::leaf(&leaf_entry(
            &salt,
            &canonical::bytes(&line["record"]).unwrap(),
        ));
        let index = line["index"].as_u64().unwrap();
        inclusion(leaf, index, checkpoint.size, &way, checkpoint.root).unwrap();
    }
    lines.lines().count()
}

on_both! {
    async fn a_class_is_written_as_files_that_hold_by_themselves(app) {
        lively(&app).await;
        sequence(&app).await;
        let folder = tempfile::tempdir().unwrap();
        let at = &folder.path().join("class");
        let exported = written(&app, app.open_class, at).await.unwrap();
        assert_eq!((exported.learners, exported.proofs), (2, 1));

        // Each file has the hash that is listed, and each file but the list is listed.
        let sums = text(at, "SHA256SUMS");
        assert_eq!(sums.lines().count() + 1, exported.files);
        for line in sums.lines() {
            let (sum, path) = line.split_once("  ").unwrap();
            assert_eq!(Digest::of(&[&fs::read(at.join(path)).unwrap()]).to_string(), sum, "{path}");
        }

        let learners = rows(at, "learners.csv");
        let names: Vec<&str> = learners.iter().map(|row| row.get(1).unwrap()).collect();
        assert_eq!(names.len(), 2);
        let (mut beats, mut records) = (0, 0);
        for row in &learners {
            let number: usize = row.get(0).unwrap().parse().unwrap();
            let of = format!("learners/{number:03}");
            beats += rows(at, &format!("{of}/beats.csv")).len();
            records += assert_in_ledger(at, &format!("{of}/evidence.jsonl"));
            // What the sessions say together is what the roster says: no rules with face checks here.
            let sessions = rows(at, &format!("{of}/study_sessions.csv"));
            let credited: u64 = sessions.iter().map(|row| row.get(6).unwrap().parse::<u64>().unwrap()).sum();
            assert_eq!(credited.to_string(), row.get(4).unwrap());
        }
        assert_eq!((beats, records), (exported.beats, exported.records));
        assert!(beats > 30 && records >= 5, "{beats} beats, {records} records");

        // The proof verifies with the keys beside it, and the opening shows whose it is.
        let anchors = TrustAnchors::parse(&text(at, "ledger/keys.json")).unwrap();
        let with_proof = (1..=2).find(|n| at.join(format!("learners/{n:03}/proofs")).is_dir()).unwrap();
        let of = format!("learners/{with_proof:03}");
        let proofs = fs::read_dir(at.join(&of).join("proofs")).unwrap();
        let names: Vec<String> = proofs.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        let opening = names.iter().find(|name| name.ends_with(".opening.json")).unwrap();
        let proof = opening.replace(".opening.json", ".json");
        let document = text(at, &format!("{of}/proofs/{proof}"));
        assert_eq!(verify(document.as_bytes(), &anchors).verdict, Verdict::Valid);
        let proof: StudyProof = serde_json::from_str(&document).unwrap();
        let opening: Opening = serde_json::from_str(&text(at, &format!("{of}/proofs/{opening}"))).unwrap();
        assert!(opening.opens(&proof));
        assert_eq!(opening.name, learners[with_proof - 1].get(1).unwrap());
    }

    async fn nothing_is_written_over_and_an_unknown_class_is_named(app) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("kept.txt"), "kept").unwrap();
        assert!(Folder::make(folder.path()).is_err());
        let nothing = ClassId(Uuid::from_u128(1));
        let error = written(&app, nothing, &folder.path().join("new")).await.unwrap_err();
        assert!(error.to_string().contains(&nothing.0.to_string()), "{error}");
        // A class without learners is written, too.
        let exported = written(&app, app.open_class, &folder.path().join("empty")).await.unwrap();
        assert_eq!((exported.learners, exported.records), (0, 0));
    }
}
