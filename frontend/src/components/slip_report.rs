//! What stands in a QR code: a summary signed by the issuer, and never more than that.

use super::{
    icon::{Glyph, Icon},
    length::{self, moment},
};
use crate::{
    browser::intl::Show as Moment,
    components::say::said,
    i18n::{t_string, use_i18n},
    say, told,
};
use contract::{
    credential::EvidenceClass,
    slip::{Slip, SlipReport},
    verify::Verdict,
};
use leptos::prelude::*;

/// The summary, and how far it can be believed.
#[component]
pub fn SlipNotice(
    /// What reading it said.
    report: SlipReport,
) -> impl IntoView {
    let i18n = use_i18n();
    let SlipReport { verdict, slip } = report;
    let (tone, icon, word) = match verdict {
        // Not the colour of a proof that was verified: nothing was.
        Verdict::Valid => ("notice info", Icon::Code, "valid"),
        Verdict::UnknownIssuer => ("notice pending", Icon::Question, "unknown_issuer"),
        // No slip knows of a revocation.
        Verdict::Revoked | Verdict::Invalid => ("notice void", Icon::Cross, "invalid"),
    };
    view! {
        <section class="report" aria-labelledby="slip">
            <div class=tone data-slip=word>
                <Glyph icon/>
                <div>
                    <h2 id="slip">{said(move || match verdict {
                        Verdict::Valid => t_string!(i18n, verify.slip_valid),
                        Verdict::UnknownIssuer => t_string!(i18n, verify.slip_unknown),
                        Verdict::Revoked | Verdict::Invalid => t_string!(i18n, verify.slip_invalid),
                    })}</h2>
                    <p>{said(move || match verdict {
                        Verdict::Valid => t_string!(i18n, verify.slip_valid_text),
                        Verdict::UnknownIssuer => t_string!(i18n, verify.slip_unknown_text),
                        Verdict::Revoked | Verdict::Invalid => t_string!(i18n, verify.slip_invalid_text),
                    })}</p>
                </div>
            </div>
            // What was changed is not shown: on a phone it would be read before the warning.
            {slip.filter(|_| verdict != Verdict::Invalid).map(|slip| view! { <Content slip/> })}
        </section>
    }
}

#[component]
fn Content(slip: Slip) -> impl IntoView {
    let i18n = use_i18n();
    let Slip {
        digest,
        issued_at,
        name,
        id_number,
        institution,
        class,
        course,
        credited_ms,
        class_hours,
        evidence_class,
        ..
    } = slip;
    let line = move |label: Signal<String>, value: Signal<String>| {
        view! { <div><dt>{said(move || label.get())}</dt><dd>{said(move || value.get())}</dd></div> }
    };
    view! {
        <article class="card content">
            <p class="big">{said(move || {
                let length = length::words(i18n.get_locale(), credited_ms);
                t_string!(i18n, verify.total, length = length, hours = class_hours.0)
            })}</p>
            <dl class="facts">
                {line(told!(i18n, verify.who), Signal::stored(format!("{name} · {id_number}")))}
                {line(told!(i18n, verify.institution), Signal::stored(institution))}
                {line(told!(i18n, verify.class), Signal::stored(format!("{class} · {course}")))}
                {line(
                    told!(i18n, verify.issued),
                    Signal::derive(move || moment(i18n.get_locale(), issued_at, Moment::DateAndTime)),
                )}
                {line(
                    told!(i18n, verify.identity),
                    Signal::derive(move || match evidence_class {
                        EvidenceClass::None => t_string!(i18n, verify.identity_none),
                        EvidenceClass::Face => t_string!(i18n, verify.identity_face),
                        EvidenceClass::Supervised => t_string!(i18n, verify.identity_supervised),
                        EvidenceClass::Mixed => t_string!(i18n, verify.identity_mixed),
                    }.to_string()),
                )}
            </dl>
            <p class="soft">{say!(i18n, verify.digest)} " " <code>{digest.to_string()}</code></p>
        </article>
    }
}
