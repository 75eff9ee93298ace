//! Checks that the machine could not settle: enrolled shots beside the check's frames, and three verdicts.

use super::{Reason, photos::Photos};
use crate::{
    api::{self, Failure},
    browser::{document, intl::Show as Moment},
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::{self, moment},
        loaded::loaded,
        say::{live, said},
    },
    i18n::{Locale, t_string, td_string, use_i18n},
    say,
    state::fetched::Fetched,
    told,
};
use contract::{
    acting::VerdictDone,
    face::{CheckOutcome, CheckToReview, DecideCheck, HeadAction, HumanVerdict, SignalSeen},
};
use leptos::prelude::*;
use study::Millis;
use wasm_bindgen::JsCast;

/// Cards whose pictures are fetched at once.
const N_SOON: usize = 3;
/// Where the keyboard goes when a card is gone.
const HEADING: &str = "checks-to-review";
/// The verdicts by the key that stands for each.
const KEYS: [(&str, HumanVerdict); 3] = [
    ("1", HumanVerdict::Same),
    ("2", HumanVerdict::Other),
    ("3", HumanVerdict::Unclear),
];

/// What a verdict did to the hours.
fn did(locale: Locale, name: &str, done: &VerdictDone) -> String {
    let name = name.to_owned();
    let length = |ms| length::words(locale, ms);
    let did = match (done.outcome, done.make_up_until) {
        (CheckOutcome::Review, _) => {
            let length = length(done.pending_ms);
            td_string!(locale, staff.did_second, length = length)
        }
        (_, Some(until)) => {
            let until = moment(locale, until, Moment::DateAndTime);
            let length = length(done.pending_ms);
            td_string!(locale, staff.did_make_up, length = length, until = until)
        }
        _ if done.void_ms > Millis::ZERO => {
            let length = length(done.void_ms);
            td_string!(locale, staff.did_void, length = length)
        }
        _ if done.pending_ms > Millis::ZERO => {
            let length = length(done.pending_ms);
            td_string!(locale, staff.did_wait, length = length)
        }
        _ => {
            let length = length(done.confirmed_ms);
            td_string!(locale, staff.did_confirm, length = length)
        }
    };
    td_string!(locale, staff.did, name = name, did = did)
}

/// The list.
#[component]
pub fn Reviews() -> impl IntoView {
    let i18n = use_i18n();
    let list = Fetched::outside(|| Box::pin(api::face::checks_to_review()));
    let done = RwSignal::new(None::<(String, VerdictDone)>);
    let decided = Callback::new(move |what| {
        done.set(Some(what));
        list.again();
        // The card that had the keyboard is gone.
        document::focus(&format!("#{HEADING}"));
    });
    view! {
        <h2 id=HEADING tabindex="-1">{say!(i18n, staff.checks)}</h2>
        <p role="status" class="good-words">{said(move || done.get().map_or_else(String::new, |(name, done)| did(i18n.get_locale(), &name, &done)))}</p>
        {loaded(list, 1, move |list| {
            if list.is_empty() {
                return view! { <p class="soft">{say!(i18n, staff.checks_none)}</p> }.into_any();
            }
            view! {
                <p class="soft">{say!(i18n, staff.keys)}</p>
                {list.into_iter().enumerate().map(|(idx, check)| view! {
                    <Card check soon={idx < N_SOON} decided/>
                }).collect_view()}
            }.into_any()
        })}
    }
}

/// A signal in words.
#[must_use]
pub fn signal_words(locale: Locale, seen: &SignalSeen) -> String {
    let signal = match seen.signal.as_str() {
        "too_few_frames" => td_string!(locale, signal.too_few_frames),
        "head_action_not_seen" => td_string!(locale, signal.head_action_not_seen),
        "repeated_frame" => td_string!(locale, signal.repeated_frame),
        "person_changed" => td_string!(locale, signal.person_changed),
        "second_face" => td_string!(locale, signal.second_face),
        "no_face" => td_string!(locale, signal.no_face),
        "frame_unreadable" => td_string!(locale, signal.frame_unreadable),
        "frames_too_close" => td_string!(locale, signal.frames_too_close),
        "frame_seen_before" => td_string!(locale, signal.frame_seen_before),
        "frame_like_before" => td_string!(locale, signal.frame_like_before),
        "frame_like_another_persons" => td_string!(locale, signal.frame_like_another_persons),
        "machines_disagree" => td_string!(locale, signal.machines_disagree),
        "other_models" => td_string!(locale, signal.other_models),
        "virtual_camera" => td_string!(locale, signal.virtual_camera),
        "nearer_to_another" => td_string!(locale, signal.nearer_to_another),
        "page_said_passed" => td_string!(locale, signal.page_said_passed),
        // A newer server may know more.
        _ => td_string!(locale, signal.other),
    };
    match seen.frame {
        Some(frame) => {
            let n = frame.saturating_add(1);
            td_string!(locale, staff.signal_frame, signal = signal, n = n)
        }
        None => signal.into(),
    }
}

