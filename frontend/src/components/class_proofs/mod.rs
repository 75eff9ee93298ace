//! The proofs of a class, for the admin of its institution: issuing all of them in one go, how far that is, each to download and to revoke.

mod issued;
mod learner;
mod revoke;

use crate::{
    api::{self, Failure},
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::text,
        loaded::loaded,
        run as runs,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
};
use contract::{account::Role, issuing::ClassProofs as Proofs, run::Run as _};
use issued::Issued;
use learner::Learners;
use leptos::prelude::*;
use study::ClassId;

/// The screen.
#[component]
pub fn ClassProofs(
    /// Of which class.
    class: ClassId,
) -> impl IntoView {
    let i18n = use_i18n();
    let proofs = Fetched::outside(move || Box::pin(api::proofs::of_class(class)));
    view! {
        <p><a href=format!("/classes/{class}/board")>{say!(i18n, class_proofs.back)}</a></p>
        {loaded(proofs, 3, move |proofs| view! { <Shown class proofs/> }.into_any())}
    }
}

#[component]
fn Shown(class: ClassId, proofs: Proofs) -> impl IntoView {
    let i18n = use_i18n();
    let name = proofs.name.clone();
    let n_learners = proofs.learners.len();
    let hour = proofs.class_hour_ms;
    let run = RwSignal::new(proofs.run);
    let learners = RwSignal::new(proofs.learners);
    let failure = RwSignal::new(None::<Failure>);
    let going = Memo::new(move |_| run.get().is_some_and(|run| run.goes_on()));
    let follow = move || {
        runs::follow(
            failure,
            move || api::proofs::of_class(class),
            move |now: Proofs| {
                let goes_on = now.run.is_some_and(|run| run.goes_on());
                learners.try_set(now.learners);
                run.try_set(now.run);
                goes_on
            },
        );
    };
    if going.get_untracked() {
        follow();
    }
    let issue = Callback::new(move |()| {
        if going.get_untracked() {
            return;
        }
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api::proofs::issue_all(class).await {
                Ok(begun) => {
                    run.try_set(Some(begun));
                    follow();
                }
                Err(wrong) => {
                    failure.try_set(Some(wrong));
                }
            }
        });
    });
    view! {
        <h2>{said(move || text(i18n.get_locale(), &name))}</h2>
        <p class="soft">{say!(i18n, class_proofs.what)}</p>
        {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
        {if n_learners == 0 {
            view! { <p class="soft">{say!(i18n, class_proofs.nobody)}</p> }.into_any()
        } else {
            view! {
                <p>
                    <button type="button" class="big" on:click=move |_| issue.run(()) aria-disabled=said(move || going.get().to_string())>
                        <Glyph icon=Icon::Badge/>
                        {said(move || if going.get() {
                            t_string!(i18n, class_proofs.issuing).to_string()
                        } else {
                            t_string!(i18n, class_proofs.issue, n = n_learners)
                        })}
                    </button>
                </p>
                <Issued run/>
                <Learners class learners hour issue/>
            }.into_any()
        }}
    }
}

/// The way to the proofs of `class`, for whoever may issue them.
#[component]
pub fn ToClassProofs(
    /// The class.
    class: ClassId,
) -> impl IntoView {
    let i18n = use_i18n();
    let me = Fetched::outside(|| Box::pin(api::me()));
    // For a teacher, and where nobody answers, there is simply no way: nothing is missing on the board.
    live(move || {
        let admin = me.get().is_some_and(|me| {
            me.is_ok_and(|me| me.memberships.iter().any(|one| one.role == Role::Admin))
        });
        admin
            .then(|| {
                view! {
                    <p>
                        <a href=format!("/classes/{class}/proofs") class="button secondary">
                            <Glyph icon=Icon::Badge/> {say!(i18n, class_proofs.title)}
                        </a>
                    </p>
                }
            })
            .into_any()
    })
}
