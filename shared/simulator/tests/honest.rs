//! Honest learners on a bad network get what they watched.

use simulator::honest::{Network, run};

const SESSIONS: u64 = if cfg!(debug_assertions) { 100 } else { 2_000 };

#[test]
fn bad_network_costs_less_than_a_hundredth() {
    let summary = run(1, SESSIONS, Network::BAD);
    println!("{summary:?}");
    println!("credited of truly watched: {} ppm", summary.ppm());
    assert!(
        summary.lost > SESSIONS,
        "the network is not bad: {summary:?}"
    );
    assert_eq!(summary.over_credited_ms, 0);
    assert!((990_000..=1_000_000).contains(&summary.ppm()));
    assert!(summary.worst_ppm >= 990_000, "{summary:?}");
    assert_eq!(summary.surprised, 0, "the page's bar was wrong");
    assert_eq!(summary.holes, 0, "credit has gaps that nobody skipped");
}

/// An outage longer than the buffer costs what the rules say: the simulator can tell.
#[test]
fn outages_beyond_the_buffer_are_seen() {
    let network = Network {
        outage_ms: 180_000,
        ..Network::BAD
    };
    let summary = run(1, SESSIONS, network);
    println!("{} ppm with outages of three minutes", summary.ppm());
    assert!(summary.ppm() < 990_000);
    assert_eq!(summary.over_credited_ms, 0);
}
