//! Who is in a class and who is invited; links to copy, to print, to take back and to renew.

use super::{sheet::Sheet, words};
use crate::{
    api::{self, Failure},
    browser::{address, intl::Show as Moment},
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::moment,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::roster::{InvitationLink, InvitationStanding, RosterLearner};
use leptos::prelude::*;
use study::ClassId;
use uuid::Uuid;

/// So many are shown at once; the search finds the others.
const SHOWN: usize = 100;

/// The address that a link leads to. The secret is behind the `#`, so that no server ever logs it.
pub fn link(token: &str) -> String {
    format!("{}/invitation#{token}", address::origin())
}

/// The list.
#[component]
pub fn Learners(
    class: ClassId,
    learners: Vec<RosterLearner>,
    changed: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let n_open = learners
        .iter()
        .filter(|one| one.standing == InvitationStanding::Open)
        .count();
    let none = learners.is_empty();
    let many = learners.len() > 10;
    let learners = StoredValue::new(learners);
    let sought = RwSignal::new(String::new());
    let sheet = RwSignal::new(None::<Vec<InvitationLink>>);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let print = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api::roster::links(class).await {
                Ok(links) => {
                    sheet.try_set(Some(links));
                }
                Err(wrong) => {
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    let found = move || {
        let sought = sought.get();
        let sought = sought.trim();
        learners.with_value(|learners| {
            learners
                .iter()
                .filter(|one| sought.is_empty() || one.name.contains(sought))
                .cloned()
                .collect::<Vec<_>>()
        })
    };
    if none {
        return view! { <p class="soft">{say!(i18n, roster.nobody)}</p> }.into_any();
    }
    view! {
        <h2>{say!(i18n, roster.learners)}</h2>
        {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
        {(n_open > 0).then(|| view! {
            <p class="soft">{say!(i18n, roster.hand_out)}</p>
            <p>
                <button type="button" class="secondary" on:click=print aria-disabled=said(move || busy.get().to_string())>
                    <Glyph icon=Icon::Download/> {said(move || t_string!(i18n, roster.codes, n = n_open))}
                </button>
            </p>
        })}
        {live(move || sheet.get().map(|links| view! {
            <Sheet links close=Callback::new(move |()| sheet.set(None))/>
        }).into_any())}
        {many.then(|| view! {
            <div class="field seek">
                <label for="seek">{say!(i18n, roster.seek)}</label>
                <input
                    id="seek"
                    type="search"
                    autocomplete="off"
                    prop:value=move || sought.get()
                    on:input=move |event| sought.set(event_target_value(&event))
                />
            </div>
        })}
        {live(move || {
            let found = found();
            let more = found.len().saturating_sub(SHOWN);
            view! {
                <ul class="rows learners" aria-label=say!(i18n, roster.learners)>
                    {found.into_iter().take(SHOWN).map(|learner| view! { <Line class learner changed/> }).collect_view()}
                </ul>
                {(more > 0).then(|| view! {
                    <p class="soft">{said(move || t_string!(i18n, roster.more_learners, n = more))}</p>
                })}
            }.into_any()
        })}
    }
    .into_any()
}

#[component]
fn Line(class: ClassId, learner: RosterLearner, changed: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let RosterLearner {
        name,
        id_number,
        standing,
        at,
        expires_at,
        invitation,
    } = learner;
    let icon = match standing {
        InvitationStanding::Accepted => Icon::Check,
        InvitationStanding::Open => Icon::Dashed,
        InvitationStanding::Expired | InvitationStanding::Revoked | InvitationStanding::Locked => {
            Icon::Cross
        }
    };
    let tone = match standing {
        InvitationStanding::Accepted => "tone good",
        InvitationStanding::Open => "tone pending",
        InvitationStanding::Expired | InvitationStanding::Revoked | InvitationStanding::Locked => {
            "tone void"
        }
    };
    view! {
        <li>
            <div class="grow">
                <strong>{name.clone()}</strong>
                <small>{id_number}</small>
            </div>
            <div class="stands">
                <span class=tone><Glyph icon/> {said(move || words::standing(i18n.get_locale(), standing))}</span>
                <small>{said(move || {
                    let locale = i18n.get_locale();
                    match expires_at {
                        Some(until) => t_string!(i18n, roster.until, until = moment(locale, until, Moment::Date)),
                        None => moment(locale, at, Moment::Date),
                    }
                })}</small>
            </div>
            {invitation.map(|invitation| view! { <Acts class invitation name standing changed/> })}
        </li>
    }
}

/// What can be done about an invitation.
#[component]
fn Acts(
    class: ClassId,
    invitation: Uuid,
    name: String,
    standing: InvitationStanding,
    changed: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let copied = RwSignal::new(false);
    // Shown where the browser does not let the page use the clipboard.
    let shown = RwSignal::new(None::<String>);
    let copy = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api::roster::links(class).await {
                Ok(links) => match links.into_iter().find(|one| one.invitation == invitation) {
                    Some(one) => {
                        let link = link(&one.token);
                        if address::copy(&link).await {
                            copied.try_set(true);
                        } else {
                            shown.try_set(Some(link));
                        }
                    }
                    // Accepted in this very moment, or its time is over.
                    None => changed.run(()),
                },
                Err(wrong) => {
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    let act = move |renews: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            let done = if renews {
                api::roster::renew(invitation).await
            } else {
                api::roster::revoke(invitation).await
            };
            match done {
                Ok(()) => changed.run(()),
                Err(wrong) => {
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    let is_open = standing == InvitationStanding::Open;
    let whose = move |words: &str| format!("{words} {name}");
    let (of_copy, of_revoke, of_renew) = (whose.clone(), whose.clone(), whose);
    view! {
        <div class="acts">
            {if is_open {
                view! {
                    <button
                        type="button"
                        class="secondary"
                        aria-label=said(move || of_copy(t_string!(i18n, roster.copy)))
                        aria-disabled=said(move || busy.get().to_string())
                        on:click=copy
                    >
                        {said(move || if copied.get() { t_string!(i18n, roster.copied) } else { t_string!(i18n, roster.copy) })}
                    </button>
                    <button
                        type="button"
                        class="quiet"
                        aria-label=said(move || of_revoke(t_string!(i18n, roster.revoke)))
                        aria-disabled=said(move || busy.get().to_string())
                        on:click=move |_| act(false)
                    >
                        {say!(i18n, roster.revoke)}
                    </button>
                }.into_any()
            } else {
                view! {
                    <button
                        type="button"
                        class="secondary"
                        aria-label=said(move || of_renew(t_string!(i18n, roster.renew)))
                        aria-disabled=said(move || busy.get().to_string())
                        on:click=move |_| act(true)
                    >
                        <Glyph icon=Icon::Again/> {say!(i18n, roster.renew)}
                    </button>
                }.into_any()
            }}
            <span class="visually-hidden" role="status">{said(move || if copied.get() { t_string!(i18n, roster.copied) } else { "" })}</span>
            {live(move || shown.get().map(|link| view! { <code class="link">{link}</code> }).into_any())}
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
        </div>
    }
}
