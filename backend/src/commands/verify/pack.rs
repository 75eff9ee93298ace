//! A claim pack in the terminal: a line for each learner, and what is wrong with which file.

use super::{
    verdict,
    words::{pack_sentence, revocation, sentence, unchecked},
};
use contract::{
    pack::{LearnerReport, NoPdf, PackFault, PackReport},
    verify::Verdict,
};
use std::path::Path;

pub(super) fn as_text(file: &Path, report: &PackReport) -> String {
    let mut lines = vec![format!(
        "{}: {} (申领包 claim pack)",
        file.display(),
        verdict(report.verdict)
    )];
    lines.extend(report.faults.iter().map(fault));
    if let Some(manifest) = &report.manifest {
        let subject = &manifest.subject;
        lines.extend([
            format!(
                "  培训机构 Institution: {} · {}",
                subject.institution.zh, subject.institution.en
            ),
            format!(
                "  班级 Class:         {} · {}",
                subject.class.zh, subject.class.en
            ),
            format!(
                "  课程 Course:        {} · {}",
                subject.course.zh, subject.course.en
            ),
            format!("  Sealed {} by {}", manifest.valid_from, manifest.issuer),
        ]);
    }
    for row in &report.learners {
        lines.push(learner(row));
        lines.extend(row.faults.iter().map(|one| format!("    {}", fault(one))));
        if row.verdict != Verdict::Invalid {
            lines.extend(revocation(&row.revocation).map(|line| format!("    {line}")));
        }
    }
    let holding = report
        .learners
        .iter()
        .filter(|row| matches!(row.verdict, Verdict::Valid | Verdict::UnknownIssuer))
        .count();
    lines.push(format!(
        "  合计 Total:         {holding} of {} learners hold, {} 课时 class hours by their own proofs",
        report.learners.len(),
        report.totals.class_hours.0
    ));
    if !report.sample.is_empty() {
        let drawn: Vec<String> = report.sample.iter().map(|n| format!("{n:03}")).collect();
        lines.push(format!(
            "  抽查 Sample:        {} (drawn by the ledger after the sealing)",
            drawn.join(", ")
        ));
    }
    if let Some(digest) = report.digest {
        lines.push(format!("  摘要 Digest:        {digest}"));
    }
    if !report.not_checked.is_empty() {
        lines.push("  未核验 Not checked:".to_owned());
        lines.extend(
            report
                .not_checked
                .iter()
                .map(|one| format!("    - {}", unchecked(*one))),
        );
    }
    lines.push(String::new());
    lines.join("\n") + "\n"
}

fn learner(row: &LearnerReport) -> String {
    let mark = match row.verdict {
        Verdict::Valid => "✓",
        Verdict::UnknownIssuer => "?",
        Verdict::Revoked | Verdict::Invalid => "✗",
    };
    let folder = row.folder.trim_end_matches('/');
    let who = match (&row.entry, &row.proof) {
        (Some(entry), _) => format!("{} {}", entry.opening.name, entry.opening.id_number),
        (None, Some(proof)) => format!("{} {}", proof.subject.name, proof.subject.id_number),
        (None, None) => "–".to_owned(),
    };
    let hours = row.proof.as_ref().map_or_else(
        || "–".to_owned(),
        |proof| proof.subject.class_hours.0.to_string(),
    );
    let sheet = match (&row.no_pdf, row.has_pdf) {
        (Some(NoPdf::GlyphMissing { character, .. }), _) => {
            format!("  无 PDF no PDF: the font lacks {character}")
        }
        (None, true) => "  PDF".to_owned(),
        (None, false) => String::new(),
    };
    format!("  {mark} {folder}  {who}  {hours} 课时 class hours{sheet}")
}

fn fault(fault: &PackFault) -> String {
    let what = match &fault.document {
        Some(inner) => sentence(inner.code),
        None => pack_sentence(fault.code),
    };
    let mut line = format!("  ✗ {}: {what}", fault.file);
    if let Some(place) = &fault.place {
        line += &format!(" at {place}");
    }
    if let Some(expected) = &fault.expected {
        line += &format!("; expected {expected}");
    }
    if let Some(found) = &fault.found {
        line += &format!("; found {found}");
    }
    line
}
