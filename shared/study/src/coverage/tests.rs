//! Coverage against a naive model: one flag per millisecond.

use super::*;
use proptest::prelude::*;
// The same tests as the browser would run them: `cargo xtask test tests-wasm`.
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const LEN: u64 = 200;

fn flags(list: &[Interval]) -> Vec<bool> {
    (0..LEN)
        .map(|ms| list.iter().any(|i| i.from.0 <= ms && ms < i.to.0))
        .collect()
}

fn interval() -> impl Strategy<Value = Interval> {
    [0..=LEN, 0..=LEN].prop_map(|ends| Interval::from(ends.map(Millis)))
}

fn assert_normal(coverage: &Coverage) {
    let list = coverage.intervals();
    assert!(list.iter().all(|interval| !interval.is_empty()));
    assert!(list.windows(2).all(|pair| pair[0].to < pair[1].from));
}

proptest! {
    #[test]
    fn insert_and_collect_match_flags(list in prop::collection::vec(interval(), 0..30)) {
        let mut inserted = Coverage::default();
        for new in &list {
            inserted.insert(*new);
            assert_normal(&inserted);
        }
        let collected: Coverage = list.iter().copied().collect();
        prop_assert_eq!(&inserted, &collected);
        let naive = flags(&list);
        prop_assert_eq!(flags(inserted.intervals()), naive.clone());
        prop_assert_eq!(inserted.len().0, u64::try_from(naive.iter().filter(|on| **on).count()).unwrap());
        prop_assert_eq!(inserted.is_empty(), !naive.contains(&true));
    }

    #[test]
    fn missing_matches_flags(list in prop::collection::vec(interval(), 0..20), wanted in interval()) {
        let coverage: Coverage = list.iter().copied().collect();
        let missing = coverage.missing(wanted);
        let naive: Vec<bool> = flags(&list).iter().zip(flags(&[wanted])).map(|(on, want)| want && !on).collect();
        prop_assert_eq!(flags(&missing), naive);
        assert_normal(&missing.iter().copied().collect());
        let again: Coverage = missing.iter().copied().collect();
        prop_assert_eq!(again.intervals(), &missing[..]);
    }

    /// Whatever list was stored or sent, reading it counts each millisecond once, and writing it gives it back.
    #[test]
    fn json_is_normalised(list in prop::collection::vec(interval(), 0..20)) {
        let json = serde_json::to_string(&list).unwrap();
        let read: Coverage = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&read, &list.into_iter().collect::<Coverage>());
        let written = serde_json::to_string(&read).unwrap();
        prop_assert_eq!(serde_json::from_str::<Coverage>(&written).unwrap(), read);
    }
}

#[test]
fn ends_of_the_number_range_do_not_overflow() {
    let whole = Interval {
        from: Millis(0),
        to: Millis(u64::MAX),
    };
    let mut coverage = Coverage::default();
    assert_eq!(coverage.missing(whole), [whole]);
    coverage.insert(whole);
    coverage.insert(Interval {
        from: Millis(u64::MAX - 1),
        to: Millis(u64::MAX),
    });
    assert_eq!(coverage.intervals(), [whole]);
    assert_eq!(coverage.len(), Millis(u64::MAX));
}
