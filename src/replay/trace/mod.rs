//! A plain trace: rows of time, key and size, each a read that stores its key on a miss. The cache
//! evicts at once what was used least recently until it fits its limit; there are no scopes, no
//! expiry and no rate limits.
//!
//! What a key stands for never changes, as an entry is write-once: its size is that of its first
//! row, and rows that say otherwise are counted ([`Replayed::resized`]). An object larger than the
//! limit is not admitted, as in libCacheSim: it never hits, and evicts nothing. (The service admits such
//! an entry; a sweep evicts it, and everything accessed before it.)
//!
//! Rows are read in batches through a fixed buffer, so a trace can be larger than memory; what is
//! held is the distinct objects, at most [`OBJECTS_MAX`].

mod input;
mod layout;
mod line;
mod lru;
mod name;
mod object;
mod oracle;
mod problem;
mod request;
mod row;
mod table;
mod zipf;

pub use input::{Kind, Trace, open};
pub use layout::Form;
pub use line::LINE_BYTES_MAX;
pub use name::NAME_BYTES_MAX;
pub use object::OBJECTS_MAX;
pub use problem::{PROBLEMS_MAX, TraceError};
pub use request::Request;
pub use zipf::{KEYS_MAX, REQUESTS_MAX, Recipe, RecipeError, Zipf};

pub(super) use object::{Object, Objects};
pub(super) use oracle::are_records;

use super::screen::{Rules, Screen};
use crate::units::{Bytes, Duration};
use std::io::Read;

/// The most limits one pass answers.
pub const LIMITS_MAX: usize = 10_000;

/// What a trace does under one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitResult {
    /// The limit.
    pub limit: Bytes,
    /// Rows.
    pub requests: u64,
    /// Rows whose key was stored.
    pub hits: u64,
    /// Bytes of all rows.
    pub requested: Bytes,
    /// Bytes of the rows that hit.
    pub hit: Bytes,
    /// Rows whose key is larger than the limit and not admitted, and their bytes.
    pub refused: (u64, Bytes),
    /// Entries that went, be it for size or, where there is a retention, for idleness.
    pub evictions: u64,
    /// How long an entry lives after its last access; `None` where nothing has to go, or where
    /// the trace takes no time. The characteristic time, by how often each key is used.
    pub lifetime: Option<Duration>,
}

impl LimitResult {
    /// Rows whose key was not stored; each of them stores it, if it is admitted.
    pub fn misses(&self) -> u64 {
        self.requests - self.hits
    }

    /// Bytes that misses wrote.
    pub fn written(&self) -> Bytes {
        self.requested - self.hit - self.refused.1
    }

    /// Hits per row, 0 for an empty trace.
    pub fn hit_ratio(&self) -> f64 {
        self.hits as f64 / self.requests.max(1) as f64
    }

    /// Bytes hit per byte asked for, 0 for an empty trace.
    pub fn byte_hit_ratio(&self) -> f64 {
        self.hit.as_f64() / self.requested.as_f64().max(1.0)
    }
}

/// A whole trace, replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// One result for each limit, in the order asked for.
    pub results: Vec<LimitResult>,
    /// Distinct keys.
    pub objects: u64,
    /// Bytes of all distinct keys: from this limit on, nothing is evicted.
    pub footprint: Bytes,
    /// Malformed rows that were skipped, because it was asked for.
    pub skipped: u64,
    /// Rows that gave a known key another size; its first one counts.
    pub resized: u64,
}

impl Replayed {
    /// Of ascending limits, only those between the largest that hits nothing and the smallest that
    /// holds everything.
    pub fn rising(mut self) -> Replayed {
        let last = self.results.partition_point(|result| result.limit < self.footprint);
        self.results.truncate(last + 1);
        // What a larger limit admits may push out all that hit before.
        let nothing = self.results.iter().take_while(|result| result.hits == 0).count();
        self.results.drain(..nothing.saturating_sub(1));
        self
    }
}

/// Replays a trace under each limit, in one pass, exactly.
///
/// # Errors
/// If the trace cannot be read, a row is malformed, or a limit of this module is reached.
pub fn simulate<R: Read>(trace: Trace<R>, limits: &[Bytes]) -> Result<Replayed, TraceError> {
    match limits {
        [limit] => lru::play(trace, *limit),
        _ => screened(trace, limits),
    }
}

/// Replays a trace under all limits of a fixed grid, four to each doubling, in one pass, exactly
/// at each of them; returns those between which the hit ratio rises.
///
/// # Errors
/// As [`simulate`].
pub fn curve<R: Read>(trace: Trace<R>) -> Result<Replayed, TraceError> {
    Ok(screened(trace, &grid())?.rising())
}

/// 1 KiB to 1 PiB in quarter doublings.
pub(crate) fn grid() -> Vec<Bytes> {
    let step = |quarter: u32| libm::round(1024.0 * libm::exp2(f64::from(quarter) / 4.0)) as u64;
    (0..=160).map(|quarter| Bytes(step(quarter))).collect()
}

fn screened<R: Read>(mut trace: Trace<R>, limits: &[Bytes]) -> Result<Replayed, TraceError> {
    let mut screen = Screen::new(limits, Rules::default());
    while let Some(batch) = trace.next()? {
        screen.play(batch)?;
    }
    Ok(screen.finish(trace.skipped()))
}
