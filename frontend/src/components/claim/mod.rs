//! What an admin does for a claim: sees what is missing and who can do something about it, enters what the system does not hold, seals,
//! takes the pack away.

mod claims;
mod doing;
mod form;
mod leave_out;
mod panel;
mod seal;
mod sealing;
mod table;
mod words;

use crate::{
    api,
    components::{length::text, loaded::loaded, say::said},
    i18n::use_i18n,
    say,
    state::fetched::Fetched,
};
use claims::Claims;
use contract::claim::{ClaimItem, ClaimMatrix, MatrixRow};
use leptos::prelude::*;
use seal::Seal;
use sealing::{Progress, Sealing};
use study::{ClassId, PersonId};
use table::Table;

/// What is open under a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opened {
    /// One of its cells.
    Item(PersonId, ClaimItem),
    /// Leaving somebody out.
    LeaveOut(PersonId),
}

/// What all parts of the screen share.
#[derive(Clone, Copy)]
struct Shared {
    class: ClassId,
    /// What is open.
    opened: RwSignal<Option<Opened>>,
    /// Where the keyboard goes when the matrix has been drawn anew.
    focus: RwSignal<Option<String>>,
    /// Asks for the matrix again.
    again: Callback<()>,
    /// The sealing that goes on, or the last one.
    sealing: Sealing,
}

/// The screen.
#[component]
pub fn ClassClaim(
    /// The class.
    class: ClassId,
) -> impl IntoView {
    let i18n = use_i18n();
    let matrix = Fetched::outside(move || Box::pin(api::claims::matrix(class)));
    let shared = Shared {
        class,
        opened: RwSignal::new(None),
        focus: RwSignal::new(None),
        again: Callback::new(move |()| matrix.again()),
        sealing: Sealing::new(class),
    };
    view! {
        <p><a href=format!("/classes/{class}/roster")>{say!(i18n, claim.back)}</a></p>
        {loaded(matrix, 3, move |matrix| view! { <Matrix matrix shared/> }.into_any())}
    }
}

#[component]
fn Matrix(matrix: ClaimMatrix, shared: Shared) -> impl IntoView {
    let i18n = use_i18n();
    let ClaimMatrix {
        name,
        course,
        rows,
        claims,
        run,
        ..
    } = matrix;
    shared.sealing.find(run, &claims, shared);
    let n = |is: fn(&MatrixRow) -> bool| rows.iter().filter(|row| is(row)).count();
    let ready = n(MatrixRow::is_ready);
    let claimed = n(|row| row.claimed.is_some());
    let left_out = n(|row| row.claimed.is_none() && row.excluded.is_some());
    let missing = rows.len() - ready - claimed - left_out;
    let whom: Vec<MatrixRow> = rows.iter().filter(|row| row.is_ready()).cloned().collect();
    view! {
        <section class="class-facts">
            <h2>{said(move || text(i18n.get_locale(), &name))}</h2>
            <p class="soft">{said(move || text(i18n.get_locale(), &course))}</p>
            <dl class="figures five">
                <div class="confirmed"><dt>{say!(i18n, claim.n_ready)}</dt><dd>{ready}</dd></div>
                <div><dt>{say!(i18n, claim.n_missing)}</dt><dd>{missing}</dd></div>
                <div><dt>{say!(i18n, claim.n_left_out)}</dt><dd>{left_out}</dd></div>
                <div><dt>{say!(i18n, claim.n_claimed)}</dt><dd>{claimed}</dd></div>
            </dl>
        </section>
        <Progress sealing=shared.sealing/>
        <Seal whom shared/>
        <h2>{say!(i18n, claim.matrix)}</h2>
        <p class="soft">{say!(i18n, claim.lead)}</p>
        <Table rows shared/>
        <Claims claims shared/>
    }
}
