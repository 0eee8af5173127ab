//! The named sets of entries: which part of each survives an eviction.

use super::{Better, Metric};

/// `survivors.share`.
pub static SURVIVORS_SHARE: Metric = Metric {
    name: "survivors.share",
    unit: "ratio",
    labels: &["set", "stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Share of the entries of a named set (`[survivors.NAME]`) that survive an eviction for size.",
    how: "For each sweep that evicts for size and finds the set not empty: entries of the set after it ÷ entries just \
        before it, those that it expires left out; the mean and exact quantiles (type 7) over these sweeps.",
};

/// `survivors.byte_share`.
pub static SURVIVORS_BYTE_SHARE: Metric = Metric {
    name: "survivors.byte_share",
    unit: "ratio",
    labels: &["set", "stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Share of the bytes of a named set (`[survivors.NAME]`) that survive an eviction for size.",
    how: "As `survivors.share`, with the bytes of the entries in place of their number.",
};
