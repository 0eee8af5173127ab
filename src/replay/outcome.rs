use crate::service::Reason;
use crate::units::{Bytes, SimTime};
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What came of one operation, or of a sweep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "lowercase")]
pub enum Outcome {
    /// What a restore found.
    Restore {
        /// Its line.
        line: u64,
        /// How.
        outcome: Found,
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
        outcome: Saved,
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
        reason: Reason,
    },
}

/// How a restore ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Found {
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

impl Found {
    /// All of them, best first.
    pub const ALL: [Found; 5] = [Found::Exact, Found::Prefix, Found::Miss, Found::RateLimited, Found::Denied];

    /// As the results spell it.
    pub fn name(self) -> &'static str {
        ["exact", "prefix", "miss", "rate_limited", "denied"][self as usize]
    }
}

/// How a save ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Saved {
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

impl Saved {
    /// All of them, best first.
    pub const ALL: [Saved; 5] =
        [Saved::Stored, Saved::Exists, Saved::RateLimited, Saved::Denied, Saved::OverQuota];

    /// As the results spell it.
    pub fn name(self) -> &'static str {
        ["stored", "exists", "rate_limited", "denied", "over_quota"][self as usize]
    }
}

/// As the results spell it.
pub fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::Size => "size",
        Reason::Idle => "idle",
    }
}

fn spell<S: Serializer>(reason: &Reason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(reason_name(*reason))
}

fn spelled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reason, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "size" => Ok(Reason::Size),
        "idle" => Ok(Reason::Idle),
        _ => Err(D::Error::custom("is neither `size` nor `idle`")),
    }
}
