//! What the admin of an institution does: opens classes, imports who is in them, sees who has come. Whatever is of another institution
//! does not exist for them.

use super::kept;
use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Admin, Body, PathId},
    form,
    roster::{
        self, Unreadable,
        judge::{self, Candidate},
    },
    store::{
        self,
        catalogue::{self, NewClass},
        entities::class,
        invitations, roster as stored_roster, time,
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::{
    Digest, ErrorCode, ErrorReply, Text,
    error::{FieldError, FieldProblem},
    roster::{
        AddClass, CLASS_NAME_MAX, ClassChoices, ImportRoster, InstitutionClass, PreviewRoster,
        Roster, RosterImported, RosterPreview,
    },
    routes,
};
use sea_orm::{ConnectionTrait, SqlErr};
use study::{ClassId, Day, Rules, Timestamp};

/// Longest that a class may run, in days: three years.
const DAYS_MAX: u64 = 3 * 365;

/// What a class can be opened with
#[utoipa::path(get, path = routes::CLASS_CHOICES, tag = "roster", responses(
    (status = 200, description = "institutions, courses, rules", body = ClassChoices),
))]
pub async fn choices(State(app): State<App>, admin: Admin) -> ApiResult<Json<ClassChoices>> {
    let db = &app.db.read;
    Ok(Json(ClassChoices {
        institutions: stored_roster::institutions(db, &admin.institutions).await?,
        courses: stored_roster::courses(db).await?,
        rules: stored_roster::all_rules(db).await?,
        today: app.clock.now().day(Rules::liaoning_2026().day_offset_ms),
    }))
}

/// The classes of my institution
#[utoipa::path(get, path = routes::INSTITUTION_CLASSES, operation_id = "institution_classes", tag = "roster", responses(
    (status = 200, description = "the one that ends last on top", body = Vec<InstitutionClass>),
))]
pub async fn classes(
    State(app): State<App>,
    admin: Admin,
) -> ApiResult<Json<Vec<InstitutionClass>>> {
    let now = app.clock.now();
    let classes = stored_roster::of(&app.db.read, &app.rules, &admin.institutions, now).await?;
    Ok(Json(classes))
}

/// Open a class
///
/// It enrols its people by roster; nobody else can join.
#[utoipa::path(post, path = routes::INSTITUTION_CLASSES, operation_id = "add_class", tag = "roster", request_body = AddClass, responses(
    (status = 201, description = "opened", body = InstitutionClass),
    (status = 404, description = "`not_found`: no such institution of mine", body = ErrorReply),
    (status = 422, description = "`invalid`: see `fields`", body = ErrorReply),
))]
pub async fn add(
    State(app): State<App>,
    admin: Admin,
    Body(wish): Body<AddClass>,
) -> ApiResult<Response> {
    if !admin.institutions.contains(&wish.institution) {
        return Err(ApiError::not_found("institution"));
    }
    let now = app.clock.now();
    let tx = app.db.begin().await?;
    let rules = if stored_roster::has_rules(&tx, wish.rules).await? {
        Some(catalogue::rules(&tx, wish.rules).await?)
    } else {
        None
    };
    let has_course = stored_roster::has_course(&tx, wish.course).await?;
    let offset = rules.as_ref().map_or_else(
        || Rules::liaoning_2026().day_offset_ms,
        |rules| rules.day_offset_ms,
    );
    let fields = problems(&wish, has_course, rules.is_some(), now.day(offset));
    if !fields.is_empty() {
        return Err(ApiError::invalid(fields));
    }
    let name = wish.name.trim();
    let new = NewClass {
        institution: wish.institution,
        course: wish.course,
        rules: wish.rules,
        name: &Text {
            zh: name.to_owned(),
            en: name.to_owned(),
        },
        open: false,
        starts_at: wish.first_day.start(offset),
        ends_at: Day(wish.last_day.0 + 1).start(offset),
    };
    let class = catalogue::add_class(&tx, new, now).await?;
    let row = own(&tx, &admin, class).await?;
    let opened = one(&tx, &app, row, now).await?;
    store::commit(tx).await?;
    Ok((StatusCode::CREATED, Json(opened)).into_response())
}

fn problems(wish: &AddClass, has_course: bool, has_rules: bool, today: Day) -> Vec<FieldError> {
    let range = |wrong: bool| wrong.then_some(FieldProblem::Range);
    let missing = |there: bool| (!there).then_some(FieldProblem::Missing);
    let name = wish.name.trim();
    [
        (
            "name",
            form::length(name, 2, CLASS_NAME_MAX).or_else(|| form::control(name)),
        ),
        ("course", missing(has_course)),
        ("rules", missing(has_rules)),
        (
            "first_day",
            range(wish.first_day < today || wish.first_day.0 - today.0 > DAYS_MAX),
        ),
        (
            "last_day",
            range(wish.last_day < wish.first_day || wish.last_day.0 - wish.first_day.0 > DAYS_MAX),
        ),
    ]
    .into_iter()
    .filter_map(|(field, problem)| {
        problem.map(|problem| FieldError {
            field: field.to_owned(),
            problem,
        })
    })
    .collect()
}

/// A class of an institution of `admin`.
///
/// # Errors
/// `not_found`, `class_deleted`
pub async fn own(
    db: &impl ConnectionTrait,
    admin: &Admin,
    class: ClassId,
) -> ApiResult<class::Model> {
    kept(store::classes::own(db, &admin.institutions, class).await?)
}

