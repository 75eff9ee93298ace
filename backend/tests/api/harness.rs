//! One app per test: a fresh SQLite file, or a fresh database in a private PostgreSQL cluster, with a small catalogue.

use crate::schema;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, header},
};
use contract::{
    Text,
    account::Role,
    beat::{Beat, Receipt, StartStudy, StudyStarted},
    id_number::IdNumber,
};
use http_body_util::BodyExt;
use robot::{Identity, postgres::Cluster};
use serde_json::{Value, json};
use std::sync::{
    Arc, Mutex, OnceLock, Weak,
    atomic::{AtomicU32, AtomicU64, Ordering},
};
use study::{
    ClassId, FaceChecks, InstitutionId, Millis, PersonId, RandomChecks, Rules, Span, SpanState,
    Timestamp, UnitId,
};
use tower::ServiceExt;
use zhenxue::{
    app,
    clock::Clock,
    config::Reached,
    extract::COOKIE,
    faces::ModelSource,
    passwords, start,
    start::Running,
    store::{
        catalogue::{self, NewClass, NewUnit},
        people::{self, NewPerson},
        sign_ins,
    },
};

/// 2026-11-23 12:00 in China.
pub const NOON: Timestamp = Timestamp(1_795_406_400_000);
/// Everybody's password here.
pub const PASSWORD: &str = "a password of tests";

/// The policy of the class with face checks: the defaults, but a check falls within a minute and a half of credit.
pub const CHECKS: RandomChecks = RandomChecks {
    mean_ms: Millis(60_000),
    gap_max_ms: Millis(90_000),
    ..RandomChecks::DEFAULT
};

/// A clock that stands still until it is moved.
pub struct MovableClock {
    now: AtomicU64,
    drift: AtomicU64,
}

impl MovableClock {
    pub fn at(now: Timestamp) -> Arc<Self> {
        Arc::new(Self {
            now: AtomicU64::new(now.0),
            drift: AtomicU64::new(0),
        })
    }

    pub fn pass(&self, ms: u64) {
        self.now.fetch_add(ms, Ordering::SeqCst);
    }

    /// Somebody sets the wall clock by so much.
    pub fn set_wall(&self, drift_ms: u64) {
        self.drift.store(drift_ms, Ordering::SeqCst);
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.now.load(Ordering::SeqCst))
    }

    fn drift(&self) -> Millis {
        Millis(self.drift.load(Ordering::SeqCst))
    }
}

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    Sqlite,
    Postgres,
}

/// The app under test with what it teaches.
pub struct TestApp {
    pub clock: Arc<MovableClock>,
    pub running: Running,
    pub router: Router,
    pub document: Value,
    pub folder: tempfile::TempDir,
    /// Lives as long as the app.
    _cluster: Option<Arc<Cluster>>,
    n_people: AtomicU32,
    pub institution: InstitutionId,
    /// Anybody may join; runs from yesterday for 30 days.
    pub open_class: ClassId,
    /// Enrols its people itself; same course, same dates.
    pub closed_class: ClassId,
    /// Open, but was over yesterday.
    pub past_class: ClassId,
    /// Like the closed class, under rules with face checks ([`CHECKS`]).
    pub checked_class: ClassId,
    /// 10 minutes long.
    pub short_unit: UnitId,
    /// 8 hours long, more than a day may be credited for.
    pub long_unit: UnitId,
    /// Of another course that nobody here is in.
    pub foreign_unit: UnitId,
}

pub const FILM: &[u8] = b"a film of the tests, some bytes long";
pub const CAPTIONS: &[u8] = b"WEBVTT\n\n00:00.000 --> 00:01.000\n\xe4\xbd\xa0\xe5\xa5\xbd\n";

