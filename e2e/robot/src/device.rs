//! One browser of one person: signs in, joins a class, holds a study session and chains its beats.

use crate::{Connection, Cookie, Identity, Player, RobotError};
use contract::{
    Digest, ErrorCode,
    account::SignIn,
    beat::{Beat, Receipt, StartStudy, StudyStarted, next_chain},
    class::{JoinClass, MyClass, OpenClass},
    routes,
};
use hyper::body::Bytes;
use std::net::SocketAddr;
use study::{ClassId, SessionId, Span, UnitId};
use tokio::sync::Semaphore;
use uuid::Uuid;

/// Registering and signing in cost the server a password hash each, and a debug build is slow at it. Robots come by the dozen,
/// so they queue at the door and not at the server, where a page's patience would end.
static DOOR: Semaphore = Semaphore::const_new(2);

/// A browser that is signed in.
pub struct Device {
    /// Its connection.
    pub connection: Connection,
    /// Its sign-in.
    pub cookie: Cookie,
    name: String,
}

impl Device {
    /// Signs in on a new device called `name`; registers first where the person has no account yet.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn of(
        address: SocketAddr,
        identity: &Identity,
        name: &str,
    ) -> Result<Self, RobotError> {
        let _passing = DOOR.acquire().await;
        let mut connection = Connection::new(address);
        let registration = identity.registration(name);
        let registered = connection.post(routes::PEOPLE, None, &registration).await?;
        let answer = match registered.success() {
            Err(error) if error.code() == Some(ErrorCode::PersonExists) => {
                let sign_in = SignIn {
                    account: identity.phone(),
                    password: identity.password(),
                    device: name.to_owned(),
                };
                connection.post(routes::SIGN_INS, None, &sign_in).await?
            }
            _ => registered,
        };
        answer.success()?;
        let cookie = answer
            .cookie
            .ok_or_else(|| RobotError::ContractBroken("signing in sets no cookie".to_owned()))?;
        Ok(Self {
            connection,
            cookie,
            name: name.to_owned(),
        })
    }

    /// A second tab of the same browser: the same sign-in over another connection.
    #[must_use]
    pub fn tab(&self) -> Self {
        Self {
            connection: Connection::new(self.connection.address()),
            cookie: self.cookie.clone(),
            name: self.name.clone(),
        }
    }

    /// The classes that anybody may join.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn open_classes(&mut self) -> Result<Vec<OpenClass>, RobotError> {
        let answer = self
            .connection
            .get(routes::OPEN_CLASSES, Some(&self.cookie))
            .await?;
        answer.parse()
    }

    /// Joins `class`.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn join(&mut self, class: ClassId) -> Result<(), RobotError> {
        let answer = self
            .connection
            .post(routes::MY_CLASSES, Some(&self.cookie), &JoinClass { class })
            .await?;
        answer.success()
    }

    /// Joins the first open class, and says what is in it.
    ///
    /// # Errors
    /// What the server or the network said, or that no class is open.
    pub async fn join_any(&mut self) -> Result<MyClass, RobotError> {
        let open = self.open_classes().await?;
        let class = open
            .first()
            .ok_or_else(|| {
                RobotError::Machine("no class is open: start the server with --demo".into())
            })?
            .class;
        self.join(class).await?;
        self.my_class(class).await
    }

    /// My progress in `class`.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn my_class(&mut self, class: ClassId) -> Result<MyClass, RobotError> {
        let path = routes::MY_CLASS.replace("{class}", &class.to_string());
        self.connection
            .get(&path, Some(&self.cookie))
            .await?
            .parse()
    }

    /// Asks for the study lease.
    ///
    /// # Errors
    /// What the server or the network said; `lease_held` where another device studies and `take_over` is not set.
    pub async fn start(
        &mut self,
        class: ClassId,
        unit: UnitId,
        take_over: bool,
    ) -> Result<Study, RobotError> {
        let start = StartStudy {
            class,
            unit,
            device: self.name.clone(),
            take_over,
        };
        let answer = self
            .connection
            .post(routes::STUDY_SESSIONS, Some(&self.cookie), &start)
            .await?;
        Ok(Study::new(answer.parse()?))
    }

    /// Sends one beat to `session`, once.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn send(&mut self, session: SessionId, beat: &Beat) -> Result<Receipt, RobotError> {
        let path = beats_path(session);
        self.connection
            .post(&path, Some(&self.cookie), beat)
            .await?
            .parse()
    }

    /// Asks for a proof of what is confirmed so far in `class`, and gives the document as it came.
    ///
    /// # Errors
    /// What the server or the network said; `nothing_to_prove` where nothing is confirmed.
    pub async fn issue_proof(&mut self, class: ClassId) -> Result<Bytes, RobotError> {
        let path = routes::MY_CLASS_PROOFS.replace("{class}", &class.to_string());
        let answer = self
            .connection
            .post(&path, Some(&self.cookie), &serde_json::json!({}))
            .await?;
        answer.success()?;
        Ok(answer.body)
    }

    /// A proof of mine, as it came.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn proof(&mut self, proof: Uuid) -> Result<Bytes, RobotError> {
        let path = routes::MY_PROOF.replace("{proof}", &proof.to_string());
        let answer = self.connection.get(&path, Some(&self.cookie)).await?;
        answer.success()?;
        Ok(answer.body)
    }

    /// Leaves: nothing more will come.
    ///
    /// # Errors
    /// What the server or the network said.
    pub async fn end(&mut self, session: SessionId) -> Result<(), RobotError> {
        let path = routes::STUDY_SESSION_END.replace("{session}", &session.to_string());
        let answer = self
            .connection
            .post(&path, Some(&self.cookie), &serde_json::json!({}))
            .await?;
        answer.success()
    }
}

