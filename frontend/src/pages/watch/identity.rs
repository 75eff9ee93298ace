//! Face checks on the watch page: the banner, and the place where the screen of a check is drawn.

use crate::{
    browser::annex::{self, Screen},
    components::{
        checks::Banner,
        icon::{Glyph, Icon},
        say::live,
    },
    i18n::use_i18n,
    say,
    state::study::Study,
};
use leptos::prelude::*;
use study::ClassId;

/// Shows a check when one is drawn or asked for.
#[component]
pub fn Identity(
    /// The study.
    study: Study,
    /// The class.
    class: ClassId,
) -> impl IntoView {
    let i18n = use_i18n();
    let failed = RwSignal::new(false);
    let heard = StoredValue::new_local(annex::hear(move |told| study.annex_told(told)));
    on_cleanup(move || {
        heard.dispose();
        annex::clear();
    });
    let show = move || {
        failed.set(false);
        let drawn = study.drawn.get_untracked();
        study.hold();
        leptos::task::spawn_local(async move {
            let drawn = drawn.map(|drawn| (drawn.challenge, drawn.until));
            if annex::show(&Screen::Check { class, drawn }).await.is_err() {
                failed.try_set(true);
                study.checking.try_set(false);
                study.go_on();
            }
        });
    };
    Effect::new(move || {
        if study.checking.get() {
            show();
        }
    });
    let now = Callback::new(move |()| study.checking.set(true));
    view! {
        <Banner checks=study.checks open=Signal::derive(move || study.drawn.with(Option::is_some)) class now/>
        {live(move || failed.get().then(|| view! {
            <div class="notice void" role="alert">
                <Glyph icon=Icon::CloudOff/>
                <div>
                    <p>{say!(i18n, checks.not_loaded)}</p>
                    <button type="button" class="secondary" on:click=move |_| now.run(())>
                        <Glyph icon=Icon::Again/> {say!(i18n, common.retry)}
                    </button>
                </div>
            </div>
        }).into_any())}
        <div id=annex::PLACE></div>
    }
}
