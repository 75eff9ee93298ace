//! The form that opens a class. What there is no choice of is not asked.

use crate::{
    api::{self, Failure},
    browser::{document, intl},
    components::{
        account_form::{filled, length, show_fields},
        failure::{FailureNotice, field_words},
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
    error::FieldProblem,
    roster::{AddClass, CLASS_NAME_MAX, ClassChoices, InstitutionClass},
};
use leptos::prelude::*;
use study::Day;

/// A class runs so many days where nobody says otherwise.
const USUAL_DAYS: u64 = 60;

/// The form; tells `done` the class, or `None` where it was left.
#[component]
pub fn OpenClass(done: Callback<Option<InstitutionClass>>) -> impl IntoView {
    let choices = Fetched::outside(|| Box::pin(api::roster::choices()));
    loaded(choices, 2, move |choices| {
        view! { <Form choices done/> }.into_any()
    })
}

fn class_name(value: &str) -> Option<FieldProblem> {
    length(value.trim(), 2, CLASS_NAME_MAX)
}

#[component]
fn Form(choices: ClassChoices, done: Callback<Option<InstitutionClass>>) -> impl IntoView {
    let i18n = use_i18n();
    let ClassChoices {
        institutions,
        courses,
        rules,
        today,
    } = choices;
    let name = Typed::new("name", class_name);
    let first_day = Typed::new("first_day", filled);
    let last_day = Typed::new("last_day", filled);
    first_day.value.set(intl::day_text(today));
    last_day
        .value
        .set(intl::day_text(Day(today.0.saturating_add(USUAL_DAYS))));
    let institution = RwSignal::new(institutions.first().map(|one| one.institution));
    let course = RwSignal::new(courses.first().map(|one| one.course));
    let chosen_rules = RwSignal::new(rules.first().map(|one| one.rules));
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);

    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let days = [first_day, last_day].map(|typed| intl::day_of(&typed.value.get_untracked()));
        for (typed, day) in [first_day, last_day].into_iter().zip(days) {
            typed
                .problem
                .set(day.is_none().then_some(FieldProblem::Missing));
        }
        let named = name.judge();
        let ([Some(first), Some(last)], true) = (days, named) else {
            return document::focus("[aria-invalid=true]");
        };
        if last < first {
            last_day.problem.set(Some(FieldProblem::Range));
            return document::focus("#last_day");
        }
        let (Some(institution), Some(course), Some(rules)) = (
            institution.get_untracked(),
            course.get_untracked(),
            chosen_rules.get_untracked(),
        ) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let request = AddClass {
            institution,
            course,
            rules,
            name: name.value.get_untracked().trim().to_owned(),
            first_day: first,
            last_day: last,
        };
        leptos::task::spawn_local(async move {
            match api::roster::add_class(&request).await {
                Ok(class) => done.run(Some(class)),
                Err(wrong) => {
                    show_fields(&[name, first_day, last_day], &wrong);
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };

    let several = institutions.len() > 1;
    view! {
        <section class="card">
            <h2>{say!(i18n, institution.open)}</h2>
            <form novalidate on:submit=submit aria-busy=said(move || busy.get().to_string())>
                {several.then(|| view! {
                    <Choice
                        id="institution"
                        label=told!(i18n, institution.institution)
                        options=institutions.iter().map(|one| {
                            let name = one.name.clone();
                            Signal::derive(move || text(i18n.get_locale(), &name))
                        }).collect()
                        chosen=Callback::new({
                            let ids: Vec<_> = institutions.iter().map(|one| one.institution).collect();
                            move |idx: usize| institution.set(ids.get(idx).copied())
                        })
                    />
                })}
                <Field
                    typed=name
                    label=told!(i18n, institution.name)
                    hint=told!(i18n, institution.name_hint)
                    autocomplete="off"
                />
                <Choice
                    id="course"
                    label=told!(i18n, institution.course)
                    options=courses.iter().map(|one| {
                        let (title, units) = (one.title.clone(), one.units);
                        Signal::derive(move || t_string!(
                            i18n,
                            institution.course_named,
                            title = text(i18n.get_locale(), &title),
                            units = units
                        ))
                    }).collect()
                    chosen=Callback::new({
                        let ids: Vec<_> = courses.iter().map(|one| one.course).collect();
                        move |idx: usize| course.set(ids.get(idx).copied())
                    })
                />
                <Choice
                    id="rules"
                    label=told!(i18n, institution.rules)
                    options=rules.iter().map(|one| {
                        let (version, checked) = (one.version.clone(), one.face_checks);
                        Signal::derive(move || if checked {
                            t_string!(i18n, institution.rules_checked, version = version.clone())
                        } else {
                            t_string!(i18n, institution.rules_unchecked, version = version.clone())
                        })
                    }).collect()
                    chosen=Callback::new({
                        let ids: Vec<_> = rules.iter().map(|one| one.rules).collect();
                        move |idx: usize| chosen_rules.set(ids.get(idx).copied())
                    })
                />
                <div class="pair">
                    <DayField typed=first_day label=told!(i18n, institution.first_day) min=today/>
                    <DayField typed=last_day label=told!(i18n, institution.last_day) min=today/>
                </div>
                {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
                <div class="choices">
                    <button type="submit" aria-disabled=said(move || busy.get().to_string())>
                        {said(move || if busy.get() { t_string!(i18n, institution.opening) } else { t_string!(i18n, institution.open_go) })}
                    </button>
                    <button type="button" class="quiet" on:click=move |_| done.run(None)>{say!(i18n, institution.cancel)}</button>
                </div>
            </form>
        </section>
    }
}

/// One of several.
#[component]
fn Choice(
    id: &'static str,
    label: Signal<String>,
    options: Vec<Signal<String>>,
    chosen: Callback<usize>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{said(move || label.get())}</label>
            <select id=id on:change=move |event| {
                if let Ok(idx) = event_target_value(&event).parse() {
                    chosen.run(idx);
                }
            }>
                {options.into_iter().enumerate().map(|(idx, words)| view! {
                    <option value=idx.to_string()>{said(move || words.get())}</option>
                }).collect_view()}
            </select>
        </div>
    }
}

#[component]
fn DayField(typed: Typed, label: Signal<String>, min: Day) -> impl IntoView {
    let i18n = use_i18n();
    let Typed {
        name,
        value,
        problem,
        ..
    } = typed;
    let problem_id = format!("{name}-problem");
    view! {
        <div class="field">
            <label for=name>{said(move || label.get())}</label>
            <input
                id=name
                type="date"
                min=intl::day_text(min)
                aria-describedby=problem_id.clone()
                aria-invalid=move || problem.get().map(|_| "true")
                prop:value=move || value.get()
                on:input=move |event| { value.set(event_target_value(&event)); problem.set(None); }
            />
            <p id=problem_id class="problem" aria-live="polite">
                {live(move || problem.get().map(|problem| view! {
                    <Glyph icon=Icon::Alert/> {match problem {
                        FieldProblem::Range => t_string!(i18n, institution.day_range),
                        other => field_words(i18n.get_locale(), other),
                    }}
                }).into_any())}
            </p>
        </div>
    }
}
