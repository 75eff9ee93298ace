//! Appeals that wait for an answer, each with its evidence.

use super::words;
use crate::{
    api::{self, Failure},
    browser::{document, intl::Show as Moment},
    components::{
        check_words,
        face::staff::{Photos, Reason, signal_words},
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::{self, moment, text},
        loaded::loaded,
        reason,
        say::{live, said},
    },
    i18n::{Locale, t_string, td_string, use_i18n},
    say,
    state::fetched::Fetched,
    told,
};
use contract::{
    acting::{AnswerAppeal, AppealDone, AppealState, AppealToAnswer},
    face::CheckToReview,
    timeline::Stretch,
};
use leptos::prelude::*;

/// Cards whose pictures are fetched at once.
const N_SOON: usize = 3;
/// Where the keyboard goes when a card is gone.
const HEADING: &str = "appeals";

/// The list.
#[component]
pub fn Appeals() -> impl IntoView {
    let i18n = use_i18n();
    let list = Fetched::outside(|| Box::pin(api::acting::appeals()));
    let done = RwSignal::new(None::<(String, AppealDone)>);
    let answered = Callback::new(move |what: (String, AppealDone)| {
        done.set(Some(what));
        list.again();
        document::focus(&format!("#{HEADING}"));
    });
    view! {
        <h2 id=HEADING tabindex="-1">{say!(i18n, appeal.queue)}</h2>
        <p role="status" class="good-words">{said(move || done.get().map_or_else(String::new, |(name, done)| {
            let locale = i18n.get_locale();
            let did = if done.state == AppealState::SecondNeeded {
                td_string!(locale, appeal.did_first).to_string()
            } else {
                let upheld = done.state == AppealState::Upheld;
                words::remedy(locale, upheld, done.remedy, done.confirmed_ms, done.make_up_until)
            };
            td_string!(locale, appeal.done, name = name, did = did)
        }))}</p>
        {loaded(list, 1, move |list| {
            if list.is_empty() {
                return view! { <p class="soft">{say!(i18n, appeal.queue_none)}</p> }.into_any();
            }
            view! {
                <p class="soft">{say!(i18n, appeal.queue_note)}</p>
                {list.into_iter().enumerate().map(|(idx, appeal)| view! {
                    <Card appeal soon={idx < N_SOON} answered/>
                }).collect_view()}
            }.into_any()
        })}
    }
}

