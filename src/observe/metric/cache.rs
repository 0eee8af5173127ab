//! The cache as a whole: how full it is, what it evicts and who is to blame, and what other limits would do.

use super::{Better, Metric};

/// `cache.bytes`.
pub static CACHE_BYTES: Metric = Metric {
    name: "cache.bytes",
    unit: "bytes",
    labels: &["stat", "ref", "client"],
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Total size of the repository's cache entries, for whom they are held, and of which client.",
    how: "Time-weighted mean; the peak; the value at the end.",
};

/// `cache.entries`.
pub static CACHE_ENTRIES: Metric = Metric {
    name: "cache.entries",
    unit: "entries",
    labels: &["stat", "ref", "client"],
    better: Better::Neither,
    zero_when_absent: true,
    meaning: "Number of entries in the repository's cache, for whom they are held, and of which client.",
    how: "Time-weighted mean; the peak; the value at the end.",
};

/// `cache.refs`.
pub static CACHE_REFS: Metric = Metric {
    name: "cache.refs",
    unit: "refs",
    labels: &["stat"],
    better: Better::Neither,
    zero_when_absent: false,
    meaning: "Number of refs that hold entries.",
    how: "Time-weighted mean; the peak; the value at the end.",
};

/// `cache.cost`.
pub static CACHE_COST: Metric = Metric {
    name: "cache.cost",
    unit: "USD per 30 days",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "What the space above the included 10 GiB costs, where the limit was raised.",
    how: "Mean over the measured hours of the peak of each hour above 10 GiB × `cache.price`.",
};

/// `cache.overshoot_cost`.
pub static CACHE_OVERSHOOT_COST: Metric = Metric {
    name: "cache.overshoot_cost",
    unit: "USD per 30 days",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "The part of `cache.cost` for what is above the limit until the next sweep.",
    how: "Mean over the measured hours of the peak of each hour above the limit × `cache.price`.",
};

/// `cache.over_limit_share`.
pub static CACHE_OVER_LIMIT_SHARE: Metric = Metric {
    name: "cache.over_limit_share",
    unit: "ratio",
    labels: &[],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Share of time that the cache is over its limit and waits for the next sweep.",
    how: "Time with more bytes than the limit ÷ measured time.",
};

/// `cache.unreachable_bytes`.
pub static CACHE_UNREACHABLE_BYTES: Metric = Metric {
    name: "cache.unreachable_bytes",
    unit: "bytes",
    labels: &["stat"],
    better: Better::Lower,
    zero_when_absent: false,
    meaning: "Bytes of entries that no future restore can choose: superseded, or on a closed ref.",
    how: "Exact time-weighted mean and final value; the peak of the values at full hours.",
};

/// `cache.evicted_entries`.
pub static CACHE_EVICTED_ENTRIES: Metric = Metric {
    name: "cache.evicted_entries",
    unit: "entries per day",
    labels: &["reason", "client"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Entries the service removed, for size (eviction) or for idleness (expiry).",
    how: "Entries removed ÷ measured days.",
};

/// `cache.evicted_bytes`.
pub static CACHE_EVICTED_BYTES: Metric = Metric {
    name: "cache.evicted_bytes",
    unit: "bytes per day",
    labels: &["reason", "client"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Bytes the service removed, for size (eviction) or for idleness (expiry).",
    how: "Bytes removed ÷ measured days.",
};

/// `cache.eviction_age`.
pub static CACHE_EVICTION_AGE: Metric = Metric {
    name: "cache.eviction_age",
    unit: "hours",
    labels: &["stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Time since the last access of entries evicted for size: how far back the cache remembers.",
    how: "Quantiles over evicted entries of the time since their last access.",
};

/// `blame.evicted_bytes`.
pub static BLAME_EVICTED_BYTES: Metric = Metric {
    name: "blame.evicted_bytes",
    unit: "bytes per day",
    labels: &["evictor", "victim"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Bytes of one client evicted for size because of another client's writes.",
    how: "Each evicted entry's bytes, divided among the clients by the bytes each stored between its last \
        access (rounded down to five minutes) and its eviction, without its own, ÷ measured days.",
};

/// `blame.misses`.
pub static BLAME_MISSES: Metric = Metric {
    name: "blame.misses",
    unit: "per day",
    labels: &["evictor", "victim"],
    better: Better::Lower,
    zero_when_absent: true,
    meaning: "Look-ups that missed an entry that another client's writes had evicted.",
    how: "Each such miss, split like the bytes of `blame.evicted_bytes`, ÷ measured days.",
};

/// `screen.hit_ratio`.
pub static SCREEN_HIT_RATIO: Metric = Metric {
    name: "screen.hit_ratio",
    unit: "ratio",
    labels: &["stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Hit ratio of accesses at half to four times the limit, from the one-pass miss-ratio curve \
        (`run --with-screen`).",
    how: "The simulated accesses (hits and stores), replayed unchanged in one pass for all limits; too \
        optimistic or too pessimistic where misses cause writes.",
};

/// `screen.simulated_hit_ratio`.
pub static SCREEN_SIMULATED_HIT_RATIO: Metric = Metric {
    name: "screen.simulated_hit_ratio",
    unit: "ratio",
    labels: &["stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Hit ratio of accesses, simulated at each of these limits.",
    how: "Hits ÷ (hits + entries stored), including the warm-up.",
};

/// `screen.lifetime`.
pub static SCREEN_LIFETIME: Metric = Metric {
    name: "screen.lifetime",
    unit: "hours",
    labels: &["stat"],
    better: Better::Higher,
    zero_when_absent: false,
    meaning: "Time an entry stays after its last access: the cache's characteristic time.",
    how: "Che's fixed point on the same accesses, with keys used once as a steady stream of bytes; absent \
        if nothing is evicted.",
};
