//! The whole server on one screen: what it holds, and every path it answers.

use crate::{
    beat_writer::BeatWriter,
    boards::Boards,
    claims::Claims,
    clock::Clock,
    config::{PublicAddress, Reached},
    faces::Faces,
    guard,
    keys::Keys,
    ledger::Ledger,
    limits::AccountLimit,
    openapi, pages,
    passwords::Passwords,
    routes,
    runs::Runs,
    sheets::Sheets,
    sign_in_cache::SignInCache,
    store::{Db, rules_book::RulesBook},
};
use axum::{Router, extract::DefaultBodyLimit, middleware, routing::get};
use contract::{
    face::FRAMES_BODY_MAX, issuing::IssueRun, roster::ROSTER_BODY_MAX, sealing::SealRun,
};
use std::{
    ops::Deref,
    path::PathBuf,
    sync::{Arc, OnceLock},
};
use tower_http::{CompressionLevel, compression::CompressionLayer};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Largest body of a request: a beat of 64 spans has some 11 KB.
pub const BODY_MAX: usize = 64 * 1024;

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the server holds.
pub struct Parts {
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The database.
    pub db: Db,
    /// The master key.
    pub keys: Keys,
    /// The ledger and the keys that sign.
    pub ledger: Ledger,
    /// Hashing of passwords.
    pub passwords: Passwords,
    /// How often one account may be tried.
    pub account_limit: AccountLimit,
    /// Who is signed in, as remembered.
    pub sign_ins: SignInCache,
    /// The rules by hash.
    pub rules: Arc<RulesBook>,
    /// The way to the beat writer.
    pub beats: BeatWriter,
    /// Who watches which class board.
    pub boards: Boards,
    /// What is remembered of claim packs.
    pub claims: Claims,
    /// The models of the face checks, and the threads that read frames.
    pub faces: Faces,
    /// Which classes are being given their proofs.
    pub issuing: Runs<IssueRun>,
    /// Of which classes a claim is being sealed.
    pub sealing: Runs<SealRun>,
    /// What study sheets are drawn and signed with.
    pub sheets: Sheets,
    /// Folder for films and keys.
    pub data: PathBuf,
    /// How requests get here.
    pub reached: Reached,
    /// Where people reach this server. Empty until it is known on which port it listens.
    pub address: OnceLock<PublicAddress>,
    /// The keys that proofs are checked against, as the JSON of [`contract::routes::LEDGER_KEY`]; the pages carry it, so that
    /// verification asks nobody. Empty until the ledger has set it.
    pub trust: OnceLock<String>,
}

