//! What verification of a claim pack found: a row for each learner, and what is wrong with which file. Asks no server.

use super::{
    icon::{Glyph, Icon},
    length::moment,
    pack_words::{certificate_words, no_pdf_words, pack_fault_words},
    proof_report::{Content, named, verdict_word},
    proof_words::{fault_words, unchecked_words},
    revocation_report::{Ask, Asker, revocation_words},
};
use crate::{
    browser::intl::{Show as Moment, day_text},
    components::say::{live, said},
    i18n::{t_string, use_i18n},
    say, told,
};
use contract::{
    claim::{Entered, Facts},
    pack::{LearnerReport, PackFault, PackReport},
    status::Revocation,
    verify::Verdict,
};
use leptos::prelude::*;

/// Which rows are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    All,
    Red,
    Sample,
}

/// The whole report.
#[component]
pub fn ClaimPack(
    /// What verification found.
    report: PackReport,
    /// How to ask whether proofs in it were revoked.
    asker: Asker,
) -> impl IntoView {
    let i18n = use_i18n();
    let PackReport {
        verdict,
        manifest,
        digest,
        faults,
        learners,
        totals,
        sample,
        not_checked,
    } = report;
    let (n, n_red) = (
        learners.len(),
        learners.iter().filter(|row| is_red(row.verdict)).count(),
    );
    let n_sample = sample.len();
    let n_files = faults.len();
    let holding = n - n_red;
    let hours = totals.class_hours.0;
    let (tone, icon) = match verdict {
        Verdict::Valid => ("notice confirmed verdict", Icon::Shield),
        Verdict::UnknownIssuer => ("notice pending verdict", Icon::Question),
        Verdict::Revoked | Verdict::Invalid => ("notice void verdict", Icon::Cross),
    };
    let n_answered = learners
        .iter()
        .filter(|row| row.revocation.is_answered())
        .count();
    // What is red is what somebody opens a pack for.
    let shown = RwSignal::new(if n_red > 0 { Shown::Red } else { Shown::All });
    let choice = move |this: Shown, words: Signal<String>| {
        view! {
            <button
                type="button"
                class="secondary"
                aria-pressed=said(move || (shown.get() == this).to_string())
                on:click=move |_| shown.set(this)
            >
                {said(move || words.get())}
            </button>
        }
    };
    let rows = StoredValue::new(learners);
    let drawn = StoredValue::new(sample);
    let manifest = manifest.map(|manifest| *manifest);
    view! {
        <section class="report" aria-labelledby="verdict">
            <div class=tone data-verdict=verdict_word(verdict)>
                <Glyph icon/>
                <div>
                    <h2 id="verdict" tabindex="-1">{said(move || match verdict {
                        Verdict::Valid => t_string!(i18n, pack.valid),
                        Verdict::UnknownIssuer => t_string!(i18n, pack.unknown_issuer),
                        Verdict::Revoked => t_string!(i18n, pack.revoked),
                        Verdict::Invalid => t_string!(i18n, pack.invalid),
                    })}</h2>
                    <p>{said(move || t_string!(i18n, pack.sum, n = n, holding = holding, hours = hours))}</p>
                </div>
            </div>
            <div class="notice info" data-answered=n_answered>
                <Glyph icon=Icon::Question/>
                <div>
                    <p>{said(move || match n_answered {
                        0 => t_string!(i18n, revocation.pack_not_asked).to_string(),
                        answered => t_string!(i18n, revocation.pack_answered, answered = answered, n = n),
                    })}</p>
                    {(n_answered < n).then(|| view! { <Ask asker/> })}
                </div>
            </div>
            {(n_files > 0).then(|| view! {
                <h3>{say!(i18n, pack.file_faults)}</h3>
                <ol class="faults">{faults.into_iter().map(|fault| view! { <FaultLine fault/> }).collect_view()}</ol>
            })}
            {manifest.map(|manifest| {
                let subject = StoredValue::new(manifest.subject);
                let sealed = manifest.valid_from.0;
                view! {
                    <dl class="facts">
                        <div><dt>{say!(i18n, verify.institution)}</dt><dd>{said(move || subject.with_value(|subject| named(i18n.get_locale(), &subject.institution)))}</dd></div>
                        <div><dt>{say!(i18n, verify.class)}</dt><dd>{said(move || subject.with_value(|subject| {
                            let locale = i18n.get_locale();
                            format!("{} · {}", named(locale, &subject.class), named(locale, &subject.course))
                        }))}</dd></div>
                        <div><dt>{say!(i18n, pack.sealed)}</dt><dd>{said(move || moment(i18n.get_locale(), sealed, Moment::DateAndTime))}</dd></div>
                        <div><dt>{say!(i18n, pack.sample)}</dt><dd>{said(move || t_string!(i18n, pack.sample_text, n = n_sample))}</dd></div>
                    </dl>
                }
            })}
            <h3 id="rows">{say!(i18n, pack.rows)}</h3>
            <div class="choices" role="group" aria-labelledby="rows">
                {choice(Shown::All, Signal::derive(move || t_string!(i18n, pack.show_all, n = n)))}
                {choice(Shown::Red, Signal::derive(move || t_string!(i18n, pack.show_red, n = n_red)))}
                {(n_sample > 0).then(|| choice(Shown::Sample, Signal::derive(move || t_string!(i18n, pack.show_sample, n = n_sample))))}
            </div>
            {live(move || {
                let shown = shown.get();
                let some = rows.with_value(|rows| rows
                    .iter()
                    .filter(|row| match shown {
                        Shown::All => true,
                        Shown::Red => is_red(row.verdict),
                        Shown::Sample => row.number.is_some_and(|number| drawn.with_value(|drawn| drawn.contains(&number))),
                    })
                    .cloned()
                    .collect::<Vec<_>>());
                if some.is_empty() {
                    return view! { <p class="soft">{say!(i18n, pack.none)}</p> }.into_any();
                }
                view! { <ul class="pack-rows">{some.into_iter().map(|row| view! { <Row row/> }).collect_view()}</ul> }.into_any()
            })}
            {digest.map(|digest| view! {
                <p class="soft">{say!(i18n, pack.digest)} " " <code>{digest.to_string()}</code></p>
            })}
            {(!not_checked.is_empty()).then(|| view! {
                <h3>{say!(i18n, verify.not_checked)}</h3>
                <ul class="points">
                    {not_checked.into_iter().map(|unchecked| view! {
                        <li><Glyph icon=Icon::Question/> <span>{said(move || unchecked_words(i18n.get_locale(), unchecked))}</span></li>
                    }).collect_view()}
                </ul>
            })}
        </section>
    }
}