/// `0.413`, rounded down.
#[must_use]
pub fn distance_words(ppm: u64) -> String {
    format!("{}.{:03}", ppm / 1_000_000, ppm % 1_000_000 / 1_000)
}

#[component]
fn Card(
    check: CheckToReview,
    soon: bool,
    decided: Callback<(String, VerdictDone)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let CheckToReview {
        check: id,
        name,
        drawn_at,
        action,
        distance_ppm,
        signals,
        frames,
        enrolled,
        stake_ms,
        second_needed,
        mine,
        ..
    } = check;
    let whose = StoredValue::new(name.clone());
    let chosen = RwSignal::new(None::<HumanVerdict>);
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let decide = move |verdict: HumanVerdict| {
        let why = reason.get_untracked().trim().to_string();
        chosen.set(Some(verdict));
        if why.is_empty() {
            // The verdict is kept: Enter after the reason gives it.
            missing.set(true);
            document::focus(&format!("#reason-{id}"));
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let decision = DecideCheck {
                verdict,
                reason: why,
            };
            match api::face::decide_check(id, &decision).await {
                Ok(done) => {
                    if let Some(name) = whose.try_get_value() {
                        decided.run((name, done));
                    }
                }
                Err(wrong) => {
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    let by_key = move |event: web_sys::KeyboardEvent| {
        let typing = event
            .target()
            .is_some_and(|target| target.has_type::<web_sys::HtmlInputElement>());
        let key = event.key();
        if event.ctrl_key() || event.alt_key() || event.meta_key() || mine {
            return;
        }
        if typing {
            if key == "Enter"
                && let Some(verdict) = chosen.get_untracked()
            {
                event.prevent_default();
                decide(verdict);
            }
        } else if let Some((_, verdict)) = KEYS.iter().find(|(own, _)| *own == key) {
            event.prevent_default();
            decide(*verdict);
        }
    };
    let button = move |key: &'static str, verdict: HumanVerdict, words: Signal<String>| {
        view! {
            <button
                type="button"
                class="secondary"
                aria-keyshortcuts=key
                aria-pressed=said(move || (chosen.get() == Some(verdict)).to_string())
                aria-disabled=said(move || busy.get().to_string())
                on:click=move |_| decide(verdict)
            >
                <kbd aria-hidden="true">{key}</kbd> {said(move || words.get())}
            </button>
        }
    };
    view! {
        <article class="card" tabindex="0" aria-label=whose.get_value() on:keydown=by_key>
            <h3>{name}</h3>
            <dl class="facts">
                <div><dt>{say!(i18n, staff.drawn_at)}</dt><dd>{said(move || moment(i18n.get_locale(), drawn_at, Moment::DateAndTime))}</dd></div>
                <div><dt>{say!(i18n, staff.asked)}</dt><dd>{said(move || match action {
                    HeadAction::None => t_string!(i18n, staff.asked_none),
                    HeadAction::TurnLeft => t_string!(i18n, staff.asked_left),
                    HeadAction::TurnRight => t_string!(i18n, staff.asked_right),
                })}</dd></div>
                <div><dt>{say!(i18n, staff.distance)}</dt><dd>{said(move || match distance_ppm {
                    Some(ppm) => { let d = distance_words(ppm); t_string!(i18n, staff.distance_text, d = d) }
                    None => t_string!(i18n, staff.distance_none).to_string(),
                })}</dd></div>
                <div><dt>{say!(i18n, staff.stake)}</dt><dd>{said(move || length::words(i18n.get_locale(), stake_ms))}</dd></div>
            </dl>
            <div class="beside">
                <div><Photos frames=enrolled label=told!(i18n, staff.enrolled) soon/></div>
                <div><Photos frames label=told!(i18n, staff.frames) soon/></div>
            </div>
            {(!signals.is_empty()).then(|| view! {
                <h4>{say!(i18n, staff.signals)}</h4>
                <ul class="points">
                    {signals.into_iter().map(|seen| view! {
                        <li><Glyph icon=Icon::Info/> <span>{said(move || signal_words(i18n.get_locale(), &seen))}</span></li>
                    }).collect_view()}
                </ul>
            })}
            {second_needed.then(|| view! {
                <div class="notice pending"><Glyph icon=Icon::Person/> <p>{said(move || if mine {
                    t_string!(i18n, staff.mine)
                } else {
                    t_string!(i18n, staff.second)
                })}</p></div>
            })}
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            {(!mine).then(|| view! {
                <Reason id=format!("reason-{id}") value=reason missing label=told!(i18n, staff.reason_check)/>
                <div class="choices">
                    {button("1", HumanVerdict::Same, told!(i18n, staff.same))}
                    {button("2", HumanVerdict::Other, told!(i18n, staff.other))}
                    {button("3", HumanVerdict::Unclear, told!(i18n, staff.unclear))}
                </div>
            })}
        </article>
    }
}
