//! The rules of GitHub's cache service that nobody outside can confirm, with the alternatives that are reported
//! and how likely each is. `run` and `compare` draw them with `--uncertain`, unless the scenario's `[assumed]` has
//! an opinion of its own. `docs/model.md` lists them.

use super::range::ValueRange;

/// A rule that is not confirmed.
#[derive(Debug, Clone, Copy)]
pub struct Unconfirmed {
    /// The path of its setting.
    pub path: &'static str,
    /// The alternatives with their weights. The weights are our judgement of the source.
    pub weights: &'static [(&'static str, f64)],
    /// What speaks for each.
    pub source: &'static str,
}

/// All of them.
pub static UNCONFIRMED: [Unconfirmed; 4] = [
    Unconfirmed {
        path: "cache.over-quota",
        weights: &[("evict", 0.8), ("reject", 0.2)],
        source: "GitHub's dependency caching reference describes eviction; some repositories see writes refused \
            instead (docker/build-push-action#1571)",
    },
    Unconfirmed {
        path: "cache.touch",
        weights: &[("look-up", 0.6), ("download", 0.4)],
        source: "the toolkit's code sends the same request for both, which speaks for the look-up; only a \
            download is certain to count (Mic92/hestia)",
    },
    Unconfirmed {
        path: "cache.order",
        weights: &[("least-recently-accessed", 0.9), ("oldest-created", 0.1)],
        source: "GitHub's documentation was corrected to the last access (github/docs#38744); some reports still \
            contradict it",
    },
    Unconfirmed {
        path: "cache.visibility-lag",
        weights: &[("0 s", 0.1), ("3 s", 0.6), ("30 s", 0.2), ("4 min", 0.1)],
        source: "reports run from no delay to 4 minutes (actions/cache#1710)",
    },
];

impl Unconfirmed {
    /// The values that it may have.
    pub fn values(&self) -> ValueRange {
        ValueRange::Weighted(
            self.weights.iter().map(|(value, weight)| ((*value).to_owned(), *weight)).collect(),
        )
    }
}
