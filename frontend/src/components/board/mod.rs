//! The class board: what matters at one glance, a row for each learner, and behind each row the learner's own record.

mod charts;
mod classes;
mod export;
mod live;
mod record;
mod row;
mod table;

pub use classes::StaffClasses;
pub use live::LiveBoard;
pub use table::Mark;

use crate::{
    api::Failure,
    browser::document,
    components::{
        acting::RollCall,
        class_proofs::ToClassProofs,
        failure::FailureNotice,
        icon::{Glyph, Icon},
        say::{live, said},
        skeleton::Skeleton,
    },
    i18n::{t_string, use_i18n},
    say,
};
use charts::Charts;
use contract::board::BoardNumbers;
use export::Export;
use leptos::prelude::*;
use record::LearnerRecord;
use study::{ClassId, PersonId};
use table::Table;

/// A learner whose record is open.
#[derive(Clone, PartialEq, Eq)]
struct Opened {
    person: PersonId,
    name: String,
}

/// What there is to draw. The table is drawn once and then kept: whoever has the keyboard in it stays where they are.
#[derive(Clone, PartialEq, Eq)]
enum Stage {
    Loading,
    Failed(Failure),
    Shown,
}

/// The screen.
#[component]
pub fn Board(
    /// Of which class.
    class: ClassId,
) -> impl IntoView {
    let board = LiveBoard::watch(class);
    let opened = RwSignal::new(None::<Opened>);
    let stage = Memo::new(
        move |_| match (board.head.with(Option::is_some), board.failure()) {
            (true, _) => Stage::Shown,
            (false, None) => Stage::Loading,
            (false, Some(failure)) => Stage::Failed(failure),
        },
    );
    let back = Callback::new(move |person: PersonId| {
        opened.set(None);
        // To the row that they came from, once it is there again.
        request_animation_frame(move || document::focus(&format!("#{}", table::row_id(person))));
    });
    view! {
        <div class="board" class:hidden=move || opened.with(Option::is_some)>
            {live(move || match stage.get() {
                Stage::Shown => view! { <Shown board opened/> }.into_any(),
                Stage::Loading => view! { <Skeleton blocks=3/> }.into_any(),
                Stage::Failed(failure) => {
                    let retry = Callback::new(move |()| board.again());
                    view! { <FailureNotice failure retry/> }.into_any()
                }
            })}
        </div>
        {live(move || opened.get().map(|opened| view! { <LearnerRecord class opened back/> }).into_any())}
    }
}

/// The board once it is there.
#[component]
fn Shown(board: LiveBoard, opened: RwSignal<Option<Opened>>) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || {
        board.head.with(|head| {
            let head = head.as_ref()?;
            Some(crate::components::length::text(
                i18n.get_locale(),
                &head.name,
            ))
        })
    };
    view! {
        <h2>{said(move || title().unwrap_or_default())}</h2>
        <Numbers board/>
        <p role="status" class="board-stale">
            {live(move || board.stale.get().then(|| view! {
                <span class="notice pending">
                    <Glyph icon=Icon::CloudOff/>
                    <span>{said(move || { let at = board.time(); t_string!(i18n, board.stale, at = at) })}</span>
                </span>
            }).into_any())}
        </p>
        <p class="soft">{said(move || { let at = board.time(); t_string!(i18n, board.as_of, at = at) })}</p>
        {board.head.with_untracked(|head| head.as_ref().is_some_and(|head| head.checks)).then(|| view! { <RollCall board/> })}
        <Table board opened/>
        <p class="soft">{say!(i18n, board.limits)} " " {say!(i18n, board.order_note)}</p>
        <Export board/>
        <Charts board/>
        <ToClassProofs class=board.class/>
    }
}

/// Five numbers.
#[component]
fn Numbers(board: LiveBoard) -> impl IntoView {
    let i18n = use_i18n();
    let number =
        move |of: fn(&BoardNumbers) -> u32| said(move || of(&board.numbers.get()).to_string());
    view! {
        <dl class="figures five">
            <div><dt>{say!(i18n, board.learners)}</dt><dd>{number(|n| n.learners)}</dd></div>
            <div class="confirmed"><dt>{say!(i18n, board.live_now)}</dt><dd>{number(|n| n.live)}</dd></div>
            <div><dt>{say!(i18n, board.in_review)}</dt><dd>{number(|n| n.in_review)}</dd></div>
            <div><dt>{say!(i18n, board.to_make_up)}</dt><dd>{number(|n| n.to_make_up)}</dd></div>
            <div><dt>{say!(i18n, board.at_risk)}</dt><dd>{number(|n| n.at_risk)}</dd></div>
        </dl>
    }
}
