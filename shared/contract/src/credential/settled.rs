//! What of the credit counts, once face checks have their say. One function for the learner's pages, the proof and its
//! verification.

use super::{CheckCounts, EvidenceClass, coverage_by_unit};
use crate::{
    face::{CheckId, CheckOutcome},
    record::{CheckSettled, CreditStanding, Record, Segment},
};
use std::collections::BTreeMap;
use study::{Coverage, FaceChecks, Rules, SessionId, UnitId};

/// What records about one person in one class come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// What counts, by unit.
    pub confirmed: BTreeMap<UnitId, Coverage>,
    /// How far identity was checked for it.
    pub evidence_class: EvidenceClass,
    /// The face checks; `None` under rules without any.
    pub checks: Option<CheckCounts>,
}

impl Settled {
    /// Of all records at hand. Of several records about one check the last one counts, of several segments of one session all:
    /// they are cumulative.
    #[must_use]
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>, rules: &Rules) -> Self {
        let mut segments: Vec<&Segment> = Vec::new();
        let mut checks: Vec<&CheckSettled> = Vec::new();
        for record in records {
            match record {
                Record::Segment(segment) => segments.push(segment),
                Record::CheckSettled(check) => checks.push(check),
                Record::SessionStarted(_)
                | Record::ProofIssued(_)
                | Record::ChecksPlanned(_)
                | Record::ChecksRevealed(_)
                | Record::CheckDrawn(_)
                | Record::WayChosen(_)
                | Record::FaceEnrolled(_)
                | Record::EnrolmentDecided(_)
                | Record::FaceKeyDestroyed(_)
                | Record::AppealFiled(_)
                | Record::AppealAnswered(_)
                | Record::RollCalled(_)
                | Record::PointerMoved(_)
                | Record::ProofRevoked(_)
                | Record::ClaimEntered(_)
                | Record::ClaimSealed(_)
                | Record::ClaimWithdrawn(_)
                | Record::ClaimRowReviewed(_)
                | Record::ClaimDecided(_)
                | Record::ClassDeleted(_) => {}
            }
        }
        match rules.face_checks {
            FaceChecks::Off => Self {
                confirmed: coverage_by_unit(segments),
                evidence_class: EvidenceClass::None,
                checks: None,
            },
            FaceChecks::Random(_) => Self::by_checks(&last_words(checks)),
        }
    }

    fn by_checks(checks: &[&CheckSettled]) -> Self {
        let mut confirmed: BTreeMap<UnitId, Coverage> = BTreeMap::new();
        let mut counts = CheckCounts::default();
        let (mut by_face, mut by_teacher) = (false, false);
        for check in checks {
            count(check.outcome, &mut counts);
            if check.standing != CreditStanding::Confirmed {
                continue;
            }
            if check.stretches.is_empty() {
                continue;
            }
            match check.outcome {
                CheckOutcome::Supervised => by_teacher = true,
                CheckOutcome::Passed
                | CheckOutcome::Missed
                | CheckOutcome::Review
                | CheckOutcome::SamePerson
                | CheckOutcome::OtherPerson
                | CheckOutcome::Unclear
                | CheckOutcome::MadeUp
                | CheckOutcome::Expired => by_face = true,
            }
            for stretch in &check.stretches {
                let covered = confirmed.entry(stretch.unit).or_default();
                for interval in stretch.media.intervals() {
                    covered.insert(*interval);
                }
            }
        }
        Self {
            confirmed,
            evidence_class: match (by_face, by_teacher) {
                (false, false) => EvidenceClass::None,
                (true, false) => EvidenceClass::Face,
                (false, true) => EvidenceClass::Supervised,
                (true, true) => EvidenceClass::Mixed,
            },
            checks: Some(counts),
        }
    }
}

/// The last record about each check.
fn last_words(records: Vec<&CheckSettled>) -> Vec<&CheckSettled> {
    let mut last: BTreeMap<CheckId, &CheckSettled> = BTreeMap::new();
    for record in records {
        let newer = last
            .get(&record.check)
            .is_none_or(|earlier| earlier.at <= record.at);
        if newer {
            last.insert(record.check, record);
        }
    }
    last.into_values().collect()
}

const fn count(outcome: CheckOutcome, counts: &mut CheckCounts) {
    match outcome {
        CheckOutcome::Passed => counts.passed += 1,
        CheckOutcome::Supervised => counts.supervised += 1,
        CheckOutcome::MadeUp => counts.made_up += 1,
        CheckOutcome::Missed | CheckOutcome::Expired => counts.missed += 1,
        CheckOutcome::SamePerson | CheckOutcome::OtherPerson | CheckOutcome::Unclear => {
            counts.by_people += 1;
        }
        CheckOutcome::Review => counts.waiting += 1,
    }
}

/// What of `earned` no check in `settled` has named yet: it waits for the next one.
#[must_use]
pub fn unsettled<'a>(
    session: SessionId,
    earned: &Coverage,
    settled: impl IntoIterator<Item = &'a crate::record::CreditStretch>,
) -> Coverage {
    let named: Coverage = settled
        .into_iter()
        .filter(|stretch| stretch.session == session)
        .flat_map(|stretch| stretch.media.intervals().iter().copied())
        .collect();
    earned
        .intervals()
        .iter()
        .flat_map(|interval| named.missing(*interval))
        .collect()
}
