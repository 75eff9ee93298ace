//! My study proofs: what is confirmed so far, one button to have it proved, and the proofs issued before.

use crate::{
    api::{self, Failure},
    browser::{file, intl::Show as Moment},
    components::{
        destroyed::DestroyedClass,
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::{self, moment, text},
        loaded::loaded,
        revoked::Revoked,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
};
use contract::class::{MyClass, ProofSummary};
use leptos::prelude::*;
use study::{Millis, Rules};
use uuid::Uuid;

/// All my classes with their proofs.
#[component]
pub fn MyProofs() -> impl IntoView {
    let i18n = use_i18n();
    let classes = Fetched::outside(|| Box::pin(api::my_classes()));
    view! {
        <p class="soft">{say!(i18n, proofs.what)} " " <a href="/verify">{say!(i18n, proofs.verify)}</a></p>
        {loaded(classes, 2, move |classes| {
            if classes.is_empty() {
                return view! {
                    <p class="soft">{say!(i18n, proofs.no_class)}</p>
                    <p><a href="/classes">{say!(i18n, classes.title)}</a></p>
                }.into_any();
            }
            classes.into_iter().map(|class| match class.deleted_at {
                Some(at) => view! { <DestroyedClass name=class.name institution=class.institution at/> }.into_any(),
                None => view! { <ClassProofs class/> }.into_any(),
            }).collect_view().into_any()
        })}
    }
}

#[component]
fn ClassProofs(class: MyClass) -> impl IntoView {
    let i18n = use_i18n();
    let MyClass {
        class: id,
        name,
        institution,
        confirmed_ms,
        confirmed_hours,
        rules,
        ..
    } = class;
    let rules = StoredValue::new(rules);
    let proofs = Fetched::outside(move || Box::pin(api::proofs(id)));
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let issued = RwSignal::new(false);
    let nothing = confirmed_ms == Millis::ZERO;
    let issue = move |_| {
        if busy.get_untracked() || nothing {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api::issue_proof(id).await {
                Ok(_) => {
                    issued.set(true);
                    proofs.again();
                }
                Err(wrong) => failure.set(Some(wrong)),
            }
            busy.set(false);
        });
    };
    view! {
        <article class="card">
            <header>
                <h2>{said(move || text(i18n.get_locale(), &name))}</h2>
                <p class="soft">{said(move || text(i18n.get_locale(), &institution))}</p>
            </header>
            <p class="earned big">
                <Glyph icon=Icon::Check/>
                {said(move || {
                    let length = length::words(i18n.get_locale(), confirmed_ms);
                    t_string!(i18n, proofs.so_far, length = length, hours = confirmed_hours.0)
                })}
            </p>
            {live(move || (failure.get().map(|failure| view! { <FailureNotice failure/> })).into_any())}
            <p role="status" class="good-words">{live(move || (issued.get().then(|| t_string!(i18n, proofs.issued))).into_any())}</p>
            {if nothing {
                view! { <p class="soft">{say!(i18n, proofs.nothing)}</p> }.into_any()
            } else {
                view! {
                    <button type="button" class="big" on:click=issue aria-disabled=said(move || busy.get().to_string())>
                        <Glyph icon=Icon::Badge/>
                        {said(move || if busy.get() { t_string!(i18n, proofs.issuing) } else { t_string!(i18n, proofs.issue) })}
                    </button>
                }.into_any()
            }}
            {loaded(proofs, 1, move |list| {
                if list.is_empty() {
                    return ().into_any();
                }
                view! {
                    <h3>{say!(i18n, proofs.list)}</h3>
                    <ul class="rows">
                        {list.into_iter().map(|proof| view! { <ProofLine proof rules/> }).collect_view()}
                    </ul>
                }.into_any()
            })}
        </article>
    }
}

/// What of a proof is downloaded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Face {
    Sheet,
    Json,
}

async fn save(id: Uuid, face: Face) -> api::Answer<()> {
    let name = format!("zhenxue-proof-{id}");
    match face {
        Face::Sheet => {
            let pdf = api::proof_sheet(id).await?;
            file::save_bytes(&format!("{name}.pdf"), "application/pdf", &pdf);
        }
        Face::Json => {
            let json = api::proof(id).await?;
            file::save(&format!("{name}.json"), "application/vc+json", &json);
        }
    }
    Ok(())
}

#[component]
fn ProofLine(proof: ProofSummary, rules: StoredValue<Rules>) -> impl IntoView {
    let i18n = use_i18n();
    let ProofSummary {
        proof: id,
        issued_at,
        confirmed_ms,
        digest,
        revoked,
        ..
    } = proof;
    let hours = rules.with_value(|rules| study::ClassHours::of(confirmed_ms, rules).0);
    let busy = RwSignal::new(None::<Face>);
    let failure = RwSignal::new(None::<Failure>);
    let code = RwSignal::new(false);
    let download = move |face: Face| {
        if busy.get_untracked().is_some() {
            return;
        }
        busy.set(Some(face));
        failure.set(None);
        leptos::task::spawn_local(async move {
            if let Err(wrong) = save(id, face).await {
                failure.set(Some(wrong));
            }
            busy.set(None);
        });
    };
    let is_busy = move || said(move || busy.get().is_some().to_string());
    let fingerprint: String = digest.to_string().chars().take(16).collect();
    view! {
        <li>
            <Glyph icon=Icon::Badge/>
            <div class="grow">
                <strong>{said(move || {
                    let length = length::words(i18n.get_locale(), confirmed_ms);
                    t_string!(i18n, proofs.states, length = length, hours = hours)
                })}</strong>
                <small>
                    {said(move || moment(i18n.get_locale(), issued_at, Moment::DateAndTime))} " · "
                    {say!(i18n, proofs.fingerprint)} " " <code>{fingerprint}</code>
                </small>
                {revoked.map(|revoked| view! { <Revoked revoked/> })}
                {live(move || (failure.get().map(|failure| view! { <FailureNotice failure/> })).into_any())}
            </div>
            <div class="choices">
                <button type="button" on:click=move |_| download(Face::Sheet) aria-disabled=is_busy()>
                    <Glyph icon=Icon::Download/>
                    {said(move || if busy.get() == Some(Face::Sheet) { t_string!(i18n, proofs.making) } else { t_string!(i18n, proofs.download_pdf) })}
                </button>
                <button type="button" class="secondary" on:click=move |_| download(Face::Json) aria-disabled=is_busy()>
                    <Glyph icon=Icon::Download/> {say!(i18n, proofs.download)}
                </button>
                <button
                    type="button"
                    class="secondary"
                    aria-expanded=said(move || code.get().to_string())
                    on:click=move |_| code.update(|shown| *shown = !*shown)
                >
                    <Glyph icon=Icon::Code/> {say!(i18n, proofs.code)}
                </button>
            </div>
            {live(move || code.get().then(|| view! {
                <figure class="code">
                    <img src=api::proof_code(id) alt=t_string!(i18n, proofs.code_alt)/>
                    <figcaption>{t_string!(i18n, proofs.code_text)}</figcaption>
                </figure>
            }).into_any())}
        </li>
    }
}
