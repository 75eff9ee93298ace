//! How far issuing is, and what came of it.

use crate::{
    components::{
        run::bar,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::{issuing::IssueRun, run::Run as _};
use leptos::prelude::*;

/// The bar while it goes on, the numbers once it is done.
#[component]
pub fn Issued(run: RwSignal<Option<IssueRun>>) -> impl IntoView {
    let i18n = use_i18n();
    let words = move |run: &IssueRun| {
        let (n, of) = (run.done(), run.learners);
        t_string!(i18n, class_proofs.progress, n = n, of = of)
    };
    // Said when it begins and when it is done: nobody wants a number a second read aloud.
    let stage = Memo::new(move |_| run.get().map(|run| run.finished_at.is_some()));
    view! {
        {bar(run, words)}
        <p role="status" class="good-words">{said(move || match stage.get() {
            None => String::new(),
            Some(false) => t_string!(i18n, class_proofs.issuing).to_string(),
            Some(true) => t_string!(i18n, class_proofs.done).to_string(),
        })}</p>
        {live(move || run.get().filter(|run| run.finished_at.is_some()).map(|run| view! {
            <dl class="figures two">
                <div class="confirmed"><dt>{say!(i18n, class_proofs.issued)}</dt><dd>{run.issued}</dd></div>
                <div><dt>{say!(i18n, class_proofs.unchanged)}</dt><dd>{run.unchanged}</dd></div>
                <div><dt>{say!(i18n, class_proofs.nothing)}</dt><dd>{run.nothing}</dd></div>
                <div class:wrong=move || run.failed != 0><dt>{say!(i18n, class_proofs.failed)}</dt><dd>{run.failed}</dd></div>
            </dl>
        }).into_any())}
    }
}
