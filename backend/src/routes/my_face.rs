//! How my identity is checked: consent or 不使用人脸, enrolment, withdrawal.

use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    checks::{after_beats, identity_of},
    extract::{Body, Learner},
    faces::{
        CONSENT_TEXT, KEEP_FRAMES_MS, enrol,
        form::problems,
        frames::{self, NewFrame, Of},
        pool::Readings,
        templates,
        vault::{self, Reason},
    },
    keys::FaceKey,
    store::{
        self,
        entities::{face_enrolment, identity_way},
        evidence::{self, NewEvidence},
        stored,
        study::lock_row,
        time, to_json,
    },
};
use axum::{Json, extract::State, http::StatusCode};
use contract::{
    Digest, ErrorCode, ErrorReply,
    error::{FieldError, FieldProblem},
    face::{ChooseWay, Enrol, FaceHint, IdentityWay, MyFace, SHOTS_MIN},
    record::{FaceEnrolled, Record, WayChosen},
    routes,
};
use face::quality::QualityRules;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    QueryFilter, QueryOrder, sea_query::Expr,
};
use study::{Millis, PersonId, Timestamp};
use uuid::Uuid;

/// Most shots of an enrolment.
const SHOTS_MAX: usize = 5;

/// How my identity is checked
#[utoipa::path(get, path = routes::MY_FACE, operation_id = "my_face", tag = "faces", responses(
    (status = 200, description = "what I chose, and how far my enrolment is", body = MyFace),
))]
pub async fn get(State(app): State<App>, learner: Learner) -> ApiResult<Json<MyFace>> {
    Ok(Json(mine(&app, learner.id).await?))
}

async fn mine(app: &App, person: PersonId) -> ApiResult<MyFace> {
    let chosen = newest_way(&app.db.read, person).await?;
    let (way, enrolment) = identity_of(&app.db.read, person).await?;
    Ok(MyFace {
        way,
        chosen_at: chosen.as_ref().map(|row| time(row.chosen_at)),
        older_text: chosen.is_some_and(|row| row.text != CONSENT_TEXT),
        text: CONSENT_TEXT.into(),
        keep_frames_ms: KEEP_FRAMES_MS,
        enrolment,
        models: app.faces.models()?.for_page(),
    })
}

/// Choose how my identity is checked
///
/// Face checks need this separate consent. Choosing the supervised way after it withdraws: frames, template and the key to both
/// are destroyed at once, hours stay.
#[utoipa::path(post, path = routes::MY_FACE, operation_id = "choose_way", tag = "faces", request_body = ChooseWay, responses(
    (status = 200, description = "chosen", body = MyFace),
    (status = 409, description = "`old_text`: the text that was shown is not the one in force", body = ErrorReply),
))]
pub async fn choose(
    State(app): State<App>,
    learner: Learner,
    Body(choice): Body<ChooseWay>,
) -> ApiResult<Json<MyFace>> {
    if choice.text != CONSENT_TEXT {
        return Err(ApiError::new(
            ErrorCode::OldText,
            format!("the text in force is {CONSENT_TEXT}; read it and choose again"),
        ));
    }
    let tx = app.db.begin().await?;
    lock_row(&tx, learner.id).await?;
    let now = after_beats(&tx, learner.id, app.clock.now()).await?;
    let before = newest_way(&tx, learner.id).await?;
    let (way, _) = identity_of(&tx, learner.id).await?;
    // The same choice once more is no news.
    let same = way == Some(choice.way) && before.is_some_and(|row| row.text == choice.text);
    if !same {
        write_choice(&tx, &app, learner.id, &choice, now).await?;
    }
    match choice.way {
        IdentityWay::Face => vault::make_key(&tx, &app.keys, learner.id, now).await?,
        IdentityWay::Supervised => {
            if vault::destroy(&tx, &app.keys, learner.id, Reason::Withdrawn, now).await? {
                crate::checks::withdrawn(&tx, &app.keys, &app.rules, learner.id, now).await?;
            }
        }
    }
    store::commit(tx).await?;
    Ok(Json(mine(&app, learner.id).await?))
}

