//! One line of a form: label, hint, input, and what is wrong with it right below.

use super::{
    failure::field_words,
    icon::{Glyph, Icon},
};
use crate::components::say::{live, said};
use crate::i18n::{t_string, use_i18n};
use contract::error::FieldProblem;
use leptos::prelude::*;

/// What is typed into a field and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Typed {
    /// The name of the field in the request; also the `id` of the input.
    pub name: &'static str,
    /// What is typed.
    pub value: RwSignal<String>,
    /// What is wrong.
    pub problem: RwSignal<Option<FieldProblem>>,
    check: fn(&str) -> Option<FieldProblem>,
}

impl Typed {
    /// An empty field that `check` judges.
    #[must_use]
    pub fn new(name: &'static str, check: fn(&str) -> Option<FieldProblem>) -> Self {
        Self {
            name,
            value: RwSignal::new(String::new()),
            problem: RwSignal::new(None),
            check,
        }
    }

    /// Judges what is typed; whether it is fine.
    pub fn judge(self) -> bool {
        let problem = self.value.with_untracked(|value| (self.check)(value));
        self.problem.set(problem);
        problem.is_none()
    }
}

/// A labelled input.
#[component]
pub fn Field(
    /// What it holds.
    typed: Typed,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// What is expected, if that is not plain.
    #[prop(optional, into)]
    hint: Option<Signal<String>>,
    /// `text`, `tel` or `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    autocomplete: &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    let Typed {
        name,
        value,
        problem,
        ..
    } = typed;
    let shown = RwSignal::new(false);
    let secret = kind == "password";
    let hint_id = format!("{name}-hint");
    let problem_id = format!("{name}-problem");
    let described = format!("{hint_id} {problem_id}");
    view! {
        <div class="field">
            <label for=name>{said(move || label.get())}</label>
            <div class="with-button">
                <input
                    id=name
                    name=name
                    type=move || if secret && shown.get() { "text" } else { kind }
                    autocomplete=autocomplete
                    inputmode=if kind == "tel" { "tel" } else { "text" }
                    autocapitalize="none"
                    spellcheck="false"
                    aria-describedby=described
                    aria-invalid=move || problem.get().map(|_| "true")
                    prop:value=move || value.get()
                    on:input=move |event| {
                        value.set(event_target_value(&event));
                        // A correction is welcomed at once; a new mistake is said only when the field is left.
                        if problem.get_untracked().is_some() {
                            typed.judge();
                        }
                    }
                    on:blur=move |_| {
                        if value.with_untracked(|value| !value.is_empty()) {
                            typed.judge();
                        }
                    }
                />
                {secret.then(|| view! {
                    <button
                        type="button"
                        class="quiet"
                        aria-pressed=said(move || shown.get().to_string())
                        on:click=move |_| shown.update(|shown| *shown = !*shown)
                    >
                        {said(move || if shown.get() { t_string!(i18n, common.hide) } else { t_string!(i18n, common.show) })}
                    </button>
                })}
            </div>
            <small id=hint_id class="hint">{live(move || (hint.map(|hint| hint.get())).into_any())}</small>
            <p id=problem_id class="problem" aria-live="polite">
                {live(move || (problem.get().map(|problem| view! {
                    <Glyph icon=Icon::Alert/> {field_words(i18n.get_locale(), problem)}
                })).into_any())}
            </p>
        </div>
    }
}
