//! A learner's study record, as they see it themselves.

use super::Opened;
use crate::{
    api,
    browser::document,
    components::{acting::MovePointer, record::Days, say::said},
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
};
use leptos::prelude::*;
use study::{ClassId, PersonId};

/// Where the keyboard goes when it opens.
const HEADING: &str = "learner-record";

/// The record, in the place of the board.
#[component]
pub fn LearnerRecord(class: ClassId, opened: Opened, back: Callback<PersonId>) -> impl IntoView {
    let i18n = use_i18n();
    let Opened { person, name } = opened;
    let days = Fetched::outside(move || Box::pin(api::board::learner_days(class, person)));
    Effect::new(|| document::focus(&format!("#{HEADING}")));
    view! {
        <section aria-labelledby=HEADING>
            <p><button type="button" class="secondary" on:click=move |_| back.run(person)>"‹ " {say!(i18n, board.back)}</button></p>
            <h2 id=HEADING tabindex="-1">{said(move || {
                let name = name.clone();
                t_string!(i18n, board.record, name = name)
            })}</h2>
            <p class="soft">{say!(i18n, board.record_note)}</p>
            <MovePointer class person moved=Callback::new(move |()| days.again())/>
            <Days days/>
        </section>
    }
}
