//! Invitations: who is asked into a class by a link, and what became of it.

use super::{
    classes,
    entities::{class, enrolment, invitation, person},
    number, roster, stored, time,
};
use crate::{
    keys::{Keys, NotOpened, PersonKey, random},
    retention,
};
use contract::{
    Digest,
    id_number::IdNumber,
    roster::{InvitationLink, InvitationStanding, RosterLearner, WRONG_ID_NUMBERS_MAX},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};
use std::collections::{HashMap, HashSet};
use study::{ClassId, InstitutionId, Millis, PersonId, Timestamp};
use uuid::Uuid;

/// How long a link can be used, where the class does not end before.
pub const LIFE_MS: Millis = retention::INVITATION_MS;

/// What opening rows may run into.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// A row does not open under this installation's key.
    #[error(transparent)]
    Sealed(#[from] NotOpened),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbErr),
}

/// Until when a link that is made now can be used.
#[must_use]
pub fn expires_at(class: &class::Model, now: Timestamp) -> Timestamp {
    now.plus(LIFE_MS).min(time(class.ends_at))
}

/// How it stands with an invitation.
#[must_use]
pub fn standing(row: &invitation::Model, now: Timestamp) -> InvitationStanding {
    if row.accepted_at.is_some() {
        InvitationStanding::Accepted
    } else if row.revoked_at.is_some() {
        InvitationStanding::Revoked
    } else if number(row.n_wrong) >= u64::from(WRONG_ID_NUMBERS_MAX) {
        InvitationStanding::Locked
    } else if time(row.expires_at) <= now {
        InvitationStanding::Expired
    } else {
        InvitationStanding::Open
    }
}

/// What an invitation says of whom it is for.
pub struct Invited {
    /// Name as on the roster.
    pub name: String,
    /// ID number as on the roster.
    pub id_number: String,
    /// Phone number as on the roster.
    pub phone: String,
}

/// Opens an invitation.
///
/// # Errors
/// [`NotOpened`]
pub fn open(keys: &Keys, row: &invitation::Model) -> Result<Invited, NotOpened> {
    let key = keys.person(row.id, &row.key_sealed)?;
    Ok(Invited {
        name: key.open("name", &row.name_sealed)?,
        id_number: key.open("id_number", &row.id_number_sealed)?,
        phone: key.open("phone", &row.phone_sealed)?,
    })
}

/// Name and masked ID number.
fn shown(
    key: &PersonKey,
    name_sealed: &[u8],
    id_number_sealed: &[u8],
) -> Result<(String, String), NotOpened> {
    let id_number = key.open("id_number", id_number_sealed)?;
    let masked = IdNumber::parse(&id_number).map_or_else(|_| String::new(), |id| id.masked());
    Ok((key.open("name", name_sealed)?, masked))
}

/// Who is in `class` and who is invited: whoever has not come yet first, then the latest first.
///
/// # Errors
/// [`NotRead`]
pub async fn roster_of(
    db: &impl ConnectionTrait,
    keys: &Keys,
    class: ClassId,
    now: Timestamp,
) -> Result<Vec<RosterLearner>, NotRead> {
    let enrolled = enrolment::Entity::find()
        .filter(enrolment::Column::ClassId.eq(class.0))
        .order_by_desc(enrolment::Column::EnrolledAt)
        .all(db)
        .await?;
    let members = Query::select()
        .column(enrolment::Column::PersonId)
        .from(enrolment::Entity)
        .and_where(Expr::col(enrolment::Column::ClassId).eq(class.0))
        .to_owned();
    let people: HashMap<Uuid, person::Model> = person::Entity::find()
        .filter(person::Column::Id.in_subquery(members))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let here: HashSet<&[u8]> = people
        .values()
        .map(|person| person.id_number_hash.as_slice())
        .collect();
    let mut learners = Vec::new();
    for row in of_class(db, class).await? {
        // Somebody who joined by themselves needs no invitation any more.
        if row.accepted_at.is_some() || here.contains(row.id_number_hash.as_slice()) {
            continue;
        }
        let key = keys.person(row.id, &row.key_sealed)?;
        let (name, id_number) = shown(&key, &row.name_sealed, &row.id_number_sealed)?;
        let standing = standing(&row, now);
        learners.push(RosterLearner {
            name,
            id_number,
            standing,
            at: time(row.invited_at),
            expires_at: (standing == InvitationStanding::Open).then(|| time(row.expires_at)),
            invitation: Some(row.id),
        });
    }
    for row in enrolled {
        let Some(person) = people.get(&row.person_id) else {
            continue;
        };
        let key = keys.person(person.id, &person.key_sealed)?;
        let (name, id_number) = shown(&key, &person.name_sealed, &person.id_number_sealed)?;
        learners.push(RosterLearner {
            name,
            id_number,
            standing: InvitationStanding::Accepted,
            at: time(row.enrolled_at),
            expires_at: None,
            invitation: None,
        });
    }
    Ok(learners)
}

