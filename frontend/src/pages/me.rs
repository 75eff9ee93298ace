//! Me: where I am signed in, language, theme, sign-out.

use crate::{
    api::{self, Failure},
    browser::intl::Show as Moment,
    components::loaded::loaded,
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::moment,
        page_title::PageTitle,
    },
    i18n::{Locale, t_string, use_i18n},
    state::fetched::Fetched,
    state::{
        courier::use_courier,
        identity::use_identity,
        preferences::{Theme, use_preferences},
    },
};
use crate::{
    components::say::{live, said},
    say, told,
};
use contract::account::{Role, SignInSummary};
use leptos::prelude::*;
use leptos_router::components::A;

/// The page.
#[component]
pub fn Me() -> impl IntoView {
    let i18n = use_i18n();
    let identity = use_identity();
    view! {
        <PageTitle text=told!(i18n, me.title)/>
        <section class="card">
            <h2>{live(move || (identity.me().map(|me| me.name)).into_any())}</h2>
            <p class="soft">{say!(i18n, me.kept)}</p>
            <SignOut/>
        </section>
        {live(move || identity.me().is_some_and(|me| {
            me.memberships.iter().any(|one| matches!(one.role, Role::Teacher | Role::Admin))
        }).then(|| view! {
            <section class="card">
                <h2>{say!(i18n, me.staff)}</h2>
                <A href="/staff" attr:class="button">{say!(i18n, me.staff_go)}</A>
                {live(move || identity.me().is_some_and(|me| {
                    me.memberships.iter().any(|one| one.role == Role::Admin)
                }).then(|| view! {
                    " " <A href="/institution" attr:class="button secondary">{say!(i18n, me.institution_go)}</A>
                }).into_any())}
            </section>
        }).into_any())}
        {live(move || identity.me().is_some_and(|me| {
            me.memberships.iter().any(|one| matches!(one.role, Role::Reviewer | Role::Regulator))
        }).then(|| view! {
            <section class="card">
                <h2>{say!(i18n, me.review)}</h2>
                <A href="/review" attr:class="button">{say!(i18n, me.review_go)}</A>
            </section>
        }).into_any())}
        <section class="card">
            <h2>{say!(i18n, me.identity)}</h2>
            <p class="soft">{say!(i18n, me.identity_text)}</p>
            <div class="choices">
                <A href="/face" attr:class="button secondary">{say!(i18n, me.identity_go)}</A>
                <A href="/device" attr:class="button secondary">{say!(i18n, me.device_go)}</A>
            </div>
        </section>
        <section class="card">
            <h2>{say!(i18n, me.sign_ins)}</h2>
            <SignIns/>
        </section>
        <section class="card">
            <h2>{say!(i18n, me.looks)}</h2>
            <Looks/>
        </section>
    }
}

#[component]
fn SignOut() -> impl IntoView {
    let i18n = use_i18n();
    let identity = use_identity();
    let courier = use_courier();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let sign_out = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            // What was studied goes out first, as long as the server answers at all.
            courier.hurry();
            for _ in 0..40 {
                if courier.n_waiting() == 0 {
                    break;
                }
                gloo_timers::future::TimeoutFuture::new(50).await;
            }
            match api::sign_out().await {
                Ok(()) => identity.forget(),
                Err(wrong) if wrong.is_signed_out() => identity.forget(),
                Err(wrong) => failure.set(Some(wrong)),
            }
            busy.set(false);
        });
    };
    view! {
        {live(move || (failure.get().map(|failure| view! { <FailureNotice failure/> })).into_any())}
        <button type="button" class="secondary" on:click=sign_out aria-disabled=said(move || busy.get().to_string())>
            <Glyph icon=Icon::Leave/> {say!(i18n, me.sign_out)}
        </button>
    }
}

#[component]
fn SignIns() -> impl IntoView {
    let i18n = use_i18n();
    let sign_ins = Fetched::new(use_identity(), || Box::pin(api::sign_ins()));
    loaded(sign_ins, 1, move |list| {
        view! {
            <ul class="rows" aria-label=say!(i18n, me.sign_ins)>
                {list.into_iter().map(|sign_in| view! {
                    <SignInLine sign_in revoked=Callback::new(move |()| sign_ins.again())/>
                }).collect_view()}
            </ul>
        }
        .into_any()
    })
}

#[component]
fn SignInLine(sign_in: SignInSummary, revoked: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let SignInSummary {
        id,
        device,
        signed_in_at,
        last_seen_at,
        current,
    } = sign_in;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let revoke = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::revoke_sign_in(id).await {
                Ok(()) => revoked.run(()),
                Err(wrong) => failure.set(Some(wrong)),
            }
            busy.set(false);
        });
    };
    let label = {
        let device = device.clone();
        move || t_string!(i18n, me.revoke_device, device = device.clone())
    };
    view! {
        <li>
            <Glyph icon=Icon::Devices/>
            <div class="grow">
                <strong>{device}</strong>
                {current.then(|| view! { <span class="tag">{say!(i18n, me.here)}</span> })}
                <small>{said(move || {
                    let locale = i18n.get_locale();
                    let (since, seen) = (
                        moment(locale, signed_in_at, Moment::DateAndTime),
                        moment(locale, last_seen_at, Moment::DateAndTime),
                    );
                    t_string!(i18n, me.since, since = since, seen = seen)
                })}</small>
                {live(move || (failure.get().map(|failure| view! { <FailureNotice failure/> })).into_any())}
            </div>
            {(!current).then(|| view! {
                <button type="button" class="secondary" aria-label=label on:click=revoke aria-disabled=said(move || busy.get().to_string())>
                    {say!(i18n, me.revoke)}
                </button>
            })}
        </li>
    }
}

#[component]
fn Looks() -> impl IntoView {
    let i18n = use_i18n();
    let preferences = use_preferences();
    let theme = move |choice: Theme, icon: Icon, words: Signal<String>| {
        view! {
            <button
                type="button"
                class="secondary"
                aria-pressed=said(move || (preferences.theme.get() == choice).to_string())
                on:click=move |_| preferences.choose_theme(choice)
            >
                <Glyph icon/> {said(move || words.get())}
            </button>
        }
    };
    let language = move |locale: Locale, tag: &'static str, words: &'static str| {
        view! {
            <button
                type="button"
                class="secondary"
                lang=tag
                aria-pressed=said(move || (i18n.get_locale() == locale).to_string())
                on:click=move |_| preferences.choose_locale(locale)
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="choices" role="group" aria-label=say!(i18n, me.language)>
            {language(Locale::zh_CN, "zh-CN", "中文")} {language(Locale::en, "en", "English")}
        </div>
        <div class="choices" role="group" aria-label=say!(i18n, me.theme)>
            {theme(Theme::System, Icon::Monitor, told!(i18n, me.theme_system))}
            {theme(Theme::Light, Icon::Sun, told!(i18n, me.theme_light))}
            {theme(Theme::Dark, Icon::Moon, told!(i18n, me.theme_dark))}
        </div>
    }
}
