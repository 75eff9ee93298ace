//! What verification found, always with the content and with what was not checked. Shared with the single-file verifier.

use super::{
    bars::CoverageBar,
    icon::{Glyph, Icon},
    length::{self, moment, text},
    proof_words::{check_words, fault_words, unchecked_words},
    revocation_report::{Asker, RevocationNotice},
};
use crate::{
    browser::intl::Show as Moment,
    i18n::{Locale, t_string, td_string, use_i18n},
};
use crate::{
    components::say::{live, said},
    say, told,
};
use contract::{
    credential::{CheckCounts, EvidenceClass, Named, StudyProof, UnitCredit},
    verify::{Fault, Report, Verdict},
};
use leptos::prelude::*;

/// The whole report.
#[component]
pub fn ProofReport(
    /// What verification found.
    report: Report,
    /// How to ask whether it was revoked.
    asker: Asker,
) -> impl IntoView {
    let i18n = use_i18n();
    let Report {
        verdict,
        faults,
        digest,
        proof,
        checked,
        not_checked,
        revocation,
    } = report;
    // Of what does not hold nobody has to ask whether it was taken back.
    let asked = (verdict != Verdict::Invalid).then_some((revocation, asker));
    let n_faults = faults.len();
    // A tick says "passed"; where something is wrong, the faults above say what did not.
    let mark = if verdict == Verdict::Invalid {
        Icon::Info
    } else {
        Icon::Check
    };
    let (tone, icon) = match verdict {
        Verdict::Valid => ("notice confirmed verdict", Icon::Shield),
        Verdict::UnknownIssuer => ("notice pending verdict", Icon::Question),
        Verdict::Revoked | Verdict::Invalid => ("notice void verdict", Icon::Cross),
    };
    view! {
        <section class="report" aria-labelledby="verdict">
            <div class=tone data-verdict=verdict_word(verdict)>
                <Glyph icon/>
                <div>
                    <h2 id="verdict" tabindex="-1">{said(move || match verdict {
                        Verdict::Valid => t_string!(i18n, verify.valid),
                        Verdict::UnknownIssuer => t_string!(i18n, verify.unknown_issuer),
                        Verdict::Revoked => t_string!(i18n, verify.revoked),
                        Verdict::Invalid => t_string!(i18n, verify.invalid),
                    })}</h2>
                    <p>{said(move || match verdict {
                        Verdict::Valid => t_string!(i18n, verify.valid_text).to_string(),
                        Verdict::UnknownIssuer => t_string!(i18n, verify.unknown_issuer_text).to_string(),
                        Verdict::Revoked => t_string!(i18n, verify.revoked_text).to_string(),
                        Verdict::Invalid => t_string!(i18n, verify.invalid_text, n = n_faults),
                    })}</p>
                </div>
            </div>
            {asked.map(|(revocation, asker)| view! { <RevocationNotice revocation asker/> })}
            {(!faults.is_empty()).then(|| view! {
                <h3>{say!(i18n, verify.faults)}</h3>
                <ol class="faults">{faults.into_iter().map(|fault| view! { <FaultLine fault/> }).collect_view()}</ol>
            })}
            {proof.map(|proof| view! { <Content proof=*proof verdict/> })}
            {digest.map(|digest| view! {
                <p class="soft">{say!(i18n, verify.digest)} " " <code>{digest.to_string()}</code></p>
            })}
            <div class="columns">
                <div>
                    <h3>{say!(i18n, verify.checked)}</h3>
                    <ul class="points">
                        {checked.into_iter().map(|check| view! {
                            <li><Glyph icon=mark/> <span>{said(move || check_words(i18n.get_locale(), check))}</span></li>
                        }).collect_view()}
                    </ul>
                </div>
                {(!not_checked.is_empty()).then(|| view! {
                    <div>
                        <h3>{say!(i18n, verify.not_checked)}</h3>
                        <ul class="points">
                            {not_checked.into_iter().map(|unchecked| view! {
                                <li><Glyph icon=Icon::Question/> <span>{said(move || unchecked_words(i18n.get_locale(), unchecked))}</span></li>
                            }).collect_view()}
                        </ul>
                    </div>
                })}
            </div>
        </section>
    }
}

/// For scripts and tests that read the page.
pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::UnknownIssuer => "unknown_issuer",
        Verdict::Revoked => "revoked",
        Verdict::Invalid => "invalid",
    }
}

#[component]
fn FaultLine(fault: Fault) -> impl IntoView {
    let i18n = use_i18n();
    let Fault {
        code,
        place,
        expected,
        found,
    } = fault;
    let compared = StoredValue::new((expected, found));
    view! {
        <li>
            <strong>{said(move || fault_words(i18n.get_locale(), code))}</strong>
            <p class="where">{say!(i18n, verify.at)} " " <code>{place.to_string()}</code></p>
            {live(move || (compared.with_value(|(expected, found)| {
                let expected = expected.clone().map(|text| view! { <p>{t_string!(i18n, verify.expected)} " " <code>{text}</code></p> });
                let found = found.clone().map(|text| view! { <p>{t_string!(i18n, verify.found)} " " <code>{text}</code></p> });
                view! { {expected} {found} }
            })).into_any())}
        </li>
    }
}

