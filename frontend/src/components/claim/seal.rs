//! Sealing: first what it will do, then the button that does it.

use super::{Shared, doing::Doing};
use crate::{
    api,
    components::{
        icon::{Glyph, Icon},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::claim::{MatrixRow, SealClaim};
use leptos::prelude::*;

/// The way to a claim for everybody who is ready.
#[component]
pub fn Seal(whom: Vec<MatrixRow>, shared: Shared) -> impl IntoView {
    let i18n = use_i18n();
    let n = whom.len();
    if n == 0 {
        return view! { <p class="notice info"><Glyph icon=Icon::Info/> <span>{say!(i18n, claim.seal_none)}</span></p> }
            .into_any();
    }
    let hours = whom
        .iter()
        .fold(0_u64, |sum, row| sum.saturating_add(row.class_hours.0));
    let request = StoredValue::new(SealClaim {
        learners: whom.iter().map(|row| row.person).collect(),
    });
    let sure = RwSignal::new(false);
    let doing = Doing::new();
    let seal = move |_| {
        let class = shared.class;
        let request = request.get_value();
        doing.start(
            async move { api::claims::seal(class, &request).await },
            &[],
            move |claim: contract::claim::ClaimSummary| {
                shared.focus.set(Some(format!("#claim-{}", claim.claim)));
                shared.again.run(());
            },
        );
    };
    view! {
        <section class="card">
            <h2>{say!(i18n, claim.seal)}</h2>
            <p>{said(move || t_string!(i18n, claim.seal_text, n = n, hours = hours))}</p>
            {doing.notice()}
            {live(move || if sure.get() {
                view! {
                    <p class="notice pending"><Glyph icon=Icon::Alert/> <span>{say!(i18n, claim.seal_sure)}</span></p>
                    <div class="choices">
                        <button type="button" aria-disabled=said(move || doing.busy.get().to_string()) on:click=seal>
                            {said(move || if doing.busy.get() {
                                String::from(t_string!(i18n, claim.sealing))
                            } else {
                                t_string!(i18n, claim.seal_go, n = n)
                            })}
                        </button>
                        <button type="button" class="quiet" on:click=move |_| sure.set(false)>{say!(i18n, claim.not_yet)}</button>
                    </div>
                }.into_any()
            } else {
                view! {
                    <button type="button" on:click=move |_| sure.set(true)>
                        <Glyph icon=Icon::Badge/> {said(move || t_string!(i18n, claim.seal_ask, n = n))}
                    </button>
                }.into_any()
            })}
            <p class="visually-hidden" role="status">{said(move || if doing.busy.get() { t_string!(i18n, claim.sealing) } else { "" })}</p>
        </section>
    }
    .into_any()
}