impl App {
    /// An app of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Where people reach this server, without a slash at the end: what it is given as, or this machine.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.address
            .get()
            .map_or("http://localhost", |address| address.as_str())
    }

    /// The address of the status list number `list`.
    #[must_use]
    pub fn status_list(&self, list: u64) -> String {
        let path = contract::routes::STATUS_LIST.replace("{list}", &list.to_string());
        format!("{}{path}", self.origin())
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Every path under `/api` and its description.
#[must_use]
pub fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::head())
        // People and where they are signed in.
        .routes(routes!(routes::people::register))
        .routes(routes!(routes::sign_ins::sign_in, routes::sign_ins::list))
        .routes(routes!(routes::sign_ins::sign_out))
        .routes(routes!(routes::sign_ins::revoke))
        .routes(routes!(routes::people::me))
        // A learner's classes.
        .routes(routes!(routes::classes::open))
        .routes(routes!(routes::classes::mine, routes::classes::join))
        .routes(routes!(routes::classes::my))
        // Studying.
        .routes(routes!(routes::study_sessions::start))
        .routes(routes!(routes::beats::create))
        .routes(routes!(routes::study_sessions::end))
        .routes(routes!(routes::days::mine))
        // Proofs.
        .routes(routes!(routes::proofs::list, routes::proofs::issue))
        .routes(routes!(routes::proofs::get))
        .routes(routes!(routes::proofs::opening))
        .routes(routes!(routes::proofs::sheet))
        .routes(routes!(routes::proofs::code))
        // How identity is checked.
        .routes(routes!(routes::my_face::get, routes::my_face::choose))
        .routes(routes!(routes::face_checks::get))
        .routes(routes!(routes::face_checks::make_up))
        .routes(routes!(routes::face_checks::code))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(routes::my_face::enrol))
                .routes(routes!(routes::face_checks::answer))
                .layer(DefaultBodyLimit::max(FRAMES_BODY_MAX)),
        )
        .routes(routes!(routes::staff_faces::enrolments))
        .routes(routes!(routes::staff_faces::decide_enrolment))
        .routes(routes!(routes::staff_faces::checks))
        .routes(routes!(routes::staff_faces::decide_check))
        .routes(routes!(routes::staff_faces::frame))
        .routes(routes!(routes::staff_faces::supervised))
        .routes(routes!(routes::staff_faces::count))
        // The class board.
        .routes(routes!(routes::board::list))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(routes::board::get))
                // Rows that are alike: the usual level makes 14 KB of a thousand learners, this one 33, and somebody waits for it.
                .layer(CompressionLayer::new().quality(CompressionLevel::Fastest)),
        )
        .routes(routes!(routes::board::events))
        .routes(routes!(routes::board::export))
        .routes(routes!(routes::board::days))
        .routes(routes!(routes::board::learner_days))
        // What people do about each other's study.
        .routes(routes!(routes::appeals::file))
        .routes(routes!(routes::appeals::list))
        .routes(routes!(routes::appeals::answer))
        .routes(routes!(routes::acting::call_roll))
        .routes(routes!(
            routes::acting::pointers,
            routes::acting::move_pointer
        ))
        .route(contract::routes::FACE_MODEL, get(routes::face_models::get))
        // Classes of an institution, who is in them, who is invited.
        .routes(routes!(routes::roster::choices))
        .routes(routes!(routes::roster::classes, routes::roster::add))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(routes::roster::get, routes::roster::import))
                .routes(routes!(routes::roster::preview))
                .layer(DefaultBodyLimit::max(ROSTER_BODY_MAX)),
        )
        .routes(routes!(
            routes::class_proofs::list,
            routes::class_proofs::issue
        ))
        .routes(routes!(routes::class_proofs::get))
        .routes(routes!(routes::class_proofs::sheet))
        .routes(routes!(routes::revocations::revoke))
        .routes(routes!(routes::roster::template))
        .routes(routes!(routes::invitations::links))
        .routes(routes!(routes::invitations::renew))
        .routes(routes!(routes::invitations::revoke))
        .routes(routes!(routes::invitations::show))
        .routes(routes!(routes::invitations::register))
        .routes(routes!(routes::invitations::accept))
        // Claims of an institution, and who verifies them.
        .routes(routes!(routes::claims::matrix))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(routes::claims::enter))
                .routes(routes!(routes::sealing::get, routes::sealing::seal))
                .layer(DefaultBodyLimit::max(routes::claims::CLAIM_BODY_MAX)),
        )
        .routes(routes!(routes::claims::exclude))
        .routes(routes!(routes::claims::download))
        .routes(routes!(routes::claims::withdraw))
        .routes(routes!(routes::reviews::list))
        .routes(routes!(routes::reviews::get))
        .routes(routes!(routes::reviews::download))
        .routes(routes!(routes::reviews::row, routes::reviews::find))
        .routes(routes!(routes::reviews::decide))
        .routes(routes!(routes::review_photos::list))
        .routes(routes!(routes::review_photos::get))
        // The ledger, for everybody.
        .routes(routes!(routes::ledger::checkpoint))
        .routes(routes!(routes::ledger::key))
        .routes(routes!(routes::revocations::list))
        .route(contract::routes::LEDGER_TILE, get(routes::ledger::tile))
        // The machine.
        .routes(routes!(routes::ready::ready))
        .routes(routes!(routes::films::film))
}

/// The router that serves everything.
pub fn router(app: App) -> Router {
    let (api, document) = api().split_for_parts();
    let document = openapi::finish(document);
    api.route(
        contract::routes::OPENAPI,
        get(move || openapi::answer(document.clone())),
    )
    .fallback(pages::page)
    .method_not_allowed_fallback(guard::method_not_allowed)
    .layer(DefaultBodyLimit::max(BODY_MAX))
    .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
    .with_state(app)
}
