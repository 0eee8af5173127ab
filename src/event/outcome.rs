//! How a request of a client ended, in the words of metrics and journals.

/// How one look-up ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestoreOutcome {
    /// The key itself was found.
    Exact,
    /// An entry was found by a restore key.
    Prefix,
    /// Nothing was found.
    Miss,
    /// The service refused the request, or the download; the client goes on as after a miss.
    RateLimited,
}

impl RestoreOutcome {
    /// Every outcome, in the order of their indexes.
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

    /// Whether an entry was restored.
    pub fn is_hit(self) -> bool {
        matches!(self, RestoreOutcome::Exact | RestoreOutcome::Prefix)
    }
}

/// How one attempt to save ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveOutcome {
    /// The entry is in the cache.
    Stored,
    /// The service refused the request because there were too many.
    RateLimited,
    /// The key exists already, or somebody else has reserved it.
    Exists,
    /// The run may not write.
    ReadOnly,
    /// The repository is so far over its limit that it was made read-only.
    OverQuota,
    /// The client does not upload an entry so large.
    TooLarge,
    /// The upload took longer than the service keeps a reservation.
    ReservationExpired,
}

impl SaveOutcome {
    /// Every outcome, in the order of their indexes.
    pub const ALL: [SaveOutcome; 7] = [
        SaveOutcome::Stored,
        SaveOutcome::RateLimited,
        SaveOutcome::Exists,
        SaveOutcome::ReadOnly,
        SaveOutcome::OverQuota,
        SaveOutcome::TooLarge,
        SaveOutcome::ReservationExpired,
    ];

    /// Those that stored nothing.
    pub const FAILURES: [SaveOutcome; 6] = [
        SaveOutcome::RateLimited,
        SaveOutcome::Exists,
        SaveOutcome::ReadOnly,
        SaveOutcome::OverQuota,
        SaveOutcome::TooLarge,
        SaveOutcome::ReservationExpired,
    ];

    /// The value of the `reason` label of a failed save; `stored` for the one that did not fail.
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
