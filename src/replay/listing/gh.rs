//! Entries as `gh cache list --json` writes them: the form in which a replay hands back what is stored.

use crate::replay::operation::StatedEntry;
use crate::units::SimTime;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One entry as gh lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// When it was created.
    pub created_at: SimTime,
    /// Its id; 0 if it is not known.
    pub id: u64,
    /// Its key.
    pub key: String,
    /// When it was last accessed.
    pub last_accessed_at: SimTime,
    /// Its ref; empty if it is not known.
    pub r#ref: String,
    /// Its compressed size.
    pub size_in_bytes: u64,
    /// Its version.
    pub version: String,
}

/// An entry in the form of `gh cache list --json`.
pub fn gh(entry: &StatedEntry) -> Listed {
    Listed {
        created_at: entry.created,
        id: entry.id.unwrap_or(0),
        key: entry.key.clone(),
        last_accessed_at: entry.accessed,
        r#ref: entry.reference.clone().unwrap_or_default(),
        size_in_bytes: entry.size.0,
        version: entry.version.clone(),
    }
}
