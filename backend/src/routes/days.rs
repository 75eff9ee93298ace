//! My study record by day.

use crate::{
    api_error::{ApiError, ApiResult},
    app::App,
    extract::{Learner, Query},
    store::timeline,
};
use axum::{Json, extract::State};
use contract::{ErrorReply, error::FieldProblem, routes, timeline::StudyDay};
use serde::Deserialize;
use study::{Day, Rules, Timestamp};

/// Most days in one answer.
const DAYS_MAX: u64 = 31;

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Days {
    /// First day, in whole days since 1970-01-01 local time; 30 days before the last one where it is left out.
    from: Option<u64>,
    /// Last day; today where it is left out.
    to: Option<u64>,
}

impl Days {
    /// The first and the last day, as asked at `now`.
    ///
    /// # Errors
    /// `invalid`: more than 31 days, or none.
    pub fn range(&self, now: Timestamp) -> ApiResult<(Day, Day)> {
        let today = now.day(Rules::liaoning_2026().day_offset_ms);
        let to = self.to.unwrap_or(today.0);
        let from = self.from.unwrap_or(to.saturating_sub(DAYS_MAX - 1));
        if to > today.0.saturating_add(DAYS_MAX) {
            return Err(ApiError::invalid_field("to", FieldProblem::Range));
        }
        if from > to || to - from >= DAYS_MAX {
            return Err(ApiError::invalid_field("from", FieldProblem::Range));
        }
        Ok((Day(from), Day(to)))
    }
}

/// My study record
///
/// What was credited, what was not, and why.
#[utoipa::path(get, path = routes::MY_DAYS, tag = "study", params(Days), responses(
    (status = 200, description = "newest day first; days without study are left out", body = Vec<StudyDay>),
    (status = 422, description = "`invalid`: more than 31 days, or none", body = ErrorReply),
))]
pub async fn mine(
    State(app): State<App>,
    learner: Learner,
    Query(days): Query<Days>,
) -> ApiResult<Json<Vec<StudyDay>>> {
    let now = app.clock.now();
    let (from, to) = days.range(now)?;
    let (db, keys, rules) = (&app.db.read, &app.keys, &app.rules);
    let record = timeline::days(db, keys, rules, learner.id, None, from, to, now).await?;
    Ok(Json(record))
}
