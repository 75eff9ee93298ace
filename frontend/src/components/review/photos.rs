//! The enrolment of a learner beside drawn frames of their checks, or why there are none. Each picture that is fetched is written down.

use super::words::no_photos_words;
use crate::{
    api,
    components::{
        face::staff::Photos,
        icon::{Glyph, Icon},
        loaded::loaded,
        say::said,
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
    told,
};
use contract::photos::ReviewPhotos;
use leptos::prelude::*;
use study::PersonId;
use uuid::Uuid;

/// The pictures.
#[component]
pub fn LearnerPhotos(
    /// The claim.
    claim: Uuid,
    /// The learner.
    person: PersonId,
) -> impl IntoView {
    let i18n = use_i18n();
    let fetched = Fetched::outside(move || Box::pin(api::review::photos(claim, person)));
    view! {
        <section aria-labelledby="review-photos">
            <h4 id="review-photos">{say!(i18n, review.photos)}</h4>
            {loaded(fetched, 1, move |photos: ReviewPhotos| {
                if let Some(nothing) = photos.nothing {
                    return view! {
                        <p class="soft"><Glyph icon=Icon::Camera/> <span>{said(move || no_photos_words(i18n.get_locale(), nothing))}</span></p>
                    }.into_any();
                }
                let n = photos.drawn_from;
                let drawn = Signal::derive(move || t_string!(i18n, review.photos_checks, n = n));
                view! {
                    <p class="soft">{say!(i18n, review.photos_note)}</p>
                    <div class="beside">
                        <div><Photos frames=photos.enrolled label=told!(i18n, review.photos_enrolled) soon=false claim/></div>
                        <div><Photos frames=photos.checks label=drawn soon=false claim/></div>
                    </div>
                }.into_any()
            })}
        </section>
    }
}
