//! A learner without a screen: speaks the real API as the page does, so that tests can crash, cheat and load a real server.
//!
//! Reading order: [`identity`] and [`connection`], [`device`] (one browser of one person), [`player`] (honest observations),
//! [`outbox`] (beats in order, with retry), [`server`] and [`postgres`] (the processes under test), then what is done with
//! them: [`load`] [`attack`], [`witness`].

pub mod attack;
pub mod connection;
pub mod device;
pub mod identity;
pub mod load;
pub mod outbox;
pub mod player;
pub mod postgres;
pub mod server;
pub mod witness;

pub use connection::{Connection, Cookie};
pub use device::{Device, Study};
pub use identity::Identity;
pub use outbox::Outbox;
pub use player::Player;

use contract::{ErrorCode, ErrorReply};

/// Why a robot did not get what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum RobotError {
    /// Nothing came back: whether the server took the request is not known, so the same one may be sent again.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The server refused.
    #[error("refused with {status} {:?}: {}", reply.code, reply.message)]
    Refused {
        /// HTTP status.
        status: u16,
        /// The server's reason.
        reply: Box<ErrorReply>,
    },
    /// The server said something that the contract does not allow.
    #[error("the contract is broken: {0}")]
    ContractBroken(String),
    /// Something on this machine did not work: a program, a file.
    #[error("{0}")]
    Machine(String),
}

impl RobotError {
    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused { reply, .. } => Some(reply.code),
            Self::NoAnswer(_) | Self::ContractBroken(_) | Self::Machine(_) => None,
        }
    }

    /// Whether sending the same request again is right.
    #[must_use]
    pub fn passing(&self) -> bool {
        matches!(self, Self::NoAnswer(_))
            || matches!(
                self.code(),
                Some(ErrorCode::Timeout | ErrorCode::Unavailable)
            )
    }
}
