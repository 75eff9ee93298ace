//! `zhenxue verify`: study proofs, and claim packs.

mod pack;
mod words;

use crate::clock::{Clock as _, SystemClock};
use clap::Args;
use contract::{
    pack::archive,
    record::Record,
    status::{ListFault, Revocation, StatusList, asking::LIST_BYTES_MAX},
    verify::{Fault, Report, TrustAnchors, Verdict, verify},
};
use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};
use study::{Millis, Timestamp};
use words::{checked, revocation, sentence, unchecked};

/// What to verify, and whom to trust.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Study proofs (JSON, or the PDF that carries it) and claim packs (ZIP) to verify; `-` reads one from standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Whom to trust: a file with the JSON of a server's /ledger/key, or a key itself (did:key:… or name+hash+key); give it as often as
    /// needed. Without it the keys of the server in --data are trusted
    #[arg(long, value_name = "FILE|KEY")]
    trust: Vec<String>,

    /// Data folder of a server on this machine, whose keys are trusted where no --trust is given
    #[arg(long, env = "ZHENXUE_DATA", default_value = "data", value_name = "DIR")]
    data: PathBuf,

    /// The issuer's status list, which says what was revoked: the file that the address in a proof gives (`credentialStatus`); give it as
    /// often as there are lists. Nothing is fetched
    #[arg(long, value_name = "FILE")]
    status: Vec<PathBuf>,

    /// Print the full reports as JSON, one line per file, for programs
    #[arg(long)]
    json: bool,
}

/// What a file came to, the worst last. The numbers are the exit codes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Valid,
    /// It holds, but the status lists that were given do not say whether it was revoked.
    NotAnswered,
    UnknownIssuer,
    Revoked,
    Invalid,
    Unreadable,
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Valid => Self::Valid,
            Verdict::UnknownIssuer => Self::UnknownIssuer,
            Verdict::Revoked => Self::Revoked,
            Verdict::Invalid => Self::Invalid,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Valid => 0,
            Outcome::Invalid => 1,
            Outcome::Unreadable => 2,
            Outcome::UnknownIssuer => 3,
            Outcome::Revoked => 4,
            Outcome::NotAnswered => 5,
        })
    }
}

/// Verifies each file and prints what it says. The exit code is that of the worst: 2 unreadable, 1 invalid, 4 revoked, 3 issuer
/// unknown, 5 not answered by the status list, 0 valid.
#[must_use]
pub fn run(args: &VerifyArgs) -> ExitCode {
    let anchors = match anchors(args) {
        Ok(anchors) => anchors,
        Err(why) => {
            eprintln!("zhenxue: {why}");
            return Outcome::Unreadable.into();
        }
    };
    let asked = match Asked::read(&args.status) {
        Ok(asked) => asked,
        Err(why) => {
            eprintln!("zhenxue: {why}");
            return Outcome::Unreadable.into();
        }
    };
    let mut worst = Outcome::Valid;
    for file in &args.files {
        let outcome = match read(file, archive::ARCHIVE_BYTES_MAX) {
            Ok(bytes) => {
                let (outcome, text) = one(file, &bytes, &anchors, &asked, args.json);
                // Whoever reads us may have gone; the exit code still tells.
                let _ = io::stdout().write_all(text.as_bytes());
                outcome
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

/// The status lists that were given, and what time it is.
struct Asked {
    lists: Vec<Result<StatusList, ListFault>>,
    now: Timestamp,
}

impl Asked {
    fn read(files: &[PathBuf]) -> Result<Self, String> {
        let lists = files.iter().map(|file| {
            let bytes = read(file, LIST_BYTES_MAX)
                .map_err(|error| format!("--status {} cannot be read: {error}", file.display()))?;
            Ok(StatusList::read(&bytes))
        });
        Ok(Self {
            lists: lists.collect::<Result<_, String>>()?,
            now: SystemClock::start().now(),
        })
    }

    /// Whether somebody wanted to know what these do not say.
    fn unanswered<'a>(&self, mut all: impl Iterator<Item = &'a Revocation>) -> bool {
        !self.lists.is_empty() && all.any(|one| !one.is_answered())
    }
}

/// The verdict, or that a proof which holds was asked about in vain.
fn outcome(verdict: Verdict, unanswered: bool) -> Outcome {
    match verdict {
        Verdict::Valid if unanswered => Outcome::NotAnswered,
        verdict => verdict.into(),
    }
}

/// What a file came to, and what is printed of it.
fn one(
    file: &Path,
    bytes: &[u8],
    anchors: &TrustAnchors,
    asked: &Asked,
    json: bool,
) -> (Outcome, String) {
    if archive::is_archive(bytes) {
        return match archive::read(bytes) {
            Ok(files) => {
                let report =
                    contract::pack::verify(&files, anchors).with_status(&asked.lists, asked.now);
                let rows = report.learners.iter().map(|row| &row.revocation);
                let outcome = outcome(report.verdict, asked.unanswered(rows));
                let text = if json {
                    as_json(file, &report)
                } else {
                    pack::as_text(file, &report)
                };
                (outcome, text)
            }
            Err(why) => {
                eprintln!("zhenxue: {}: {why}", file.display());
                (Outcome::Unreadable, String::new())
            }
        };
    }
    let report = verify(bytes, anchors).with_status(&asked.lists, asked.now);
    let unanswered = asked.unanswered(std::iter::once(&report.revocation));
    let text = if json {
        as_json(file, &report)
    } else {
        as_text(file, &report)
    };
    (outcome(report.verdict, unanswered), text)
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

fn read(file: &Path, bytes_max: usize) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX);
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

fn as_json(file: &Path, report: &impl serde::Serialize) -> String {
    let line = serde_json::json!({ "file": file.display().to_string(), "report": report });
    format!("{line}\n")
}

fn as_text(file: &Path, report: &Report) -> String {
    let mut lines = vec![format!("{}: {}", file.display(), verdict(report.verdict))];
    lines.extend(report.faults.iter().map(fault));
    if report.verdict == Verdict::Invalid && report.proof.is_some() {
        lines.push("  What follows is what the document says. Do not rely on it.".to_owned());
    }
    if report.verdict == Verdict::Revoked {
        lines.push("  It was issued once and must not be relied on any more.".to_owned());
    }
    lines.extend(revocation(&report.revocation));
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

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "有效 VALID",
        Verdict::UnknownIssuer => "签发者未知 ISSUER UNKNOWN",
        Verdict::Revoked => "已撤销 REVOKED",
        Verdict::Invalid => "无效 INVALID",
    }
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
