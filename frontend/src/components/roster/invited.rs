//! What a link leads to: whoever is invited sees for what, and is in the class with an ID number and a password, or with one press.

use super::words;
use crate::{
    api::{self, Answer, Failure},
    browser::{address, device},
    components::{
        account_form::{self, filled},
        failure::FailureNotice,
        field::{Field, Typed},
        icon::{Glyph, Icon},
        length::text,
        loaded::loaded,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
    told,
};
use contract::{
    ErrorCode,
    account::{Me, SignIn},
    roster::{Invitation, InvitationStanding, RegisterInvited, ShowInvitation},
};
use leptos::prelude::*;
use std::future::Future;

/// Where whoever is in goes on.
const CLASSES: &str = "/classes";

/// The link, and who is signed in; no invitation where the link holds no secret that anybody knows.
type Found = Option<(Invitation, Option<Me>)>;

async fn find() -> Answer<Found> {
    let token = address::fragment();
    if token.is_empty() {
        return Ok(None);
    }
    let invitation = match api::roster::invitation(&ShowInvitation { token }).await {
        Ok(invitation) => invitation,
        Err(failure) if failure.code() == Some(ErrorCode::NotFound) => return Ok(None),
        Err(failure) => return Err(failure),
    };
    match api::me().await {
        Ok(me) => Ok(Some((invitation, Some(me)))),
        Err(failure) if failure.is_signed_out() => Ok(Some((invitation, None))),
        Err(failure) => Err(failure),
    }
}

/// The screen.
#[component]
pub fn Invited() -> impl IntoView {
    let i18n = use_i18n();
    let found = Fetched::outside(|| Box::pin(find()));
    // Another link opened in the same tab.
    let heard = StoredValue::new_local(address::on_fragment(address::reload));
    on_cleanup(move || heard.dispose());
    view! {
        <div class="narrow invitation">
            {loaded(found, 2, move |found| match found {
                None => view! {
                    <div class="notice void"><Glyph icon=Icon::Alert/> <p>{say!(i18n, invitation.unknown)}</p></div>
                }.into_any(),
                Some((invitation, me)) => view! { <Link invitation me/> }.into_any(),
            })}
        </div>
    }
}

#[component]
fn Link(invitation: Invitation, me: Option<Me>) -> impl IntoView {
    let i18n = use_i18n();
    let Invitation {
        name,
        class,
        institution,
        course,
        starts_at,
        ends_at,
        standing,
        registered,
    } = invitation;
    let hello = name.clone();
    view! {
        <section class="card">
            <p class="lead">{say!(i18n, invitation.hello, name = hello.clone())}</p>
            <p>{said(move || t_string!(i18n, invitation.invites, institution = text(i18n.get_locale(), &institution)))}</p>
            <h2>{said(move || text(i18n.get_locale(), &class))}</h2>
            <p class="soft">
                {said(move || text(i18n.get_locale(), &course))}<br/>
                {said(move || words::days(i18n.get_locale(), starts_at, ends_at))}
            </p>
            {match (standing, me) {
                (InvitationStanding::Open, Some(me)) => view! { <Join me name/> }.into_any(),
                (InvitationStanding::Open, None) if registered => view! { <SignInAndJoin/> }.into_any(),
                (InvitationStanding::Open, None) => view! { <Register/> }.into_any(),
                (InvitationStanding::Accepted, me) => view! { <Used signed_in=me.is_some()/> }.into_any(),
                (InvitationStanding::Expired, _) => view! { <Over words=told!(i18n, invitation.expired)/> }.into_any(),
                (InvitationStanding::Revoked, _) => view! { <Over words=told!(i18n, invitation.revoked)/> }.into_any(),
                (InvitationStanding::Locked, _) => view! { <Over words=told!(i18n, invitation.locked)/> }.into_any(),
            }}
        </section>
    }
}

#[component]
fn Over(words: Signal<String>) -> impl IntoView {
    view! {
        <div class="notice pending"><Glyph icon=Icon::Triangle/> <p>{said(move || words.get())}</p></div>
    }
}

#[component]
fn Used(signed_in: bool) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="notice info"><Glyph icon=Icon::Info/> <p>{say!(i18n, invitation.accepted)}</p></div>
        <a class="button wide" href=if signed_in { CLASSES } else { "/sign-in" }>
            {said(move || if signed_in { t_string!(i18n, invitation.to_classes) } else { t_string!(i18n, sign_in.title) })}
        </a>
    }
}

/// Does `work` once at a time, and keeps what failed.
fn run(
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    work: impl Future<Output = Answer<()>> + 'static,
) {
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    failure.set(None);
    leptos::task::spawn_local(async move {
        if let Err(wrong) = work.await {
            failure.try_set(Some(wrong));
        }
        busy.try_set(false);
    });
}

async fn accept() -> Answer<()> {
    let token = address::fragment();
    api::roster::accept(&ShowInvitation { token }).await?;
    address::go(CLASSES);
    Ok(())
}

