//! Checks that the machine could not settle: enrolled shots beside the check's frames, and three verdicts.

use super::{Done, Reason, photos::Photos};
use crate::{
    api::{self, Failure},
    browser::intl::Show as Moment,
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
use contract::face::{CheckToReview, DecideCheck, HeadAction, HumanVerdict, SignalSeen};
use leptos::prelude::*;

/// Cards whose pictures are fetched at once.
const N_SOON: usize = 3;

/// The list.
#[component]
pub fn Reviews() -> impl IntoView {
    let i18n = use_i18n();
    let list = Fetched::outside(|| Box::pin(api::face::checks_to_review()));
    let done = RwSignal::new(false);
    let decided = Callback::new(move |()| {
        done.set(true);
        list.again();
    });
    view! {
        <h2>{say!(i18n, staff.checks)}</h2>
        <Done done/>
        {loaded(list, 1, move |list| {
            if list.is_empty() {
                return view! { <p class="soft">{say!(i18n, staff.checks_none)}</p> }.into_any();
            }
            list.into_iter().enumerate().map(|(idx, check)| view! {
                <Card check soon={idx < N_SOON} decided/>
            }).collect_view().into_any()
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
fn Card(check: CheckToReview, soon: bool, decided: Callback<()>) -> impl IntoView {
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
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let decide = move |verdict: HumanVerdict| {
        let why = reason.get_untracked().trim().to_string();
        if why.is_empty() {
            missing.set(true);
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
                Ok(()) => decided.run(()),
                Err(wrong) => {
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    let button = move |verdict: HumanVerdict, words: Signal<String>| {
        view! {
            <button type="button" class="secondary" aria-disabled=said(move || busy.get().to_string()) on:click=move |_| decide(verdict)>
                {said(move || words.get())}
            </button>
        }
    };
    view! {
        <article class="card">
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
                    {button(HumanVerdict::Same, told!(i18n, staff.same))}
                    {button(HumanVerdict::Other, told!(i18n, staff.other))}
                    {button(HumanVerdict::Unclear, told!(i18n, staff.unclear))}
                </div>
            })}
        </article>
    }
}
