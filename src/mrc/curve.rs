//! A miss-ratio curve: how a cache answers the same accesses under each of several limits. This is
//! the plain result; [`MrcBuilder`](super::MrcBuilder) and [`Lru`](super::Lru) compute it, `report`
//! draws it.

use crate::units::{Bytes, Duration};

/// The answers of a cache with one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MrcPoint {
    /// Size limit of the cache.
    pub limit: Bytes,
    /// Number of accesses; equal for all limits.
    pub requests: u64,
    /// Number of accesses whose key was stored.
    pub hits: u64,
    /// Bytes of all accesses; equal for all limits.
    pub requested: Bytes,
    /// Bytes of the accesses that hit.
    pub hit: Bytes,
    /// Number and bytes of the accesses whose key is larger than the limit and not admitted.
    pub refused: (u64, Bytes),
    /// Entries that were evicted or, with a retention, expired.
    pub evictions: u64,
    /// How long an entry lives after its last access: the characteristic time, computed from how
    /// often each key is used. `None` if nothing needs to be evicted, or if all accesses have the
    /// same time.
    pub lifetime: Option<Duration>,
}

impl MrcPoint {
    /// Number of accesses whose key was not stored. Each stores its key, if it is admitted.
    pub fn misses(&self) -> u64 {
        self.requests - self.hits
    }

    /// Bytes written by misses.
    pub fn written(&self) -> Bytes {
        self.requested - self.hit - self.refused.1
    }

    /// Hits per access; 0 if there are no accesses.
    pub fn hit_ratio(&self) -> f64 {
        self.hits as f64 / self.requests.max(1) as f64
    }

    /// Bytes hit per byte requested; 0 if there are no accesses.
    pub fn byte_hit_ratio(&self) -> f64 {
        self.hit.as_f64() / self.requested.as_f64().max(1.0)
    }
}

/// The miss-ratio curve of a sequence of accesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mrc {
    /// One point for each limit, in the order in which the limits were given.
    pub results: Vec<MrcPoint>,
    /// Number of distinct keys.
    pub objects: u64,
    /// Bytes of all distinct keys. From this limit on, nothing is evicted.
    pub footprint: Bytes,
    /// Malformed rows that the trace reader skipped, where it was told to.
    pub skipped: u64,
    /// Accesses that gave a known key another size. The first size is used.
    pub resized: u64,
}

impl Mrc {
    /// Drops the flat ends. The limits ascend; this keeps those from the largest limit with no more hits than the
    /// smallest has (between two sweeps, an entry is found under any limit) to the smallest limit that holds everything.
    pub fn rising(mut self) -> Mrc {
        let last = self.results.partition_point(|result| result.limit < self.footprint);
        self.results.truncate(last + 1);
        // A larger limit may have fewer hits: what it admits in addition may push out everything
        // that hit before.
        let least = self.results.first().map_or(0, |result| result.hits);
        let flat = self.results.iter().take_while(|result| result.hits == least).count();
        self.results.drain(..flat.saturating_sub(1));
        self
    }
}

/// The limits of a whole curve: 1 KiB to 1 PiB in steps of a quarter doubling.
pub fn limit_grid() -> Vec<Bytes> {
    let step = |quarter: u32| libm::round(1024.0 * libm::exp2(f64::from(quarter) / 4.0)) as u64;
    (0..=160).map(|quarter| Bytes(step(quarter))).collect()
}
