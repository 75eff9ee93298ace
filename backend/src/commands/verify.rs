//! `zhenxue verify`

use clap::Args;
use contract::{
    record::Record,
    verify::{Check, Fault, FaultCode, Report, TrustAnchors, Unchecked, Verdict, verify},
};
use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};
use study::Millis;

/// What to verify, and whom to trust.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Study proofs to verify (JSON); `-` reads one from standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Whom to trust: a file with the JSON of a server's /ledger/key, or a key itself (did:key:… or name+hash+key); give it as often as
    /// needed. Without it the keys of the server in --data are trusted
    #[arg(long, value_name = "FILE|KEY")]
    trust: Vec<String>,

    /// Data folder of a server on this machine, whose keys are trusted where no --trust is given
    #[arg(long, env = "ZHENXUE_DATA", default_value = "data", value_name = "DIR")]
    data: PathBuf,

    /// Print the full reports as JSON, one line per file, for programs
    #[arg(long)]
    json: bool,
}

/// What a file came to, the worst last. The numbers are the exit codes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Valid,
    UnknownIssuer,
    Invalid,
    Unreadable,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Valid => 0,
            Outcome::Invalid => 1,
            Outcome::Unreadable => 2,
            Outcome::UnknownIssuer => 3,
        })
    }
}

/// Verifies each file and prints what it says. The exit code is that of the worst: 2 unreadable, 1 invalid, 3 issuer unknown, 0
/// valid.
#[must_use]
pub fn run(args: &VerifyArgs) -> ExitCode {
    let anchors = match anchors(args) {
        Ok(anchors) => anchors,
        Err(why) => {
            eprintln!("zhenxue: {why}");
            return Outcome::Unreadable.into();
        }
    };
    let mut worst = Outcome::Valid;
    for file in &args.files {
        let outcome = match read(file) {
            Ok(bytes) => {
                let report = verify(&bytes, &anchors);
                let text = if args.json {
                    as_json(file, &report)
                } else {
                    as_text(file, &report)
                };
                // Whoever reads us may have gone; the exit code still tells.
                let _ = io::stdout().write_all(text.as_bytes());
                match report.verdict {
                    Verdict::Valid => Outcome::Valid,
                    Verdict::UnknownIssuer => Outcome::UnknownIssuer,
                    Verdict::Invalid => Outcome::Invalid,
                }
            }
            Err(why) => {
                eprintln!("zhenxue: {} cannot be read: {why}", file.display());
                Outcome::Unreadable
            }
        };
        worst = worst.max(outcome);
    }
    worst.into()
}

