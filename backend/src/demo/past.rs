//! What some demo learners have studied before the server was first started: real beats through the real writer, with the clock
//! of those days. So their pages, evidence and proofs are not empty, and hold under every check.

use super::NotLoaded;
use crate::{
    app::App,
    beat_writer::{self, Arrived, Judging},
    clock::Clock,
    store::{self, classes, study as studying},
};
use contract::{
    beat::{Beat, StartStudy},
    class::UnitProgress,
};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use study::{ClassId, Day, Millis, PersonId, Span, SpanState, Timestamp};

/// What one learner did: on which day (counted from today), from which time on, which unit, and for how long each thing.
pub(super) struct Evening {
    days_ago: u64,
    at_ms: u64,
    unit: usize,
    device: &'static str,
    states: &'static [(SpanState, u64)],
    /// Longest beat: the page's own, but for whole units a minute, the longest that its buffer covers, so that a first start stays quick.
    beat_ms: Option<Millis>,
}

const HOUR: u64 = 3_600_000;
/// Longer than any unit: to its end.
const TO_THE_END: u64 = HOUR;

/// Two evenings of somebody who is half through, and looked away now and then.
const EVENINGS: [Evening; 3] = [
    Evening {
        days_ago: 3,
        at_ms: 19 * HOUR + 1_260_000,
        unit: 0,
        device: "安卓手机",
        states: &[
            (SpanState::Watching, 95_000),
            (SpanState::Hidden, 20_000),
            (SpanState::Paused, 41_000),
            (SpanState::Watching, TO_THE_END),
        ],
        beat_ms: None,
    },
    Evening {
        days_ago: 2,
        at_ms: 20 * HOUR + 300_000,
        unit: 1,
        device: "安卓手机",
        states: &[
            (SpanState::Watching, 120_000),
            (SpanState::Unfocused, 30_000),
        ],
        beat_ms: None,
    },
    Evening {
        days_ago: 2,
        at_ms: 21 * HOUR,
        unit: 1,
        device: "笔记本",
        states: &[(SpanState::Watching, 60_000)],
        beat_ms: None,
    },
];

const fn whole(days_ago: u64, unit: usize) -> Evening {
    Evening {
        days_ago,
        at_ms: 19 * HOUR,
        unit,
        device: "笔记本",
        states: &[(SpanState::Watching, TO_THE_END)],
        beat_ms: Some(Millis(60_000)),
    }
}

/// Three evenings of somebody who studied all of it.
pub(super) const ALL_OF_IT: [Evening; 3] = [whole(6, 0), whole(5, 1), whole(4, 2)];

/// Gives `person` a past in `class`, half through.
///
/// # Errors
/// [`NotLoaded`]
pub async fn study(app: &App, class: ClassId, person: PersonId) -> Result<(), NotLoaded> {
    spent(app, class, person, &EVENINGS).await
}

/// Gives `person` these evenings in `class`.
///
/// # Errors
/// [`NotLoaded`]
pub(super) async fn spent(
    app: &App,
    class: ClassId,
    person: PersonId,
    evenings: &[Evening],
) -> Result<(), NotLoaded> {
    let my = classes::my(&app.db.read, &app.rules, person, class, app.clock.now())
        .await?
        .ok_or_else(|| NotLoaded::Files("a demo learner is not in the class".into()))?;
    let offset = my.rules.day_offset_ms;
    let today = app.clock.now().day(offset);
    for evening in evenings {
        let day = Day(today.0.saturating_sub(evening.days_ago));
        let clock = Arc::new(PastClock::at(day.start(offset).plus(Millis(evening.at_ms))));
        let unit = my
            .units
            .get(evening.unit)
            .ok_or_else(|| NotLoaded::Files("the demo course has too few units".into()))?;
        spend(app, &clock, class, person, unit, evening).await?;
    }
    Ok(())
}

async fn spend(
    app: &App,
    clock: &Arc<PastClock>,
    class: ClassId,
    person: PersonId,
    unit: &UnitProgress,
    evening: &Evening,
) -> Result<(), NotLoaded> {
    let wish = StartStudy {
        class,
        unit: unit.unit,
        device: evening.device.into(),
        take_over: true,
    };
    let tx = app.db.begin().await?;
    let started = studying::start(&tx, &app.keys, &app.rules, person, &wish, clock.now())
        .await
        .map_err(|error| NotLoaded::Files(error.to_string()))?;
    tx.commit().await?;
    let mut viewer = Viewer {
        media: started.position_ms,
        client: Millis::ZERO,
        film: started.film_ms,
    };
    let beat_ms = evening.beat_ms.unwrap_or(started.rules.beat_ms);
    let (mut seq, mut prev) = (0, started.nonce);
    let judging = Judging {
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        keys: app.keys.clone(),
        book: Arc::clone(&app.rules),
    };
    for (state, ms) in evening.states {
        let mut left = Millis(*ms);
        while let Some(span) = viewer.span(*state, left.min(beat_ms)) {
            left = left.saturating_sub(span.client_len());
            clock.pass(span.client_len());
            seq += 1;
            let beat = Beat {
                lease: started.lease,
                seq,
                prev,
                spans: vec![span],
            };
            prev = beat
                .digest()
                .map_err(|error| NotLoaded::Files(error.to_string()))?;
            let arrived = Arrived {
                session: started.session,
                person,
                beat,
                digest: prev,
            };
            let results = beat_writer::write(&app.db, &judging, &[arrived])
                .await
                .map_err(|error| NotLoaded::Files(error.to_string()))?;
            if let Some(Err(refused)) = results.into_iter().next() {
                return Err(NotLoaded::Files(format!(
                    "a beat of the demo's past was refused: {refused:?}"
                )));
            }
        }
    }
    let tx = app.db.begin().await?;
    studying::end(
        &tx,
        &app.keys,
        &app.rules,
        person,
        started.session,
        clock.now(),
    )
    .await?;
    store::commit(tx)
        .await
        .map_err(|store::Unknown(error)| error)?;
    Ok(())
}

/// Somebody in front of a film.
struct Viewer {
    media: Millis,
    client: Millis,
    film: Millis,
}

impl Viewer {
    /// The next so many milliseconds in one state; `None` when that is none, or the film is at its end.
    fn span(&mut self, state: SpanState, ms: Millis) -> Option<Span> {
        let plays = matches!(
            state,
            SpanState::Watching | SpanState::Unfocused | SpanState::Hidden
        );
        let ms = if plays {
            ms.min(self.film.saturating_sub(self.media))
        } else {
            ms
        };
        if ms == Millis::ZERO {
            return None;
        }
        let to = if plays {
            self.media.saturating_add(ms)
        } else {
            self.media
        };
        let span = Span {
            state,
            media_from_ms: self.media,
            media_to_ms: to,
            client_from_ms: self.client,
            client_to_ms: self.client.saturating_add(ms),
            rate_permille: 1_000,
            // The demo films have 12.5 frames a second.
            frames: u32::try_from(ms.0 / 80).unwrap_or(u32::MAX),
        };
        self.media = to;
        self.client = span.client_to_ms;
        Some(span)
    }
}

/// The clock of a day that is over.
struct PastClock(AtomicU64);

impl PastClock {
    fn at(moment: Timestamp) -> Self {
        Self(AtomicU64::new(moment.0))
    }

    fn pass(&self, ms: Millis) {
        self.0.fetch_add(ms.0, Ordering::Relaxed);
    }
}

impl Clock for PastClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }

    fn drift(&self) -> Millis {
        Millis::ZERO
    }
}
