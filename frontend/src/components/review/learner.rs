//! One learner under review: who it is, what was entered, what was studied on which days, and three answers.

use super::{
    days::Days,
    photos::LearnerPhotos,
    words::{tone, verdict_words},
};
use crate::{
    api::{self, Failure},
    browser::{document, intl::Show as Moment},
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::moment,
        loaded::loaded,
        pack_report::FactList,
        pack_words::no_pdf_words,
        proof_report::Content,
        revoked::Revoked,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
};
use contract::{
    claim::{CLAIM_TEXT_MAX, ReviewRow, ReviewTheRow, ReviewedLearner, RowVerdict},
    verify::Verdict,
};
use leptos::{ev, prelude::*};
use study::PersonId;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The learner.
#[component]
pub fn Learner(
    /// The claim.
    claim: Uuid,
    /// The row.
    row: ReviewRow,
    /// Whether findings are taken.
    open_to_review: bool,
    /// On to the next one.
    next: Callback<PersonId>,
    /// Back to the rows.
    close: Callback<PersonId>,
) -> impl IntoView {
    let i18n = use_i18n();
    let person = row.person;
    let fetched = Fetched::outside(move || Box::pin(api::review::learner(claim, person)));
    let reason = RwSignal::new(String::new());
    // Chosen, but it needs a reason first.
    let chosen = RwSignal::new(None::<RowVerdict>);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let find = move |verdict: RowVerdict| {
        let why = reason.get_untracked().trim().to_owned();
        if busy.get_untracked() || !open_to_review {
            return;
        }
        if why.is_empty() && verdict != RowVerdict::Pass {
            chosen.set(Some(verdict));
            request_animation_frame(|| document::focus("#finding-reason"));
            return;
        }
        busy.set(true);
        failure.set(None);
        let finding = ReviewTheRow {
            verdict,
            reason: why,
        };
        leptos::task::spawn_local(async move {
            match api::review::find(claim, person, &finding).await {
                Ok(()) => next.run(person),
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    let keys = window_event_listener(ev::keydown, move |event| {
        let typing = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlElement>().ok())
            .is_some_and(|element| matches!(&*element.tag_name(), "INPUT" | "TEXTAREA"));
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.repeat() {
            return;
        }
        match &*event.key() {
            "Escape" => close.run(person),
            "1" if !typing => find(RowVerdict::Pass),
            "2" if !typing => find(RowVerdict::Doubt),
            "3" if !typing => find(RowVerdict::Fail),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
    // Once there is a heading to read.
    Effect::new(move || {
        if matches!(fetched.get(), Some(Ok(_))) {
            request_animation_frame(|| document::focus("#reviewed"));
        }
    });
    let button = move |verdict: RowVerdict, key: &'static str| {
        view! {
            <button
                type="button"
                class=if verdict == RowVerdict::Pass { "" } else { "secondary" }
                aria-keyshortcuts=key
                aria-pressed=said(move || (chosen.get() == Some(verdict)).to_string())
                aria-disabled=said(move || busy.get().to_string())
                on:click=move |_| find(verdict)
            >
                <kbd>{key}</kbd> " " {said(move || verdict_words(i18n.get_locale(), verdict))}
            </button>
        }
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some(verdict) = chosen.get_untracked() {
            find(verdict);
        }
    };
    let number = row.number;
    view! {
        <article class="card">
            <p>
                <button type="button" class="quiet" on:click=move |_| close.run(person)>
                    <Glyph icon=Icon::Left/> {say!(i18n, review.rows)}
                </button>
            </p>
            {loaded(fetched, 3, move |learner: ReviewedLearner| {
                let ReviewedLearner { row: now, name, id_number, facts, proof, no_pdf, days, devices, history, .. } = learner;
                // As of this look: a proof may have been revoked since the list was drawn.
                let machine = now.machine;
                view! {
                    <h3 id="reviewed" tabindex="-1"><code>{format!("{number:03}")}</code> " " {name}</h3>
                    <p><code class="number">{id_number}</code></p>
                    {match machine {
                        Verdict::Valid => view! { <p class="earned"><Glyph icon=Icon::Check/> <span>{say!(i18n, review.machine_row_fine)}</span></p> }.into_any(),
                        Verdict::Revoked => now.revoked.map(|revoked| view! { <Revoked revoked/> }).into_any(),
                        Verdict::UnknownIssuer | Verdict::Invalid => view! {
                            <div class="notice void"><Glyph icon=Icon::Cross/> <p>{say!(i18n, review.machine_row_red)}</p></div>
                        }.into_any(),
                    }}
                    {no_pdf.map(|why| view! {
                        <p class="notice info"><Glyph icon=Icon::Info/> <span>{said(move || no_pdf_words(i18n.get_locale(), &why))}</span></p>
                    })}
                    <FactList facts/>
                    <LearnerPhotos claim person/>
                    <h4>{say!(i18n, review.days)}</h4>
                    <Days days/>
                    <p class="soft">{said(move || t_string!(i18n, review.devices, n = devices))}</p>
                    <Content proof verdict=machine/>
                    {(!history.is_empty()).then(|| view! {
                        <h4>{say!(i18n, review.history)}</h4>
                        <ul class="points">
                            {history.into_iter().map(|finding| {
                                let (by, why, at, verdict) = (finding.by, finding.reason, finding.at, finding.verdict);
                                view! {
                                    <li>
                                        <span class=tone(verdict)>{said(move || verdict_words(i18n.get_locale(), verdict))}</span>
                                        <span>{said(move || format!("{by} · {} {why}", moment(i18n.get_locale(), at, Moment::DateAndTime)))}</span>
                                    </li>
                                }
                            }).collect_view()}
                        </ul>
                    })}
                }.into_any()
            })}
            {open_to_review.then(|| view! {
                <form class="finding" on:submit=submit>
                    <div class="choices" role="group" aria-label=say!(i18n, review.finding)>
                        {button(RowVerdict::Pass, "1")} {button(RowVerdict::Doubt, "2")} {button(RowVerdict::Fail, "3")}
                    </div>
                    <div class="field">
                        <label for="finding-reason">{say!(i18n, review.reason)}</label>
                        <input
                            id="finding-reason"
                            type="text"
                            autocomplete="off"
                            maxlength=CLAIM_TEXT_MAX
                            aria-describedby="finding-problem"
                            prop:value=move || reason.get()
                            on:input=move |event| reason.set(event_target_value(&event))
                        />
                        <p id="finding-problem" class="problem" aria-live="polite">{said(move || {
                            let missing = chosen.get().is_some() && reason.with(|reason| reason.trim().is_empty());
                            if missing { t_string!(i18n, review.reason_missing) } else { "" }
                        })}</p>
                    </div>
                    {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
                    {live(move || chosen.get().map(|_| view! {
                        <button type="submit" aria-disabled=said(move || busy.get().to_string())>{say!(i18n, review.save)}</button>
                    }).into_any())}
                </form>
            })}
        </article>
    }
}
