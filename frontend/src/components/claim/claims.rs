//! The claims of a class: what became of each, the pack, and taking one back.

use super::{Shared, doing::Doing, leave_out::reason, words};
use crate::{
    api,
    browser::{file, intl::Show as Moment},
    components::{
        account_form::judge,
        field::{Field, Typed},
        icon::{Glyph, Icon},
        length::moment,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say, told,
};
use contract::claim::{ClaimState, ClaimSummary, WithdrawClaim};
use leptos::prelude::*;

/// The list, newest first.
#[component]
pub fn Claims(claims: Vec<ClaimSummary>, shared: Shared) -> impl IntoView {
    let i18n = use_i18n();
    let none = claims.is_empty();
    view! {
        <h2>{say!(i18n, claim.claims)}</h2>
        {none.then(|| view! { <p class="soft">{say!(i18n, claim.no_claims)}</p> })}
        {claims.into_iter().map(|claim| view! { <Claim claim shared/> }).collect_view()}
    }
}

#[component]
fn Claim(claim: ClaimSummary, shared: Shared) -> impl IntoView {
    let i18n = use_i18n();
    let id = claim.claim;
    let doing = Doing::new();
    let saved = RwSignal::new(false);
    let withdrawing = RwSignal::new(false);
    let download = move |_| {
        saved.set(false);
        doing.start(api::claims::pack(id), &[], move |bytes: Vec<u8>| {
            saved.try_set(file::save_bytes(
                &format!("claim-{id}.zip"),
                "application/zip",
                &bytes,
            ));
        });
    };
    let typed = Typed::new("withdrawal", reason);
    let withdraw = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !judge(&[typed]) {
            return;
        }
        let request = WithdrawClaim {
            reason: typed.value.get_untracked().trim().to_owned(),
        };
        doing.start(
            async move { api::claims::withdraw(id, &request).await },
            &[typed],
            move |_| {
                shared.focus.set(Some(format!("#claim-{id}")));
                shared.again.run(());
            },
        );
    };
    let (icon, tone) = words::state_mark(&claim.state);
    let waits = claim.state == ClaimState::Sealed;
    let (state, head) = (claim.state.clone(), claim.clone());
    let short: String = claim.manifest.to_string().chars().take(16).collect();
    view! {
        <article class="card" id=format!("claim-{id}") tabindex="-1">
            <h3>{said(move || {
                let at = moment(i18n.get_locale(), head.sealed_at, Moment::DateAndTime);
                t_string!(i18n, claim.head, at = at, n = head.learners, hours = head.class_hours.0)
            })}</h3>
            <p><span class=format!("mark {tone}")><Glyph icon/> <span>{said(move || words::state(i18n.get_locale(), &state))}</span></span></p>
            <p class="soft">{said({
                let claim = claim.clone();
                move || t_string!(i18n, claim.by, by = claim.sealed_by.clone(), n = claim.reviewed, all = claim.learners)
            })}</p>
            <p class="soft"><small>{say!(i18n, claim.manifest)} " " <code>{short}</code></small></p>
            {doing.notice()}
            <div class="choices">
                <button type="button" class="secondary" aria-disabled=said(move || doing.busy.get().to_string()) on:click=download>
                    <Glyph icon=Icon::Download/> {say!(i18n, claim.download)}
                </button>
                {waits.then(|| view! {
                    <button
                        type="button"
                        class="quiet"
                        aria-expanded=said(move || withdrawing.get().to_string())
                        on:click=move |_| withdrawing.update(|open| *open = !*open)
                    >
                        {say!(i18n, claim.withdraw)}
                    </button>
                })}
            </div>
            <p role="status" class="good-words">{said(move || if saved.get() { t_string!(i18n, claim.downloaded) } else { "" })}</p>
            {live(move || withdrawing.get().then(|| view! {
                <form novalidate on:submit=withdraw>
                    <Field typed label=told!(i18n, claim.reason) hint=told!(i18n, claim.withdraw_hint) autocomplete="off"/>
                    <button type="submit" aria-disabled=said(move || doing.busy.get().to_string())>{say!(i18n, claim.withdraw_go)}</button>
                </form>
            }).into_any())}
        </article>
    }
}