/// Where the beats of `session` go.
#[must_use]
pub fn beats_path(session: SessionId) -> String {
    routes::BEATS.replace("{session}", &session.to_string())
}

/// A study session as the page holds it: the chain of its beats, and the server's chain as its receipts tell it.
#[derive(Clone, Debug)]
pub struct Study {
    /// What the server granted.
    pub started: StudyStarted,
    /// The film being watched.
    pub player: Player,
    seq: u64,
    prev: Digest,
    evidence_head: Digest,
}

impl Study {
    /// A session in which nothing has happened yet.
    #[must_use]
    pub fn new(started: StudyStarted) -> Self {
        Self {
            player: Player::new(started.film_ms, started.position_ms),
            seq: 0,
            prev: started.nonce,
            evidence_head: started.nonce,
            started,
        }
    }

    /// Sequence number of the next beat.
    #[must_use]
    pub const fn next_seq(&self) -> u64 {
        self.seq + 1
    }

    /// The next beat of the chain.
    ///
    /// # Errors
    /// Never: beats have a canonical form.
    pub fn beat(&mut self, spans: Vec<Span>) -> Result<Beat, RobotError> {
        let beat = Beat {
            lease: self.started.lease,
            seq: self.next_seq(),
            prev: self.prev,
            spans,
        };
        self.prev = digest(&beat)?;
        self.seq = beat.seq;
        Ok(beat)
    }

    /// Checks that `receipt` is about `beat` and goes on where the last receipt stopped. To be called in the order of the beats.
    ///
    /// # Errors
    /// [`RobotError::ContractBroken`] where it does not.
    pub fn check(&mut self, beat: &Beat, receipt: &Receipt) -> Result<(), RobotError> {
        let chain = next_chain(
            self.evidence_head,
            digest(beat)?,
            &receipt.decision,
            receipt.received_at,
        )
        .map_err(|error| RobotError::ContractBroken(error.to_string()))?;
        if receipt.seq != beat.seq || receipt.chain != chain {
            return Err(RobotError::ContractBroken(format!(
                "the receipt of beat {} says seq {} and chain {}, not {chain}",
                beat.seq, receipt.seq, receipt.chain
            )));
        }
        self.evidence_head = receipt.chain;
        Ok(())
    }
}

fn digest(beat: &Beat) -> Result<Digest, RobotError> {
    beat.digest()
        .map_err(|error| RobotError::ContractBroken(error.to_string()))
}