impl TestApp {
    pub async fn new(store: Store) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let (cluster, database_url) = match store {
            Store::Sqlite => (None, None),
            Store::Postgres => {
                let cluster = cluster()?;
                let name = format!("test_{}", uuid::Uuid::new_v4().simple());
                let url = cluster.create_database(&name).unwrap();
                (Some(cluster), Some(url))
            }
        };
        let clock = MovableClock::at(NOON);
        let running = start::start(
            folder.path(),
            database_url.as_deref(),
            Reached::Plain,
            &models(),
            Arc::clone(&clock) as Arc<dyn Clock>,
        )
        .await
        .unwrap();
        let router = app::router(running.app.clone());
        let mut app = Self {
            clock,
            running,
            router,
            document: Value::Null,
            folder,
            _cluster: cluster,
            n_people: AtomicU32::new(0),
            institution: InstitutionId(uuid::Uuid::nil()),
            open_class: ClassId(uuid::Uuid::nil()),
            closed_class: ClassId(uuid::Uuid::nil()),
            past_class: ClassId(uuid::Uuid::nil()),
            checked_class: ClassId(uuid::Uuid::nil()),
            short_unit: UnitId(uuid::Uuid::nil()),
            long_unit: UnitId(uuid::Uuid::nil()),
            foreign_unit: UnitId(uuid::Uuid::nil()),
        };
        app.fill().await;
        let answer = app.anonymous().get("/api/openapi.json").await;
        app.document = answer.body.unwrap();
        Some(app)
    }

    /// The same data folder under a server that was started again, at the same moment, with these models. Embedded database only.
    pub async fn restarted(self, models: &ModelSource) -> Self {
        let Self {
            running, router, ..
        } = self;
        drop(router);
        running.stop().await;
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let running = start::start(self.folder.path(), None, Reached::Plain, models, clock)
            .await
            .unwrap();
        let router = app::router(running.app.clone());
        Self {
            running,
            router,
            ..self
        }
    }

    async fn fill(&mut self) {
        let app = &self.running.app;
        let now = app.clock.now();
        let tx = app.db.begin().await.unwrap();
        self.institution =
            catalogue::add_institution(&tx, "91210000TEST000000", &text("学校", "School"), now)
                .await
                .unwrap();
        let course = catalogue::add_course(&tx, &text("课程", "Course"), now)
            .await
            .unwrap();
        let other = catalogue::add_course(&tx, &text("别的", "Other"), now)
            .await
            .unwrap();
        let film = contract::Digest::of(&[FILM]);
        let captions = contract::Digest::of(&[CAPTIONS]);
        let films = app.data.join("films");
        std::fs::write(films.join(format!("{film}.mp4")), FILM).unwrap();
        std::fs::write(films.join(format!("{captions}.vtt")), CAPTIONS).unwrap();
        let unit = async |course, position, film, film_ms| {
            let new = NewUnit {
                course,
                position,
                title: &text("单元", "Unit"),
                film,
                film_ms: Millis(film_ms),
                captions_zh: captions,
                captions_en: None,
            };
            catalogue::add_unit(&tx, new).await.unwrap()
        };
        self.short_unit = unit(course, 1, film, 600_000).await;
        self.long_unit = unit(course, 2, film, 8 * 3_600_000).await;
        self.foreign_unit = unit(other, 1, contract::Digest::of(&[b"another film"]), 600_000).await;
        let rules = catalogue::add_rules(&tx, &Rules::liaoning_2026(), now)
            .await
            .unwrap();
        let with_checks = Rules {
            face_checks: FaceChecks::Random(CHECKS),
            ..Rules::liaoning_2026_with_face_checks()
        };
        let with_checks = catalogue::add_rules(&tx, &with_checks, now).await.unwrap();
        let class = async |open, starts_at: u64, ends_at: u64, rules| {
            let new = NewClass {
                institution: self.institution,
                course,
                rules,
                name: &text("班", "Class"),
                open,
                starts_at: Timestamp(starts_at),
                ends_at: Timestamp(ends_at),
            };
            catalogue::add_class(&tx, new, now).await.unwrap()
        };
        const DAY: u64 = 86_400_000;
        self.open_class = class(true, now.0 - DAY, now.0 + 30 * DAY, rules).await;
        self.closed_class = class(false, now.0 - DAY, now.0 + 30 * DAY, rules).await;
        self.checked_class = class(false, now.0 - DAY, now.0 + 30 * DAY, with_checks).await;
        self.past_class = class(true, now.0 - 9 * DAY, now.0 - DAY, rules).await;
        tx.commit().await.unwrap();
    }

    /// Somebody who is not signed in.
    pub fn anonymous(&self) -> Client<'_> {
        Client {
            app: self,
            cookie: None,
            person: PersonId(uuid::Uuid::nil()),
            identity: Identity::new(0),
        }
    }

    /// A new person with these roles, signed in.
    pub async fn person(&self, roles: &[Role]) -> Client<'_> {
        let identity = self.next_identity();
        let app = &self.running.app;
        let now = app.clock.now();
        let tx = app.db.begin().await.unwrap();
        let person = people::add(
            &tx,
            &app.keys,
            NewPerson {
                name: "测试员",
                id_number: &IdNumber::parse(&identity.id_number()).unwrap(),
                phone: &identity.phone(),
                password: password_hash(),
            },
            now,
        )
        .await
        .unwrap();
        for role in roles {
            let institution =
                matches!(role, Role::Teacher | Role::Admin).then_some(self.institution);
            people::grant(&tx, person, *role, institution, now)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        self.signed_in(person, identity).await
    }

    /// A new learner in the open class, signed in.
    pub async fn learner(&self) -> Client<'_> {
        self.learner_in(self.open_class).await
    }

    /// A new learner in `class`, signed in.
    pub async fn learner_in(&self, class: ClassId) -> Client<'_> {
        let client = self.person(&[Role::Learner]).await;
        let app = &self.running.app;
        let tx = app.db.begin().await.unwrap();
        catalogue::enrol(&tx, class, client.person, app.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        client
    }

    /// The same person on another device.
    pub async fn signed_in(&self, person: PersonId, identity: Identity) -> Client<'_> {
        let app = &self.running.app;
        let token = hex::encode(rand_token());
        let tx = app.db.begin().await.unwrap();
        sign_ins::add(
            &tx,
            person,
            contract::Digest::of(&[token.as_bytes()]),
            "测试机",
            app.clock.now(),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
        Client {
            app: self,
            cookie: Some(format!("{COOKIE}={token}")),
            person,
            identity,
        }
    }

    /// Somebody who does not exist yet.
    pub fn next_identity(&self) -> Identity {
        Identity::new(self.n_people.fetch_add(1, Ordering::SeqCst) + 1)
    }

    /// One statement to the database, for tests that tamper with it or count in it.
    pub async fn sql(&self, sql: &str) -> Result<(), sea_orm::DbErr> {
        use sea_orm::ConnectionTrait;
        let tx = self.running.app.db.begin().await?;
        tx.execute_unprepared(sql).await?;
        tx.commit().await
    }

    /// How many rows `sql` counts.
    pub async fn count(&self, sql: &str) -> i64 {
        use sea_orm::{ConnectionTrait, Statement};
        let db = &self.running.app.db;
        let row = db
            .read
            .query_one_raw(Statement::from_string(db.backend(), sql))
            .await
            .unwrap()
            .unwrap();
        row.try_get_by_index(0).unwrap()
    }
}

