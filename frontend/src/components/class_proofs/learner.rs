//! The learners of a class, each with the newest proof to download.

use crate::{
    api::{self, Failure},
    browser::{file, intl::Show as Moment},
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::{self, moment},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::{class::ProofSummary, issuing::LearnerProof};
use leptos::prelude::*;
use study::{ClassId, Millis};

/// The list. A line is drawn anew only where its proof is another one, so that the keyboard stays where it is while proofs are issued.
#[component]
pub fn Learners(
    class: ClassId,
    learners: RwSignal<Vec<LearnerProof>>,
    hour: Millis,
) -> impl IntoView {
    let i18n = use_i18n();
    let lines = move || learners.get();
    view! {
        <h3>{say!(i18n, class_proofs.learners)}</h3>
        <ul class="rows learners">
            <For
                each=lines
                key=|one| (one.person, one.proof.as_ref().map(|proof| proof.proof))
                children=move |learner| view! { <Line class learner hour/> }
            />
        </ul>
    }
}

#[component]
fn Line(class: ClassId, learner: LearnerProof, hour: Millis) -> impl IntoView {
    let LearnerProof { name, proof, .. } = learner;
    let i18n = use_i18n();
    view! {
        <li>
            <div class="grow"><strong>{name.clone()}</strong></div>
            {match proof {
                Some(proof) => view! { <Issued class name proof hour/> }.into_any(),
                None => view! {
                    <div class="grow"><span class="soft">{say!(i18n, class_proofs.none)}</span></div>
                }.into_any(),
            }}
        </li>
    }
}

#[component]
fn Issued(class: ClassId, name: String, proof: ProofSummary, hour: Millis) -> impl IntoView {
    let i18n = use_i18n();
    let ProofSummary {
        proof: id,
        issued_at,
        confirmed_ms,
        digest,
        ..
    } = proof;
    let hours = confirmed_ms.0.checked_div(hour.0).unwrap_or(0);
    let fingerprint: String = digest.to_string().chars().take(16).collect();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let download = move |on_paper: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api::proofs::one(class, id, on_paper).await {
                Ok(bytes) => {
                    let (end, kind) = if on_paper {
                        ("pdf", "application/pdf")
                    } else {
                        ("json", "application/vc+json")
                    };
                    file::save_bytes(&format!("zhenxue-proof-{id}.{end}"), kind, &bytes);
                }
                Err(wrong) => {
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    let named = StoredValue::new(name);
    let label = move |what: &str| named.with_value(|name| format!("{what} {name}"));
    let is_busy = move || said(move || busy.get().to_string());
    view! {
        <div class="grow">
            {said(move || {
                let length = length::words(i18n.get_locale(), confirmed_ms);
                t_string!(i18n, proofs.states, length = length, hours = hours)
            })}
            <small>
                {said(move || moment(i18n.get_locale(), issued_at, Moment::DateAndTime))} " · "
                {say!(i18n, proofs.fingerprint)} " " <code>{fingerprint}</code>
            </small>
        </div>
        <div class="choices">
            <button
                type="button"
                aria-label=said(move || label("PDF"))
                on:click=move |_| download(true)
                aria-disabled=is_busy()
            >
                <Glyph icon=Icon::Download/> "PDF"
            </button>
            <button
                type="button"
                class="secondary"
                aria-label=said(move || label("JSON"))
                on:click=move |_| download(false)
                aria-disabled=is_busy()
            >
                <Glyph icon=Icon::Download/> "JSON"
            </button>
        </div>
        {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
    }
}
