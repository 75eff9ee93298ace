//! Sign-in by phone or ID number.

use crate::{
    api::{self, Failure},
    browser::device,
    components::{
        account_form::{self, filled},
        failure::FailureNotice,
        field::{Field, Typed},
        page_title::PageTitle,
    },
    i18n::{t_string, use_i18n},
    state::identity::{Who, use_identity},
};
use crate::{
    components::say::{live, said},
    say, told,
};
use contract::account;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_query_map},
};

/// The form. Nothing typed is lost when it fails.
#[component]
pub fn SignIn() -> impl IntoView {
    let i18n = use_i18n();
    let identity = use_identity();
    let navigate = use_navigate();
    let query = use_query_map();
    let account = Typed::new("account", filled);
    let password = Typed::new("password", filled);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);

    // Whoever is signed in (now, or by another tab) goes where they wanted to go.
    Effect::new(move || {
        if matches!(identity.who.get(), Who::Somebody(_)) {
            let next = query
                .with_untracked(|query| query.get("next"))
                .unwrap_or_default();
            // Only inside this app: an address from a link must not lead away.
            let inside = next.starts_with('/') && !next.starts_with("//");
            let options = NavigateOptions {
                replace: true,
                ..Default::default()
            };
            navigate(if inside { &next } else { "/classes" }, options);
        }
    });

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !account_form::judge(&[account, password]) || busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let request = account::SignIn {
            account: account.value.get_untracked().trim().to_owned(),
            password: password.value.get_untracked(),
            device: device::name(),
        };
        leptos::task::spawn_local(async move {
            match api::sign_in(&request).await {
                Ok(me) => identity.welcome(me),
                Err(wrong) => failure.set(Some(wrong)),
            }
            busy.set(false);
        });
    };

    view! {
        <div class="narrow card">
            <PageTitle text=told!(i18n, sign_in.title)/>
            <form novalidate on:submit=submit aria-busy=said(move || busy.get().to_string())>
                <Field
                    typed=account
                    label=told!(i18n, sign_in.account)
                    autocomplete="username"
                />
                <Field
                    typed=password
                    label=told!(i18n, sign_in.password)
                    kind="password"
                    autocomplete="current-password"
                />
                {live(move || (failure.get().map(|failure| view! { <FailureNotice failure/> })).into_any())}
                <button type="submit" class="wide" aria-disabled=said(move || busy.get().to_string())>
                    {said(move || if busy.get() { t_string!(i18n, sign_in.busy) } else { t_string!(i18n, sign_in.submit) })}
                </button>
            </form>
            <p class="soft">
                {say!(i18n, sign_in.new_here)} " "
                <A href="/register">{say!(i18n, sign_in.register)}</A>
            </p>
        </div>
    }
}
