//! Face checks bound what a cheat gets.

use simulator::checks::{Answers, run};
use study::{FaceChecks, RandomChecks, Rules};

const SESSIONS: u64 = if cfg!(debug_assertions) { 150 } else { 3_000 };

fn rules() -> Rules {
    Rules::liaoning_2026_with_face_checks()
}

#[test]
fn who_never_answers_gets_nothing_confirmed_and_soon_earns_no_more() {
    let rules = rules();
    let checks = RandomChecks::DEFAULT;
    let summary = run(1, SESSIONS, Answers::Never, &rules);
    println!("{summary:?}");
    // One check for each mean gap of credit, within a quarter.
    let expected = summary.granted_ms / checks.mean_ms.0;
    assert!(
        summary.drawn * 4 > expected * 3 && summary.drawn * 4 < expected * 5,
        "{summary:?}"
    );
    assert_eq!((summary.confirmed_ms, summary.overdue_ms), (0, 0));
    // Until the longest gap is over, and then until the answer is late; each time a full buffer may arrive at once.
    let most = checks.gap_max_ms.0 + checks.answer_ms.0 + 2 * rules.offline_buffer_ms.0;
    assert!(summary.most_granted_ms <= most, "{summary:?}");
}

#[test]
fn no_more_is_confirmed_than_was_granted() {
    let rules = rules();
    for answers in [Answers::Always, Answers::Sometimes] {
        let summary = run(2, SESSIONS, answers, &rules);
        println!("{answers:?}: {summary:?}");
        assert!(summary.confirmed_ms > 0);
        assert!(summary.confirmed_ms + summary.pending_ms <= summary.granted_ms);
        assert_eq!(summary.overdue_ms, 0);
    }
}

#[test]
fn who_always_answers_waits_for_no_more_than_the_longest_gap() {
    let summary = run(3, SESSIONS, Answers::Always, &rules());
    assert_eq!(summary.pending_ms, 0);
    let most = RandomChecks::DEFAULT.gap_max_ms.0;
    assert!(summary.most_waiting_ms < most, "{summary:?}");
}

#[test]
#[should_panic(expected = "rules without face checks")]
fn rules_without_checks_have_nothing_to_simulate() {
    let rules = Rules {
        face_checks: FaceChecks::Off,
        ..rules()
    };
    let _ = run(4, 1, Answers::Never, &rules);
}
