//! A class that is ready to be claimed for, but for two cells of its matrix: its last learner has not studied the last unit, and for the one before
//! nobody has entered a certificate.

use super::{NotLoaded, past};
use crate::{
    app::App,
    claims::entry,
    proofs,
    store::{digest, entities::class},
};
use contract::claim::{Certificate, CertificateKind, EnterFact, Fact, Practical, Receipt};
use sea_orm::EntityTrait;
use study::{ClassId, Day, PersonId};

/// Practical class hours of the demo course.
const PRACTICAL: u32 = 16;

/// Gives the learners of `class` their past, their proofs, and what `admin` has entered.
///
/// # Errors
/// [`NotLoaded`]
pub async fn finish(
    app: &App,
    class: ClassId,
    learners: &[PersonId],
    admin: PersonId,
) -> Result<(), NotLoaded> {
    let failed = |error: &dyn std::fmt::Display| NotLoaded::Files(error.to_string());
    let row = class::Entity::find_by_id(class.0)
        .one(&app.db.read)
        .await?
        .ok_or_else(|| NotLoaded::Files("a demo class is gone".into()))?;
    let rules = app
        .rules
        .get(&app.db.read, digest(&row.rules_hash)?)
        .await?;
    let today = app.clock.now().day(rules.day_offset_ms);
    let last = learners.len().saturating_sub(1);
    for (idx, person) in learners.iter().enumerate() {
        let evenings = &past::ALL_OF_IT;
        let evenings = match evenings.split_last() {
            Some((_, but_one)) if idx == last => but_one,
            _ => evenings,
        };
        past::spent(app, class, *person, evenings).await?;
        proofs::issue(app, *person, class)
            .await
            .map_err(|error| failed(&error))?;
    }
    let enter = async |people: Vec<PersonId>, fact: Fact, source: &str| {
        let source = source.to_owned();
        let wish = EnterFact {
            people,
            fact,
            source,
        };
        entry::enter(app, &row, wish, today, admin)
            .await
            .map_err(|error| failed(&error))
    };
    let practical = Practical {
        planned: PRACTICAL,
        done: PRACTICAL,
    };
    let sheet = "实训签到表（演示）";
    enter(learners.to_vec(), Fact::Practical(practical), sheet).await?;
    for (number, person) in (1_u32..).zip(learners) {
        let receipt = Receipt {
            number: format!("YS-HZ-{number:04}"),
        };
        enter(
            vec![*person],
            Fact::Receipt(receipt),
            "省级系统导出（演示）",
        )
        .await?;
    }
    let uncertified = learners.len().saturating_sub(2);
    for (number, person) in (1_u32..).zip(learners.iter().take(uncertified)) {
        let certificate = Certificate {
            kind: CertificateKind::TrainingCompletion,
            number: format!("YS-ZS-{number:04}"),
            issuer: "鞍山钢城高技能人才培训基地（演示）".to_owned(),
            issued_on: Day(today.0.saturating_sub(2)),
        };
        enter(
            vec![*person],
            Fact::Certificate(certificate),
            "证书原件（演示）",
        )
        .await?;
    }
    Ok(())
}
