//! A failed request in words. The one place where error codes become sentences.

use super::icon::{Glyph, Icon};
use crate::{
    api::Failure,
    i18n::{Locale, td_string, use_i18n},
};
use crate::{components::say::said, say};
use contract::error::{ErrorCode, ErrorReply, FieldProblem};
use leptos::prelude::*;

/// What happened and what to do now.
#[must_use]
pub fn words(locale: Locale, failure: &Failure) -> String {
    match failure {
        Failure::NoAnswer => td_string!(locale, failure.no_answer).into(),
        Failure::Garbled { status } => td_string!(locale, failure.garbled, status = *status),
        Failure::Refused(reply) => refusal(locale, reply),
    }
}

fn refusal(locale: Locale, reply: &ErrorReply) -> String {
    match reply.code {
        ErrorCode::Malformed
        | ErrorCode::MethodNotAllowed
        | ErrorCode::NotJson
        | ErrorCode::BeatConflict
        | ErrorCode::BeatOutOfOrder => td_string!(locale, failure.outdated).into(),
        ErrorCode::Invalid => td_string!(locale, failure.invalid).into(),
        ErrorCode::Unauthenticated => td_string!(locale, failure.unauthenticated).into(),
        ErrorCode::WrongCredentials => td_string!(locale, failure.wrong_credentials).into(),
        ErrorCode::Forbidden => td_string!(locale, failure.forbidden).into(),
        ErrorCode::NotFound => td_string!(locale, failure.not_found).into(),
        ErrorCode::PersonExists => td_string!(locale, failure.person_exists).into(),
        ErrorCode::LeaseHeld => td_string!(locale, failure.lease_held).into(),
        ErrorCode::SessionEnded => td_string!(locale, failure.session_ended).into(),
        ErrorCode::ClassClosed => td_string!(locale, failure.class_closed).into(),
        ErrorCode::NothingToProve => td_string!(locale, failure.nothing_to_prove).into(),
        ErrorCode::ProofRevoked => td_string!(locale, failure.proof_revoked).into(),
        ErrorCode::CheckOver | ErrorCode::WrongNonce => {
            td_string!(locale, failure.check_over).into()
        }
        ErrorCode::NoConsent => td_string!(locale, failure.no_consent).into(),
        ErrorCode::NotEnrolled => td_string!(locale, failure.not_enrolled).into(),
        ErrorCode::FaceNotUsable => td_string!(locale, failure.face_not_usable).into(),
        ErrorCode::WrongCode => td_string!(locale, failure.wrong_code).into(),
        ErrorCode::AlreadyDecided => td_string!(locale, failure.already_decided).into(),
        ErrorCode::OldText => td_string!(locale, failure.old_text).into(),
        ErrorCode::InvitationOver => td_string!(locale, failure.invitation_over).into(),
        ErrorCode::WrongPerson => td_string!(locale, failure.wrong_person).into(),
        ErrorCode::PreviewOutdated => td_string!(locale, failure.preview_outdated).into(),
        ErrorCode::AlreadyClaimed => td_string!(locale, failure.already_claimed).into(),
        ErrorCode::NotReady => td_string!(locale, failure.not_ready).into(),
        ErrorCode::SealingUnderWay => td_string!(locale, failure.sealing_under_way).into(),
        ErrorCode::ClaimTooLarge => td_string!(locale, failure.claim_too_large).into(),
        ErrorCode::RowsUnverified => td_string!(locale, failure.rows_unverified).into(),
        ErrorCode::ClassDeleted => td_string!(locale, failure.class_deleted).into(),
        ErrorCode::ClaimOver => td_string!(locale, failure.claim_over).into(),
        ErrorCode::AppealExists => td_string!(locale, failure.appeal_exists).into(),
        ErrorCode::TooManyAppeals => td_string!(locale, failure.too_many_appeals).into(),
        ErrorCode::NobodyLive => td_string!(locale, failure.nobody_live).into(),
        ErrorCode::GlyphMissing => {
            let character = reply.character.clone().unwrap_or_default();
            td_string!(locale, failure.glyph_missing, character = character)
        }
        ErrorCode::TooLarge => td_string!(locale, failure.too_large).into(),
        ErrorCode::RateLimited => {
            let s = reply.retry_after_ms.map_or(60, |ms| ms.0.div_ceil(1_000));
            td_string!(locale, failure.rate_limited, s = s)
        }
        ErrorCode::HttpsRequired => td_string!(locale, failure.https_required).into(),
        ErrorCode::Timeout | ErrorCode::Unavailable => {
            td_string!(locale, failure.unavailable).into()
        }
        ErrorCode::Internal => {
            let reference = reply.reference.clone().unwrap_or_else(|| "–".into());
            td_string!(locale, failure.internal, reference = reference)
        }
    }
}

/// What is wrong with a field.
#[must_use]
pub fn field_words(locale: Locale, problem: FieldProblem) -> &'static str {
    match problem {
        FieldProblem::Missing => td_string!(locale, field.missing),
        FieldProblem::TooShort => td_string!(locale, field.too_short),
        FieldProblem::TooLong => td_string!(locale, field.too_long),
        FieldProblem::Form => td_string!(locale, field.form),
        FieldProblem::CheckDigit => td_string!(locale, field.check_digit),
        FieldProblem::BirthDate => td_string!(locale, field.birth_date),
        FieldProblem::Mismatch => td_string!(locale, field.mismatch),
        FieldProblem::Range => td_string!(locale, field.range),
    }
}

/// A failed request, said aloud, with a way to try again where that may help.
#[component]
pub fn FailureNotice(
    /// What failed.
    failure: Failure,
    /// What to do on "try again".
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="notice void" role="alert">
            <Glyph icon=Icon::Alert/>
            <div>
                <p>{said(move || words(i18n.get_locale(), &failure))}</p>
                {retry.map(|retry| view! {
                    <button type="button" class="secondary" on:click=move |_| retry.run(())>
                        <Glyph icon=Icon::Again/> {say!(i18n, common.retry)}
                    </button>
                })}
            </div>
        </div>
    }
}
