//! The command line: one file per command.

mod database;
mod export;
mod face_eval;
mod replay;
mod retention;
mod serve;
mod verify;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// 真学 Zhenxue: study time you can prove
///
/// Learners study real films in their browser; the server decides which seconds count, keeps the evidence in a tamper-evident
/// ledger, and issues proofs that anybody can verify without asking it.
#[derive(Debug, Parser)]
#[command(name = "zhenxue", version, max_term_width = 100)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server, with the built page inside it
    ///
    /// Needs nothing else: the database is a file in the data folder. On any address but this machine's own give a certificate,
    /// since browsers allow sign-in cookies and cameras only over https there.
    Serve(crate::config::ServeConfig),
    /// Verify study proofs and claim packs, without asking the server that issued them
    ///
    /// Recomputes everything that a proof states from the records inside it, and checks signatures and ledger; of a claim pack each row,
    /// each file and the totals. Prints the verdict, what stands in the document, where it was changed, and what cannot be checked. Whether
    /// a proof was revoked since only its issuer's status list says: give that with --status. Exit code: 0 valid, 1 invalid, 2 not
    /// readable, 3 whole, but from an issuer that is not trusted here, 4 revoked, 5 valid, but the status list given does not say whether
    /// it was revoked.
    Verify(verify::VerifyArgs),
    /// Recompute every credited second of a server's database from the raw beats
    ///
    /// Judges every beat again by the rules, follows the evidence chains, compares totals, records, ledger and proofs with what is
    /// stored, and prints each difference. Only reads; the server may run meanwhile. Exit code: 0 no difference, 1 differences, 2
    /// not readable.
    Replay(replay::ReplayArgs),
    /// Write a class as files that need no Zhenxue to read: JSON, CSV, text
    ///
    /// Everything that is known of each learner's study in the class, the way of each record into the ledger, the study proofs, the
    /// verifier, and the SHA-256 of each file. Holds names and ID numbers: keep it as you keep the database. Only reads the database; the
    /// server may run meanwhile.
    Export(export::ExportArgs),
    /// Show how long each kind of data is kept, or delete a class whose time is over
    ///
    /// Nothing is deleted before five years have passed since the class ended and since its newest evidence. Deleting destroys keys: names, ID
    /// numbers, packs of claims and words become unreadable, backups included, while ledger, records and proofs stay and verify. Exit code: 0 done, 1
    /// refused, 2 not readable.
    Retention(retention::RetentionArgs),
    /// Measure the face models on people at hand: how often strangers would pass, and how often the right person would not
    ///
    /// Compares pictures with known answers and prints error rates with their confidence intervals, a histogram of distances and
    /// the threshold that they speak for. Nothing leaves this machine. Do this with your own people, and their consent, before you
    /// trust the machine's judgement of them.
    FaceEval(face_eval::FaceEvalArgs),
}

/// Does what the command line says; the exit code is not zero where that failed.
#[must_use]
pub fn run() -> ExitCode {
    let line = Line::parse();
    let result = match line.command {
        Command::Serve(config) => serve::run(&config),
        Command::Verify(args) => return verify::run(&args),
        Command::Replay(args) => return replay::run(&args),
        Command::Retention(args) => return retention::run(&args),
        Command::Export(args) => export::run(&args),
        Command::FaceEval(args) => face_eval::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("zhenxue: {why}");
            ExitCode::FAILURE
        }
    }
}
