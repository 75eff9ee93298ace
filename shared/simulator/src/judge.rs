//! Who decides what a beat earns: the real rules, or one of the naive sets that other systems have shipped.

use study::{
    Circumstances, Decision, Grant, History, Interval, Millis, Rules, Span, SpanState, Standing,
    Timestamp, credit,
};

/// A way to decide what a beat earns.
pub type Judge = fn(&mut History, &[Span], &Circumstances, Timestamp, &Rules) -> Decision;

/// The rules that count.
pub const REAL: Judge = credit;

/// Sets of rules with one fault each, by name. The simulator must catch every one.
pub const NAIVE: [(&str, Judge); 8] = [
    ("trusts the client's clock", trusts_client_clock),
    ("sums without union", sums_without_union),
    ("bounds each beat by itself", bounds_each_beat),
    ("does not fence leases", no_fencing),
    ("takes any silence for a lost network", endless_buffer),
    ("forgets the day's limit", no_day_cap),
    ("does not mind a hidden page", hidden_counts),
    ("believes that any rate is watching", any_rate),
];

fn grant(history: &mut History, media: Interval, span: u32, decision: &mut Decision) {
    if !media.is_empty() {
        history.covered.insert(media);
        history.day_credited_ms = history.day_credited_ms.saturating_add(media.len());
        decision.grants.push(Grant {
            media,
            span,
            standing: Standing::Confirmed,
        });
    }
}

/// New film of the spans that claim to play, each at most as long as `bound` allows.
fn grant_new(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    mut bound: impl FnMut(&Span, Millis) -> Millis,
) -> Decision {
    let mut decision = Decision::default();
    for (span, idx) in spans.iter().zip(0..) {
        if span.state != SpanState::Watching || !circumstances.lease_current {
            continue;
        }
        let watched = Interval {
            from: span.media_from_ms,
            to: span.media_to_ms.min(circumstances.film_ms),
        };
        for fresh in history.covered.missing(watched) {
            let to = fresh.from.saturating_add(bound(span, fresh.len()));
            let media = Interval {
                from: fresh.from,
                to: to.min(fresh.to),
            };
            grant(history, media, idx, &mut decision);
        }
    }
    decision
}

/// As long as the browser says it took.
fn trusts_client_clock(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    _received_at: Timestamp,
    _rules: &Rules,
) -> Decision {
    grant_new(history, spans, circumstances, |span, _| span.client_len())
}

/// The real rules, but film watched twice is paid twice.
fn sums_without_union(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    received_at: Timestamp,
    rules: &Rules,
) -> Decision {
    let covered = std::mem::take(&mut history.covered);
    let decision = credit(history, spans, circumstances, received_at, rules);
    let fresh = std::mem::replace(&mut history.covered, covered);
    for media in fresh.intervals() {
        history.covered.insert(*media);
    }
    decision
}

/// Server time since the last beat plus a little slack for jitter: each beat by itself is plausible.
fn bounds_each_beat(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    received_at: Timestamp,
    rules: &Rules,
) -> Decision {
    let mut left = received_at
        .since(history.last_at)
        .saturating_add(rules.rate_slack_ms);
    history.last_at = received_at;
    grant_new(history, spans, circumstances, |_, wanted| {
        let granted = wanted.min(left);
        left = left.saturating_sub(granted);
        granted
    })
}

fn no_fencing(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    received_at: Timestamp,
    rules: &Rules,
) -> Decision {
    let held = Circumstances {
        lease_current: true,
        ..*circumstances
    };
    credit(history, spans, &held, received_at, rules)
}

fn endless_buffer(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    received_at: Timestamp,
    rules: &Rules,
) -> Decision {
    let rules = Rules {
        offline_buffer_ms: Millis(u64::MAX),
        ..rules.clone()
    };
    credit(history, spans, circumstances, received_at, &rules)
}

fn no_day_cap(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    received_at: Timestamp,
    rules: &Rules,
) -> Decision {
    let rules = Rules {
        day_cap_ms: Millis(u64::MAX),
        ..rules.clone()
    };
    credit(history, spans, circumstances, received_at, &rules)
}

fn hidden_counts(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    received_at: Timestamp,
    rules: &Rules,
) -> Decision {
    let seen: Vec<Span> = spans
        .iter()
        .map(|span| Span {
            state: if span.state == SpanState::Hidden {
                SpanState::Watching
            } else {
                span.state
            },
            ..*span
        })
        .collect();
    credit(history, &seen, circumstances, received_at, rules)
}

fn any_rate(
    history: &mut History,
    spans: &[Span],
    circumstances: &Circumstances,
    received_at: Timestamp,
    rules: &Rules,
) -> Decision {
    let rules = Rules {
        rate_max_permille: u32::MAX,
        ..rules.clone()
    };
    credit(history, spans, circumstances, received_at, &rules)
}
