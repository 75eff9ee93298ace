//! One class: what it is, the import, who is in it.

use super::{import::Import, learners::Learners, words};
use crate::{
    api,
    components::{
        icon::{Glyph, Icon},
        length::text,
        loaded::loaded,
        say::said,
    },
    i18n::use_i18n,
    say,
    state::fetched::Fetched,
};
use contract::roster::{InstitutionClass, Roster};
use leptos::prelude::*;
use study::ClassId;

/// The screen.
#[component]
pub fn ClassRoster(
    /// The class.
    class: ClassId,
) -> impl IntoView {
    let i18n = use_i18n();
    let roster = Fetched::outside(move || Box::pin(api::roster::roster(class)));
    let again = Callback::new(move |()| roster.again());
    view! {
        <p><a href="/institution">{say!(i18n, roster.back)}</a></p>
        <Import class imported=again/>
        {loaded(roster, 3, move |Roster { class: of, learners }| view! {
            <Facts of/>
            <Learners class learners changed=again/>
        }.into_any())}
    }
}

#[component]
fn Facts(of: InstitutionClass) -> impl IntoView {
    let i18n = use_i18n();
    let InstitutionClass {
        class,
        name,
        course,
        starts_at,
        ends_at,
        n_enrolled,
        n_invited,
        ..
    } = of;
    view! {
        <section class="class-facts">
            <h2>{said(move || text(i18n.get_locale(), &name))}</h2>
            <p class="soft">
                {said(move || text(i18n.get_locale(), &course))} " · "
                {said(move || words::days(i18n.get_locale(), starts_at, ends_at))}
            </p>
            <dl class="figures two">
                <div class="confirmed"><dt>{say!(i18n, institution.enrolled)}</dt><dd>{n_enrolled}</dd></div>
                <div><dt>{say!(i18n, institution.invited)}</dt><dd>{n_invited}</dd></div>
            </dl>
            <p><a class="button secondary" href=format!("/classes/{class}/claim")>
                {say!(i18n, claim.go)} <Glyph icon=Icon::Forward/>
            </a></p>
        </section>
    }
}
