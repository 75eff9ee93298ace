//! What status lists say of the proofs in a pack.

use super::{
    PROOF, Totals,
    manifest::Listed,
    report::{PackFault, PackReport},
    verify::{stated, worse},
};
use crate::{
    status::asking::{Lists, ask, fault},
    verify::{Unchecked, Verdict},
};
use study::Timestamp;

impl PackReport {
    /// This report together with what `lists` say at the time `now`. A row whose proof is revoked does not hold any more.
    #[must_use]
    pub fn with_status(mut self, lists: &Lists, now: Timestamp) -> Self {
        let mut all_answered = !lists.is_empty();
        for row in &mut self.learners {
            let Some(proof) = row
                .proof
                .as_deref()
                .filter(|_| row.verdict != Verdict::Invalid)
            else {
                continue;
            };
            row.revocation = ask(proof, lists, now);
            all_answered &= row.revocation.is_answered();
            if let Some(fault) = fault(&row.revocation, proof) {
                let file = format!("{}{PROOF}", row.folder);
                row.faults.push(PackFault::document(file, fault));
                row.verdict = Verdict::Revoked;
                self.verdict = worse(self.verdict, Verdict::Revoked);
            }
        }
        if all_answered {
            self.not_checked.retain(|one| *one != Unchecked::Revocation);
        }
        let holding: Vec<Listed> = self.learners.iter().filter_map(stated).collect();
        self.totals = Totals::of(&holding);
        self
    }
}
