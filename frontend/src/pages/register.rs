//! Real-name registration (clause A26). Mistakes are said beside the field, when it is left and when the form is sent.

use crate::{
    api::{self, Failure},
    browser::{device, document},
    components::{
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
use contract::{
    account,
    error::{ErrorCode, FieldProblem},
    id_number::IdNumber,
};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};

fn length(value: &str, min: usize, max: usize) -> Option<FieldProblem> {
    match value.chars().count() {
        0 => Some(FieldProblem::Missing),
        n if n < min => Some(FieldProblem::TooShort),
        n if n > max => Some(FieldProblem::TooLong),
        _ => None,
    }
}

fn name(value: &str) -> Option<FieldProblem> {
    length(value.trim(), 2, 40)
}

fn id_number(value: &str) -> Option<FieldProblem> {
    IdNumber::parse(value).err()
}

fn phone(value: &str) -> Option<FieldProblem> {
    let value = value.trim();
    if value.is_empty() {
        return Some(FieldProblem::Missing);
    }
    let mobile = value.len() == 11
        && value.starts_with('1')
        && value.bytes().all(|byte| byte.is_ascii_digit());
    (!mobile).then_some(FieldProblem::Form)
}

fn password(value: &str) -> Option<FieldProblem> {
    length(value, 8, 128)
}

/// The form. Nothing typed is lost when it fails.
#[component]
pub fn Register() -> impl IntoView {
    let i18n = use_i18n();
    let identity = use_identity();
    let navigate = use_navigate();
    let fields = [
        Typed::new("name", name),
        Typed::new("id_number", id_number),
        Typed::new("phone", phone),
        Typed::new("password", password),
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
        let mut wrong = Vec::new();
        for typed in fields {
            if !typed.judge() {
                wrong.push(typed.name);
            }
        }
        if let Some(first) = wrong.first() {
            return document::focus(&format!("#{first}"));
        }
        if busy.get_untracked() {
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
                    show_fields(&fields, &wrong);
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

/// Puts what the server found wrong beside the fields, and the keyboard into the first of them.
fn show_fields(fields: &[Typed], failure: &Failure) {
    let Failure::Refused(reply) = failure else {
        return;
    };
    for wrong in &reply.fields {
        if let Some(typed) = fields.iter().find(|typed| typed.name == wrong.field) {
            typed.problem.set(Some(wrong.problem));
        }
    }
    if let Some(first) = fields
        .iter()
        .find(|typed| typed.problem.get_untracked().is_some())
    {
        document::focus(&format!("#{}", first.name));
    }
}
