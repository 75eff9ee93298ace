//! Everybody who cheats, at once, over HTTP and in real time: nobody is credited more than one honest device could earn.

use robot::{attack, server::Server};
use std::{path::Path, time::Duration};

/// Long enough that what is won and lost by rounding shows, short enough for every run of the tests.
const EACH: Duration = Duration::from_secs(12);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn adversaries_at_once_earn_no_more_than_real_time() {
    let dir = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_zhenxue"));
    let server = Server::start(program, &dir.path().join("data"), None)
        .await
        .unwrap();
    let outcomes = attack::all(server.address(), EACH).await;
    assert!(outcomes.len() >= 16, "{} adversaries ran", outcomes.len());
    let mut report = String::new();
    for outcome in &outcomes {
        report.push_str(&format!("{outcome}\n"));
    }
    eprint!("{report}");
    assert!(
        outcomes.iter().all(attack::Outcome::held),
        "{report}\n{}",
        server.log()
    );
}