pub(super) fn named<Id>(locale: Locale, named: &Named<Id>) -> String {
    match locale {
        Locale::zh_CN => named.zh.clone(),
        Locale::en => named.en.clone(),
    }
}

fn check_counts(locale: Locale, checks: CheckCounts) -> String {
    let CheckCounts {
        passed,
        supervised,
        made_up,
        missed,
        by_people,
        waiting,
    } = checks;
    td_string!(
        locale,
        verify.check_counts_text,
        passed = passed,
        supervised = supervised,
        made_up = made_up,
        missed = missed,
        by_people = by_people,
        waiting = waiting
    )
}

/// What stands in the document.
#[component]
pub(super) fn Content(proof: StudyProof, verdict: Verdict) -> impl IntoView {
    let believed = verdict == Verdict::Valid;
    let i18n = use_i18n();
    let StudyProof {
        id,
        title,
        notice,
        issuer,
        valid_from,
        subject,
        ..
    } = proof;
    let units = subject.units.clone();
    let (credited_ms, class_hours) = (subject.credited_ms, subject.class_hours.0);
    let checks = subject.checks;
    let subject = StoredValue::new(subject);
    let line = move |label: Signal<String>, value: Signal<String>| {
        view! { <div><dt>{said(move || label.get())}</dt><dd>{said(move || value.get())}</dd></div> }
    };
    view! {
        <article class="card content">
            <header>
                <h3>{said(move || text(i18n.get_locale(), &title))}</h3>
                {(!believed).then(|| view! { <p class="problem">{said(move || match verdict {
                    Verdict::Revoked => t_string!(i18n, verify.not_counting),
                    _ => t_string!(i18n, verify.not_believed),
                })}</p> })}
            </header>
            <p class=if believed { "earned big" } else { "big" }>{said(move || {
                let length = length::words(i18n.get_locale(), credited_ms);
                t_string!(i18n, verify.total, length = length, hours = class_hours)
            })}</p>
            <dl class="facts">
                {line(
                    told!(i18n, verify.who),
                    Signal::derive(move || subject.with_value(|subject| format!("{} · {}", subject.name, subject.id_number))),
                )}
                {line(
                    told!(i18n, verify.institution),
                    Signal::derive(move || subject.with_value(|subject| named(i18n.get_locale(), &subject.institution))),
                )}
                {line(
                    told!(i18n, verify.class),
                    Signal::derive(move || subject.with_value(|subject| {
                        let locale = i18n.get_locale();
                        format!("{} · {}", named(locale, &subject.class), named(locale, &subject.course))
                    })),
                )}
                {line(
                    told!(i18n, verify.issued),
                    Signal::derive(move || moment(i18n.get_locale(), valid_from.0, Moment::DateAndTime)),
                )}
                {line(
                    told!(i18n, verify.identity),
                    Signal::derive(move || subject.with_value(|subject| match subject.evidence_class {
                        EvidenceClass::None => t_string!(i18n, verify.identity_none),
                        EvidenceClass::Face => t_string!(i18n, verify.identity_face),
                        EvidenceClass::Supervised => t_string!(i18n, verify.identity_supervised),
                        EvidenceClass::Mixed => t_string!(i18n, verify.identity_mixed),
                    }.to_string())),
                )}
                {checks.map(|checks| line(
                    told!(i18n, verify.check_counts),
                    Signal::derive(move || check_counts(i18n.get_locale(), checks)),
                ))}
                {line(
                    told!(i18n, verify.rules),
                    Signal::derive(move || subject.with_value(|subject| subject.rules.version.clone())),
                )}
            </dl>
            <h4>{say!(i18n, verify.units)}</h4>
            <ol class="units plain">
                {units.into_iter().map(|unit| view! { <Unit unit/> }).collect_view()}
            </ol>
            <p class="soft">{said(move || text(i18n.get_locale(), &notice))}</p>
            <p class="soft"><small>{say!(i18n, verify.id)} " " <code>{id}</code></small><br/>
            <small>{say!(i18n, verify.issuer)} " " <code>{issuer}</code></small></p>
        </article>
    }
}

#[component]
fn Unit(unit: UnitCredit) -> impl IntoView {
    let i18n = use_i18n();
    let UnitCredit {
        title,
        film_ms,
        credited,
        credited_ms,
        ..
    } = unit;
    let words = move || {
        let locale = i18n.get_locale();
        let (confirmed, film) = (
            length::words(locale, credited_ms),
            length::words(locale, film_ms),
        );
        t_string!(
            i18n,
            classes.unit_progress,
            confirmed = confirmed,
            film = film
        )
    };
    view! {
        <li>
            <p>{said(move || text(i18n.get_locale(), &title))}</p>
            <CoverageBar covered=Signal::stored(credited) film=film_ms label=Signal::derive(words)/>
            <small>{words}</small>
        </li>
    }
}
