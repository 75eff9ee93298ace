//! An appeal beside what it is about: a button, a few words, and then how far it is.

use super::words;
use crate::{
    api::{self, Failure},
    browser::{
        annex::{self, Told},
        document,
        intl::Show as Moment,
    },
    components::{
        failure::FailureNotice,
        icon::Glyph,
        length::moment,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
};
use contract::acting::{APPEAL_CHARS_MAX, AppealAbout, AppealMark, AppealState, FileAppeal};
use leptos::prelude::*;

/// The appeal, or the way to file one.
#[component]
pub fn Appeal(
    /// About what.
    about: AppealAbout,
    /// The appeal, where there is one.
    filed: Option<AppealMark>,
    /// Whether the one who looks may file one.
    can: bool,
    /// Names what it is about on the page.
    id: String,
) -> impl IntoView {
    let filed = RwSignal::new(filed);
    let writing = RwSignal::new(false);
    let about = StoredValue::new(about);
    let id = StoredValue::new(id);
    live(move || match filed.get() {
        Some(mark) => view! { <Mark mark/> }.into_any(),
        None if !can => ().into_any(),
        None => {
            let (about, id) = (about.get_value(), id.get_value());
            view! { <Form about id filed writing/> }.into_any()
        }
    })
}

/// What was said, and what was answered.
#[component]
fn Mark(mark: AppealMark) -> impl IntoView {
    let i18n = use_i18n();
    let AppealMark {
        state,
        text,
        answer,
        filed_at,
        ..
    } = mark;
    let (icon, tone) = words::mark(state);
    let upheld = state == AppealState::Upheld;
    view! {
        <div class="appeal">
            <p class=format!("mark {tone}")>
                <Glyph icon/>
                <strong>{said(move || words::state(i18n.get_locale(), state))}</strong>
                <small>{said(move || moment(i18n.get_locale(), filed_at, Moment::DateAndTime))}</small>
            </p>
            <blockquote>{text}</blockquote>
            {answer.map(|answer| {
                let (remedy, ms, until, by, at) =
                    (answer.remedy, answer.confirmed_ms, answer.make_up_until, answer.by, answer.at);
                view! {
                    <p>{said(move || {
                        let locale = i18n.get_locale();
                        let (by, at) = (by.clone(), moment(locale, at, Moment::DateAndTime));
                        t_string!(i18n, appeal.answered, by = by, at = at)
                    })}</p>
                    <blockquote>{answer.reason}</blockquote>
                    <p>{said(move || words::remedy(i18n.get_locale(), upheld, remedy, ms, until))}</p>
                }
            })}
        </div>
    }
}

/// A button; then the words, and a button.
#[component]
fn Form(
    about: AppealAbout,
    id: String,
    filed: RwSignal<Option<AppealMark>>,
    writing: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let text = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let about = StoredValue::new(about);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let said = text.get_untracked().trim().to_string();
        if said.is_empty() {
            missing.set(true);
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let wish = FileAppeal {
            about: about.get_value(),
            text: said,
        };
        leptos::task::spawn_local(async move {
            match api::acting::file_appeal(&wish).await {
                Ok(mark) => {
                    filed.try_set(Some(mark));
                }
                Err(wrong) => {
                    if wrong.is_signed_out() {
                        annex::tell(Told::SignedOut);
                    }
                    failure.try_set(Some(wrong));
                    busy.try_set(false);
                }
            }
        });
    };
    let (field, problem, open) = (
        format!("appeal-{id}"),
        format!("appeal-{id}-problem"),
        format!("appeal-{id}-open"),
    );
    let begin = {
        let field = field.clone();
        move |_| {
            writing.set(true);
            let field = field.clone();
            request_animation_frame(move || document::focus(&format!("#{field}")));
        }
    };
    view! {
        <button type="button" class="quiet appeal-open" id=open class:hidden=move || writing.get() on:click=begin>
            {say!(i18n, appeal.file)}
        </button>
        <form class="appeal" class:hidden=move || !writing.get() on:submit=submit>
            <div class="field">
                <label for=field.clone()>{say!(i18n, appeal.text)}</label>
                <textarea
                    id=field
                    rows="3"
                    maxlength=APPEAL_CHARS_MAX
                    aria-describedby=problem.clone()
                    aria-invalid=move || missing.get().then_some("true")
                    prop:value=move || text.get()
                    on:input=move |event| { text.set(event_target_value(&event)); missing.set(false); }
                ></textarea>
                <p id=problem class="problem" aria-live="polite">
                    {said(move || if missing.get() { t_string!(i18n, appeal.text_missing) } else { "" })}
                </p>
                <small class="hint">{say!(i18n, appeal.hint)}</small>
            </div>
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            <div class="choices">
                <button type="submit" aria-disabled=said(move || busy.get().to_string())>{say!(i18n, appeal.submit)}</button>
                <button type="button" class="secondary" on:click=move |_| writing.set(false)>{say!(i18n, appeal.cancel)}</button>
            </div>
        </form>
    }
}
