//! /ledger/…, the sequencer, and what it refuses to go on with.

use crate::{
    harness::{Store, TestApp},
    on_both,
};
use contract::verify::PublicKeys;
use ledger::{Checkpoint, Edge, Hash, Tile, VerifierKey, edge::edge_tiles, tile, tree, verify};
use sea_orm::DbErr;
use std::{collections::HashSet, fs, path::Path};
use zhenxue::{
    ledger::{Ledger, published::Published},
    store::{
        self, Db,
        evidence::{self, NewEvidence},
        ledger as tables,
    },
};

async fn vkey(app: &TestApp) -> VerifierKey {
    let keys: PublicKeys = app.anonymous().get("/ledger/key").await.read();
    keys.ledger_vkey.parse().unwrap()
}

async fn checkpoint(app: &TestApp) -> Checkpoint {
    let answer = app.anonymous().get("/ledger/checkpoint").await;
    assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
    Checkpoint::open(
        std::str::from_utf8(&answer.bytes).unwrap(),
        &vkey(app).await,
    )
    .unwrap()
}

/// Puts `n` records into the queue.
async fn queue(db: &Db, now: study::Timestamp, n: u32) -> Result<(), DbErr> {
    let records: Vec<NewEvidence> = (0..n)
        .map(|n| NewEvidence {
            kind: "segment/1",
            person: None,
            class: None,
            session: None,
            record: format!("{{\"n\":{n}}}"),
        })
        .collect();
    let tx = db.begin().await?;
    evidence::append(&tx, &records, now).await?;
    tx.commit().await
}

async fn sequence(app: &TestApp) -> usize {
    let state = &app.running.app;
    state
        .ledger
        .sequence(&state.db, state.clock.now())
        .await
        .unwrap()
}

/// What a start of the server says to this database and folder.
async fn open(app: &TestApp, folder: &Path) -> Result<Ledger, String> {
    Ledger::open(&app.running.app.db, folder, app.running.app.clock.now()).await
}

async fn refusal(app: &TestApp) -> String {
    match open(app, app.folder.path()).await {
        Ok(_) => panic!("the ledger opens"),
        Err(why) => why,
    }
}

fn write_checkpoint(app: &TestApp, size: u64, root: Hash) {
    let keys = app.running.app.ledger.keys();
    let checkpoint = Checkpoint {
        origin: keys.vkey().name().to_owned(),
        size,
        root,
    };
    let note = checkpoint.sign(keys.ledger()).unwrap();
    Published::new(app.folder.path()).write(&note).unwrap();
}

