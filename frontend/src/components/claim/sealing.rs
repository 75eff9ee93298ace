//! How far sealing is, and what came of it. It goes on by itself: whoever comes to the screen meanwhile sees it, too.

use super::Shared;
use crate::{
    api::{self, Failure},
    browser::intl::Show as Moment,
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::moment,
        run::{bar, follow},
        say::{live, said},
    },
    i18n::{Locale, t_string, td_string, use_i18n},
    say,
};
use contract::{
    claim::{ClaimState, ClaimSummary},
    run::Run as _,
    sealing::{ClassSealing, SealRun, SealStep},
};
use leptos::prelude::*;
use study::{ClassId, Timestamp};

/// A sealing as the screen knows it.
#[derive(Clone, Copy)]
pub struct Sealing {
    class: ClassId,
    run: RwSignal<Option<SealRun>>,
    /// Whether it is asked ever again.
    followed: RwSignal<bool>,
    /// Whether it was going on while somebody looked, so that its end is news.
    watched: RwSignal<bool>,
    /// Whether it was begun here, so that the keyboard goes to what comes of it.
    mine: RwSignal<bool>,
    /// When a sealing was begun that the server does not know any more, since it was started anew meanwhile.
    forgotten: RwSignal<Option<Timestamp>>,
    failure: RwSignal<Option<Failure>>,
}

impl Sealing {
    /// Of this class; nothing is known yet.
    pub fn new(class: ClassId) -> Self {
        Self {
            class,
            run: RwSignal::new(None),
            followed: RwSignal::new(false),
            watched: RwSignal::new(false),
            mine: RwSignal::new(false),
            forgotten: RwSignal::new(None),
            failure: RwSignal::new(None),
        }
    }

    /// Whether one goes on.
    pub fn goes_on(self) -> bool {
        self.run
            .with(|run| run.as_ref().is_some_and(|run| run.goes_on()))
    }

    /// It was begun here, and stands so.
    pub fn begun(self, run: SealRun, shared: Shared) {
        self.mine.try_set(true);
        self.forgotten.try_set(None);
        self.run.try_set(Some(run));
        self.follow(shared);
    }

    /// What the matrix says of it, with the claims that there are.
    pub fn find(self, run: Option<SealRun>, claims: &[ClaimSummary], shared: Shared) {
        let goes_on = run.as_ref().is_some_and(|run| run.goes_on());
        let came_of_it = run.as_ref().and_then(|run| run.claim);
        let stands = claims
            .iter()
            .any(|one| Some(one.claim) == came_of_it && one.state == ClaimState::Sealed);
        if !goes_on && !stands {
            self.watched.set(false);
        }
        self.run.set(run);
        // It was sealed just before the server was started anew.
        let sealed = self
            .forgotten
            .get_untracked()
            .is_some_and(|begun| claims.iter().any(|claim| claim.sealed_at >= begun));
        if sealed {
            self.forgotten.set(None);
        }
        if goes_on {
            self.follow(shared);
        }
    }

    /// Asks ever again how far it is, until it is done.
    pub fn follow(self, shared: Shared) {
        if self.followed.get_untracked() {
            return;
        }
        self.followed.set(true);
        self.watched.set(true);
        let class = self.class;
        follow(
            self.failure,
            move || api::claims::sealing(class),
            move |now: ClassSealing| self.heed(now.run, shared),
        );
    }

    /// Whether to ask again.
    fn heed(self, now: Option<SealRun>, shared: Shared) -> bool {
        if now.as_ref().is_some_and(|run| run.goes_on()) {
            self.run.set(now);
            return true;
        }
        let outcome = match &now {
            Some(run) => run.claim.map(|claim| format!("#claim-{claim}")),
            None => {
                let begun = self
                    .run
                    .with_untracked(|run| run.as_ref().map(|run| run.started_at));
                self.forgotten.set(begun);
                None
            }
        };
        self.run.set(now);
        self.followed.set(false);
        if self.mine.get_untracked() {
            self.mine.set(false);
            let there = outcome.unwrap_or_else(|| "#sealing".to_owned());
            shared.focus.set(Some(there));
        }
        shared.again.run(());
        false
    }
}

/// The bar while it goes on; then the refusal, or that it is sealed.
#[component]
pub fn Progress(
    /// Of what.
    sealing: Sealing,
) -> impl IntoView {
    let i18n = use_i18n();
    let Sealing {
        run,
        watched,
        forgotten,
        failure,
        ..
    } = sealing;
    let words = move |run: &SealRun| {
        let (step, n, of) = (step(i18n.get_locale(), run.step), run.done, run.learners);
        t_string!(i18n, claim.progress, step = step, n = n, of = of)
    };
    let by = Memo::new(move |_| run.get().filter(|run| run.goes_on()).map(|run| run.by));
    // Said when it begins and when it is done: nobody wants a number a second read aloud.
    let stage = Memo::new(move |_| {
        run.with(|run| {
            let run = run.as_ref()?;
            Some((run.goes_on(), run.claim.is_some() && watched.get()))
        })
    });
    view! {
        <div id="sealing" tabindex="-1">
            {bar(run, words)}
            {live(move || by.get().map(|by| view! {
                <p class="soft">{said(move || t_string!(i18n, claim.begun_by, by = by.clone()))}</p>
            }).into_any())}
            <p role="status" class="good-words">{said(move || match stage.get() {
                Some((true, _)) => t_string!(i18n, claim.sealing),
                Some((false, true)) => t_string!(i18n, claim.sealed),
                Some((false, false)) | None => "",
            })}</p>
            {live(move || {
                let refused = run.get().and_then(|run| Some((run.started_at, run.refused?)));
                refused.map(|(at, reply)| view! {
                    <p>{said(move || {
                        let at = moment(i18n.get_locale(), at, Moment::DateAndTime);
                        t_string!(i18n, claim.refused, at = at)
                    })}</p>
                    <FailureNotice failure=Failure::Refused(Box::new(reply))/>
                }).into_any()
            })}
            {live(move || forgotten.get().map(|_| view! {
                <div class="notice void" role="alert"><Glyph icon=Icon::Alert/> <p>{say!(i18n, claim.forgotten)}</p></div>
            }).into_any())}
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
        </div>
    }
}

/// What is under way.
fn step(locale: Locale, step: SealStep) -> &'static str {
    match step {
        SealStep::Waiting => td_string!(locale, claim.step_waiting),
        SealStep::Reading => td_string!(locale, claim.step_reading),
        SealStep::Proofs => td_string!(locale, claim.step_proofs),
        SealStep::Sheets => td_string!(locale, claim.step_sheets),
        SealStep::Verifying => td_string!(locale, claim.step_verifying),
        SealStep::Keeping => td_string!(locale, claim.step_keeping),
    }
}
