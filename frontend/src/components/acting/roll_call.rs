//! Calling the roll from the board, and who answered: told by the board's own events.

use super::words;
use crate::{
    api::{self, Failure},
    browser::annex::{self, Told},
    components::{
        board::LiveBoard,
        failure::FailureNotice,
        icon::{Glyph, Icon},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::{
    acting::{CallAnswer, RollCallMark},
    board::local_time,
};
use leptos::prelude::*;
use study::Millis;

/// Names in one list; whoever wants all of them looks at the table.
const NAMES_MAX: usize = 30;
/// The answers in the order of [`RollCallMark::answers`].
const ANSWERS: [CallAnswer; 6] = [
    CallAnswer::Waiting,
    CallAnswer::Asked,
    CallAnswer::Passed,
    CallAnswer::Review,
    CallAnswer::Missed,
    CallAnswer::NotAsked,
];

/// The button, and the newest roll call.
#[component]
pub fn RollCall(board: LiveBoard) -> impl IntoView {
    let i18n = use_i18n();
    let asking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let call = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api::acting::call_roll(board.class).await {
                Ok(mark) => {
                    board.roll_call.try_set(Some(mark));
                    board.again();
                }
                Err(wrong) => {
                    if wrong.is_signed_out() {
                        annex::tell(Told::SignedOut);
                    }
                    failure.try_set(Some(wrong));
                }
            }
            asking.try_set(false);
            busy.try_set(false);
        });
    };
    view! {
        <section class="roll-call" aria-labelledby="roll-call">
            <h3 id="roll-call">{say!(i18n, call.title)}</h3>
            {live(move || if asking.get() {
                view! {
                    <div class="notice info">
                        <Glyph icon=Icon::Camera/>
                        <div>
                            <p>{said(move || { let n = board.numbers.get().live; t_string!(i18n, call.sure, n = n) })}</p>
                            <div class="choices">
                                <button type="button" aria-disabled=said(move || busy.get().to_string()) on:click=call>{say!(i18n, call.go)}</button>
                                <button type="button" class="secondary" on:click=move |_| asking.set(false)>{say!(i18n, call.cancel)}</button>
                            </div>
                        </div>
                    </div>
                }.into_any()
            } else {
                view! {
                    <div class="choices">
                        <button type="button" class="secondary" on:click=move |_| { failure.set(None); asking.set(true); }>
                            <Glyph icon=Icon::Camera/> {say!(i18n, call.open)}
                        </button>
                    </div>
                }.into_any()
            })}
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            {live(move || board.roll_call.get().map(|mark| view! { <Answers board mark/> }).into_any())}
        </section>
    }
}

/// Who answered, and how.
#[component]
fn Answers(board: LiveBoard, mark: RollCallMark) -> impl IntoView {
    let i18n = use_i18n();
    let offset = board.head.with_untracked(|head| {
        head.as_ref()
            .map_or(Millis::ZERO, |head| head.day_offset_ms)
    });
    let RollCallMark {
        by,
        at,
        called,
        by_teacher,
        answers,
        ..
    } = mark;
    let at = local_time(at, offset);
    let passed = answers[2];
    view! {
        <p role="status">
            <strong>{said(move || t_string!(i18n, call.progress, n = passed, all = called))}</strong> " "
            <small>{said(move || {
                let (by, at) = (by.clone(), at.clone());
                t_string!(i18n, call.by, by = by, at = at)
            })}</small>
            {(by_teacher > 0).then(|| view! {
                " " <small>{said(move || t_string!(i18n, call.by_teacher, n = by_teacher))}</small>
            })}
        </p>
        <progress max=called value=passed aria-labelledby="roll-call"></progress>
        <dl class="facts">
            {ANSWERS.into_iter().zip(answers).filter(|(answer, n)| *n > 0 && *answer != CallAnswer::Passed).map(|(answer, n)| {
                let names = board.called(answer);
                let more = names.len().saturating_sub(NAMES_MAX);
                let names: Vec<String> = names.into_iter().take(NAMES_MAX).collect();
                view! {
                    <div>
                        <dt>{said(move || words::call(i18n.get_locale(), answer))} " " {n}</dt>
                        <dd>{said(move || names.join(t_string!(i18n, call.comma)))} {(more > 0).then(|| view! { " " {said(move || t_string!(i18n, call.more, n = more))} })}</dd>
                    </div>
                }
            }).collect_view()}
        </dl>
    }
}
