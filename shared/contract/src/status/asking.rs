//! What a status list says of a proof. No I/O and no clock: whoever asks brings the list and the time.

use super::{Bits, LIST_TYPES, ListFault, PURPOSE, Revocation, SUBJECT_TYPE, StatusListCredential};
use crate::{
    credential::{CONTEXTS, Moment, StudyProof},
    verify::{Check, Fault, FaultCode, Report, Unchecked, Verdict, json, report::Faults, seals},
};
use study::Timestamp;

/// Longest document that is read as a list.
pub const LIST_BYTES_MAX: usize = 1 << 20;

/// A status list that is as its issuer signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    issuer: String,
    address: String,
    valid_from: Moment,
    valid_until: Moment,
    bits: Bits,
}

impl StatusList {
    /// Reads a list and verifies its signature. Whether its issuer is believed is asked where a proof is verified: only the list of
    /// the proof's own issuer says anything about it.
    ///
    /// # Errors
    /// [`ListFault`]
    pub fn read(document: &[u8]) -> Result<Self, ListFault> {
        if document.len() > LIST_BYTES_MAX {
            return Err(ListFault::NotAList);
        }
        let value = json::parse(document).map_err(|_| ListFault::NotAList)?;
        let list: StatusListCredential =
            serde_json::from_value(value.clone()).map_err(|_| ListFault::NotAList)?;
        let subject = &list.credential_subject;
        let is_one = list.context == CONTEXTS
            && list.types == LIST_TYPES
            && subject.kind == SUBJECT_TYPE
            && subject.status_purpose == PURPOSE
            && list.valid_from <= list.valid_until;
        if !is_one {
            return Err(ListFault::NotAList);
        }
        let mut faults = Faults::default();
        seals::check(&value, &mut faults);
        if !faults.is_empty() {
            return Err(ListFault::Signature);
        }
        Ok(Self {
            bits: Bits::decode(&subject.encoded_list).ok_or(ListFault::Bits)?,
            issuer: list.issuer,
            address: list.id,
            valid_from: list.valid_from,
            valid_until: list.valid_until,
        })
    }

    /// What it says of `proof` at the time `now`.
    fn answer(&self, proof: &StudyProof, now: Timestamp) -> Revocation {
        let Some(entry) = &proof.status else {
            return Revocation::NoList;
        };
        let invalid = |why| Revocation::ListInvalid { why };
        if self.issuer != proof.issuer {
            return invalid(ListFault::OtherIssuer);
        }
        if path(&self.address) != path(&entry.status_list_credential) {
            return invalid(ListFault::OtherList);
        }
        let as_of = self.valid_from;
        match entry.index().and_then(|index| self.bits.get(index)) {
            None => invalid(ListFault::NoSuchPlace),
            // Nothing that was revoked is ever taken in again, so this holds however old the list is.
            Some(true) => Revocation::Revoked { as_of },
            Some(false) if now > self.valid_until.0 => Revocation::ListTooOld {
                as_of,
                until: self.valid_until,
            },
            Some(false) => Revocation::NotRevoked { as_of },
        }
    }
}

/// An address without its scheme and host: an issuer has one series of lists, whatever name its server is reached by in later years.
#[must_use]
pub fn path(address: &str) -> &str {
    let after = address.split_once("://").map_or(address, |(_, rest)| rest);
    after.find('/').and_then(|at| after.get(at..)).unwrap_or("")
}

/// Whether `document` means to be a status list, so that a page can tell it from a proof.
#[must_use]
pub fn is_list(document: &[u8]) -> bool {
    document.len() <= LIST_BYTES_MAX
        && json::parse(document).is_ok_and(|value| {
            value
                .pointer("/type")
                .and_then(serde_json::Value::as_array)
                .is_some_and(|types| types.iter().any(|one| one == LIST_TYPES[1]))
        })
}

/// What was read of all the lists that were given.
pub type Lists = [Result<StatusList, ListFault>];

/// What `lists` say of `proof` at the time `now`: the newest of its own, or why there is no answer among them.
#[must_use]
pub fn ask(proof: &StudyProof, lists: &Lists, now: Timestamp) -> Revocation {
    let answers = lists.iter().map(|list| match list {
        Ok(list) => list.answer(proof, now),
        Err(why) => Revocation::ListInvalid { why: *why },
    });
    // The best answer last: revoked is final, a newer list is better than an older one, and what is about another proof is none.
    answers
        .max_by_key(|answer| match answer {
            Revocation::Revoked { as_of } => (3, *as_of),
            Revocation::NotRevoked { as_of } | Revocation::ListTooOld { as_of, .. } => (2, *as_of),
            Revocation::ListInvalid { why } => {
                let of_others = matches!(why, ListFault::OtherIssuer | ListFault::OtherList);
                (u8::from(!of_others), Moment(Timestamp(0)))
            }
            Revocation::NoList | Revocation::NotAsked => (0, Moment(Timestamp(0))),
        })
        .unwrap_or_else(|| Revocation::unasked(proof))
}

impl Report {
    /// This report together with what `lists` say at the time `now`. A proof that does not hold is not asked about.
    #[must_use]
    pub fn with_status(mut self, lists: &Lists, now: Timestamp) -> Self {
        let Some(proof) = &self.proof else {
            return self;
        };
        if self.verdict == Verdict::Invalid {
            return self;
        }
        self.revocation = ask(proof, lists, now);
        if self.revocation.is_answered() {
            self.not_checked.retain(|one| *one != Unchecked::Revocation);
            self.checked.push(Check::Revocation);
        }
        if let Some(fault) = fault(&self.revocation, proof) {
            self.verdict = Verdict::Revoked;
            self.faults.push(fault);
        }
        self
    }
}

/// The fault of a proof that is revoked.
pub(crate) fn fault(revocation: &Revocation, proof: &StudyProof) -> Option<Fault> {
    let Revocation::Revoked { .. } = revocation else {
        return None;
    };
    let fault = Fault::at("/credentialStatus", FaultCode::Revoked);
    Some(match &proof.status {
        Some(entry) => fault.found(&entry.id),
        None => fault,
    })
}
