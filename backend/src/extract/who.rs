//! Who is there: a person with a valid sign-in, or one with a role.

use crate::{
    api_error::ApiError,
    app::App,
    sign_in_cache::SignedIn,
    store::{people, sign_ins, time},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use contract::{Digest, ErrorCode, account::Role};
use std::sync::Arc;
use study::{InstitutionId, PersonId};

/// Name of the one cookie. `__Host-` binds it to this host, https and the whole path.
pub const COOKIE: &str = "__Host-zhenxue";

/// The hash of the sign-in token that a request carries.
#[must_use]
pub fn token_of(headers: &HeaderMap) -> Option<Digest> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        // 256 bits as 64 hexadecimal digits; anything else was never handed out.
        .filter(|(_, token)| token.len() == 64)
        .map(|(_, token)| Digest::of(&[token.as_bytes()]))
}

/// Somebody who is signed in, whatever they may be.
#[derive(Clone)]
pub struct Person {
    /// Who it is.
    pub id: PersonId,
    /// The sign-in that the request came with.
    pub signed_in: Arc<SignedIn>,
    /// Hash of its token.
    pub token: Digest,
}

impl Person {
    fn holds(&self, role: Role) -> bool {
        self.signed_in
            .memberships
            .iter()
            .any(|membership| membership.role == role)
    }

    /// Refuses whoever holds none of these roles.
    ///
    /// # Errors
    /// `forbidden`
    pub fn must_hold(&self, roles: &[Role]) -> Result<(), ApiError> {
        if roles.iter().any(|role| self.holds(*role)) {
            return Ok(());
        }
        Err(ApiError::new(
            ErrorCode::Forbidden,
            "this is for a role that this account does not have",
        ))
    }

    fn institutions(&self, role: Role) -> Vec<InstitutionId> {
        self.signed_in
            .memberships
            .iter()
            .filter(|membership| membership.role == role)
            .filter_map(|membership| membership.institution)
            .collect()
    }
}

impl FromRequestParts<App> for Person {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let nobody = || ApiError::new(ErrorCode::Unauthenticated, "sign in first");
        let token = token_of(&parts.headers).ok_or_else(nobody)?;
        let now = app.clock.now();
        let signed_in = match app.sign_ins.get(token, now) {
            Some(signed_in) => signed_in,
            None => read(app, token).await?.ok_or_else(nobody)?,
        };
        if now >= signed_in.expires_at || now.since(signed_in.last_seen_at) >= sign_ins::IDLE_MS {
            return Err(nobody());
        }
        app.sign_ins.note_seen(&signed_in, now);
        Ok(Self {
            id: signed_in.person,
            signed_in,
            token,
        })
    }
}

async fn read(app: &App, token: Digest) -> Result<Option<Arc<SignedIn>>, ApiError> {
    // Before the question: a revocation that comes in between makes this answer old at once.
    let read_at = app.clock.now();
    let Some(row) = sign_ins::by_token(&app.db.read, token).await? else {
        return Ok(None);
    };
    let person = PersonId(row.person_id);
    let signed_in = Arc::new(SignedIn {
        sign_in: row.id,
        person,
        memberships: people::memberships(&app.db.read, person).await?,
        expires_at: time(row.expires_at),
        last_seen_at: time(row.last_seen_at),
        read_at,
    });
    app.sign_ins.remember(token, Arc::clone(&signed_in));
    Ok(Some(signed_in))
}

/// A member of staff of an institution: somebody who looks after its classes, or who runs it.
#[derive(Clone)]
pub struct Staff {
    /// Who it is.
    pub id: PersonId,
    /// Where.
    pub institutions: Vec<InstitutionId>,
}

impl FromRequestParts<App> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let person = Person::from_request_parts(parts, app).await?;
        person.must_hold(&[Role::Teacher, Role::Admin])?;
        let mut institutions = person.institutions(Role::Teacher);
        institutions.extend(person.institutions(Role::Admin));
        Ok(Self {
            id: person.id,
            institutions,
        })
    }
}

/// Somebody who may look at claims: a reviewer, or a regulator, who never decides.
#[derive(Clone)]
pub struct Auditor {
    /// Who it is.
    pub id: PersonId,
    /// Where; empty where it is the whole province.
    pub institutions: Vec<InstitutionId>,
}

impl FromRequestParts<App> for Auditor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        const ROLES: [Role; 2] = [Role::Reviewer, Role::Regulator];
        let person = Person::from_request_parts(parts, app).await?;
        person.must_hold(&ROLES)?;
        let mut institutions = Vec::new();
        for role in ROLES.into_iter().filter(|role| person.holds(*role)) {
            let of_role = person.institutions(role);
            if of_role.is_empty() {
                institutions.clear();
                break;
            }
            institutions.extend(of_role);
        }
        Ok(Self {
            id: person.id,
            institutions,
        })
    }
}

macro_rules! role {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            /// Who it is.
            pub id: PersonId,
            /// Where the role holds; empty where it holds in the whole province, or where it needs no institution.
            pub institutions: Vec<InstitutionId>,
        }

        impl FromRequestParts<App> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
                let person = Person::from_request_parts(parts, app).await?;
                if !person.holds(Role::$name) {
                    return Err(ApiError::new(
                        ErrorCode::Forbidden,
                        concat!("this is for the role ", stringify!($name), ", which this account does not have"),
                    ));
                }
                Ok(Self {
                    id: person.id,
                    institutions: person.institutions(Role::$name),
                })
            }
        }
    };
}

role!(
    /// Somebody who studies.
    Learner
);
role!(
    /// Somebody who looks after classes of an institution.
    Teacher
);
role!(
    /// Somebody who runs an institution.
    Admin
);
role!(
    /// Somebody who verifies proofs and claims.
    Reviewer
);
role!(
    /// Somebody who supervises.
    Regulator
);
role!(
    /// Somebody who runs the machine.
    Operator
);
