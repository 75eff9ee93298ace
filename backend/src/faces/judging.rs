//! From an answer that was taken to its verdict: opens the frames, has them read, compares, and settles the check.
//!
//! An answer that could not be judged at once stays `judging` in the database, and the rounds here come back to it, after a restart
//! as well. Judging twice changes nothing: the first verdict stands.

use super::{
    frames::{self, Of},
    pool::{Full, NotRead, Readings},
    seen::{Fresh, Seen, seen},
    templates, vault,
    verdict::{self, Claims, Question},
};
use crate::{
    api_error::ApiError,
    app::App,
    checks::{self, Check},
    store::{self, digest, entities::face_check},
};
use contract::{
    Digest,
    face::{CheckId, CheckState, SignalSeen},
};
use face::{Decision, Reading, quality::QualityRules};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{collections::HashSet, sync::Mutex, time::Duration};
use tokio::task::JoinSet;

/// How often answers that wait are looked for.
const EVERY: Duration = Duration::from_secs(2);
/// How many of them are judged side by side in one round: fewer than fit into the queue, so that new ones find room.
const AT_ONCE: u64 = 16;

/// Why an answer was not judged. It still waits, and a later round comes back to it.
#[derive(Debug, thiserror::Error)]
pub enum NotJudged {
    /// The queue is full.
    #[error(transparent)]
    Full(#[from] Full),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
    /// It is not known whether the verdict was saved.
    #[error(transparent)]
    Unknown(#[from] store::Unknown),
    /// The clock was changed by so much, so nothing is credited until the server is started again.
    #[error("the clock is off by {} ms", .0.0)]
    ClockOff(study::Millis),
    /// The models are missing or do not load.
    #[error("{0}")]
    Models(String),
}

/// The checks that are being judged at this moment, so that nobody's frames are read twice.
#[derive(Default)]
pub struct InFlight(Mutex<HashSet<CheckId>>);

impl InFlight {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<CheckId>> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Takes the check out again, however its judging ends.
struct Flying<'a>(&'a InFlight, CheckId);

impl Drop for Flying<'_> {
    fn drop(&mut self) {
        self.0.lock().remove(&self.1);
    }
}

/// Judges the answer to `check` and settles it, where that was not done before.
///
/// # Errors
/// [`NotJudged`]
pub async fn judge(app: &App, check: CheckId) -> Result<(), NotJudged> {
    if !app.faces.in_flight().lock().insert(check) {
        return Ok(());
    }
    let _flying = Flying(app.faces.in_flight(), check);
    let Some(row) = checks::find(&app.db.read, check).await? else {
        return Ok(());
    };
    if row.state != CheckState::Judging {
        return Ok(());
    }
    let judged = look(app, &row).await?;
    let tx = app.db.begin().await?;
    let now = app.clock.now_for_credit().map_err(NotJudged::ClockOff)?;
    checks::settle_verdict(&tx, &app.keys, &app.rules, check, &judged.verdict, now).await?;
    if let Some(key) = vault::key(&tx, &app.keys, row.person).await? {
        for (frame, reading) in &judged.noted {
            frames::note(&tx, &key, *frame, reading).await?;
        }
    }
    store::commit(tx).await?;
    Ok(())
}

struct Judged {
    verdict: checks::Verdict,
    noted: Vec<(uuid::Uuid, Reading)>,
}

/// What the frames of an answer come to. Reads only.
async fn look(app: &App, row: &Check) -> Result<Judged, NotJudged> {
    let db = &app.db.read;
    let models = app.faces.models().map_err(missing)?;
    let rows = frames::of(db, Of::Check(row.check.0)).await?;
    let mut hashes = Vec::with_capacity(rows.len());
    for frame in &rows {
        hashes.push(digest(&frame.sha256)?);
    }
    let for_a_human = |why: &str, hashes: Vec<Digest>| Judged {
        verdict: checks::Verdict {
            decision: checks::Decision::Review,
            models: models.digest(),
            frames: hashes,
            distance_ppm: None,
            signals: vec![SignalSeen {
                signal: why.into(),
                frame: None,
            }],
            hints: Vec::new(),
        },
        noted: Vec::new(),
    };
    let Some(key) = vault::key(db, &app.keys, row.person).await? else {
        return Ok(for_a_human("face_data_destroyed", hashes));
    };
    let mut pictures = Vec::with_capacity(rows.len());
    for frame in &rows {
        pictures.push(frames::jpeg(&key, frame)?.unwrap_or_default());
    }
    let enrolment = templates::enrolment(db, row.person).await?;
    let Some(enrolment) = enrolment else {
        return Ok(for_a_human("no_template", hashes));
    };
    if !templates::is_of(&enrolment, models.digest())? {
        return Ok(for_a_human("template_of_other_models", hashes));
    }
    let template = templates::open(&key, &enrolment)?;
    let rules = app.rules.get(db, row.rules).await?;
    let Some(random) = rules.face_checks.random() else {
        return Ok(for_a_human("rules_without_checks", hashes));
    };
    let readings = read(app, pictures).await?;
    let seen = seen_before(app, row, &hashes, &readings).await?;
    let others = templates::others(
        db,
        &app.keys,
        row.person,
        models.digest(),
        templates::COHORT,
    )
    .await?;
    let (at_ms, embeddings) = rows
        .iter()
        .map(|frame| frames::claim(&key, frame))
        .map(|claim| (claim.at_ms, claim.embedding))
        .unzip();
    let claims = Claims {
        at_ms,
        embeddings,
        passed: row.answer.claimed_passed.unwrap_or(false),
        camera: row.answer.camera.clone(),
        models: row.answer.claimed_models.unwrap_or(models.digest()),
    };
    let question = Question {
        asked: row.action,
        template: &template,
        others: &others,
        retries_left: random.retries.saturating_sub(row.attempt),
        rules: random,
        manifest: models.manifest(),
        models: models.digest(),
    };
    let verdict = verdict::verdict(&readings, &claims, &seen, &question)
        .map_err(|error| DbErr::Custom(error.to_string()))?;
    Ok(Judged {
        verdict: checks::Verdict {
            decision: match verdict.decision {
                Decision::Pass => checks::Decision::Pass,
                Decision::Retry => checks::Decision::Retry,
                Decision::Review => checks::Decision::Review,
            },
            models: models.digest(),
            frames: hashes,
            distance_ppm: verdict.distance_ppm,
            signals: verdict.signals,
            hints: verdict.hints,
        },
        noted: rows
            .iter()
            .zip(readings)
            .filter_map(|(frame, reading)| Some((frame.id, reading.ok()?)))
            .collect(),
    })
}

async fn read(app: &App, pictures: Vec<Vec<u8>>) -> Result<Readings, NotJudged> {
    let pool = app.faces.pool().map_err(missing)?;
    let readings = pool
        .read(pictures, QualityRules::CHECK)?
        .await
        .map_err(|_| NotJudged::Models("the threads that read frames are gone".into()))?;
    // A fault of ours must not become somebody's retry.
    for reading in &readings {
        if let Err(NotRead::Models(error)) = reading {
            return Err(NotJudged::Models(error.clone()));
        }
    }
    Ok(readings)
}

async fn seen_before(
    app: &App,
    row: &Check,
    hashes: &[Digest],
    readings: &Readings,
) -> Result<Vec<Seen>, NotJudged> {
    let models = app.faces.models().map_err(missing)?;
    let thresholds = &models.manifest().recogniser.thresholds;
    let fingerprints: Vec<_> = readings
        .iter()
        .flatten()
        .map(|reading| reading.fingerprint)
        .collect();
    let earlier = frames::earlier(
        &app.db.read,
        &app.keys,
        row.person,
        Some(row.check.0),
        hashes,
        &fingerprints,
    )
    .await?;
    let mut all = Vec::with_capacity(hashes.len());
    for (hash, reading) in hashes.iter().zip(readings) {
        let reading = reading.as_ref().ok();
        let face = reading.and_then(|reading| reading.face.as_ref());
        let fresh = Fresh {
            person: row.person,
            sha256: *hash,
            thumbnail: reading.map(|reading| &reading.thumbnail),
            embedding: face.map(|face| &face.embedding),
        };
        let one =
            seen(fresh, &earlier, thresholds).map_err(|error| DbErr::Custom(error.to_string()))?;
        all.push(one);
    }
    Ok(all)
}

fn missing(error: ApiError) -> NotJudged {
    NotJudged::Models(format!("{error:?}"))
}

/// Judges what waits, the oldest first; gives how many were judged. Stops where the queue is full.
///
/// # Errors
/// What the database says.
pub async fn judge_waiting(app: &App) -> Result<u64, DbErr> {
    let waiting: Vec<uuid::Uuid> = face_check::Entity::find()
        .select_only()
        .column(face_check::Column::Id)
        .filter(face_check::Column::State.eq("judging"))
        .order_by_asc(face_check::Column::DeadlineAt)
        .limit(AT_ONCE)
        .into_tuple()
        .all(&app.db.read)
        .await?;
    let mut judging = JoinSet::new();
    for check in waiting {
        let app = app.clone();
        judging.spawn(async move { judge(&app, CheckId(check)).await });
    }
    let mut judged = 0;
    while let Some(ended) = judging.join_next().await {
        match ended {
            Ok(Ok(())) => judged += 1,
            // The next round tries again.
            Ok(Err(NotJudged::Full(_))) => {}
            Ok(Err(error)) => tracing::error!(%error, "a face check could not be judged"),
            Err(error) => tracing::error!(%error, "the judging of a face check ended"),
        }
    }
    Ok(judged)
}

/// Judges what waits, for as long as the server runs.
pub async fn rounds(app: &App) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = judge_waiting(app).await {
            tracing::error!(%error, "answers that wait could not be looked for; the next round tries again");
        }
    }
}

/// Destroys the face data of people whose last class ended longer ago than it is kept. Gives how many people that were.
///
/// # Errors
/// What the database says.
pub async fn forget_overdue(app: &App) -> Result<u64, DbErr> {
    let now = app.clock.now();
    let keep = crate::retention::FACES_MS.0;
    let before = study::Timestamp(now.0.saturating_sub(keep));
    let mut forgotten = 0;
    for person in vault::overdue(&app.db.read, before, 100).await? {
        let tx = app.db.begin().await?;
        store::study::lock_row(&tx, person).await?;
        if vault::destroy(&tx, &app.keys, person, vault::Reason::Retention, now).await? {
            forgotten += 1;
        }
        store::commit(tx)
            .await
            .map_err(|store::Unknown(error)| error)?;
    }
    Ok(forgotten)
}
