//! Where a document was changed. The signature says *that* it was; these digests of its parts say where.
//!
//! They are signed with the rest and protect nothing by themselves: who rewrites them too is caught by the signature all the same.

use crate::{
    canonical::{self, NotCanonical},
    digest::Digest,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Short digests of the parts of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Locator {
    /// First 16 digits of the digest of `parts`, so that a change in here is not taken for a change out there.
    pub parts_digest: String,
    /// First 16 digits of each part's digest, by JSON pointer.
    pub parts: BTreeMap<String, String>,
}

/// Members that are not covered: the locator cannot hold itself, and the proof is made last.
const NOT_COVERED: [&str; 2] = ["locator", "proof"];

impl Locator {
    /// The locator of `document`.
    ///
    /// # Errors
    /// [`NotCanonical`] for numbers that JSON cannot carry exactly.
    pub fn of(document: &Value) -> Result<Self, NotCanonical> {
        let mut parts = BTreeMap::new();
        if let Value::Object(members) = document {
            for (name, value) in members {
                if !NOT_COVERED.contains(&name.as_str()) {
                    collect(&mut parts, &format!("/{}", escape(name)), value)?;
                }
            }
        }
        Ok(Self {
            parts_digest: short(&parts)?,
            parts,
        })
    }

    /// JSON pointers of what is not as it was sealed, in `document` or in this locator.
    ///
    /// # Errors
    /// [`NotCanonical`] for numbers that JSON cannot carry exactly.
    pub fn changes(&self, document: &Value) -> Result<Vec<String>, NotCanonical> {
        let found = Self::of(document)?;
        let mut changes: Vec<String> = found
            .parts
            .iter()
            .filter(|(part, digest)| self.parts.get(*part) != Some(digest))
            .map(|(part, _)| part)
            .chain(
                self.parts
                    .keys()
                    .filter(|part| !found.parts.contains_key(*part)),
            )
            .cloned()
            .collect();
        if short(&self.parts)? != self.parts_digest {
            // The list itself was changed: what does not fit it is most likely as it was.
            changes = changes
                .iter()
                .map(|part| format!("/locator/parts/{}", escape(part)))
                .collect();
            if changes.is_empty() {
                changes.push("/locator/parts_digest".into());
            }
        }
        Ok(changes)
    }
}

/// Goes down to single values and to lists of them. A ledger record is one part: the ledger itself says if it was changed.
fn collect(
    parts: &mut BTreeMap<String, String>,
    pointer: &str,
    value: &Value,
) -> Result<(), NotCanonical> {
    match value {
        Value::Object(members) if !members.is_empty() && !pointer.ends_with("/record") => {
            for (name, value) in members {
                collect(parts, &format!("{pointer}/{}", escape(name)), value)?;
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, value) in items.iter().enumerate() {
                collect(parts, &format!("{pointer}/{index}"), value)?;
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => {
            parts.insert(pointer.to_owned(), short(value)?);
        }
    }
    Ok(())
}

fn short<T: Serialize>(value: &T) -> Result<String, NotCanonical> {
    let digest: Digest = canonical::digest(value)?;
    Ok(digest.to_string().chars().take(16).collect())
}

/// A member name inside a JSON pointer (RFC 6901).
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
