//! The rules by hash, parsed once. Rules never change under their hash, so remembering them is safe.

use super::catalogue;
use contract::Digest;
use sea_orm::{ConnectionTrait, DbErr};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};
use study::Rules;

/// The rules met so far.
#[derive(Default)]
pub struct RulesBook {
    known: RwLock<HashMap<Digest, Arc<Rules>>>,
}

impl RulesBook {
    /// The rules with this hash.
    ///
    /// # Errors
    /// What the database says.
    pub async fn get(&self, db: &impl ConnectionTrait, hash: Digest) -> Result<Arc<Rules>, DbErr> {
        let known = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&hash)
            .cloned();
        if let Some(rules) = known {
            return Ok(rules);
        }
        let rules = Arc::new(catalogue::rules(db, hash).await?);
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(hash, Arc::clone(&rules));
        Ok(rules)
    }
}
