//! What is known of the revocation of a proof, and a way to ask. Nothing is asked before somebody presses the button, and then the whole
//! list is fetched, so that nobody learns which proof it was about. Shared with the single-file verifier, which can fetch nothing.

use super::{
    icon::{Glyph, Icon},
    length::moment,
    proof_words::list_words,
};
use crate::{
    browser::{address, intl::Show as Moment},
    components::say::{live, said},
    i18n::{Locale, t_string, td_string, use_i18n},
    say,
};
use contract::{
    credential::StudyProof,
    status::{Revocation, asking},
    verify::TrustAnchors,
};
use leptos::prelude::*;

/// A status list that can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListAddress {
    /// Its address.
    pub address: String,
    /// Where this page can fetch it from its own server; `None` where somebody has to bring the file.
    pub path: Option<String>,
}

impl ListAddress {
    /// The lists that these proofs name, each once. `own` are the keys of the server that this page came from: whatever name it is
    /// reached by, its lists are its own.
    #[must_use]
    pub fn of<'a>(proofs: impl Iterator<Item = &'a StudyProof>, own: &TrustAnchors) -> Vec<Self> {
        let origin = address::origin();
        let served = origin.starts_with("http");
        let mut lists: Vec<Self> = proofs
            .filter_map(|proof| {
                let address = proof.status.as_ref()?.status_list_credential.clone();
                let path = asking::path(&address);
                let here = address.strip_prefix(origin.as_str()) == Some(path);
                let reached = served && (here || own.issuer_dids.contains(&proof.issuer));
                let path = (reached && path.starts_with("/status/")).then(|| path.to_owned());
                Some(Self { address, path })
            })
            .collect();
        lists.sort_by(|one, other| one.address.cmp(&other.address));
        lists.dedup();
        lists
    }
}

/// How asking goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Nobody asks.
    Idle,
    /// On its way.
    Busy,
    /// No list came.
    Failed,
}

/// What is needed to ask.
#[derive(Clone)]
pub struct Asker {
    /// Which lists.
    pub lists: Vec<ListAddress>,
    /// How it goes.
    pub asking: RwSignal<Asking>,
    /// Asks all that this page can fetch.
    pub ask: Callback<()>,
}

/// What is known in a sentence.
#[must_use]
pub fn revocation_words(locale: Locale, revocation: &Revocation) -> String {
    let at = |at: &contract::credential::Moment| moment(locale, at.0, Moment::DateAndTime);
    match revocation {
        Revocation::NoList => td_string!(locale, revocation.no_list).into(),
        Revocation::NotAsked => td_string!(locale, revocation.not_asked).into(),
        Revocation::NotRevoked { as_of } => {
            td_string!(locale, revocation.not_revoked, at = at(as_of))
        }
        Revocation::Revoked { as_of } => {
            td_string!(locale, revocation.is_revoked, at = at(as_of))
        }
        Revocation::ListInvalid { why } => {
            let why = list_words(locale, *why);
            td_string!(locale, revocation.no_answer, why = why)
        }
        Revocation::ListTooOld { as_of, until } => td_string!(
            locale,
            revocation.too_old,
            at = at(as_of),
            until = at(until)
        ),
    }
}

/// For scripts and tests that read the page.
const fn word(revocation: &Revocation) -> &'static str {
    match revocation {
        Revocation::NoList => "no_list",
        Revocation::NotAsked => "not_asked",
        Revocation::NotRevoked { .. } => "not_revoked",
        Revocation::Revoked { .. } => "revoked",
        Revocation::ListInvalid { .. } => "list_invalid",
        Revocation::ListTooOld { .. } => "list_too_old",
    }
}

const fn look(revocation: &Revocation) -> (&'static str, Icon) {
    match revocation {
        // Never the colour of what was verified: a list says what it says as of a moment.
        Revocation::NotRevoked { .. } => ("notice info", Icon::Check),
        Revocation::NotAsked | Revocation::NoList => ("notice info", Icon::Question),
        Revocation::ListInvalid { .. } | Revocation::ListTooOld { .. } => {
            ("notice pending", Icon::Alert)
        }
        Revocation::Revoked { .. } => ("notice void", Icon::Cross),
    }
}

/// What is known of one proof, and a way to ask.
#[component]
pub fn RevocationNotice(
    /// What is known.
    revocation: Revocation,
    /// How to ask.
    asker: Asker,
) -> impl IntoView {
    let i18n = use_i18n();
    let (tone, icon) = look(&revocation);
    let name = word(&revocation);
    let open = !matches!(revocation, Revocation::Revoked { .. } | Revocation::NoList);
    view! {
        <div class=tone data-revocation=name>
            <Glyph icon/>
            <div>
                <p>{said(move || revocation_words(i18n.get_locale(), &revocation))}</p>
                {open.then(|| view! { <Ask asker/> })}
            </div>
        </div>
    }
}

/// The button, or where to get the file.
#[component]
pub fn Ask(
    /// How to ask.
    asker: Asker,
) -> impl IntoView {
    let i18n = use_i18n();
    let Asker { lists, asking, ask } = asker;
    let elsewhere: Vec<String> = lists
        .iter()
        .filter(|list| list.path.is_none())
        .map(|list| list.address.clone())
        .collect();
    let fetched = lists.iter().any(|list| list.path.is_some());
    let press = move |_| {
        if asking.get_untracked() != Asking::Busy {
            ask.run(());
        }
    };
    view! {
        {fetched.then(|| view! {
            <p>
                <button
                    type="button"
                    class="secondary"
                    aria-disabled=said(move || (asking.get() == Asking::Busy).to_string())
                    on:click=press
                >
                    <Glyph icon=Icon::Question/>
                    {said(move || if asking.get() == Asking::Busy {
                        t_string!(i18n, revocation.asking)
                    } else {
                        t_string!(i18n, revocation.ask)
                    })}
                </button>
                <small>{say!(i18n, revocation.ask_text)}</small>
            </p>
        })}
        <p class="problem" aria-live="polite">{live(move || {
            (asking.get() == Asking::Failed).then(|| t_string!(i18n, revocation.ask_failed)).into_any()
        })}</p>
        {(!elsewhere.is_empty()).then(|| view! {
            <p>
                {say!(i18n, revocation.bring)} " "
                {elsewhere.into_iter().map(|address| view! { <code>{address}</code> " " }).collect_view()}
            </p>
        })}
    }
}
