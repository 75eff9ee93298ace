//! Sealing: first what it will do, then the button that begins it.

use super::{Shared, doing::Doing};
use crate::{
    api::{self, Failure},
    components::{
        icon::{Glyph, Icon},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::{
    ErrorCode,
    claim::{MatrixRow, SealClaim},
    sealing::SealRun,
};
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
    let sealing = shared.sealing;
    let seal = move |_| {
        let class = shared.class;
        let request = request.get_value();
        if sealing.goes_on() {
            return;
        }
        let asked = async move {
            let begun = api::claims::seal(class, &request).await;
            let others = begun.as_ref().err().and_then(Failure::code);
            if others == Some(ErrorCode::SealingUnderWay) {
                // A colleague was faster, for other learners: this is how far theirs is.
                sealing.follow(shared);
            }
            begun
        };
        doing.start(asked, &[], move |run: SealRun| sealing.begun(run, shared));
    };
    let busy = move || doing.busy.get() || sealing.goes_on();
    view! {
        <section class="card">
            <h2>{say!(i18n, claim.seal)}</h2>
            <p>{said(move || t_string!(i18n, claim.seal_text, n = n, hours = hours))}</p>
            {doing.notice()}
            {live(move || if sure.get() {
                view! {
                    <p class="notice pending"><Glyph icon=Icon::Alert/> <span>{say!(i18n, claim.seal_sure)}</span></p>
                    <div class="choices">
                        <button type="button" aria-disabled=said(move || busy().to_string()) on:click=seal>
                            {said(move || if busy() {
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
        </section>
    }
    .into_any()
}