async fn newest_way(
    db: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Option<identity_way::Model>, DbErr> {
    identity_way::Entity::find()
        .filter(identity_way::Column::PersonId.eq(person.0))
        .order_by_desc(identity_way::Column::ChosenAt)
        .order_by_desc(identity_way::Column::Id)
        .one(db)
        .await
}

async fn write_choice(
    tx: &DatabaseTransaction,
    app: &App,
    person: PersonId,
    choice: &ChooseWay,
    now: Timestamp,
) -> Result<(), DbErr> {
    let way = match choice.way {
        IdentityWay::Face => "face",
        IdentityWay::Supervised => "supervised",
    };
    identity_way::Entity::insert(identity_way::ActiveModel {
        id: Set(Uuid::now_v7()),
        person_id: Set(person.0),
        way: Set(way.into()),
        text: Set(choice.text.clone()),
        chosen_at: Set(stored(now.0)),
    })
    .exec_without_returning(tx)
    .await?;
    let record = Record::WayChosen(WayChosen {
        person: app.keys.pseudonym(person),
        way: choice.way,
        text: Digest::of(&[choice.text.as_bytes()]),
        at: now,
    });
    about_person(tx, "way_chosen/1", person, &record, now).await
}

/// Adds a record that is about a person and no class.
async fn about_person(
    tx: &DatabaseTransaction,
    kind: &'static str,
    person: PersonId,
    record: &Record,
    now: Timestamp,
) -> Result<(), DbErr> {
    let new = NewEvidence {
        kind,
        person: Some(person),
        class: None,
        session: None,
        record: to_json(record)?,
    };
    evidence::append(tx, &[new], now).await?;
    Ok(())
}

/// Enrol my face
///
/// Replaces what was enrolled before, and waits until a member of staff has compared it with the ID card. For `face_not_usable`,
/// `fields` names the shots as `frames.0`, and `message` says what is wrong with each in the words of `FaceHint`.
#[utoipa::path(post, path = routes::MY_ENROLMENTS, operation_id = "enrol_face", tag = "faces", request_body = Enrol, responses(
    (status = 201, description = "enrolled; it waits for a member of staff", body = MyFace),
    (status = 409, description = "`no_consent`: I have not agreed to face checks", body = ErrorReply),
    (status = 413, description = "`too_large`: the body has more than 900 KiB", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`; or `face_not_usable`", body = ErrorReply),
    (status = 429, description = "`rate_limited`: see `retry_after_ms`", body = ErrorReply),
))]
pub async fn enrol(
    State(app): State<App>,
    learner: Learner,
    Body(wish): Body<Enrol>,
) -> ApiResult<(StatusCode, Json<MyFace>)> {
    let models = app.faces.models()?;
    let problems = problems(&wish.frames, &wish.camera, models, SHOTS_MIN..=SHOTS_MAX);
    if !problems.is_empty() {
        return Err(ApiError::invalid(problems));
    }
    consent(&app, &app.db.read, learner.id).await?;
    super::sign_ins::take_try(&app, &format!("enrolment of {}", learner.id))?;
    let readings = read(&app, &wish).await?;
    let shots = enrol::template(readings, models.manifest()).map_err(|error| refuse(&error))?;
    let look_alike = looks_like_another(&app, learner.id, &shots).await?;

    let tx = app.db.begin().await?;
    lock_row(&tx, learner.id).await?;
    // Consent may have been withdrawn while the shots were looked at.
    let key = consent(&app, &tx, learner.id).await?;
    let now = after_beats(&tx, learner.id, app.clock.now()).await?;
    write(&tx, &app, learner.id, &key, &wish, &shots, look_alike, now).await?;
    store::commit(tx).await?;
    Ok((StatusCode::CREATED, Json(mine(&app, learner.id).await?)))
}

/// The key of somebody who agreed to face checks.
async fn consent(app: &App, db: &impl ConnectionTrait, person: PersonId) -> ApiResult<FaceKey> {
    let (way, _) = identity_of(db, person).await?;
    let key = vault::key(db, &app.keys, person).await?;
    key.filter(|_| way == Some(IdentityWay::Face))
        .ok_or_else(no_consent)
}

/// Nothing is done with a face without consent.
#[must_use]
pub fn no_consent() -> ApiError {
    ApiError::new(
        ErrorCode::NoConsent,
        "this person has not agreed to face checks; they may, or let a teacher confirm their identity",
    )
}

async fn read(app: &App, wish: &Enrol) -> ApiResult<Readings> {
    let jpegs = wish.frames.iter().map(|frame| frame.jpeg.0.clone());
    let busy = || {
        ApiError::unavailable(
            "too many faces are being looked at right now; the same request may be sent again",
            Millis(5_000),
        )
    };
    app.faces
        .pool()?
        .read(jpegs.collect(), QualityRules::ENROLMENT)
        .map_err(|_| busy())?
        .await
        .map_err(|_| busy())
}

fn refuse(error: &enrol::NotUsable) -> ApiError {
    let spelled = |hint: &FaceHint| {
        serde_json::to_value(hint)
            .ok()
            .and_then(|word| word.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let shots: Vec<String> = error
        .0
        .iter()
        .map(|(place, hints)| {
            let hints: Vec<String> = hints.iter().map(spelled).collect();
            format!("frames.{place}: {}", hints.join(", "))
        })
        .collect();
    let mut reply = ErrorReply::new(ErrorCode::FaceNotUsable, shots.join("; "));
    reply.fields = error
        .0
        .iter()
        .map(|(place, _)| FieldError {
            field: format!("frames.{place}"),
            problem: FieldProblem::Form,
        })
        .collect();
    ApiError::with(reply)
}

/// Whether somebody else's template is near, or one of these very pictures came from somebody else before.
async fn looks_like_another(app: &App, person: PersonId, shots: &enrol::Shots) -> ApiResult<bool> {
    let models = app.faces.models()?;
    let others = templates::others(
        &app.db.read,
        &app.keys,
        person,
        models.digest(),
        templates::LOOK_ALIKES,
    )
    .await?;
    let mut hashes = Vec::with_capacity(shots.readings.len());
    for reading in &shots.readings {
        hashes.push(reading.jpeg_sha256.parse().map_err(ApiError::internal)?);
    }
    let fingerprints: Vec<_> = shots.readings.iter().map(|r| r.fingerprint).collect();
    let earlier = frames::earlier(
        &app.db.read,
        &app.keys,
        person,
        None,
        &hashes,
        &fingerprints,
    )
    .await?;
    let copied = earlier
        .iter()
        .any(|frame| frame.person != person && hashes.contains(&frame.sha256));
    let near = enrol::look_alike(&shots.template, &others, models.manifest())
        .map_err(ApiError::internal)?;
    Ok(copied || near)
}

#[expect(
    clippy::too_many_arguments,
    reason = "one enrolment with all that belongs to it"
)]
async fn write(
    tx: &DatabaseTransaction,
    app: &App,
    person: PersonId,
    key: &FaceKey,
    wish: &Enrol,
    shots: &enrol::Shots,
    look_alike: bool,
    now: Timestamp,
) -> ApiResult<()> {
    let models = app.faces.models()?.digest();
    let id = Uuid::now_v7();
    face_enrolment::Entity::update_many()
        .col_expr(face_enrolment::Column::State, Expr::value("replaced"))
        .col_expr(
            face_enrolment::Column::TemplateSealed,
            Expr::value(Vec::<u8>::new()),
        )
        .filter(face_enrolment::Column::PersonId.eq(person.0))
        .filter(face_enrolment::Column::State.ne("replaced"))
        .exec(tx)
        .await?;
    face_enrolment::Entity::insert(face_enrolment::ActiveModel {
        id: Set(id),
        person_id: Set(person.0),
        state: Set("waiting".into()),
        at: Set(stored(now.0)),
        template_sealed: Set(key
            .seal(&templates::field(id), &shots.template.mean.to_bytes())
            .map_err(ApiError::internal)?),
        models: Set(models.0.to_vec()),
        n_shots: Set(i64::try_from(shots.template.n_shots).unwrap_or(i64::MAX)),
        camera: Set(wish.camera.clone()),
        look_alike: Set(look_alike),
        decided_by: Set(None),
        decided_at: Set(None),
        reason: Set(None),
    })
    .exec_without_returning(tx)
    .await?;
    let new: Vec<NewFrame<'_>> = wish
        .frames
        .iter()
        .zip(&shots.readings)
        .map(|(frame, reading)| NewFrame {
            jpeg: &frame.jpeg.0,
            at_ms: frame.at_ms.0,
            claim: None,
            reading: Some(reading),
        })
        .collect();
    let frames = frames::keep(tx, key, person, Of::Enrolment(id), &new, now).await?;
    let record = Record::FaceEnrolled(FaceEnrolled {
        enrolment: id,
        person: app.keys.pseudonym(person),
        models,
        frames,
        at: now,
    });
    about_person(tx, "face_enrolled/1", person, &record, now).await?;
    Ok(())
}
