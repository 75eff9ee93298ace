//! `kill -9` under load: what was acknowledged stays, what was not goes on, and the ledger never says two things.
#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test does"
)]

use contract::ErrorCode;
use robot::{
    Device, Identity, Outbox, RobotError, outbox::Acknowledged, server::Server, witness::Witness,
};
use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use study::{ClassId, Millis, UnitId};

const ZHENXUE: &str = env!("CARGO_BIN_EXE_zhenxue");
/// The scorecard asks for at least 20 in each run of the tests.
const N_CRASHES: u64 = 24;
const N_ROBOTS: u32 = 16;
/// Each crash comes so long after the robots have gone on: spread over more than the time of one commit.
const LOAD_MS: std::ops::Range<u64> = 60..360;
/// A page would long have shown its yellow dot.
const GO_ON_MAX: Duration = Duration::from_secs(20);

/// What the test and a robot tell each other.
#[derive(Default)]
struct Link {
    n_acknowledged: AtomicU64,
    stop: AtomicBool,
}

/// A learner who studies on, whatever happens to the server.
struct Robot {
    device: Device,
    class: ClassId,
    units: Vec<UnitId>,
    link: Arc<Link>,
}

impl Robot {
    /// Beats until told to stop; now and then leaves, asks for a proof and starts another unit. Gives everything that was
    /// acknowledged.
    async fn study(mut self) -> Result<Kept, RobotError> {
        let mut acknowledged = Vec::new();
        let mut proofs = Vec::new();
        let mut n_retries = 0;
        for unit in self.units.clone().into_iter().cycle() {
            let mut outbox = Outbox::new(self.start(unit).await?);
            let began_at = Instant::now();
            while outbox.acknowledged.len() < 40 && !self.link.stop.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(12)).await;
                let player = &mut outbox.study().player;
                let now_ms = Millis(u64::try_from(began_at.elapsed().as_millis()).unwrap());
                let spans = player.watch(now_ms.saturating_sub(player.client_ms()));
                outbox.put(spans)?;
                let before = outbox.acknowledged.len();
                outbox.flush(&mut self.device).await?;
                let n_new = outbox.acknowledged.len() - before;
                self.link
                    .n_acknowledged
                    .fetch_add(u64::try_from(n_new).unwrap(), Ordering::Relaxed);
            }
            n_retries += outbox.n_retries;
            let session = outbox.session();
            acknowledged.append(&mut outbox.acknowledged);
            while let Err(error) = self.device.end(session).await {
                assert!(error.passing(), "leaving: {error}");
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            match self.device.issue_proof(self.class).await {
                Ok(document) => proofs.push(document.to_vec()),
                Err(error) => assert!(error.passing(), "asking for a proof: {error}"),
            }
            if self.link.stop.load(Ordering::Relaxed) {
                break;
            }
        }
        Ok(Kept {
            device: self.device,
            acknowledged,
            proofs,
            n_retries,
        })
    }

    /// Asks until the lease is granted. Whether an unanswered request was granted is not known, so it takes over from itself.
    async fn start(&mut self, unit: UnitId) -> Result<robot::Study, RobotError> {
        loop {
            match self.device.start(self.class, unit, true).await {
                Err(error) if error.passing() => {
                    tokio::time::sleep(Duration::from_millis(30)).await;
                }
                decided => return decided,
            }
        }
    }
}

/// What a robot holds in its hands at the end.
struct Kept {
    device: Device,
    acknowledged: Vec<Acknowledged>,
    /// Proofs as they were downloaded.
    proofs: Vec<Vec<u8>>,
    n_retries: u64,
}

async fn make_robots(server: &Server, links: &[Arc<Link>]) -> Vec<Robot> {
    let mut making = tokio::task::JoinSet::new();
    for (link, n) in links.iter().cloned().zip(0..) {
        let address = server.address();
        making.spawn(async move {
            let mut device = Device::of(address, &Identity::new(n), "robot")
                .await
                .unwrap();
            let class = device.join_any().await.unwrap();
            Robot {
                device,
                class: class.class,
                units: class.units.iter().map(|unit| unit.unit).collect(),
                link,
            }
        });
    }
    making.join_all().await
}

