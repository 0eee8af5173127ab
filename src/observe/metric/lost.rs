//! What was lost to imperfect caching, by cause.

use super::{Better, Metric};

/// `lost.minutes`.
pub static LOST_MINUTES: Metric = Metric {
    name: "lost.minutes",
    unit: "minutes per day",
    labels: &["cause", "client", "job", "ref"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Time over what a perfect cache would have needed, each minute under one cause; `transfer` is \
        restoring and saving themselves. The client is `none` for work that nothing caches.",
    how: "Σ over successful job runs ÷ measured days. A build's lost time is divided among the parts that were \
        missing, by their work; the newest attempt to save a missing part decides its cause.",
};

/// `lost.cost`.
pub static LOST_COST: Metric = Metric {
    name: "lost.cost",
    unit: "USD per 30 days",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "What the lost minutes that a perfect cache would have saved cost: all but those of `transfer`.",
    how: "Σ over successful job runs of lost minutes × price of their runner ÷ measured days × 30, not rounded up to \
        whole minutes.",
};

/// `lost.misses`.
pub static LOST_MISSES: Metric = Metric {
    name: "lost.misses",
    unit: "per day",
    labels: &["cause", "client", "job", "ref"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Archives, objects and image steps that were wanted and not found, by cause.",
    how: "Misses ÷ measured days, of all job runs. Steps that every push executes are left out.",
};
