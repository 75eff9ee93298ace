//! One claim: how far the review is, a row for each learner, the decision. By keyboard: Enter opens the next row, 1, 2 and 3 say what was
//! found, Escape leads back.

use super::{
    decision::Decision,
    learner::Learner,
    words::{state_words, tone, verdict_words},
};
use crate::{
    api,
    browser::document,
    components::{
        icon::{Glyph, Icon},
        length::text,
        loaded::loaded,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
};
use contract::{
    claim::{ClaimReview, ClaimState, ReviewRow},
    verify::Verdict,
};
use leptos::prelude::*;
use study::PersonId;
use uuid::Uuid;

/// The `id` of the button that opens a row.
fn row_id(person: PersonId) -> String {
    format!("row-{person}")
}

/// The claim.
#[component]
pub fn Claim(
    /// Which.
    claim: Uuid,
    /// Back to the list.
    back: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let review = Fetched::outside(move || Box::pin(api::review::claim(claim)));
    let opened = RwSignal::new(None::<PersonId>);
    let again = Callback::new(move |()| review.again());
    view! {
        <p>
            <button type="button" class="quiet" on:click=move |_| back.run(())>
                <Glyph icon=Icon::Left/> {say!(i18n, review.back)}
            </button>
        </p>
        {loaded(review, 3, move |review| view! { <Shown review opened again/> }.into_any())}
    }
}

#[component]
fn Shown(
    review: ClaimReview,
    opened: RwSignal<Option<PersonId>>,
    again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let ClaimReview { claim, rows } = review;
    let id = claim.claim;
    let (n, n_reviewed) = (
        rows.len(),
        rows.iter().filter(|row| row.review.is_some()).count(),
    );
    let n_red = rows
        .iter()
        .filter(|row| matches!(row.machine, Verdict::Revoked | Verdict::Invalid))
        .count();
    let open_to_review = claim.state == ClaimState::Sealed;
    let state = claim.state.clone();
    let (class_name, institution) = (claim.class_name.clone(), claim.institution.clone());
    let rows = StoredValue::new(rows);
    // After a finding: the next row that nobody has verified, from there on and then from the top.
    let next = Callback::new(move |from: PersonId| {
        let place = rows.with_value(|rows| rows.iter().position(|row| row.person == from));
        let place = place.unwrap_or_default();
        let next = rows.with_value(|rows| {
            let (before, after) = rows.split_at(place);
            after
                .iter()
                .skip(1)
                .chain(before)
                .find(|row| row.review.is_none())
                .map(|row| row.person)
        });
        opened.set(next);
        again.run(());
        if next.is_none() {
            request_animation_frame(|| document::focus("#decision"));
        }
    });
    let close = Callback::new(move |person: PersonId| {
        opened.set(None);
        request_animation_frame(move || document::focus(&format!("#{}", row_id(person))));
    });
    view! {
        <h2>{said(move || text(i18n.get_locale(), &class_name))}</h2>
        <p class="soft">{said(move || text(i18n.get_locale(), &institution))}</p>
        <p>{said(move || state_words(i18n.get_locale(), &state))}</p>
        <p class="working" role="status">
            <span id="reviewed-of">{said(move || t_string!(i18n, review.progress, done = n_reviewed, n = n))}</span>
            <progress value=n_reviewed max=n aria-labelledby="reviewed-of"></progress>
        </p>
        <p>
            {said(move || if n_red == 0 {
                t_string!(i18n, review.machine_fine, n = n)
            } else {
                t_string!(i18n, review.machine_red, n = n, red = n_red)
            })} " "
            <a href=api::review::pack_path(id) rel="external" download="claim-pack.zip">
                <Glyph icon=Icon::Download/> {say!(i18n, review.pack)}
            </a>
        </p>
        {live(move || match opened.get().and_then(|person| rows.with_value(|rows| rows.iter().find(|row| row.person == person).cloned())) {
            Some(row) => view! { <Learner claim=id row open_to_review next close/> }.into_any(),
            None => view! {
                <p class="soft">{say!(i18n, review.keys)}</p>
                <ul class="pack-rows">
                    {rows.get_value().into_iter().map(|row| view! { <Row row opened/> }).collect_view()}
                </ul>
                {open_to_review.then(|| view! { <Decision claim=id missing={n - n_reviewed} again/> })}
            }.into_any(),
        })}
    }
}

#[component]
fn Row(row: ReviewRow, opened: RwSignal<Option<PersonId>>) -> impl IntoView {
    let i18n = use_i18n();
    let ReviewRow {
        number,
        person,
        name,
        id_number,
        class_hours,
        machine,
        sampled,
        review,
        ..
    } = row;
    let (tone_of, icon) = match machine {
        Verdict::Valid => ("good", Icon::Check),
        Verdict::UnknownIssuer => ("open", Icon::Question),
        Verdict::Revoked | Verdict::Invalid => ("bad", Icon::Cross),
    };
    let hours = class_hours.0;
    view! {
        <li class=tone_of>
            <button type="button" id=row_id(person) class="quiet row" on:click=move |_| opened.set(Some(person))>
                <Glyph icon/>
                <span class="visually-hidden">{said(move || match machine {
                    Verdict::Valid => t_string!(i18n, pack.row_valid),
                    Verdict::UnknownIssuer => t_string!(i18n, pack.row_unknown),
                    Verdict::Revoked => t_string!(i18n, pack.row_revoked),
                    Verdict::Invalid => t_string!(i18n, pack.row_invalid),
                })}</span>
                <code>{format!("{number:03}")}</code>
                <strong>{name}</strong>
                <span class="soft">{id_number}</span>
                <span>{said(move || t_string!(i18n, pack.hours, n = hours))}</span>
                {(machine == Verdict::Revoked).then(|| view! { <span class="tag void">{say!(i18n, revocation.revoked)}</span> })}
                {sampled.then(|| view! { <span class="tag">{say!(i18n, review.sampled)}</span> })}
                {review.map(|review| view! {
                    <span class=tone(review.verdict)>{said(move || verdict_words(i18n.get_locale(), review.verdict))}</span>
                })}
            </button>
        </li>
    }
}
