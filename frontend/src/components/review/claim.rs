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
    // What is there is kept up to date in its place: drawing it anew would take the focus from whoever works by keyboard.
    let there = Memo::new(move |_| matches!(review.get(), Some(Ok(_))));
    view! {
        <p>
            <button type="button" class="quiet" on:click=move |_| back.run(())>
                <Glyph icon=Icon::Left/> {say!(i18n, review.back)}
            </button>
        </p>
        {live(move || match (there.get(), review.get_untracked()) {
            (true, Some(Ok(first))) => view! { <Shown first review opened/> }.into_any(),
            _ => view! { {loaded(review, 3, |_| ().into_any())} }.into_any(),
        })}
    }
}

#[component]
fn Shown(
    /// The first answer.
    first: ClaimReview,
    /// Whatever comes after it.
    review: Fetched<ClaimReview>,
    opened: RwSignal<Option<PersonId>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = first.claim.claim;
    let (class_name, institution) = (
        first.claim.class_name.clone(),
        first.claim.institution.clone(),
    );
    let n = first.rows.len();
    let newest = RwSignal::new(first);
    Effect::new(move || {
        if let Some(Ok(answer)) = review.get() {
            newest.set(answer);
        }
    });
    let n_reviewed = Memo::new(move |_| {
        newest.with(|review| {
            let reviewed = review.rows.iter().filter(|row| row.review.is_some());
            reviewed.count()
        })
    });
    let n_red = move || {
        newest.with(|review| {
            let red = review.rows.iter();
            red.filter(|row| matches!(row.machine, Verdict::Revoked | Verdict::Invalid))
                .count()
        })
    };
    let open_to_review =
        Memo::new(move |_| newest.with(|review| review.claim.state == ClaimState::Sealed));
    // After a finding: the next row that nobody has verified, from there on and then from the top.
    let next = Callback::new(move |from: PersonId| {
        let next = newest.with_untracked(|review| {
            let rows = &review.rows;
            let place = rows.iter().position(|row| row.person == from);
            let (before, after) = rows.split_at(place.unwrap_or_default());
            after
                .iter()
                .skip(1)
                .chain(before)
                .find(|row| row.review.is_none())
                .map(|row| row.person)
        });
        opened.set(next);
        review.again();
        if next.is_none() {
            request_animation_frame(|| document::focus("#decision"));
        }
    });
    let close = Callback::new(move |person: PersonId| {
        opened.set(None);
        request_animation_frame(move || document::focus(&format!("#{}", row_id(person))));
    });
    let again = Callback::new(move |()| review.again());
    let missing = Signal::derive(move || n - n_reviewed.get().min(n));
    view! {
        <h2>{said(move || text(i18n.get_locale(), &class_name))}</h2>
        <p class="soft">{said(move || text(i18n.get_locale(), &institution))}</p>
        <p>{said(move || newest.with(|review| state_words(i18n.get_locale(), &review.claim.state)))}</p>
        <p class="working" role="status">
            <span id="reviewed-of">{said(move || t_string!(i18n, review.progress, done = n_reviewed.get(), n = n))}</span>
            <progress value=move || n_reviewed.get() max=n aria-labelledby="reviewed-of"></progress>
        </p>
        <p>
            {said(move || match n_red() {
                0 => t_string!(i18n, review.machine_fine, n = n),
                n_red => t_string!(i18n, review.machine_red, n = n, red = n_red),
            })} " "
            <a href=api::review::pack_path(id) rel="external" download="claim-pack.zip">
                <Glyph icon=Icon::Download/> {say!(i18n, review.pack)}
            </a>
        </p>
        {live(move || match opened.get().and_then(|person| row_of(newest, person)) {
            Some(row) => view! { <Learner claim=id row open_to_review=open_to_review.get_untracked() next close/> }.into_any(),
            None => view! {
                <p class="soft">{say!(i18n, review.keys)}</p>
                <ul class="pack-rows">
                    <For each=move || newest.with(|review| review.rows.clone()) key=|row| row.person let(row)>
                        <Row row newest opened/>
                    </For>
                </ul>
                {live(move || open_to_review.get().then(|| view! { <Decision claim=id missing again/> }).into_any())}
            }.into_any(),
        })}
    }
}

/// The row of somebody, as it is now.
fn row_of(newest: RwSignal<ClaimReview>, person: PersonId) -> Option<ReviewRow> {
    newest.with_untracked(|review| {
        let mut rows = review.rows.iter();
        rows.find(|row| row.person == person).cloned()
    })
}

#[component]
fn Row(
    row: ReviewRow,
    newest: RwSignal<ClaimReview>,
    opened: RwSignal<Option<PersonId>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let ReviewRow {
        number,
        person,
        name,
        id_number,
        class_hours,
        machine,
        sampled,
        ..
    } = row;
    let found = Memo::new(move |_| {
        newest.with(|review| {
            let mut rows = review.rows.iter();
            let review = rows.find(|row| row.person == person)?.review.as_ref();
            review.map(|review| review.verdict)
        })
    });
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
                {live(move || found.get().map(|verdict| view! {
                    <span class=tone(verdict)>{said(move || verdict_words(i18n.get_locale(), verdict))}</span>
                }).into_any())}
            </button>
        </li>
    }
}
