//! The learners of a class, each with their proofs: to download, and to revoke.

use crate::{
    api::{self, Failure},
    browser::{file, intl::Show as Moment},
    components::{
        class_proofs::revoke::Revoke,
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::{self, moment},
        revoked::Revoked,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::{class::ProofSummary, issuing::LearnerProof};
use leptos::prelude::*;
use study::{ClassId, Millis};

/// What lines need besides their proof.
#[derive(Clone, Copy)]
struct Around {
    class: ClassId,
    hour: Millis,
    revoked: Callback<ProofSummary>,
    issue: Callback<()>,
}

/// The list. A line is drawn anew only where its proofs are others, so that the keyboard stays where it is while proofs are issued.
#[component]
pub fn Learners(
    class: ClassId,
    learners: RwSignal<Vec<LearnerProof>>,
    hour: Millis,
    issue: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lines = move || learners.get();
    let told = RwSignal::new(false);
    let revoked = Callback::new(move |now: ProofSummary| {
        learners.update(|learners| {
            let proofs = learners
                .iter_mut()
                .flat_map(|one| one.proof.iter_mut().chain(&mut one.earlier));
            for proof in proofs.filter(|proof| proof.proof == now.proof) {
                *proof = now.clone();
            }
        });
        told.set(true);
    });
    let around = Around {
        class,
        hour,
        revoked,
        issue,
    };
    view! {
        <h3>{say!(i18n, class_proofs.learners)}</h3>
        <p role="status" class="good-words">{said(move || if told.get() { t_string!(i18n, revocation.done) } else { "" })}</p>
        <ul class="rows learners">
            <For
                each=lines
                key=|one| (one.person, one.proof.iter().chain(&one.earlier).map(|proof| (proof.proof, proof.revoked.is_some())).collect::<Vec<_>>())
                children=move |learner| view! { <Line learner around/> }
            />
        </ul>
    }
}

#[component]
fn Line(learner: LearnerProof, around: Around) -> impl IntoView {
    let LearnerProof {
        name,
        proof,
        earlier,
        ..
    } = learner;
    let issue = around.issue;
    // Whose only word was taken back can be given a new one at once.
    let replace = proof.as_ref().is_some_and(|proof| proof.revoked.is_some());
    let n_earlier = earlier.len();
    let named = StoredValue::new(name.clone());
    let i18n = use_i18n();
    view! {
        <li>
            <div class="grow"><strong>{name.clone()}</strong></div>
            {match proof {
                Some(proof) => view! { <Issued name=named proof around/> }.into_any(),
                None => view! {
                    <div class="grow"><span class="soft">{say!(i18n, class_proofs.none)}</span></div>
                }.into_any(),
            }}
            {replace.then(|| view! {
                <button type="button" class="secondary" on:click=move |_| issue.run(())>
                    <Glyph icon=Icon::Badge/> {say!(i18n, revocation.replace)}
                </button>
            })}
            {(n_earlier > 0).then(|| view! {
                <details>
                    <summary>{said(move || t_string!(i18n, revocation.earlier, n = n_earlier))}</summary>
                    <ul class="rows">
                        {earlier.into_iter().map(|proof| view! { <li><Issued name=named proof around/></li> }).collect_view()}
                    </ul>
                </details>
            })}
        </li>
    }
}

#[component]
fn Issued(name: StoredValue<String>, proof: ProofSummary, around: Around) -> impl IntoView {
    let i18n = use_i18n();
    let Around {
        class,
        hour,
        revoked: tell,
        ..
    } = around;
    let ProofSummary {
        proof: id,
        issued_at,
        confirmed_ms,
        digest,
        revoked,
        ..
    } = proof;
    let stands = revoked.is_none();
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
    let label = move |what: &str| name.with_value(|name| format!("{what} {name}"));
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
            {stands.then(|| view! { <Revoke class proof=id name revoked=tell/> })}
        </div>
        {revoked.map(|revoked| view! { <Revoked revoked/> })}
        {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
    }
}
