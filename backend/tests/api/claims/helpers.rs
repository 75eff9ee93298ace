//! A class whose course is one short film, and learners who are ready to be claimed for.

use crate::harness::{Answer, Client, FILM, TestApp, text};
use contract::{
    Digest, ErrorReply,
    account::Role,
    claim::{ClaimMatrix, ClaimSummary, MatrixRow, Missing},
    credential::StudyProof,
    run::Run as _,
    sealing::{ClassSealing, SealRun, SealStep},
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::time::Duration;
use study::{ClassId, CourseId, InstitutionId, Millis, PersonId, Rules, Timestamp, UnitId};
use zhenxue::store::{
    catalogue::{self, NewClass, NewUnit},
    entities::class,
};

/// The film of the course: one class hour.
pub const FILM_MS: u64 = 2_700_000;

/// A class, its course, and the admin of its institution.
pub struct World<'a> {
    pub app: &'a TestApp,
    pub admin: Client<'a>,
    pub course: CourseId,
    pub unit: UnitId,
    pub class: ClassId,
}

/// A course of one film.
pub async fn short_course(tx: &impl ConnectionTrait, now: Timestamp) -> (CourseId, UnitId) {
    let course = catalogue::add_course(tx, &text("短课", "Short course"), now)
        .await
        .unwrap();
    let film = Digest::of(&[FILM]);
    let new = NewUnit {
        course,
        position: 1,
        title: &text("单元", "Unit"),
        film,
        film_ms: Millis(FILM_MS),
        captions_zh: film,
        captions_en: None,
    };
    let unit = catalogue::add_unit(tx, new).await.unwrap();
    (course, unit)
}

impl<'a> World<'a> {
    pub async fn new(app: &'a TestApp) -> Self {
        let state = &app.running.app;
        let now = state.clock.now();
        let tx = state.db.begin().await.unwrap();
        let (course, unit) = short_course(&tx, now).await;
        let class = add_class(&tx, course, app.institution, now).await;
        tx.commit().await.unwrap();
        Self {
            app,
            admin: app.person(&[Role::Admin]).await,
            course,
            unit,
            class,
        }
    }

    /// Another class of the same course.
    pub async fn class_of(&self, institution: InstitutionId) -> ClassId {
        let state = &self.app.running.app;
        let tx = state.db.begin().await.unwrap();
        let class = add_class(&tx, self.course, institution, state.clock.now()).await;
        tx.commit().await.unwrap();
        class
    }

    pub fn path(&self, end: &str) -> String {
        path(self.class, end)
    }

    pub async fn matrix(&self) -> ClaimMatrix {
        self.admin.get(&self.path("claim-matrix")).await.read()
    }

    pub async fn row(&self, person: PersonId) -> MatrixRow {
        let matrix = self.matrix().await;
        matrix
            .rows
            .into_iter()
            .find(|row| row.person == person)
            .unwrap()
    }

    pub async fn missing(&self, person: PersonId) -> Vec<Missing> {
        self.row(person).await.missing
    }

    /// A new learner who has watched the film and has a proof.
    pub async fn studied(&self) -> Client<'a> {
        let learner = self.app.learner_in(self.class).await;
        self.study(&learner).await;
        self.prove(&learner, self.class).await;
        learner
    }

    pub async fn study(&self, learner: &Client<'_>) {
        let mut studying = learner.study_in(self.class, self.unit).await;
        studying.watch_long(FILM_MS).await;
        assert_eq!(studying.end().await.status, 204);
    }

    pub async fn prove(&self, learner: &Client<'_>, class: ClassId) -> StudyProof {
        let path = format!("/api/my/classes/{class}/proofs");
        learner.post(&path, &json!({})).await.read()
    }

    pub async fn enter(&self, body: &Value) -> Answer {
        self.admin.post(&self.path("claim-entries"), body).await
    }

    /// A new learner for whom nothing is missing.
    pub async fn ready(&self) -> Client<'a> {
        let learner = self.studied().await;
        self.complete(&self.admin, self.class, learner.person).await;
        learner
    }

    /// Enters all that has to be entered.
    pub async fn complete(&self, admin: &Client<'_>, class: ClassId, person: PersonId) {
        for body in [
            practical(&[person], 16, 16),
            certificate(person, "LN2026000123", 20_000),
            receipt(person),
        ] {
            let entered = admin.post(&path(class, "claim-entries"), &body).await;
            assert_eq!(entered.code(), "204");
        }
    }

    pub async fn exclude(&self, person: PersonId, reason: Option<&str>) -> Answer {
        let body = json!({"person": person, "reason": reason});
        self.admin.post(&self.path("claim-exclusions"), &body).await
    }

    pub async fn seal(&self, learners: &[PersonId]) -> Sealed {
        seal(&self.admin, self.class, learners).await
    }

    /// Learners who are ready, and the claim for them.
    pub async fn sealed(&self, n: usize) -> (Vec<Client<'a>>, ClaimSummary) {
        let mut learners = Vec::new();
        for _ in 0..n {
            learners.push(self.ready().await);
        }
        let people: Vec<PersonId> = learners.iter().map(|one| one.person).collect();
        let claim = self.seal(&people).await.claim();
        (learners, claim)
    }

    pub async fn withdraw(&self, claim: &ClaimSummary) -> Answer {
        let path = format!("/api/admin/claims/{}/withdrawal", claim.claim);
        let body = json!({"reason": "名单有误"});
        self.admin.post(&path, &body).await
    }

    /// The row of the class.
    pub async fn class_row(&self) -> class::Model {
        use sea_orm::EntityTrait;
        class::Entity::find_by_id(self.class.0)
            .one(&self.app.running.app.db.read)
            .await
            .unwrap()
            .unwrap()
    }
}