/// Whether a row does not hold.
fn is_red(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Revoked | Verdict::Invalid)
}

/// One learner: a line, and everything about them when it is opened.
#[component]
fn Row(row: LearnerReport) -> impl IntoView {
    let i18n = use_i18n();
    let opened = RwSignal::new(false);
    let verdict = row.verdict;
    let (tone, icon) = match verdict {
        Verdict::Valid => ("good", Icon::Check),
        Verdict::UnknownIssuer => ("open", Icon::Question),
        Verdict::Revoked | Verdict::Invalid => ("bad", Icon::Cross),
    };
    let name = match (&row.entry, &row.proof) {
        (Some(entry), _) => entry.opening.name.clone(),
        (None, Some(proof)) => proof.subject.name.clone(),
        (None, None) => row.folder.clone(),
    };
    let id_number = row
        .entry
        .as_ref()
        .map(|entry| entry.opening.id_number.clone());
    let hours = row.proof.as_ref().map(|proof| proof.subject.class_hours.0);
    let number = row.number.map(|number| format!("{number:03}"));
    let faults = row.faults.clone();
    let no_pdf = row.no_pdf.clone();
    let row = StoredValue::new(row);
    view! {
        <li class=tone data-row=verdict_word(verdict)>
            <details on:toggle=move |_| opened.set(true)>
                <summary>
                    <Glyph icon/>
                    <span class="visually-hidden">{said(move || match verdict {
                        Verdict::Valid => t_string!(i18n, pack.row_valid),
                        Verdict::UnknownIssuer => t_string!(i18n, pack.row_unknown),
                        Verdict::Revoked => t_string!(i18n, pack.row_revoked),
                        Verdict::Invalid => t_string!(i18n, pack.row_invalid),
                    })}</span>
                    {number.map(|number| view! { <code>{number}</code> })}
                    <strong>{name}</strong>
                    {id_number.map(|number| view! { <span class="soft">{number}</span> })}
                    {hours.map(|hours| view! { <span>{said(move || t_string!(i18n, pack.hours, n = hours))}</span> })}
                </summary>
                {live(move || opened.get().then(|| row.with_value(|row| {
                    let facts = row.entry.as_ref().map(|entry| entry.facts.clone());
                    let proof = row.proof.as_deref().cloned();
                    let revocation = row.revocation.clone();
                    let told = !matches!(revocation, Revocation::NotAsked);
                    view! {
                        {told.then(|| view! { <p class="soft">{said(move || revocation_words(i18n.get_locale(), &revocation))}</p> })}
                        {facts.map(|facts| view! { <FactList facts/> })}
                        {proof.map(|proof| view! { <Content proof verdict/> })}
                    }
                })).into_any())}
            </details>
            {no_pdf.map(|why| view! {
                <p class="soft">{said(move || no_pdf_words(i18n.get_locale(), &why))}</p>
            })}
            {(!faults.is_empty()).then(|| view! {
                <ol class="faults">{faults.into_iter().map(|fault| view! { <FaultLine fault/> }).collect_view()}</ol>
            })}
        </li>
    }
}

