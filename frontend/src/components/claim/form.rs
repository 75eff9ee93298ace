//! The forms for what the system does not hold: each with its source. What was entered before stays on record.

use super::{Shared, doing::Doing, table::cell_id, words};
use crate::{
    api,
    browser::intl,
    components::{
        account_form::{filled, judge, length},
        field::{Field, Typed},
        say::said,
    },
    i18n::{t_string, use_i18n},
    say, told,
};
use contract::{
    claim::{
        CLAIM_TEXT_MAX, Certificate, CertificateKind, ClaimItem, EnterFact, Fact, Practical,
        Receipt,
    },
    error::FieldProblem,
};
use leptos::prelude::*;
use study::PersonId;

/// Longest number of a certificate or receipt; the server's own bound.
const NUMBER_MAX: usize = 60;

fn text(value: &str) -> Option<FieldProblem> {
    length(value.trim(), 2, CLAIM_TEXT_MAX)
}

fn number(value: &str) -> Option<FieldProblem> {
    length(value.trim(), 2, NUMBER_MAX)
}

fn hours(value: &str) -> Option<FieldProblem> {
    if value.trim().is_empty() {
        return Some(FieldProblem::Missing);
    }
    value
        .trim()
        .parse::<u32>()
        .map_or(Some(FieldProblem::Form), |hours| {
            (hours > 2_000).then_some(FieldProblem::Range)
        })
}

fn trimmed(typed: Typed) -> String {
    typed.value.get_untracked().trim().to_owned()
}

/// Sends it, and then shows the matrix anew with the keyboard where it was.
fn enter(
    shared: Shared,
    doing: Doing,
    person: PersonId,
    item: ClaimItem,
    request: EnterFact,
    fields: &[Typed],
) {
    let class = shared.class;
    doing.start(
        async move { api::claims::enter(class, &request).await },
        fields,
        move |()| {
            shared.opened.set(None);
            shared
                .focus
                .set(Some(format!("#{}", cell_id(person, item))));
            shared.again.run(());
        },
    );
}

/// The end of every form: the source, what went wrong, the button.
#[component]
fn Rest(source: Typed, doing: Doing) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Field typed=source label=told!(i18n, claim.source) hint=told!(i18n, claim.source_hint) autocomplete="off"/>
        {doing.notice()}
        <button type="submit" aria-disabled=said(move || doing.busy.get().to_string())>
            {said(move || if doing.busy.get() { t_string!(i18n, claim.entering) } else { t_string!(i18n, claim.enter) })}
        </button>
    }
}

/// Practical hours; of one learner, or of all who are not left out.
#[component]
pub fn PracticalForm(
    person: PersonId,
    entered: Option<Practical>,
    people: StoredValue<Vec<PersonId>>,
    shared: Shared,
) -> impl IntoView {
    let i18n = use_i18n();
    let (planned, done) = (Typed::new("planned", hours), Typed::new("done", hours));
    let source = Typed::new("source", text);
    if let Some(Practical {
        planned: p,
        done: d,
    }) = entered
    {
        planned.value.set(p.to_string());
        done.value.set(d.to_string());
    }
    let for_all = RwSignal::new(false);
    let doing = Doing::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let fields = [planned, done, source];
        if !judge(&fields) {
            return;
        }
        let (Ok(planned), Ok(done)) = (trimmed(planned).parse(), trimmed(done).parse()) else {
            return;
        };
        let request = EnterFact {
            people: if for_all.get_untracked() {
                people.get_value()
            } else {
                vec![person]
            },
            fact: Fact::Practical(Practical { planned, done }),
            source: trimmed(source),
        };
        enter(
            shared,
            doing,
            person,
            ClaimItem::Practical,
            request,
            &fields,
        );
    };
    let several = people.with_value(|people| people.len() > 1 && people.contains(&person));
    view! {
        <form novalidate on:submit=submit>
            <div class="pair">
                <Field typed=planned label=told!(i18n, claim.planned) kind="tel" autocomplete="off"/>
                <Field typed=done label=told!(i18n, claim.done) kind="tel" autocomplete="off"/>
            </div>
            {several.then(|| view! {
                <label>
                    <input
                        type="checkbox"
                        prop:checked=move || for_all.get()
                        on:change=move |event| for_all.set(event_target_checked(&event))
                    />
                    {said(move || t_string!(i18n, claim.for_all, n = people.with_value(Vec::len)))}
                </label>
            })}
            <Rest source doing/>
        </form>
    }
}