/// For whoever is signed in.
#[component]
fn Join(me: Me, name: String) -> impl IntoView {
    let i18n = use_i18n();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let leave = move |_| {
        run(busy, failure, async {
            api::sign_out().await?;
            address::reload();
            Ok(())
        });
    };
    let mine = me.name.clone();
    view! {
        <p>{say!(i18n, invitation.signed_in_as, name = mine.clone())}</p>
        {live(move || failure.get().map(|failure| {
            let other = failure.code() == Some(ErrorCode::WrongPerson);
            let (name, mine) = (name.clone(), me.name.clone());
            if other {
                view! {
                    <div class="notice pending" role="alert">
                        <Glyph icon=Icon::Triangle/>
                        <div>
                            <p>{say!(i18n, invitation.other_person, name = name.clone(), mine = mine.clone())}</p>
                            <button type="button" class="secondary" on:click=leave>
                                <Glyph icon=Icon::Leave/> {say!(i18n, invitation.leave)}
                            </button>
                        </div>
                    </div>
                }.into_any()
            } else {
                view! { <FailureNotice failure/> }.into_any()
            }
        }).into_any())}
        <button
            type="button"
            class="wide big"
            aria-disabled=said(move || busy.get().to_string())
            on:click=move |_| run(busy, failure, accept())
        >
            {said(move || if busy.get() { t_string!(i18n, invitation.joining) } else { t_string!(i18n, invitation.join) })}
        </button>
    }
}

/// For whoever has an account and is not signed in here.
#[component]
fn SignInAndJoin() -> impl IntoView {
    let i18n = use_i18n();
    let fields = [
        Typed::new("account", filled),
        Typed::new("password", filled),
    ];
    let [account, password] = fields;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !account_form::judge(&fields) {
            return;
        }
        let request = SignIn {
            account: account.value.get_untracked().trim().to_owned(),
            password: password.value.get_untracked(),
            device: device::name(),
        };
        run(busy, failure, async move {
            api::sign_in(&request).await?;
            match accept().await {
                // Whoever signed in is shown what is wrong, as signed in.
                Err(failure) if failure.code() == Some(ErrorCode::WrongPerson) => {
                    address::reload();
                    Ok(())
                }
                done => done,
            }
        });
    };
    view! {
        <p>{say!(i18n, invitation.has_account)}</p>
        <form novalidate on:submit=submit aria-busy=said(move || busy.get().to_string())>
            <Field typed=account label=told!(i18n, sign_in.account) autocomplete="username"/>
            <Field typed=password label=told!(i18n, sign_in.password) kind="password" autocomplete="current-password"/>
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            <button type="submit" class="wide" aria-disabled=said(move || busy.get().to_string())>
                {said(move || if busy.get() { t_string!(i18n, invitation.joining) } else { t_string!(i18n, invitation.sign_in_and_join) })}
            </button>
        </form>
    }
}

/// For whoever has no account.
#[component]
fn Register() -> impl IntoView {
    let i18n = use_i18n();
    let id_number = Typed::new("id_number", account_form::id_number);
    let password = Typed::new("password", account_form::password);
    let phone = Typed::new("phone", account_form::phone);
    // Asked only where the one on the roster is somebody else's account.
    let asks_phone = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let other_phone = asks_phone.get_untracked();
        let fields = [id_number, phone, password];
        let asked: Vec<Typed> = fields
            .into_iter()
            .filter(|typed| other_phone || typed.name != phone.name)
            .collect();
        if !account_form::judge(&asked) {
            return;
        }
        let request = RegisterInvited {
            token: address::fragment(),
            id_number: id_number.value.get_untracked().trim().to_ascii_uppercase(),
            password: password.value.get_untracked(),
            phone: other_phone.then(|| phone.value.get_untracked().trim().to_owned()),
            device: device::name(),
        };
        run(busy, failure, async move {
            match api::roster::register_invited(&request).await {
                Ok(_) => {
                    address::go(CLASSES);
                    Ok(())
                }
                Err(failed) => {
                    account_form::show_fields(&fields, &failed);
                    if failed.code() == Some(ErrorCode::PersonExists) {
                        asks_phone.try_set(true);
                    }
                    Err(failed)
                }
            }
        });
    };
    view! {
        <p>{say!(i18n, invitation.to_register)}</p>
        <form novalidate on:submit=submit aria-busy=said(move || busy.get().to_string())>
            <Field typed=id_number label=told!(i18n, register.id_number) hint=told!(i18n, invitation.id_number_hint) autocomplete="off"/>
            <Show when=move || asks_phone.get()>
                <Field typed=phone label=told!(i18n, register.phone) hint=told!(i18n, invitation.phone_hint) kind="tel" autocomplete="tel-national"/>
            </Show>
            <Field
                typed=password
                label=told!(i18n, register.password)
                hint=told!(i18n, register.password_hint)
                kind="password"
                autocomplete="new-password"
            />
            <div class="notice info"><Glyph icon=Icon::Info/> <p>{say!(i18n, register.privacy)}</p></div>
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            <button type="submit" class="wide big" aria-disabled=said(move || busy.get().to_string())>
                {said(move || if busy.get() { t_string!(i18n, invitation.joining) } else { t_string!(i18n, invitation.register) })}
            </button>
        </form>
    }
}