/// Somebody at a browser.
#[derive(Clone)]
pub struct Client<'a> {
    pub app: &'a TestApp,
    pub cookie: Option<String>,
    pub person: PersonId,
    pub identity: Identity,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Option<Value>,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The code of a refusal, or the status of anything else.
    pub fn code(&self) -> String {
        match self.body.as_ref().and_then(|body| body["code"].as_str()) {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    pub fn json(&self) -> &Value {
        self.body.as_ref().unwrap()
    }

    pub fn read<T: serde::de::DeserializeOwned>(&self) -> T {
        assert!(
            (200..300).contains(&self.status),
            "{} {:?}",
            self.code(),
            self.body
        );
        serde_json::from_value(self.json().clone()).unwrap()
    }
}

impl Client<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path, None)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path, Some(body.to_string())))
            .await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path, Some("{}".into())))
            .await
    }

    pub fn request(&self, method: &str, path: &str, body: Option<String>) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost");
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if body.is_some() {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .header("sec-fetch-site", "same-origin");
        }
        request.body(Body::from(body.unwrap_or_default())).unwrap()
    }

    /// Sends it, and checks that the answer is one that the document promises.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let method = request.method().to_string();
        let path = request.uri().to_string();
        let response = self.app.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let is_stream = head
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "text/event-stream");
        let bytes = if is_stream {
            // It goes on for a minute; whoever wants to hear it asks the router.
            Vec::new()
        } else {
            body.collect().await.unwrap().to_bytes().to_vec()
        };
        let is_json = head
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind == "application/json");
        let body = is_json.then(|| serde_json::from_slice::<Value>(&bytes).unwrap());
        let status = head.status.as_u16();
        if path.starts_with("/api/") && !self.app.document.is_null() && path != "/api/openapi.json"
        {
            schema::check(&self.app.document, &method, &path, status, body.as_ref());
            assert_eq!(
                head.headers[header::CACHE_CONTROL],
                "no-store",
                "{method} {path}"
            );
        }
        Answer {
            status,
            headers: head.headers,
            body,
            bytes,
        }
    }

    /// Asks for the lease.
    pub async fn start(&self, unit: UnitId, take_over: bool) -> Answer {
        self.start_in(self.app.open_class, unit, take_over).await
    }

    async fn start_in(&self, class: ClassId, unit: UnitId, take_over: bool) -> Answer {
        let wish = StartStudy {
            class,
            unit,
            device: "笔记本".into(),
            take_over,
        };
        self.post("/api/study-sessions", &json!(wish)).await
    }

    /// Starts to study a unit of the open class.
    pub async fn study(&self, unit: UnitId) -> Studying<'_> {
        self.study_in(self.app.open_class, unit).await
    }

    /// Starts to study a unit of `class`.
    pub async fn study_in(&self, class: ClassId, unit: UnitId) -> Studying<'_> {
        let started: StudyStarted = self.start_in(class, unit, true).await.read();
        Studying {
            client: self.clone(),
            prev: started.nonce,
            seq: 0,
            client_ms: 0,
            media_ms: started.position_ms.0,
            started,
        }
    }
}

