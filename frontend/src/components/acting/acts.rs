//! What people did, in the record: the same for the learner and for staff.

use super::words;
use crate::{
    browser::intl::Show as Moment,
    components::{
        icon::{Glyph, Icon},
        length::moment,
        say::said,
    },
    i18n::use_i18n,
    say,
};
use contract::acting::{Act, Deed};
use leptos::prelude::*;

/// The acts of one day, oldest first.
#[component]
pub fn Acts(acts: Vec<Act>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="acts">
            <h3>{say!(i18n, act.title)}</h3>
            <ol class="stretches">
                {acts.into_iter().map(|act| {
                    let icon = icon(&act.deed);
                    let at = act.at;
                    view! {
                        <li>
                            <Glyph icon/>
                            <span>
                                <time>{said(move || moment(i18n.get_locale(), at, Moment::Time))}</time> " "
                                {said(move || words::act(i18n.get_locale(), &act))}
                            </span>
                        </li>
                    }
                }).collect_view()}
            </ol>
        </section>
    }
}

const fn icon(deed: &Deed) -> Icon {
    match deed {
        Deed::RollCall { .. } => Icon::Camera,
        Deed::Verdict { .. } => Icon::Person,
        Deed::Supervised { .. } => Icon::Shield,
        Deed::AppealFiled { .. } => Icon::Question,
        Deed::AppealAnswered { .. } => Icon::Info,
        Deed::PointerMoved { .. } => Icon::Forward,
        Deed::ProofRevoked { .. } => Icon::Cross,
    }
}