async fn of_class(
    db: &impl ConnectionTrait,
    class: ClassId,
) -> Result<Vec<invitation::Model>, DbErr> {
    invitation::Entity::find()
        .filter(invitation::Column::ClassId.eq(class.0))
        .order_by_asc(invitation::Column::Id)
        .all(db)
        .await
}

/// The links of the open invitations of `class`.
///
/// # Errors
/// [`NotRead`]
pub async fn links(
    db: &impl ConnectionTrait,
    keys: &Keys,
    class: ClassId,
    now: Timestamp,
) -> Result<Vec<InvitationLink>, NotRead> {
    let mut links = Vec::new();
    for row in of_class(db, class).await? {
        if standing(&row, now) != InvitationStanding::Open {
            continue;
        }
        let key = keys.person(row.id, &row.key_sealed)?;
        let (name, id_number) = shown(&key, &row.name_sealed, &row.id_number_sealed)?;
        links.push(InvitationLink {
            invitation: row.id,
            name,
            id_number,
            token: keys.invitation_token(row.id, &row.salt),
        });
    }
    Ok(links)
}

/// An invitation of a class of one of these institutions, with its class.
///
/// # Errors
/// What the database says.
pub async fn own(
    db: &impl ConnectionTrait,
    institutions: &[InstitutionId],
    invitation: Uuid,
) -> Result<Option<(invitation::Model, class::Model)>, DbErr> {
    let Some(row) = invitation::Entity::find_by_id(invitation)
        .filter(invitation::Column::ClassId.in_subquery(classes_of(institutions)))
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    let class = classes::own(db, institutions, ClassId(row.class_id)).await?;
    Ok(class.map(|class| (row, class)))
}

/// Takes out the invitations of classes that ended [`retention::INVITATION_KEPT_MS`] ago, and with each row the key of its data. Says how many.
///
/// # Errors
/// What the database says.
pub async fn forget(db: &impl ConnectionTrait, now: Timestamp) -> Result<u64, DbErr> {
    let before = now.0.saturating_sub(retention::INVITATION_KEPT_MS.0);
    let ended = Query::select()
        .column(class::Column::Id)
        .from(class::Entity)
        .and_where(Expr::col(class::Column::EndsAt).lt(stored(before)))
        .to_owned();
    let deleted = invitation::Entity::delete_many()
        .filter(invitation::Column::ClassId.in_subquery(ended))
        .exec(db)
        .await?;
    Ok(deleted.rows_affected)
}

fn classes_of(institutions: &[InstitutionId]) -> SelectStatement {
    let ids: Vec<Uuid> = institutions.iter().map(|id| id.0).collect();
    Query::select()
        .column(class::Column::Id)
        .from(class::Entity)
        .and_where(Expr::col(class::Column::InstitutionId).is_in(ids))
        .to_owned()
}

/// Gives an invitation that nobody has accepted a new secret and new time; whether it could be.
///
/// # Errors
/// What the database says.
pub async fn renew(
    db: &impl ConnectionTrait,
    keys: &Keys,
    row: &invitation::Model,
    class: &class::Model,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let salt = random::<16>().map_err(|error| DbErr::Custom(error.to_string()))?;
    let token = keys.invitation_token(row.id, &salt);
    let token_hash = Digest::of(&[token.as_bytes()]).0.to_vec();
    let renewed = invitation::Entity::update_many()
        .col_expr(invitation::Column::Salt, Expr::value(salt.to_vec()))
        .col_expr(invitation::Column::TokenHash, Expr::value(token_hash))
        .col_expr(
            invitation::Column::ExpiresAt,
            Expr::value(stored(expires_at(class, now).0)),
        )
        .col_expr(invitation::Column::NWrong, Expr::value(0_i64))
        .col_expr(invitation::Column::RevokedAt, Expr::value(None::<i64>))
        .filter(invitation::Column::Id.eq(row.id))
        .filter(invitation::Column::AcceptedAt.is_null())
        .exec(db)
        .await?;
    Ok(renewed.rows_affected == 1)
}

