//! The words of the consent, and the two equal choices. The hash of the version's name goes into the evidence.

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
use contract::face::{ChooseWay, IdentityWay, MyFace};
use leptos::prelude::*;

/// Chooses a way; says so, or what failed.
pub fn choose(
    way: IdentityWay,
    text: String,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    chosen: Callback<()>,
) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    failure.set(None);
    leptos::task::spawn_local(async move {
        match api::face::choose_way(&ChooseWay { way, text }).await {
            Ok(()) => chosen.run(()),
            Err(wrong) => {
                failure.try_set(Some(wrong));
            }
        }
        busy.try_set(false);
    });
}

/// The text.
#[component]
pub fn ConsentText(
    /// What the server says of it.
    mine: MyFace,
) -> impl IntoView {
    let i18n = use_i18n();
    let days = mine.keep_frames_ms.0 / 86_400_000;
    let text = mine.text;
    view! {
        <div class="consent">
            <p class="lead">{say!(i18n, consent.lead)}</p>
            <h2>{say!(i18n, consent.purpose_title)}</h2>
            <p>{say!(i18n, consent.purpose)}</p>
            <h2>{say!(i18n, consent.kept_title)}</h2>
            <p>{say!(i18n, consent.kept)}</p>
            <h2>{say!(i18n, consent.long_title)}</h2>
            <p>{said(move || t_string!(i18n, consent.long, days = days))}</p>
            <h2>{say!(i18n, consent.who_title)}</h2>
            <p>{say!(i18n, consent.who)}</p>
            <h2>{say!(i18n, consent.weak_title)}</h2>
            <p>{say!(i18n, consent.weak)}</p>
            <h2>{say!(i18n, consent.withdraw_title)}</h2>
            <p>{say!(i18n, consent.withdraw)}</p>
            <p class="soft">
                {say!(i18n, consent.minor)} " "
                {said(move || { let text = text.clone(); t_string!(i18n, consent.version, text = text) })}
            </p>
        </div>
    }
}

/// The two choices, side by side, the same size.
#[component]
pub fn Choice(
    /// Version of the text that was shown.
    text: String,
    /// What to do when one is taken.
    chosen: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let take = move |way: IdentityWay, text: &str| choose(way, text.into(), busy, failure, chosen);
    let again = text.clone();
    view! {
        <section aria-labelledby="ways">
            <h2 id="ways">{say!(i18n, consent.choose)}</h2>
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            <div class="ways">
                <div>
                    <button type="button" class="secondary big wide" aria-describedby="way-face"
                        aria-disabled=said(move || busy.get().to_string())
                        on:click=move |_| take(IdentityWay::Face, &text)>
                        <Glyph icon=Icon::Camera/> {say!(i18n, consent.agree)}
                    </button>
                    <p id="way-face" class="soft">{say!(i18n, consent.agree_how)}</p>
                </div>
                <div>
                    <button type="button" class="secondary big wide" aria-describedby="way-teacher"
                        aria-disabled=said(move || busy.get().to_string())
                        on:click=move |_| take(IdentityWay::Supervised, &again)>
                        <Glyph icon=Icon::Person/> {say!(i18n, consent.refuse)}
                    </button>
                    <p id="way-teacher" class="soft">{say!(i18n, consent.refuse_how)}</p>
                </div>
            </div>
            <p role="status">{live(move || busy.get().then(|| t_string!(i18n, consent.busy)).into_any())}</p>
        </section>
    }
}
