//! `zhenxue export`

use super::database::DataArgs;
use crate::{
    export::{self, Exported, Folder},
    replay::ReplayKeys,
    start::NotStarted,
};
use clap::Args;
use std::{
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
};
use study::ClassId;
use uuid::Uuid;

/// What to export, and where to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    data: DataArgs,

    /// The class; without it the classes are listed
    #[arg(long, value_name = "ID", requires = "out")]
    class: Option<Uuid>,

    /// Folder to write into; it must not exist yet, or be empty
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Writes the class, or lists the classes.
///
/// # Errors
/// What could not be read or written, and what to do.
pub fn run(args: &ExportArgs) -> Result<(), NotStarted> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no thread to run on: {error}"))
        .and_then(|runtime| runtime.block_on(run_on(args)))
        .map_err(NotStarted)
}

async fn run_on(args: &ExportArgs) -> Result<(), String> {
    let db = args.data.connect().await?;
    let (Some(class), Some(out)) = (args.class, &args.out) else {
        let choices = export::choices(&db).await;
        for choice in choices.map_err(|error| format!("the database cannot be read: {error}"))? {
            println!(
                "{}  until {}  {}",
                choice.class.0, choice.ends_at, choice.name
            );
        }
        println!("Write one of them with: zhenxue export --class ID --out DIR");
        return Ok(());
    };
    let keys = ReplayKeys::read(&args.data.data)?;
    let mut folder =
        Folder::make(out).map_err(|error| format!("{} cannot be used: {error}", out.display()))?;
    let exported = export::export(
        &db,
        &keys.master,
        &keys.public,
        ClassId(class),
        &mut folder,
        tell,
    )
    .await
    .map_err(|error| error.to_string())?;
    // Closing is the last thing that happens; everything was read.
    let _ = db.close().await;
    println!("{}", in_words(&exported, out));
    Ok(())
}

/// How far it is, on one line that is drawn anew.
fn tell(done: usize, of: usize) {
    if std::io::stderr().is_terminal() {
        eprint!("\r{done} of {of} learners");
        if done == of {
            eprintln!();
        }
        // Whoever does not see it loses nothing.
        let _ = std::io::stderr().flush();
    }
}

fn in_words(exported: &Exported, out: &std::path::Path) -> String {
    format!(
        "{}: {} learners, {} study sessions, {} beats, {} records, {} proofs in {} files; README.txt says what lies where",
        out.display(),
        exported.learners,
        exported.sessions,
        exported.beats,
        exported.records,
        exported.proofs,
        exported.files
    )
}