#[component]
fn Card(
    appeal: AppealToAnswer,
    soon: bool,
    answered: Callback<(String, AppealDone)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let AppealToAnswer {
        appeal: id,
        class_name,
        name,
        filed_at,
        text: says,
        stretch,
        unit,
        device,
        check,
        origin,
        outcome,
        said: verdicts,
        two_needed,
        second_needed,
        mine,
        own_word,
        remedy,
        ..
    } = appeal;
    let whose = StoredValue::new(name.clone());
    let why = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let answer = move |upheld: bool| {
        let reason = why.get_untracked().trim().to_string();
        if reason.is_empty() {
            missing.set(true);
            document::focus(&format!("#answer-{id}"));
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let wish = AnswerAppeal { upheld, reason };
            match api::acting::answer_appeal(id, &wish).await {
                Ok(done) => {
                    if let Some(name) = whose.try_get_value() {
                        answered.run((name, done));
                    }
                }
                Err(wrong) => {
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    let button = move |upheld: bool, words: Signal<String>| {
        view! {
            <button type="button" class="secondary" aria-disabled=said(move || busy.get().to_string()) on:click=move |_| answer(upheld)>
                {said(move || words.get())}
            </button>
        }
    };
    view! {
        <article class="card">
            <h3>{name}</h3>
            <p class="soft">
                {said(move || text(i18n.get_locale(), &class_name))} " · "
                {said(move || moment(i18n.get_locale(), filed_at, Moment::DateAndTime))}
            </p>
            <blockquote>{says}</blockquote>
            {stretch.map(|stretch| view! {
                <ul class="reasons">
                    <li><Glyph icon=stretch.reason.map_or(Icon::Info, reason::icon)/> <span>{said(move || stretch_words(i18n.get_locale(), &stretch))}</span></li>
                    {unit.map(|unit| view! { <li><Glyph icon=Icon::Book/> {said(move || text(i18n.get_locale(), &unit))}</li> })}
                    {device.map(|device| view! { <li><Glyph icon=Icon::Devices/> {device}</li> })}
                </ul>
            })}
            {check.map(|check| {
                let CheckToReview { drawn_at, stake_ms, signals, frames, enrolled, .. } = check;
                let none = frames.is_empty();
                view! {
                    <ul class="reasons">
                        <li><Glyph icon=Icon::Camera/> <span>{said(move || {
                            let locale = i18n.get_locale();
                            let at = moment(locale, drawn_at, Moment::DateAndTime);
                            let what = origin.map_or("", |origin| check_words::origin(locale, origin));
                            format!("{at} {what} · {}", check_words::outcome(locale, outcome))
                        })}</span></li>
                        <li><Glyph icon=Icon::Clock/> <span>{say!(i18n, staff.stake)} " " {said(move || length::words(i18n.get_locale(), stake_ms))}</span></li>
                        {signals.into_iter().map(|seen| view! {
                            <li><Glyph icon=Icon::Info/> <span>{said(move || signal_words(i18n.get_locale(), &seen))}</span></li>
                        }).collect_view()}
                    </ul>
                    {if none {
                        view! { <p class="soft">{say!(i18n, appeal.no_frames)}</p> }.into_any()
                    } else {
                        view! {
                            <div class="beside">
                                <div><Photos frames=enrolled label=told!(i18n, staff.enrolled) soon/></div>
                                <div><Photos frames label=told!(i18n, staff.frames) soon/></div>
                            </div>
                        }.into_any()
                    }}
                }
            })}
            <ul class="reasons">
                {verdicts.into_iter().map(|one| view! {
                    <li><Glyph icon=Icon::Person/> <span>{said(move || {
                        let locale = i18n.get_locale();
                        let (by, at) = (one.by.clone(), moment(locale, one.at, Moment::DateAndTime));
                        let (verdict, reason) = (words::verdict(locale, one.verdict), one.reason.clone());
                        td_string!(locale, appeal.said, by = by, at = at, verdict = verdict, reason = reason)
                    })}</span></li>
                }).collect_view()}
            </ul>
            <div class="notice info"><Glyph icon=Icon::Info/> <p>{said(move || words::would(i18n.get_locale(), remedy))}</p></div>
            {two_needed.then(|| view! {
                <div class="notice pending"><Glyph icon=Icon::Person/> <p>{said(move || match (second_needed, mine, own_word) {
                    (true, true, _) => t_string!(i18n, appeal.two_mine),
                    (true, false, _) => t_string!(i18n, appeal.two_second),
                    (false, _, true) => t_string!(i18n, appeal.two_own),
                    (false, _, false) => t_string!(i18n, appeal.two_first),
                })}</p></div>
            })}
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            {(!mine || !own_word).then(|| view! {
                <Reason id=format!("answer-{id}") value=why missing label=told!(i18n, appeal.reason)/>
                <div class="choices">
                    {(!mine).then(|| button(true, told!(i18n, appeal.uphold)))}
                    {(!own_word).then(|| button(false, told!(i18n, appeal.refuse)))}
                </div>
            })}
        </article>
    }
}

/// A stretch in one line: when, how long, why, and where in the film.
fn stretch_words(locale: Locale, stretch: &Stretch) -> String {
    let from = moment(locale, stretch.from, Moment::DateAndTime);
    let to = moment(locale, stretch.to, Moment::TimeToSecond);
    let length = length::words(locale, stretch.ms);
    let why = stretch
        .reason
        .map_or("", |reason| reason::words(locale, reason));
    let what = td_string!(locale, record.refused, length = length, reason = why);
    let place = if stretch.media.is_empty() {
        String::new()
    } else {
        let (from, to) = (
            length::place(stretch.media.from),
            length::place(stretch.media.to),
        );
        td_string!(locale, record.place, from = from, to = to)
    };
    format!("{from}–{to} {what} {place}")
}
