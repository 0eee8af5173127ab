//! How a request of a client ended, in the words of metrics and journals.

/// Result of a look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreOutcome {
    /// The requested key was found.
    Exact,
    /// An entry was found by a prefix.
    Prefix,
    /// No entry was found.
    Miss,
    /// The service refused the request, or the download. The client continues as after a miss.
    RateLimited,
}

impl RestoreOutcome {
    /// All results, in the order of their indices.
    pub const ALL: [RestoreOutcome; 4] =
        [RestoreOutcome::Exact, RestoreOutcome::Prefix, RestoreOutcome::Miss, RestoreOutcome::RateLimited];

    /// The value of the `outcome` label.
    pub fn label(self) -> &'static str {
        match self {
            RestoreOutcome::Exact => "exact",
            RestoreOutcome::Prefix => "prefix",
            RestoreOutcome::Miss => "miss",
            RestoreOutcome::RateLimited => "rate_limited",
        }
    }

    /// True if an entry was restored.
    pub fn is_hit(self) -> bool {
        matches!(self, RestoreOutcome::Exact | RestoreOutcome::Prefix)
    }
}

/// Result of an attempt to save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveOutcome {
    /// The entry was stored.
    Stored,
    /// The service refused the request because there were too many.
    RateLimited,
    /// The key already exists, or another job has reserved it.
    Exists,
    /// The run may not write.
    ReadOnly,
    /// The repository is over its limit and refuses writes.
    OverQuota,
    /// The client does not upload an entry of this size.
    TooLarge,
    /// The upload took longer than a reservation lasts.
    ReservationExpired,
}

impl SaveOutcome {
    /// All results, in the order of their indices.
    pub const ALL: [SaveOutcome; 7] = [
        SaveOutcome::Stored,
        SaveOutcome::RateLimited,
        SaveOutcome::Exists,
        SaveOutcome::ReadOnly,
        SaveOutcome::OverQuota,
        SaveOutcome::TooLarge,
        SaveOutcome::ReservationExpired,
    ];

    /// The results that stored nothing.
    pub const FAILURES: [SaveOutcome; 6] = [
        SaveOutcome::RateLimited,
        SaveOutcome::Exists,
        SaveOutcome::ReadOnly,
        SaveOutcome::OverQuota,
        SaveOutcome::TooLarge,
        SaveOutcome::ReservationExpired,
    ];

    /// The value of the `reason` label of a failed save; `stored` for a successful one.
    pub fn label(self) -> &'static str {
        match self {
            SaveOutcome::Stored => "stored",
            SaveOutcome::RateLimited => "rate_limited",
            SaveOutcome::Exists => "exists",
            SaveOutcome::ReadOnly => "read_only",
            SaveOutcome::OverQuota => "over_quota",
            SaveOutcome::TooLarge => "too_large",
            SaveOutcome::ReservationExpired => "reservation_expired",
        }
    }
}
