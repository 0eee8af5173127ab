//! Why time was lost: the causes of [`Loss`]es, in the words of metrics and results, which do not change. What a
//! job lost is in its [`JobRun`](super::JobRun); which cause a miss has is decided in `client`.

use super::site::ClientId;
use crate::service::RemovalReason;
use crate::units::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a job did work, or waited, that a perfect cache would have saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LossCause {
    /// The entry was evicted for size.
    Evicted,
    /// The entry expired: nobody had accessed it for longer than the retention.
    Expired,
    /// Somebody deleted the entry.
    Deleted,
    /// A run wanted the same key before, and nothing was saved: it was cancelled, it failed, or it may not or does
    /// not save.
    NeverSaved,
    /// An entry exists, but only where this job does not read: under another ref, another version, or found by
    /// a step that does not download.
    UnreadableScope,
    /// The key is new: nobody has wanted it before.
    NewKey,
    /// The entry was found, and a part of what the job needs is not in it, or no longer valid.
    StaleContents,
    /// A newer index of the same name has replaced the one that knew the step.
    Overwritten,
    /// A request was refused because there were too many.
    RateLimited,
    /// The client does not upload an entry of this size.
    TooLarge,
    /// Nothing was missing: restoring and saving took this time.
    Transfer,
}

impl LossCause {
    /// All causes, in the order of their indices.
    pub const ALL: [LossCause; 11] = [
        LossCause::Evicted,
        LossCause::Expired,
        LossCause::Deleted,
        LossCause::NeverSaved,
        LossCause::UnreadableScope,
        LossCause::NewKey,
        LossCause::StaleContents,
        LossCause::Overwritten,
        LossCause::RateLimited,
        LossCause::TooLarge,
        LossCause::Transfer,
    ];

    /// The value of the `cause` label.
    pub fn label(self) -> &'static str {
        match self {
            LossCause::Evicted => "evicted",
            LossCause::Expired => "expired",
            LossCause::Deleted => "deleted",
            LossCause::NeverSaved => "never_saved",
            LossCause::UnreadableScope => "unreadable_scope",
            LossCause::NewKey => "new_key",
            LossCause::StaleContents => "stale_contents",
            LossCause::Overwritten => "overwritten",
            LossCause::RateLimited => "rate_limited",
            LossCause::TooLarge => "too_large",
            LossCause::Transfer => "transfer",
        }
    }

    /// The cause with this label; `None` if there is none.
    pub fn named(label: &str) -> Option<LossCause> {
        LossCause::ALL.into_iter().find(|cause| cause.label() == label)
    }
}

impl From<RemovalReason> for LossCause {
    fn from(reason: RemovalReason) -> LossCause {
        match reason {
            RemovalReason::Size => LossCause::Evicted,
            RemovalReason::Idle => LossCause::Expired,
        }
    }
}

/// Time that a job lost to one cause at one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Loss {
    /// The client that should have delivered; `None` if the job caches nothing of what it built.
    pub client: Option<ClientId>,
    /// The cause.
    pub cause: LossCause,
    /// The time, > 0.
    pub time: Duration,
}