/// Waits until every robot has had a beat acknowledged since now.
async fn all_go_on(links: &[Arc<Link>], server: &Server) {
    let counts = || -> Vec<u64> {
        let count = |link: &Arc<Link>| link.n_acknowledged.load(Ordering::Relaxed);
        links.iter().map(count).collect()
    };
    let before = counts();
    let since = Instant::now();
    while counts().iter().zip(&before).any(|(now, then)| now <= then) {
        assert!(
            since.elapsed() < GO_ON_MAX,
            "some robots do not go on: {before:?} to {:?}\n{}",
            counts(),
            server.log()
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn replay(data_dir: &Path) -> (bool, String) {
    let output = Command::new(ZHENXUE)
        .arg("replay")
        .arg("--data")
        .arg(data_dir)
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_under_load_loses_nothing_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start(Path::new(ZHENXUE), &dir.path().join("data"), None)
        .await
        .unwrap();
    let links: Vec<Arc<Link>> = (0..N_ROBOTS).map(|_| Arc::default()).collect();
    let robots = make_robots(&server, &links).await;
    let mut connection = robot::Connection::new(server.address());
    let mut witness = Witness::meet(&mut connection).await.unwrap();
    let running: Vec<_> = robots
        .into_iter()
        .map(|robot| tokio::spawn(robot.study()))
        .collect();
    all_go_on(&links, &server).await;

    for crash in 0..N_CRASHES {
        // Every crash falls elsewhere in the life of a batch; 97 is coprime to the range, so no two waits are equal.
        let span = LOAD_MS.end - LOAD_MS.start;
        let load_ms = LOAD_MS.start + crash * 97 % span;
        tokio::time::sleep(Duration::from_millis(load_ms)).await;
        witness.look(&mut connection).await.unwrap();
        server.crash().unwrap();
        if crash % 6 == 5 {
            let recovering = Duration::from_millis(20 + crash * 10);
            server.restart_and_crash(recovering).await.unwrap();
        }
        server.restart().await.unwrap();
        witness.look(&mut connection).await.unwrap();
        all_go_on(&links, &server).await;
    }

    for link in &links {
        link.stop.store(true, Ordering::Relaxed);
    }
    let mut checking = tokio::task::JoinSet::new();
    for robot in running {
        let mut kept = robot.await.unwrap().unwrap();
        checking.spawn(async move {
            send_again(&mut kept.device, &kept.acknowledged).await;
            read_again(&mut kept.device, &kept.proofs).await;
            (kept.acknowledged.len(), kept.proofs.len(), kept.n_retries)
        });
    }
    let (mut n_acknowledged, mut n_proofs, mut n_retries) = (0, 0, 0);
    for (acknowledged, proofs, retries) in checking.join_all().await {
        n_acknowledged += acknowledged;
        n_proofs += proofs;
        n_retries += retries;
    }
    assert!(n_proofs > 0, "nobody got a proof");
    assert!(
        n_retries > N_CRASHES,
        "the crashes hit nobody: {n_retries} beats were sent again"
    );
    let n_leaves = witness.audit(&mut connection).await.unwrap();
    assert!(
        witness.n_seen() > 3,
        "the ledger hardly grew: {} checkpoints",
        witness.n_seen()
    );
    server.stop().await.unwrap();
    let (agrees, said) = replay(server.data_dir());
    assert!(agrees, "replay differs: {said}");
    eprintln!(
        "{n_acknowledged} acknowledged beats, {n_proofs} proofs, {n_retries} beats sent again over {N_CRASHES} crashes; {n_leaves} leaves under {} \
         checkpoints; replay: {said}",
        witness.n_seen()
    );
}

/// Every acknowledged beat sent again must give the same receipt, to the letter. A number after the last one must be new.
async fn send_again(device: &mut Device, acknowledged: &[Acknowledged]) {
    for kept in acknowledged {
        let again = device.send(kept.session, &kept.beat).await.unwrap();
        assert_eq!(
            again, kept.receipt,
            "beat {} of {}",
            kept.beat.seq, kept.session
        );
    }
    for session in acknowledged.chunk_by(|a, b| a.session == b.session) {
        let Some(last) = session.last() else { continue };
        let mut forged = last.beat.clone();
        forged.spans.clear();
        if forged == last.beat {
            continue;
        }
        let refused = device.send(last.session, &forged).await;
        assert_eq!(
            refused.as_ref().err().and_then(RobotError::code),
            Some(ErrorCode::BeatConflict),
            "{refused:?}"
        );
    }
}

/// Every proof that was downloaded must still be there, to the byte.
async fn read_again(device: &mut Device, proofs: &[Vec<u8>]) {
    for proof in proofs {
        let document: serde_json::Value = serde_json::from_slice(proof).unwrap();
        let id = document["id"].as_str().unwrap();
        let id = id.strip_prefix("urn:uuid:").unwrap().parse().unwrap();
        assert_eq!(device.proof(id).await.unwrap(), proof, "proof {id}");
    }
}
