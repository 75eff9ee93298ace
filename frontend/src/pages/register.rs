//! Real-name registration (clause A26). Mistakes are said beside the field, when it is left and when the form is sent.

use crate::{
    api::{self, Failure},
    browser::device,
    components::{
        account_form,
        failure::FailureNotice,
        field::{Field, Typed},
        icon::{Glyph, Icon},
        page_title::PageTitle,
    },
    i18n::{t_string, use_i18n},
    state::identity::{Who, use_identity},
};
use crate::{
    components::say::{live, said},
    say, told,
};
use contract::{account, error::ErrorCode};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};

/// The form. Nothing typed is lost when it fails.
#[component]
pub fn Register() -> impl IntoView {
    let i18n = use_i18n();
    let identity = use_identity();
    let navigate = use_navigate();
    let fields = [
        Typed::new("name", account_form::name),
        Typed::new("id_number", account_form::id_number),
        Typed::new("phone", account_form::phone),
        Typed::new("password", account_form::password),
    ];
    let [name, id_number, phone, password] = fields;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);

    Effect::new(move || {
        if matches!(identity.who.get(), Who::Somebody(_)) {
            navigate(
                "/classes",
                NavigateOptions {
                    replace: true,
                    ..Default::default()
                },
            );
        }
    });

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !account_form::judge(&fields) || busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let request = account::Register {
            name: name.value.get_untracked().trim().to_owned(),
            id_number: id_number.value.get_untracked().trim().to_ascii_uppercase(),
            phone: phone.value.get_untracked().trim().to_owned(),
            password: password.value.get_untracked(),
            device: device::name(),
        };
        leptos::task::spawn_local(async move {
            match api::register(&request).await {
                Ok(me) => identity.welcome(me),
                Err(wrong) => {
                    account_form::show_fields(&fields, &wrong);
                    failure.set(Some(wrong));
                }
            }
            busy.set(false);
        });
    };

    view! {
        <div class="narrow card">
            <PageTitle text=told!(i18n, register.title)/>
            <p class="soft">{say!(i18n, register.why)}</p>
            <form novalidate on:submit=submit aria-busy=said(move || busy.get().to_string())>
                <Field
                    typed=name
                    label=told!(i18n, register.name)
                    hint=told!(i18n, register.name_hint)
                    autocomplete="name"
                />
                <Field
                    typed=id_number
                    label=told!(i18n, register.id_number)
                    hint=told!(i18n, register.id_number_hint)
                    autocomplete="off"
                />
                <Field
                    typed=phone
                    label=told!(i18n, register.phone)
                    kind="tel"
                    autocomplete="tel-national"
                />
                <Field
                    typed=password
                    label=told!(i18n, register.password)
                    hint=told!(i18n, register.password_hint)
                    kind="password"
                    autocomplete="new-password"
                />
                <div class="notice info">
                    <Glyph icon=Icon::Info/>
                    <p>{say!(i18n, register.privacy)}</p>
                </div>
                {live(move || (failure.get().map(|failure| {
                    let exists = failure.code() == Some(ErrorCode::PersonExists);
                    view! {
                        <FailureNotice failure/>
                        {exists.then(|| view! { <p><A href="/sign-in">{say!(i18n, register.to_sign_in)}</A></p> })}
                    }
                })).into_any())}
                <button type="submit" class="wide" aria-disabled=said(move || busy.get().to_string())>
                    {said(move || if busy.get() { t_string!(i18n, register.busy) } else { t_string!(i18n, register.submit) })}
                </button>
            </form>
            <p class="soft">
                {say!(i18n, register.have_account)} " "
                <A href="/sign-in">{say!(i18n, sign_in.title)}</A>
            </p>
        </div>
    }
}
