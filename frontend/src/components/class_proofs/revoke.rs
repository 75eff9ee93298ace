//! Revoking a proof: the button, then why, then what it means.

use crate::{
    api::{self, Failure},
    browser::annex::{self, Told},
    components::{
        face::staff::Reason,
        failure::FailureNotice,
        icon::{Glyph, Icon},
        proof_words::reason_words,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say, told,
};
use contract::{
    class::ProofSummary,
    issuing::{RevocationReason, RevokeProof},
};
use leptos::prelude::*;
use study::ClassId;
use uuid::Uuid;

/// The button, and the form once it is pressed.
#[component]
pub fn Revoke(
    /// Of which class.
    class: ClassId,
    /// The proof.
    proof: Uuid,
    /// Whose it is, for whoever cannot see where the button stands.
    name: StoredValue<String>,
    /// Takes the proof as it is then.
    revoked: Callback<ProofSummary>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    live(move || {
        if open.get() {
            return view! { <Form class proof open revoked/> }.into_any();
        }
        view! {
            <button
                type="button"
                class="quiet"
                aria-label=said(move || name.with_value(|name| format!("{} {name}", t_string!(i18n, revocation.revoke))))
                on:click=move |_| open.set(true)
            >
                <Glyph icon=Icon::Cross/> {say!(i18n, revocation.revoke)}
            </button>
        }
        .into_any()
    })
}

#[component]
fn Form(
    class: ClassId,
    proof: Uuid,
    open: RwSignal<bool>,
    revoked: Callback<ProofSummary>,
) -> impl IntoView {
    let i18n = use_i18n();
    // Nothing is chosen for anybody: why somebody's proof is taken back is theirs to say.
    let reason = RwSignal::new(None::<RevocationReason>);
    let words = RwSignal::new(String::new());
    let unchosen = RwSignal::new(false);
    let missing = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (why, said) = (reason.get_untracked(), words.get_untracked());
        unchosen.set(why.is_none());
        missing.set(said.trim().is_empty());
        let Some(reason) = why.filter(|_| !said.trim().is_empty() && !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        let wish = RevokeProof {
            reason,
            words: said.trim().to_owned(),
        };
        leptos::task::spawn_local(async move {
            match api::proofs::revoke(class, proof, &wish).await {
                Ok(summary) => revoked.run(summary),
                Err(refused) => {
                    if refused.is_signed_out() {
                        annex::tell(Told::SignedOut);
                    }
                    failure.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    let choose = move |event: web_sys::Event| {
        let chosen = event_target_value(&event);
        let place: Option<usize> = chosen.parse().ok();
        reason.set(place.and_then(|place| RevocationReason::ALL.get(place).copied()));
        unchosen.set(false);
    };
    let (id, problem) = (format!("why-{proof}"), format!("why-{proof}-problem"));
    view! {
        <form class="revoke" on:submit=submit>
            <div class="notice pending"><Glyph icon=Icon::Alert/> <p>{say!(i18n, revocation.means)}</p></div>
            <div class="field">
                <label for=id.clone()>{say!(i18n, revocation.reason)}</label>
                <select
                    id=id
                    aria-describedby=problem.clone()
                    aria-invalid=move || unchosen.get().then_some("true")
                    on:change=choose
                >
                    <option value="">{say!(i18n, revocation.choose)}</option>
                    {RevocationReason::ALL.into_iter().enumerate().map(|(place, reason)| view! {
                        <option value=place.to_string()>{said(move || reason_words(i18n.get_locale(), reason))}</option>
                    }).collect_view()}
                </select>
                <p id=problem class="problem" aria-live="polite">
                    {said(move || if unchosen.get() { t_string!(i18n, revocation.unchosen) } else { "" })}
                </p>
            </div>
            <Reason id=format!("words-{proof}") value=words missing label=told!(i18n, revocation.words)/>
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            <div class="choices">
                <button type="submit" aria-disabled=said(move || busy.get().to_string())>{say!(i18n, revocation.go)}</button>
                <button type="button" class="secondary" on:click=move |_| open.set(false)>{say!(i18n, revocation.cancel)}</button>
            </div>
        </form>
    }
}