/// What the institution entered, each with where it comes from.
#[component]
pub fn FactList(
    /// The facts.
    facts: Facts,
) -> impl IntoView {
    let i18n = use_i18n();
    let Facts {
        practical,
        certificate,
        receipt,
    } = facts;
    view! {
        <dl class="facts">
            {practical.map(|entered| {
                let (done, planned) = (entered.fact.done, entered.fact.planned);
                let words = Signal::derive(move || t_string!(i18n, pack.practical_text, done = done, planned = planned));
                fact(told!(i18n, pack.practical), words, entered)
            })}
            {certificate.map(|entered| {
                let fact_of = entered.fact.clone();
                let words = Signal::derive(move || {
                    let locale = i18n.get_locale();
                    let kind = certificate_words(locale, fact_of.kind);
                    let day = day_text(fact_of.issued_on);
                    format!("{kind} {} · {} · {day}", fact_of.number, fact_of.issuer)
                });
                fact(told!(i18n, pack.certificate), words, entered)
            })}
            {receipt.map(|entered| {
                let number = entered.fact.number.clone();
                fact(told!(i18n, pack.receipt), Signal::derive(move || number.clone()), entered)
            })}
        </dl>
    }
}

fn fact<T>(label: Signal<String>, words: Signal<String>, entered: Entered<T>) -> impl IntoView {
    let i18n = use_i18n();
    let Entered { source, by, at, .. } = entered;
    view! {
        <div>
            <dt>{said(move || label.get())}</dt>
            <dd>
                {said(move || words.get())}
                <br/>
                <small class="soft">{said(move || {
                    let at = moment(i18n.get_locale(), at, Moment::DateAndTime);
                    t_string!(i18n, pack.entered, source = source.clone(), by = by.clone(), at = at)
                })}</small>
            </dd>
        </div>
    }
}

#[component]
fn FaultLine(fault: PackFault) -> impl IntoView {
    let i18n = use_i18n();
    let PackFault {
        file,
        code,
        place,
        expected,
        found,
        document,
    } = fault;
    let inner = document.map(|fault| fault.code);
    let place = place
        .map(|place| place.to_string())
        .filter(|place| place != "/");
    let compared = StoredValue::new((expected, found));
    view! {
        <li>
            <strong>{said(move || {
                let locale = i18n.get_locale();
                inner.map_or_else(|| pack_fault_words(locale, code), |inner| fault_words(locale, inner))
            })}</strong>
            <p class="where">
                {say!(i18n, verify.at)} " " <code>{file}</code>
                {place.map(|place| view! { " " <code>{place}</code> })}
            </p>
            {live(move || (compared.with_value(|(expected, found)| {
                let expected = expected.clone().map(|text| view! { <p>{t_string!(i18n, verify.expected)} " " <code>{text}</code></p> });
                let found = found.clone().map(|text| view! { <p>{t_string!(i18n, verify.found)} " " <code>{text}</code></p> });
                view! { {expected} {found} }
            })).into_any())}
        </li>
    }
}