on_both! {
    async fn an_empty_ledger_has_a_checkpoint(app) {
        let empty = checkpoint(&app).await;
        assert_eq!((empty.size, empty.root), (0, Hash::empty_root()));
        assert_eq!(app.anonymous().get("/ledger/tile/0/000.p/1").await.code(), "404 not_found");
    }

    async fn published_tiles_and_entries_make_the_signed_root(app) {
        let db = &app.running.app.db;
        let mut old: Vec<Checkpoint> = Vec::new();
        for n in [1, 254, 1, 1, 300, 700] {
            queue(db, app.running.app.clock.now(), n).await.unwrap();
            while sequence(&app).await > 0 {}
            old.push(checkpoint(&app).await);
        }
        let newest = old.last().unwrap().clone();
        assert_eq!(newest.size, 1_257);
        let read = async |tile: Tile| {
            let answer = app.anonymous().get(&format!("/ledger/{tile}")).await;
            assert_eq!(answer.status, 200, "{tile}");
            assert_eq!(answer.headers["content-type"], "application/octet-stream");
            answer.bytes
        };
        // The entries alone make the tree again, with every root that was ever signed.
        let mut edge = Edge::empty();
        for index in 0..=newest.size / tile::WIDTH {
            let width = (newest.size - index * tile::WIDTH).min(tile::WIDTH);
            let tile = Tile { kind: tile::Kind::Entries, index, width: u16::try_from(width).unwrap() };
            for entry in tile::entries(&read(tile).await).unwrap() {
                assert!(entry.starts_with(b"zhenxue-evidence-v1\n") && entry.len() == 52);
                edge.append(Hash::leaf(entry));
                if let Some(signed) = old.iter().find(|one| one.size == edge.size()) {
                    assert_eq!(edge.root().unwrap(), signed.root);
                }
            }
        }
        assert_eq!((edge.size(), edge.root().unwrap()), (newest.size, newest.root));
        for (tile, bytes) in edge.take_grown() {
            assert_eq!(read(tile).await, bytes);
        }
        for tile in edge_tiles(newest.size) {
            assert_eq!(read(tile).await.len(), tile.hash_bytes());
        }
        // A partial tile that has grown since is still served.
        assert_eq!(read("tile/0/000.p/255".parse().unwrap()).await.len(), 255 * 32);
        // And each head continues the ones before it.
        for (old, new) in old.iter().zip(old.iter().skip(1)) {
            let nodes = tree::consistency_nodes(old.size, new.size);
            let hashes = tables::nodes(&db.read, &nodes).await.unwrap();
            let proof = tree::consistency(old.size, new.size, |node| hashes.get(&node).copied()).unwrap();
            verify::consistency(old.size, old.root, new.size, new.root, &proof).unwrap();
        }
    }

    async fn tiles_that_are_not_there_are_not_found(app) {
        queue(&app.running.app.db, app.running.app.clock.now(), 3).await.unwrap();
        assert_eq!(sequence(&app).await, 3);
        for path in ["0/000", "0/000.p/4", "0/001.p/1", "1/000.p/1", "entries/000.p/4", "entries/000", "0/0", "x", "0/000.p/3/", "63/000.p/1", "0/x999/x999/x999/x999/x999/x999/x999/999"] {
            assert_eq!(app.anonymous().get(&format!("/ledger/tile/{path}")).await.code(), "404 not_found", "{path}");
        }
        assert_eq!(app.anonymous().get("/ledger/tile/entries/000.p/3").await.status, 200);
    }

    /// Two servers on one database: every record gets one place, places have no gaps, and no size has two heads.
    async fn servers_side_by_side_give_every_place_once(app) {
        let other = tempfile::tempdir().unwrap();
        fs::create_dir_all(other.path().join("keys")).unwrap();
        for key in ["ledger", "issuer"] {
            fs::copy(app.folder.path().join("keys").join(key), other.path().join("keys").join(key)).unwrap();
        }
        let second = open(&app, other.path()).await.unwrap();
        let state = &app.running.app;
        let (db, now) = (&state.db, state.clock.now());
        let work = async |ledger: &Ledger| {
            let mut done = 0;
            for _ in 0..12 {
                queue(db, now, 67).await.unwrap();
                done += ledger.sequence(db, now).await.unwrap();
            }
            done
        };
        let (one, two) = tokio::join!(work(&state.ledger), work(&second));
        let rest = sequence(&app).await;
        assert_eq!(one + two + rest, 2 * 12 * 67);
        let leaves = tables::leaves(&db.read, 0, u64::MAX >> 1).await.unwrap();
        assert_eq!(leaves.len(), 2 * 12 * 67);
        assert!(leaves.iter().zip(0..).all(|(leaf, index)| leaf.index == index));
        assert_eq!(leaves.iter().map(|leaf| leaf.evidence).collect::<HashSet<_>>().len(), leaves.len());
        open(&app, other.path()).await.unwrap();
        open(&app, app.folder.path()).await.unwrap();
    }

    async fn an_older_database_than_was_published_is_refused(app) {
        queue(&app.running.app.db, app.running.app.clock.now(), 3).await.unwrap();
        sequence(&app).await;
        open(&app, app.folder.path()).await.unwrap();
        write_checkpoint(&app, 4, Hash::leaf(b"what the backup does not know"));
        let why = refusal(&app).await;
        assert!(why.contains("older than what this server has published") && why.contains("3 leaves") && why.contains("Restore"), "{why}");
        write_checkpoint(&app, 3, Hash::leaf(b"another history"));
        assert!(refusal(&app).await.contains("another history"));
        write_checkpoint(&app, 2, Hash::leaf(b"another history"));
        assert!(refusal(&app).await.contains("another history"));
    }

    async fn a_changed_tree_is_refused(app) {
        queue(&app.running.app.db, app.running.app.clock.now(), 3).await.unwrap();
        sequence(&app).await;
        app.sql("UPDATE ledger_head SET size = 2").await.unwrap();
        assert!(refusal(&app).await.contains("newest signed checkpoint is of 3"));
        app.sql("UPDATE ledger_head SET size = 3").await.unwrap();
        open(&app, app.folder.path()).await.unwrap();
        app.sql("UPDATE ledger_tile SET idx = 7").await.unwrap();
        let why = refusal(&app).await;
        assert!(why.contains("tile/0/000.p/3 should hold 3 hashes but holds 0"), "{why}");
    }

    async fn other_keys_are_refused(app) {
        let keys = app.folder.path().join("keys");
        fs::rename(keys.join("issuer"), keys.join("away")).unwrap();
        let why = refusal(&app).await;
        assert!(why.contains("does not hold the signing keys") && why.contains("backup"), "{why}");
        fs::copy(keys.join("ledger"), keys.join("issuer")).unwrap();
        assert!(refusal(&app).await.contains("does not hold the signing keys"));
        fs::rename(keys.join("away"), keys.join("issuer")).unwrap();
        open(&app, app.folder.path()).await.unwrap();
    }
}

/// Whatever fails inside a round, nothing of it is shown, and the next one does it all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_round_that_fails_has_not_happened() {
    let app = TestApp::new(Store::Sqlite).await.unwrap();
    let state = &app.running.app;
    queue(&state.db, state.clock.now(), 2).await.unwrap();
    sequence(&app).await;
    let before = checkpoint(&app).await;
    queue(&state.db, state.clock.now(), 5).await.unwrap();
    for table in ["ledger_leaf", "ledger_tile", "ledger_checkpoint"] {
        let fault = format!(
            "CREATE TRIGGER fault BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'a planted fault'); END"
        );
        app.sql(&fault).await.unwrap();
        assert!(
            state
                .ledger
                .sequence(&state.db, state.clock.now())
                .await
                .is_err()
        );
        app.sql("DROP TRIGGER fault").await.unwrap();
        assert_eq!(checkpoint(&app).await, before);
        let published = Published::new(app.folder.path()).read().unwrap().unwrap();
        assert_eq!(
            Checkpoint::open(&published, &vkey(&app).await).unwrap(),
            before
        );
        open(&app, app.folder.path()).await.unwrap();
    }
    assert_eq!(sequence(&app).await, 5);
    assert_eq!(checkpoint(&app).await.size, 7);
    // One size has one head: the database itself refuses a second one.
    let tx = state.db.begin().await.unwrap();
    let again = tables::newest(&tx).await.unwrap().unwrap();
    assert!(tables::keep_checkpoint(&tx, &again).await.is_err());
    drop(tx);
    // And no head is changed or forgotten.
    assert!(
        app.sql("UPDATE ledger_checkpoint SET size = 99")
            .await
            .is_err()
    );
    assert!(app.sql("DELETE FROM ledger_leaf").await.is_err());
    store::commit(state.db.begin().await.unwrap())
        .await
        .unwrap();
}
