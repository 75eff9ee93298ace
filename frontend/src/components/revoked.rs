//! That a proof was revoked: since when, why, and what took its place. The same for its learner, its admin and a reviewer.

use super::{
    icon::{Glyph, Icon},
    length::moment,
    proof_words::reason_words,
    say::said,
};
use crate::{
    browser::intl::Show as Moment,
    i18n::{t_string, use_i18n},
};
use contract::issuing::ProofRevocation;
use leptos::prelude::*;

/// The sentence.
#[component]
pub fn Revoked(
    /// The revocation.
    revoked: ProofRevocation,
) -> impl IntoView {
    let i18n = use_i18n();
    let ProofRevocation {
        at,
        reason,
        words,
        replaced_by,
    } = revoked;
    view! {
        <div class="notice void" data-revoked>
            <Glyph icon=Icon::Cross/>
            <div>
                <p>{said(move || {
                    let locale = i18n.get_locale();
                    let (at, reason) = (moment(locale, at, Moment::DateAndTime), reason_words(locale, reason));
                    t_string!(i18n, revocation.since, at = at, reason = reason, words = words.clone())
                })}</p>
                <p>{said(move || if replaced_by.is_some() { t_string!(i18n, revocation.replaced) } else { t_string!(i18n, revocation.not_replaced) })}</p>
            </div>
        </div>
    }
}