/// A study session as a page holds it.
pub struct Studying<'a> {
    pub client: Client<'a>,
    pub started: StudyStarted,
    pub prev: contract::Digest,
    pub seq: u64,
    pub client_ms: u64,
    pub media_ms: u64,
}

impl Studying<'_> {
    pub fn path(&self, end: &str) -> String {
        format!("/api/study-sessions/{}/{end}", self.started.session)
    }

    /// A span of so many milliseconds from where the session stands.
    pub fn span(&mut self, state: SpanState, ms: u64) -> Span {
        let plays = matches!(
            state,
            SpanState::Watching | SpanState::Unfocused | SpanState::Hidden
        );
        let media_to = self.media_ms + if plays { ms } else { 0 };
        let span = Span {
            state,
            media_from_ms: Millis(self.media_ms),
            media_to_ms: Millis(media_to),
            client_from_ms: Millis(self.client_ms),
            client_to_ms: Millis(self.client_ms + ms),
            rate_permille: 1_000,
            frames: u32::try_from(ms / 40).unwrap(),
        };
        self.media_ms = media_to;
        self.client_ms += ms;
        span
    }

    /// The next beat.
    pub fn beat(&mut self, spans: Vec<Span>) -> Beat {
        self.seq += 1;
        let beat = Beat {
            lease: self.started.lease,
            seq: self.seq,
            prev: self.prev,
            spans,
        };
        self.prev = beat.digest().unwrap();
        beat
    }

    pub async fn send(&self, beat: &Beat) -> Answer {
        self.client.post(&self.path("beats"), &json!(beat)).await
    }

    /// Time passes, honestly spent in `state`, and is reported.
    pub async fn spend(&mut self, state: SpanState, ms: u64) -> Receipt {
        self.client.app.clock.pass(ms);
        let span = self.span(state, ms);
        let beat = self.beat(vec![span]);
        self.send(&beat).await.read()
    }

    /// Watches for `ms` in beats of ten seconds.
    pub async fn watch(&mut self, ms: u64) -> Receipt {
        self.watch_in_steps(ms, 10_000).await
    }

    /// Watches for `ms` in beats of a minute, the longest that the buffer covers: for hours of study.
    pub async fn watch_long(&mut self, ms: u64) -> Receipt {
        self.watch_in_steps(ms, 60_000).await
    }

    async fn watch_in_steps(&mut self, ms: u64, step_ms: u64) -> Receipt {
        let mut left = ms;
        loop {
            let step = left.min(step_ms);
            let receipt = self.spend(SpanState::Watching, step).await;
            left -= step;
            if left == 0 {
                return receipt;
            }
        }
    }

    pub async fn end(&self) -> Answer {
        self.client.post(&self.path("end"), &json!({})).await
    }
}

pub fn text(zh: &str, en: &str) -> Text {
    Text {
        zh: zh.into(),
        en: en.into(),
    }
}

/// The face models, converted from the pinned package once by whoever comes first.
pub fn models() -> ModelSource {
    static FOLDER: OnceLock<std::path::PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("face-models");
        face_models::convert_into(
            &root.join("node_modules/@vladmandic/face-api/model"),
            &folder,
            &root.join("assets/models/manifest.json"),
        )
        .expect("the face models come from npm: run `npm ci` at the root of the repository first");
        folder
    });
    ModelSource::Folder(folder.clone())
}

fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| passwords::hash(PASSWORD).unwrap())
        .clone()
}

fn rand_token() -> [u8; 32] {
    zhenxue::keys::random().unwrap()
}

/// The one cluster of this test process; it stops when no test uses it.
fn cluster() -> Option<Arc<Cluster>> {
    static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
    let mut shared = SHARED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(cluster) = shared.upgrade() {
        return Some(cluster);
    }
    match Cluster::start() {
        Ok(cluster) => {
            let cluster = Arc::new(cluster);
            *shared = Arc::downgrade(&cluster);
            Some(cluster)
        }
        Err(error) => {
            assert!(
                std::env::var_os("ZHENXUE_REQUIRE_POSTGRES").is_none(),
                "ZHENXUE_REQUIRE_POSTGRES is set, but PostgreSQL does not start: {error}"
            );
            eprintln!("### NOT TESTED ON POSTGRESQL: {error} ###");
            None
        }
    }
}

/// Each test once on each database.
#[macro_export]
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($app:ident) $body:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every test needs all of its file")]
            use super::*;

            $(#[$doc])*
            async fn the_test($app: $crate::harness::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                the_test($crate::harness::TestApp::new($crate::harness::Store::Sqlite).await.unwrap()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(app) = $crate::harness::TestApp::new($crate::harness::Store::Postgres).await {
                    the_test(app).await;
                }
            }
        }
    )*};
}