async fn one(
    db: &impl ConnectionTrait,
    app: &App,
    row: class::Model,
    now: Timestamp,
) -> ApiResult<InstitutionClass> {
    stored_roster::seen(db, &app.rules, vec![row], now)
        .await?
        .pop()
        .ok_or_else(|| ApiError::not_found("class"))
}

/// Who is in a class, and who is invited
#[utoipa::path(get, path = routes::ROSTER, operation_id = "roster", tag = "roster", params(("class" = ClassId, Path, description = "the class")), responses(
    (status = 200, description = "whoever has not come yet first", body = Roster),
    (status = 404, description = "`not_found`: no such class of my institution", body = ErrorReply),
))]
pub async fn get(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
) -> ApiResult<Json<Roster>> {
    let db = &app.db.read;
    let now = app.clock.now();
    let row = own(db, &admin, class).await?;
    Ok(Json(Roster {
        class: one(db, &app, row, now).await?,
        learners: invitations::roster_of(db, &app.keys, class, now).await?,
    }))
}

/// Preview a roster
///
/// Says of each row what importing it would do, and keeps nothing.
#[utoipa::path(post, path = routes::ROSTER_PREVIEW, operation_id = "preview_roster", tag = "roster", params(("class" = ClassId, Path, description = "the class")), request_body = PreviewRoster, responses(
    (status = 200, description = "what would become of each row", body = RosterPreview),
    (status = 404, description = "`not_found`: no such class of my institution", body = ErrorReply),
    (status = 409, description = "`class_closed`: it is over", body = ErrorReply),
    (status = 422, description = "`invalid`: the file is no roster; see `fields`", body = ErrorReply),
))]
pub async fn preview(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
    Body(wish): Body<PreviewRoster>,
) -> ApiResult<Json<RosterPreview>> {
    let db = &app.db.read;
    let now = app.clock.now();
    running(own(db, &admin, class).await?, now)?;
    let hash = Digest::of(&[&wish.file.0]);
    let mut candidates = read(&app, wish.file.0).await?;
    let known = stored_roster::known(db, &app.keys, class, &candidates, now).await?;
    judge::beside(&mut candidates, &known);
    let preview = judge::preview(hash, class, &candidates).map_err(ApiError::internal)?;
    Ok(Json(preview))
}

/// Import a roster
///
/// Takes the good rows of a file exactly as they were previewed, all or none; the others are left out.
#[utoipa::path(post, path = routes::ROSTER, operation_id = "import_roster", tag = "roster", params(("class" = ClassId, Path, description = "the class")), request_body = ImportRoster, responses(
    (status = 200, description = "imported", body = RosterImported),
    (status = 404, description = "`not_found`: no such class of my institution", body = ErrorReply),
    (status = 409, description = "`preview_outdated`: importing would not do now what was previewed; `class_closed`: it is over", body = ErrorReply),
    (status = 422, description = "`invalid`: the file is no roster; see `fields`", body = ErrorReply),
))]
pub async fn import(
    State(app): State<App>,
    admin: Admin,
    PathId(class): PathId<ClassId>,
    Body(wish): Body<ImportRoster>,
) -> ApiResult<Json<RosterImported>> {
    let now = app.clock.now();
    running(own(&app.db.read, &admin, class).await?, now)?;
    let hash = Digest::of(&[&wish.file.0]);
    let mut candidates = read(&app, wish.file.0).await?;
    let tx = app.db.begin().await?;
    let row = own(&tx, &admin, class).await?;
    let known = stored_roster::known(&tx, &app.keys, class, &candidates, now).await?;
    judge::beside(&mut candidates, &known);
    let preview = judge::preview(hash, class, &candidates).map_err(ApiError::internal)?;
    if preview.digest != wish.digest {
        return Err(outdated());
    }
    stored_roster::import(&tx, &app.keys, &row, &candidates, admin.id, now)
        .await
        .map_err(|error| match error.sql_err() {
            // Somebody imported the same people at the same moment.
            Some(SqlErr::UniqueConstraintViolation(_)) => outdated(),
            _ => error.into(),
        })?;
    store::commit(tx).await?;
    Ok(Json(RosterImported {
        n_invited: preview.n_invited,
        n_enrolled: preview.n_enrolled,
        n_left_out: preview.n_left_out,
    }))
}

fn outdated() -> ApiError {
    ApiError::new(
        ErrorCode::PreviewOutdated,
        "the file or what is known of its people has changed since the preview; look at it again",
    )
}

/// Refuses a class that is over.
fn running(row: class::Model, now: Timestamp) -> ApiResult<()> {
    if time(row.ends_at) <= now {
        return Err(ApiError::new(ErrorCode::ClassClosed, "this class is over"));
    }
    Ok(())
}

async fn read(app: &App, file: Vec<u8>) -> ApiResult<Vec<Candidate>> {
    let rows = roster::read(file)
        .await
        .map_err(|unreadable: Unreadable| ApiError::invalid(unreadable.fields()))?;
    Ok(judge::alone(&app.keys, rows))
}

/// An empty roster
///
/// Its cells are text: a spreadsheet that takes an ID number for a number forgets its last digits.
#[utoipa::path(get, path = routes::ROSTER_TEMPLATE, operation_id = "roster_template", tag = "roster", responses(
    (status = 200, description = "an XLSX", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
))]
pub async fn template(_: Admin) -> ApiResult<Response> {
    let bytes = roster::template().map_err(ApiError::internal)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"roster.xlsx\""),
        ),
    ];
    Ok((headers, bytes).into_response())
}