/// Takes an invitation back that nobody has accepted; whether it could be.
///
/// # Errors
/// What the database says.
pub async fn revoke(
    db: &impl ConnectionTrait,
    invitation: Uuid,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let revoked = invitation::Entity::update_many()
        .col_expr(invitation::Column::RevokedAt, Expr::value(stored(now.0)))
        .filter(invitation::Column::Id.eq(invitation))
        .filter(invitation::Column::AcceptedAt.is_null())
        .exec(db)
        .await?;
    Ok(revoked.rows_affected == 1)
}

/// The invitation with this secret.
///
/// # Errors
/// What the database says.
pub async fn by_token(
    db: &impl ConnectionTrait,
    token: &str,
) -> Result<Option<invitation::Model>, DbErr> {
    invitation::Entity::find()
        .filter(invitation::Column::TokenHash.eq(Digest::of(&[token.as_bytes()]).0.to_vec()))
        .one(db)
        .await
}

/// Counts one typed ID number, before it is compared: of many at the same moment no more are compared than may be. Whoever was right
/// rolls it back.
///
/// # Errors
/// What the database says.
pub async fn take_try(db: &impl ConnectionTrait, invitation: Uuid) -> Result<bool, DbErr> {
    let taken = invitation::Entity::update_many()
        .col_expr(
            invitation::Column::NWrong,
            Expr::col(invitation::Column::NWrong).add(1),
        )
        .filter(invitation::Column::Id.eq(invitation))
        .filter(invitation::Column::NWrong.lt(i64::from(WRONG_ID_NUMBERS_MAX)))
        .exec(db)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// `person` accepts: they are in the class, and the link is used up. `false` where it could not be used any more.
///
/// # Errors
/// What the database says.
pub async fn accept(
    db: &impl ConnectionTrait,
    row: &invitation::Model,
    person: PersonId,
    now: Timestamp,
) -> Result<bool, DbErr> {
    let at = stored(now.0);
    let accepted = invitation::Entity::update_many()
        .col_expr(invitation::Column::AcceptedAt, Expr::value(at))
        .col_expr(invitation::Column::PersonId, Expr::value(person.0))
        .filter(invitation::Column::Id.eq(row.id))
        // As it was read: one that was renewed in between has another secret.
        .filter(invitation::Column::TokenHash.eq(row.token_hash.clone()))
        .filter(invitation::Column::AcceptedAt.is_null())
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::NWrong.lt(i64::from(WRONG_ID_NUMBERS_MAX)))
        .filter(invitation::Column::ExpiresAt.gt(at))
        .exec(db)
        .await?;
    if accepted.rows_affected == 0 {
        return Ok(false);
    }
    roster::enrol_all(db, ClassId(row.class_id), &[person], now).await?;
    Ok(true)
}

/// Somebody registered by themselves: the open invitations for their ID number and name are theirs, as they would have been had they
/// registered before the import.
///
/// # Errors
/// [`NotRead`]
pub async fn accept_waiting(
    db: &impl ConnectionTrait,
    keys: &Keys,
    person: PersonId,
    id_number: &IdNumber,
    name: &str,
    now: Timestamp,
) -> Result<(), NotRead> {
    let hash = keys.search_hash(crate::keys::Kind::IdNumber, id_number.as_str());
    let rows = invitation::Entity::find()
        .filter(invitation::Column::IdNumberHash.eq(hash.to_vec()))
        .all(db)
        .await?;
    for row in rows {
        if standing(&row, now) == InvitationStanding::Open && open(keys, &row)?.name == name {
            accept(db, &row, person, now).await?;
        }
    }
    Ok(())
}

/// Whether somebody with the ID number of this invitation has an account.
///
/// # Errors
/// What the database says.
pub async fn is_registered(
    db: &impl ConnectionTrait,
    row: &invitation::Model,
) -> Result<bool, DbErr> {
    let person = person::Entity::find()
        .filter(person::Column::IdNumberHash.eq(row.id_number_hash.clone()))
        .one(db)
        .await?;
    Ok(person.is_some())
}
