//! A board that keeps itself up to date: the whole of it once, then what changes; the whole again where something was missed.

use crate::{
    api::{self, Failure},
    browser::{clock, events::Events},
    state::fetched::Fetched,
};
use contract::acting::{CallAnswer, RollCallMark};
use contract::board::{Board, BoardChange, BoardNumbers, BoardRow, BoardView, local_time};
use leptos::prelude::*;
use std::{collections::HashMap, time::Duration};
use study::{ClassId, Day, Millis, PersonId, Timestamp};

/// The server tells something every six seconds at least; after two that did not come, what is shown is old.
const STALE_AFTER_MS: Millis = Millis(15_000);
/// How often that is looked at, and a connection that was refused is tried again.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// One row, by itself: a change of one learner draws one row anew.
pub type Row = ArcRwSignal<BoardRow>;

/// The board.
#[derive(Clone, Copy)]
pub struct LiveBoard {
    /// Which class.
    pub class: ClassId,
    /// What is true of the class; its `rows` are empty.
    pub head: RwSignal<Option<Board>>,
    /// The five numbers.
    pub numbers: RwSignal<BoardNumbers>,
    /// The newest roll call; rows are up to date with it.
    pub roll_call: RwSignal<Option<RollCallMark>>,
    /// Whether nothing was heard for so long that what is shown may be old.
    pub stale: RwSignal<bool>,
    /// What is to be seen, and in which order.
    pub view: RwSignal<BoardView>,
    /// The people that are to be seen, in their order.
    pub order: RwSignal<Vec<PersonId>>,
    as_of: RwSignal<Timestamp>,
    rows: StoredValue<HashMap<PersonId, Row>>,
    whole: Fetched<Board>,
    heard_at: StoredValue<Millis>,
    events: StoredValue<Option<Events>, LocalStorage>,
}

impl LiveBoard {
    /// Watches `class` until the screen is left.
    pub fn watch(class: ClassId) -> Self {
        let board = Self {
            class,
            head: RwSignal::new(None),
            numbers: RwSignal::new(BoardNumbers::default()),
            roll_call: RwSignal::new(None),
            stale: RwSignal::new(false),
            view: RwSignal::new(BoardView::default()),
            order: RwSignal::new(Vec::new()),
            as_of: RwSignal::new(Timestamp(0)),
            rows: StoredValue::new(HashMap::new()),
            whole: Fetched::outside(move || Box::pin(api::board::board(class))),
            heard_at: StoredValue::new(clock::now()),
            events: StoredValue::new_local(None),
        };
        Effect::new(move || {
            if let Some(Ok(whole)) = board.whole.get() {
                board.take(whole);
            }
        });
        Effect::new(move || {
            board.view.track();
            board.arrange();
        });
        board.listen();
        if let Ok(ticks) = set_interval_with_handle(move || board.look(), LOOK_EVERY) {
            on_cleanup(move || ticks.clear());
        }
        on_cleanup(move || board.events.dispose());
        board
    }

    /// Why there is nothing to show.
    pub fn failure(self) -> Option<Failure> {
        self.whole.get().and_then(Result::err)
    }

    /// Asks for the whole board.
    pub fn again(self) {
        self.whole.again();
    }

    /// The moment that is shown.
    pub fn time(self) -> String {
        let offset = self.head.with(|head| {
            head.as_ref()
                .map_or(Millis::ZERO, |head| head.day_offset_ms)
        });
        local_time(self.as_of.get(), offset)
    }

    /// The row of `person`.
    pub fn row(self, person: PersonId) -> Option<Row> {
        self.rows.with_value(|rows| rows.get(&person).cloned())
    }

    /// The day that is shown, where the learners live.
    pub fn today(self) -> Option<Day> {
        let offset = self
            .head
            .with_untracked(|head| head.as_ref().map(|head| head.day_offset_ms))?;
        Some(self.as_of.get_untracked().day(offset))
    }

    /// Whole class hours of each learner, in no order that means anything.
    pub fn hours(self) -> Vec<u64> {
        self.rows.with_value(|rows| {
            rows.values()
                .map(|row| row.with_untracked(|row| row.hours.0))
                .collect()
        })
    }

    fn listen(self) {
        let events = Events::open(
            &api::board::events_path(self.class),
            "change",
            move |data| {
                if let Ok(change) = serde_json::from_str(&data) {
                    self.hear(change);
                }
            },
            // Refused: the next look opens it again, and asking for the board says why.
            move || {
                self.events.try_set_value(None);
                self.again();
            },
        );
        self.events.set_value(events);
    }

    fn look(self) {
        let silent = clock::now().saturating_sub(self.heard_at.get_value()) >= STALE_AFTER_MS;
        if self.stale.get_untracked() != silent {
            self.stale.set(silent);
        }
        if self.events.with_value(Option::is_none) {
            self.listen();
        }
    }

    fn take(self, mut whole: Board) {
        let rows = std::mem::take(&mut whole.rows);
        self.merge(rows);
        self.numbers.set(whole.numbers);
        self.as_of.set(whole.as_of);
        self.called_by(whole.roll_call.take());
        self.head.set(Some(whole));
    }

    fn hear(self, change: BoardChange) {
        self.heard_at.set_value(clock::now());
        if self.stale.get_untracked() {
            self.stale.set(false);
        }
        let shown = self.as_of.get_untracked();
        if self.head.with_untracked(Option::is_none) || change.since > shown {
            // Something happened between what is shown and what this differs from.
            return self.again();
        }
        if change.as_of >= shown {
            self.merge(change.rows);
            self.numbers.set(change.numbers);
            self.as_of.set(change.as_of);
            self.called_by(change.roll_call);
        }
    }

    fn called_by(self, mark: Option<RollCallMark>) {
        if self.roll_call.with_untracked(|shown| *shown != mark) {
            self.roll_call.set(mark);
        }
    }

    /// The names of those who answered the roll like this.
    pub fn called(self, answer: CallAnswer) -> Vec<String> {
        let mut names: Vec<String> = self.rows.with_value(|rows| {
            rows.values()
                .map(Row::read_untracked)
                .filter(|row| row.called == Some(answer))
                .map(|row| row.name.clone())
                .collect()
        });
        names.sort_unstable();
        names
    }

    fn merge(self, rows: Vec<BoardRow>) {
        for row in rows {
            match self.row(row.person) {
                Some(known) if *known.read_untracked() == row => {}
                Some(known) => known.set(row),
                None => self.rows.update_value(|rows| {
                    rows.insert(row.person, ArcRwSignal::new(row));
                }),
            }
        }
        self.seat();
    }

    /// The people that are to be seen now, in order.
    fn wanted(self) -> Vec<PersonId> {
        let rows: Vec<BoardRow> = self
            .rows
            .with_value(|rows| rows.values().map(Row::get_untracked).collect());
        self.view.with_untracked(|view| {
            view.arrange(&rows)
                .into_iter()
                .map(|row| row.person)
                .collect()
        })
    }

    fn arrange(self) {
        self.order.set(self.wanted());
    }

    /// Rows keep their places while their numbers change. Only where somebody comes or goes are they put in order again: a table that
    /// moves under the finger cannot be read.
    fn seat(self) {
        let wanted = self.wanted();
        let same = self.order.with_untracked(|order| {
            let mut before = order.clone();
            let mut now = wanted.clone();
            before.sort_unstable();
            now.sort_unstable();
            before == now
        });
        if !same {
            self.order.set(wanted);
        }
    }
}
