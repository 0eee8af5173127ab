use crate::service::RemovalReason;
use crate::units::{Bytes, SimTime};
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What came of one operation, or of a sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum OperationOutcome {
    /// What a restore found.
    Restore {
        /// Its line.
        line: u64,
        /// How.
        outcome: RestoreAnswer,
        /// The ref of the entry that was found.
        #[serde(rename = "ref")]
        reference: Option<String>,
        /// Its key.
        key: Option<String>,
        /// Its bytes.
        size: Option<Bytes>,
    },
    /// What a save was answered.
    Save {
        /// Its line.
        line: u64,
        /// The answer.
        outcome: SaveAnswer,
    },
    /// A sweep took an entry.
    Evict {
        /// When.
        at: SimTime,
        /// The entry's id.
        id: u64,
        /// Its ref.
        #[serde(rename = "ref")]
        reference: String,
        /// Its key.
        key: String,
        /// Its bytes.
        size: Bytes,
        /// Why: over the limit, or idle.
        #[serde(serialize_with = "spell", deserialize_with = "spelled")]
        #[schemars(with = "String")]
        reason: RemovalReason,
    },
}

/// How a restore ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RestoreAnswer {
    /// An entry has the key.
    Exact,
    /// An entry's key starts with the key or a restore key.
    Prefix,
    /// No entry fits.
    Miss,
    /// The minute's downloads were used up.
    RateLimited,
    /// The token reads no scope.
    Denied,
}

impl RestoreAnswer {
    /// All of them, best first.
    pub const ALL: [RestoreAnswer; 5] = [
        RestoreAnswer::Exact,
        RestoreAnswer::Prefix,
        RestoreAnswer::Miss,
        RestoreAnswer::RateLimited,
        RestoreAnswer::Denied,
    ];

    /// As the results spell it.
    pub fn name(self) -> &'static str {
        ["exact", "prefix", "miss", "rate_limited", "denied"][self as usize]
    }
}

/// How a save ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaveAnswer {
    /// It is stored.
    Stored,
    /// The entry exists; nothing was changed.
    Exists,
    /// The minute's uploads were used up.
    RateLimited,
    /// The token writes no scope.
    Denied,
    /// The repository was over its limit and refuses writes.
    OverQuota,
}

impl SaveAnswer {
    /// All of them, best first.
    pub const ALL: [SaveAnswer; 5] = [
        SaveAnswer::Stored,
        SaveAnswer::Exists,
        SaveAnswer::RateLimited,
        SaveAnswer::Denied,
        SaveAnswer::OverQuota,
    ];

    /// As the results spell it.
    pub fn name(self) -> &'static str {
        ["stored", "exists", "rate_limited", "denied", "over_quota"][self as usize]
    }
}

fn spell<S: Serializer>(reason: &RemovalReason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(reason.label())
}

fn spelled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<RemovalReason, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "size" => Ok(RemovalReason::Size),
        "idle" => Ok(RemovalReason::Idle),
        _ => Err(D::Error::custom("is neither `size` nor `idle`")),
    }
}
