//! A miss-ratio curve: what a cache answers the same accesses under each of several limits.

use crate::units::{Bytes, Duration};

/// What a cache of one limit answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MrcPoint {
    /// The limit.
    pub limit: Bytes,
    /// Accesses.
    pub requests: u64,
    /// Accesses whose key was stored.
    pub hits: u64,
    /// Bytes of all accesses.
    pub requested: Bytes,
    /// Bytes of the accesses that hit.
    pub hit: Bytes,
    /// Accesses whose key is larger than the limit and not admitted, and their bytes.
    pub refused: (u64, Bytes),
    /// Entries that went, be it for size or, where there is a retention, for idleness.
    pub evictions: u64,
    /// How long an entry lives after its last access; `None` where nothing has to go, or where
    /// the accesses take no time. The characteristic time, by how often each key is used.
    pub lifetime: Option<Duration>,
}

impl MrcPoint {
    /// Accesses whose key was not stored; each of them stores it, if it is admitted.
    pub fn misses(&self) -> u64 {
        self.requests - self.hits
    }

    /// Bytes that misses wrote.
    pub fn written(&self) -> Bytes {
        self.requested - self.hit - self.refused.1
    }

    /// Hits per access; 0 without accesses.
    pub fn hit_ratio(&self) -> f64 {
        self.hits as f64 / self.requests.max(1) as f64
    }

    /// Bytes hit per byte asked for; 0 without accesses.
    pub fn byte_hit_ratio(&self) -> f64 {
        self.hit.as_f64() / self.requested.as_f64().max(1.0)
    }
}

/// The miss-ratio curve of a sequence of accesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mrc {
    /// One result for each limit, in the order asked for.
    pub results: Vec<MrcPoint>,
    /// Distinct keys.
    pub objects: u64,
    /// Bytes of all distinct keys: from this limit on, nothing is evicted.
    pub footprint: Bytes,
    /// Malformed rows of a trace that its reader skipped, because it was asked to.
    pub skipped: u64,
    /// Accesses that gave a known key another size; its first one counts.
    pub resized: u64,
}

impl Mrc {
    /// Of ascending limits, only those between the largest that hits nothing and the smallest that
    /// holds everything.
    pub fn rising(mut self) -> Mrc {
        let last = self.results.partition_point(|result| result.limit < self.footprint);
        self.results.truncate(last + 1);
        // What a larger limit admits may push out all that hit before.
        let nothing = self.results.iter().take_while(|result| result.hits == 0).count();
        self.results.drain(..nothing.saturating_sub(1));
        self
    }
}

/// The limits of a whole curve: 1 KiB to 1 PiB in quarter doublings.
pub fn limit_grid() -> Vec<Bytes> {
    let step = |quarter: u32| libm::round(1024.0 * libm::exp2(f64::from(quarter) / 4.0)) as u64;
    (0..=160).map(|quarter| Bytes(step(quarter))).collect()
}