fn anchors(args: &VerifyArgs) -> Result<TrustAnchors, String> {
    let mut anchors = TrustAnchors::default();
    for trust in &args.trust {
        let text = if Path::new(trust).is_file() {
            fs::read_to_string(trust).map_err(|error| format!("{trust} cannot be read: {error}"))?
        } else {
            trust.clone()
        };
        let more =
            TrustAnchors::parse(&text).map_err(|error| format!("--trust {trust}: {error}"))?;
        anchors.extend(more);
    }
    let own = args
        .data
        .join("keys")
        .join(crate::ledger::signing::PUBLIC_FILE);
    if args.trust.is_empty() {
        match fs::read_to_string(&own) {
            Ok(text) => {
                anchors = TrustAnchors::parse(&text)
                    .map_err(|error| format!("{}: {error}", own.display()))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => eprintln!(
                "zhenxue: no --trust given and {} is not there, so every issuer is unknown; get the keys from the issuer's \
                 /ledger/key by a way that you trust",
                own.display()
            ),
            Err(error) => return Err(format!("{} cannot be read: {error}", own.display())),
        }
    }
    Ok(anchors)
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(contract::verify::DOCUMENT_BYTES_MAX).unwrap_or(u64::MAX);
    // One byte more than allowed is enough to be told so.
    let limit = limit.saturating_add(1);
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().take(limit).read_to_end(&mut bytes)?;
    } else {
        fs::File::open(file)?.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn as_json(file: &Path, report: &Report) -> String {
    let line = serde_json::json!({ "file": file.display().to_string(), "report": report });
    format!("{line}\n")
}

fn as_text(file: &Path, report: &Report) -> String {
    let verdict = match report.verdict {
        Verdict::Valid => "有效 VALID",
        Verdict::UnknownIssuer => "签发者未知 ISSUER UNKNOWN",
        Verdict::Invalid => "无效 INVALID",
    };
    let mut lines = vec![format!("{}: {verdict}", file.display())];
    lines.extend(report.faults.iter().map(fault));
    if report.verdict == Verdict::Invalid && report.proof.is_some() {
        lines.push("  What follows is what the document says. Do not rely on it.".to_owned());
    }
    lines.extend(content(report));
    if !report.not_checked.is_empty() {
        lines.push("  未核验 Not checked:".to_owned());
        lines.extend(
            report
                .not_checked
                .iter()
                .map(|one| format!("    - {}", unchecked(*one))),
        );
    }
    if report.verdict != Verdict::Invalid {
        let done: Vec<&str> = report.checked.iter().map(|one| checked(*one)).collect();
        lines.push(format!("  已核验 Checked: {}", done.join("; ")));
    }
    lines.push(String::new());
    lines.join("\n") + "\n"
}

fn fault(fault: &Fault) -> String {
    let mut line = format!("  ✗ {} at {}", sentence(fault.code), fault.place);
    if let Some(expected) = &fault.expected {
        line += &format!("; expected {expected}");
    }
    if let Some(found) = &fault.found {
        line += &format!("; found {found}");
    }
    line
}

fn content(report: &Report) -> Vec<String> {
    let Some(proof) = &report.proof else {
        return Vec::new();
    };
    let subject = &proof.subject;
    let mut lines = vec![
        format!("  {} · {}", proof.title.zh, proof.title.en),
        format!("  {}", proof.notice.zh),
        format!("  {}", proof.notice.en),
        format!(
            "  学员 Learner:       {}  {}",
            subject.name, subject.id_number
        ),
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
    ];
    for (unit, n) in subject.units.iter().zip(1..) {
        lines.push(format!(
            "    {n}. {} · {}: {} of {}",
            unit.title.zh,
            unit.title.en,
            clock(unit.credited_ms),
            clock(unit.film_ms)
        ));
    }
    let sessions = proof
        .evidence
        .iter()
        .filter(|one| matches!(one.record, Record::Segment(_)))
        .count();
    lines.extend([
        format!(
            "  合计 Total:         {} = {} 课时 class hours (rules {})",
            clock(subject.credited_ms),
            subject.class_hours.0,
            subject.rules.version
        ),
        format!("  Issued {} by {}", proof.valid_from, proof.issuer),
        format!("  Rests on {sessions} study sessions in the ledger"),
    ]);
    if let Some(digest) = report.digest {
        lines.push(format!("  摘要 Digest:        {digest}"));
    }
    lines
}

/// `1:02:03.004`
fn clock(ms: Millis) -> String {
    let (hours, minutes) = (ms.0 / 3_600_000, ms.0 / 60_000 % 60);
    let (seconds, rest) = (ms.0 / 1_000 % 60, ms.0 % 1_000);
    format!("{hours}:{minutes:02}:{seconds:02}.{rest:03}")
}

const fn sentence(code: FaultCode) -> &'static str {
    match code {
        FaultCode::TooLarge => "larger than any study proof",
        FaultCode::NotJson => "not JSON",
        FaultCode::DuplicateMember => "one member stands there twice",
        FaultCode::Shape => "not the form of a study proof",
        FaultCode::Changed => "not as it was sealed",
        FaultCode::Signature => "the issuer did not sign this",
        FaultCode::SignatureParameters => "not the signature of a study proof",
        FaultCode::IssuerKey => "the issuer's name holds no key",
        FaultCode::LedgerKey => "the ledger's key is malformed",
        FaultCode::Checkpoint => "the ledger did not sign this checkpoint",
        FaultCode::NotInLedger => "this record is not in the ledger at this place",
        FaultCode::OtherRecord => "this record is not about a stretch of study",
        FaultCode::OtherPerson => "this record is about another person",
        FaultCode::OtherClass => "this record is about another class",
        FaultCode::OtherUnit => "this record is about a unit that is not listed",
        FaultCode::OtherFilm => "this record is about another film",
        FaultCode::OtherRules => "this record was made under other rules",
        FaultCode::SessionTwice => "this study session counts twice",
        FaultCode::LeaseOrder => "a later lease began before an earlier one",
        FaultCode::MoreThanRealTime => "more credit than real time passed",
        FaultCode::OutsideFilm => "credit behind the end of the film",
        FaultCode::RulesHash => "the rules do not have this hash",
        FaultCode::UnitTwice => "this unit is listed twice",
        FaultCode::UnitCredit => "the records say something else about this unit",
        FaultCode::Total => "not the sum of its parts",
        FaultCode::ClassHours => "not what the total makes by the rules",
        FaultCode::EvidenceClass => "not the evidence class that the rules make",
        FaultCode::CheckCounts => "the records say something else about the face checks",
        FaultCode::NotEarned => {
            "credit that its session did not earn, or that another check settled"
        }
        FaultCode::Undeclared => "it should say more about what was not checked",
        FaultCode::UnknownIssuer => "this issuer is not trusted here",
        FaultCode::UnknownLedger => "this ledger is not trusted here",
    }
}

const fn checked(check: Check) -> &'static str {
    match check {
        Check::Form => "form",
        Check::Signature => "issuer's signature",
        Check::Checkpoint => "ledger's signature",
        Check::Inclusion => "every record is in the ledger",
        Check::Records => "every record is about this person, class, unit and film",
        Check::RealTime => "no more credit than real time",
        Check::Totals => "units, total and class hours follow from the records",
        Check::Rules => "the rules are those of the records",
        Check::Issuer => "issuer and ledger are trusted here",
    }
}

const fn unchecked(unchecked: Unchecked) -> &'static str {
    match unchecked {
        Unchecked::Identity => {
            "人脸身份未核验: that it was this person who studied (no face check was made)"
        }
        Unchecked::Presence => "是否有人在屏幕前: that anybody sat before the screen",
        Unchecked::Learning => "是否学会: that anything was learned (no test is part of this)",
        Unchecked::FaceAccuracy => {
            "人脸比对的准确度: how often the face comparison is wrong for the people here (it was measured on other faces)"
        }
        Unchecked::PresentationAttacks => {
            "照片、视频、面具等冒用: that nobody held a photo, a film or a mask before the camera (no level of detection is claimed)"
        }
        Unchecked::Holder => "持有人全名: whom the masked name means (the holder can show it)",
        Unchecked::Revocation => {
            "是否被撤销: whether the issuer has withdrawn this since (ask the issuer)"
        }
        Unchecked::Beats => "原始心跳: the beats behind the records (in the issuer's archive)",
        Unchecked::Witness => {
            "账本见证: whether the ledger shows the same to everybody (no witness has signed it)"
        }
    }
}
