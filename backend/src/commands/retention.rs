//! `zhenxue retention`

use super::database::DataArgs;
use crate::{
    clock::{Clock as _, SystemClock},
    retention::{self, Deleted, Keep, NotDeleted, TABLE},
    start,
    store::{self, Db},
};
use clap::{Args, Subcommand};
use contract::credential::Moment;
use sea_orm::{ConnectionTrait as _, DbBackend};
use std::process::ExitCode;
use study::{ClassId, Day};
use uuid::Uuid;

/// What to show, or to delete.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RetentionArgs {
    /// Print the table as JSON
    #[arg(long)]
    json: bool,

    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Delete a class whose time is over: its personal data becomes unreadable for ever
    ///
    /// With the embedded database the server has to be stopped meanwhile; with PostgreSQL it may run. Refused before five years have passed
    /// since the class ended and since its newest evidence. Backups from before hold the old keys: delete those too.
    Delete(DeleteArgs),
}

#[derive(Debug, Args)]
struct DeleteArgs {
    /// The class; `zhenxue export` lists them
    #[arg(value_name = "CLASS")]
    class: Uuid,

    #[command(flatten)]
    data: DataArgs,
}

/// Why nothing was deleted: refused, or not readable.
enum Failed {
    Refused(String),
    NotRead(String),
}

/// Shows the table, or deletes. Exit code 0 where that was done, 1 where it was refused, 2 where nothing could be read.
#[must_use]
pub fn run(args: &RetentionArgs) -> ExitCode {
    let Some(Action::Delete(delete)) = &args.action else {
        return show(args.json);
    };
    let outcome = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failed::NotRead(format!("no thread to run on: {error}")))
        .and_then(|runtime| runtime.block_on(run_on(delete)));
    match outcome {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(Failed::Refused(why)) => {
            eprintln!("zhenxue: {why}");
            ExitCode::from(1)
        }
        Err(Failed::NotRead(why)) => {
            eprintln!("zhenxue: {why}");
            ExitCode::from(2)
        }
    }
}

fn show(json: bool) -> ExitCode {
    if !json {
        print!("{}", table());
        return ExitCode::SUCCESS;
    }
    match serde_json::to_string_pretty(TABLE) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("zhenxue: {error}");
            ExitCode::from(2)
        }
    }
}

fn table() -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for kind in TABLE {
        let clause = if kind.clause.is_empty() {
            "chosen by us".to_owned()
        } else {
            format!("clause {}", kind.clause)
        };
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "{} {}\n  what   {}\n  kept   {}, from: {}\n  then   {}\n  why    {clause}\n\n",
            kind.name,
            kind.zh,
            kind.what,
            in_words(kind.keep),
            kind.from,
            kind.end
        );
    }
    text.push_str("Delete a class whose time is over with: zhenxue retention delete CLASS\n");
    text
}

fn in_words(keep: Keep) -> String {
    match keep {
        Keep::YearsAtLeast(years) => format!("at least {years} years"),
        Keep::Always => "always".to_owned(),
        Keep::AtMost(time) => match time.0 / Day::LENGTH.0 {
            0 => format!("at most {} minutes", time.0 / 60_000),
            days if days % 365 == 0 => format!("at most {} years", days / 365),
            days => format!("at most {days} days"),
        },
    }
}

async fn run_on(args: &DeleteArgs) -> Result<String, Failed> {
    let data = &args.data.data;
    // A closed look first: opening to write would make a database where there is none.
    let _ = args
        .data
        .connect()
        .await
        .map_err(Failed::NotRead)?
        .close()
        .await;
    let failed =
        |error: sea_orm::DbErr| Failed::NotRead(format!("the database cannot be opened: {error}"));
    // Held until the end: the server keeps nothing in memory that would come back, but it must not start half-way either.
    let (_lock, db) = match args.data.postgres() {
        Some(url) => (None, Db::postgres(url).await.map_err(failed)?),
        None => {
            let lock = start::lock(data).map_err(|error| Failed::Refused(error.to_string()))?;
            (Some(lock), Db::embedded(data).await.map_err(failed)?)
        }
    };
    let keys = start::load_keys(data, &db)
        .await
        .map_err(|error| Failed::NotRead(error.to_string()))?;
    let clock = SystemClock::start();
    store::check_clock(&db, &clock)
        .await
        .map_err(Failed::Refused)?;
    let deleted = retention::delete(&db, &keys, ClassId(args.class), clock.now()).await;
    let said = deleted.map(|deleted| said(&deleted)).map_err(|error| {
        let why = error.to_string();
        match error {
            NotDeleted::NoClass(_) | NotDeleted::Before(..) | NotDeleted::TooEarly { .. } => {
                Failed::Refused(why)
            }
            NotDeleted::Db(_) | NotDeleted::Unknown(_) => Failed::NotRead(why),
        }
    });
    if said.is_ok() {
        overwrite(&db).await.map_err(failed)?;
    }
    db.close().await;
    said
}

/// Pages of before the deletion are still in the log of the embedded database, keys among them: folds it back and cuts it.
async fn overwrite(db: &Db) -> Result<(), sea_orm::DbErr> {
    if db.backend() == DbBackend::Sqlite {
        db.read
            .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
            .await?;
    }
    Ok(())
}

fn said(deleted: &Deleted) -> String {
    format!(
        "class {} is deleted: {} learners, of whom {} are in no class that is kept and are forgotten; {} claim packs and {} entries and words are unreadable. Counted from {}. \
         Ledger, records and proofs stay. Backups from before {} hold the old keys: delete them, and on PostgreSQL run VACUUM FULL on person, class_key, claim_pack and face_key",
        deleted.class.0,
        deleted.learners,
        deleted.people,
        deleted.packs,
        deleted.words,
        Moment(deleted.counted_from),
        Moment(deleted.at)
    )
}
