//! The decision about a claim: signed only when every row is verified, here and on the server.

use crate::{
    api::{self, Failure},
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::claim::{CLAIM_TEXT_MAX, DecideClaim};
use leptos::prelude::*;
use uuid::Uuid;

/// The form.
#[component]
pub fn Decision(
    /// The claim.
    claim: Uuid,
    /// Rows that are not verified yet.
    missing: Signal<usize>,
    /// Asks for the claim again.
    again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let remark = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || missing.get_untracked() > 0 {
            return;
        }
        busy.set(true);
        failure.set(None);
        let decision = DecideClaim {
            remark: remark.get_untracked().trim().to_owned(),
        };
        leptos::task::spawn_local(async move {
            match api::review::decide(claim, &decision).await {
                Ok(()) => again.run(()),
                Err(refused) => {
                    failure.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <section class="card">
            <h3 id="decision" tabindex="-1">{say!(i18n, review.decision)}</h3>
            <p id="decision-state">{said(move || match missing.get() {
                0 => t_string!(i18n, review.all_verified).to_owned(),
                missing => t_string!(i18n, review.not_all, n = missing),
            })}</p>
            <form on:submit=submit>
                <div class="field">
                    <label for="remark">{say!(i18n, review.remark)}</label>
                    <input
                        id="remark"
                        type="text"
                        autocomplete="off"
                        maxlength=CLAIM_TEXT_MAX
                        prop:value=move || remark.get()
                        on:input=move |event| remark.set(event_target_value(&event))
                    />
                </div>
                {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
                <button
                    type="submit"
                    aria-describedby="decision-state"
                    aria-disabled=said(move || (busy.get() || missing.get() > 0).to_string())
                >
                    <Glyph icon=Icon::Shield/> {say!(i18n, review.sign)}
                </button>
            </form>
        </section>
    }
}