/// One of five kinds of certificate.
#[component]
pub fn CertificateForm(
    person: PersonId,
    entered: Option<Certificate>,
    shared: Shared,
) -> impl IntoView {
    let i18n = use_i18n();
    let named = Typed::new("number", number);
    let (issuer, source) = (Typed::new("issuer", text), Typed::new("source", text));
    let issued_on = Typed::new("issued_on", filled);
    let kind = RwSignal::new(CertificateKind::SkillLevel);
    if let Some(before) = entered {
        kind.set(before.kind);
        named.value.set(before.number);
        issuer.value.set(before.issuer);
        issued_on.value.set(intl::day_text(before.issued_on));
    }
    let doing = Doing::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let fields = [named, issuer, issued_on, source];
        if !judge(&fields) {
            return;
        }
        let Some(day) = intl::day_of(&issued_on.value.get_untracked()) else {
            issued_on.problem.set(Some(FieldProblem::Form));
            return;
        };
        let request = EnterFact {
            people: vec![person],
            fact: Fact::Certificate(Certificate {
                kind: kind.get_untracked(),
                number: trimmed(named),
                issuer: trimmed(issuer),
                issued_on: day,
            }),
            source: trimmed(source),
        };
        enter(
            shared,
            doing,
            person,
            ClaimItem::Certificate,
            request,
            &fields,
        );
    };
    view! {
        <form novalidate on:submit=submit>
            <div class="field">
                <label for="kind">{say!(i18n, claim.kind)}</label>
                <select id="kind" on:change=move |event| {
                    let chosen = event_target_value(&event).parse().ok().and_then(|idx: usize| words::KINDS.get(idx).copied());
                    if let Some(chosen) = chosen {
                        kind.set(chosen);
                    }
                }>
                    {words::KINDS.into_iter().enumerate().map(|(idx, one)| view! {
                        <option value=idx.to_string() selected=one == kind.get_untracked()>
                            {said(move || words::kind(i18n.get_locale(), one))}
                        </option>
                    }).collect_view()}
                </select>
            </div>
            <Field typed=named label=told!(i18n, claim.number) autocomplete="off"/>
            <Field typed=issuer label=told!(i18n, claim.issuer) autocomplete="off"/>
            <Field typed=issued_on label=told!(i18n, claim.issued_on) kind="date" autocomplete="off"/>
            <Rest source doing/>
        </form>
    }
}

/// The receipt of the provincial system.
#[component]
pub fn ReceiptForm(person: PersonId, entered: Option<Receipt>, shared: Shared) -> impl IntoView {
    let i18n = use_i18n();
    let (named, source) = (Typed::new("number", number), Typed::new("source", text));
    if let Some(before) = entered {
        named.value.set(before.number);
    }
    let doing = Doing::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let fields = [named, source];
        if !judge(&fields) {
            return;
        }
        let request = EnterFact {
            people: vec![person],
            fact: Fact::Receipt(Receipt {
                number: trimmed(named),
            }),
            source: trimmed(source),
        };
        enter(shared, doing, person, ClaimItem::Receipt, request, &fields);
    };
    view! {
        <form novalidate on:submit=submit>
            <Field typed=named label=told!(i18n, claim.receipt_number) autocomplete="off"/>
            <Rest source doing/>
        </form>
    }
}