async fn add_class(
    tx: &impl ConnectionTrait,
    course: CourseId,
    institution: InstitutionId,
    now: Timestamp,
) -> ClassId {
    let rules = catalogue::add_rules(tx, &Rules::liaoning_2026(), now)
        .await
        .unwrap();
    let new = NewClass {
        institution,
        course,
        rules,
        name: &text("申领班", "Claiming class"),
        open: false,
        starts_at: Timestamp(now.0 - 86_400_000),
        ends_at: Timestamp(now.0 + 30 * 86_400_000),
    };
    catalogue::add_class(tx, new, now).await.unwrap()
}

pub fn path(class: ClassId, end: &str) -> String {
    format!("/api/admin/classes/{class}/{end}")
}

/// What came of asking for a claim to be sealed.
pub enum Sealed {
    /// It was refused at once.
    AtOnce(Answer),
    /// It was begun, and refused later on.
    Refused(ErrorReply),
    /// It is sealed.
    Claim(ClaimSummary),
}

impl Sealed {
    /// The code of a refusal, and whether it was said at once.
    pub fn code(&self) -> String {
        match self {
            Self::AtOnce(answer) => answer.code(),
            Self::Refused(reply) => {
                let code = json!(reply.code).as_str().unwrap().to_owned();
                format!("later {code}")
            }
            Self::Claim(_) => "sealed".to_owned(),
        }
    }

    pub fn claim(self) -> ClaimSummary {
        match self {
            Self::Claim(claim) => claim,
            other => panic!("{}", other.code()),
        }
    }
}

/// Begins to seal.
pub async fn begin(admin: &Client<'_>, class: ClassId, learners: &[PersonId]) -> Answer {
    let body = json!({"learners": learners});
    admin.post(&path(class, "claims"), &body).await
}

/// How sealing stands.
pub async fn sealing(admin: &Client<'_>, class: ClassId) -> Option<SealRun> {
    let sealing: ClassSealing = admin.get(&path(class, "claims")).await.read();
    sealing.run
}

/// Waits until sealing is done with, whichever way.
pub async fn ended(admin: &Client<'_>, class: ClassId) -> SealRun {
    loop {
        let run = sealing(admin, class).await.unwrap();
        if !run.goes_on() {
            return run;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub async fn seal(admin: &Client<'_>, class: ClassId, learners: &[PersonId]) -> Sealed {
    let answer = begin(admin, class, learners).await;
    if answer.status != 202 {
        return Sealed::AtOnce(answer);
    }
    let run = ended(admin, class).await;
    let Some(claim) = run.claim else {
        return Sealed::Refused(run.refused.unwrap());
    };
    assert_eq!(
        (run.refused, run.done, run.step),
        (None, run.learners, SealStep::Keeping)
    );
    let matrix: ClaimMatrix = admin.get(&path(class, "claim-matrix")).await.read();
    let claim = matrix.claims.into_iter().find(|one| one.claim == claim);
    Sealed::Claim(claim.unwrap())
}

pub fn practical(people: &[PersonId], planned: u32, done: u32) -> Value {
    json!({
        "people": people,
        "fact": {"item": "practical", "planned": planned, "done": done},
        "source": "实训签到表 2026-11",
    })
}

pub fn certificate(person: PersonId, number: &str, issued_on: u64) -> Value {
    json!({
        "people": [person],
        "fact": {
            "item": "certificate", "kind": "skill_level", "number": number,
            "issuer": "辽宁省职业技能鉴定中心", "issued_on": issued_on,
        },
        "source": "证书原件",
    })
}

pub fn receipt(person: PersonId) -> Value {
    json!({
        "people": [person],
        "fact": {"item": "receipt", "number": "HZ-2026-11-0001"},
        "source": "省级系统导出",
    })
}
