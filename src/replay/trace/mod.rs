//! Plain traces: rows of time, key and size. Each row is a read that stores its key if it misses.
//! The cache evicts immediately, least recently used first, until it fits its limit; there are no
//! scopes, no expiry and no rate limits. `cli` calls [`simulate`] and [`curve`].
//!
//! The content behind a key never changes, since an entry is written once. Its size is that of its
//! first row; rows with another size are counted ([`Mrc::resized`]). An object larger than the
//! limit is not admitted, as in libCacheSim: it never hits and evicts nothing. (The service does
//! admit such an entry; a sweep then evicts it and everything accessed before it.)
//!
//! Rows are read in batches through a fixed buffer, so a trace can be larger than memory. Only the
//! distinct objects are held, at most [`crate::mrc::OBJECTS_MAX`].

mod input;
mod layout;
mod line;
mod name;
mod oracle;
mod problem;
mod row;
mod zipf;

pub use input::{Trace, TraceKind, open};
pub use layout::CsvLayout;
pub use line::LINE_BYTES_MAX;
pub use name::NAME_BYTES_MAX;
pub use problem::{PROBLEMS_MAX, TraceError};
pub use zipf::{KEYS_MAX, REQUESTS_MAX, Recipe, RecipeError, Zipf};

pub(super) use oracle::are_records;

use crate::mrc::{Lru, Mrc, MrcBuilder, Rules, limit_grid};
use crate::units::Bytes;
use std::io::Read;

/// The largest number of limits in one pass.
pub const LIMITS_MAX: usize = 10_000;

/// Replays a trace under each limit, exactly and in one pass.
///
/// # Errors
/// If the trace cannot be read, a row is malformed, or a limit of this module is exceeded.
pub fn simulate<R: Read>(trace: Trace<R>, limits: &[Bytes]) -> Result<Mrc, TraceError> {
    match limits {
        [limit] => at_one_limit(trace, *limit),
        _ => at_all_limits(trace, limits),
    }
}

/// Replays a trace in one pass under all limits of a fixed grid, four per doubling. It is exact at
/// each limit, and returns the limits between which the hit ratio rises.
///
/// # Errors
/// As in [`simulate`].
pub fn curve<R: Read>(trace: Trace<R>) -> Result<Mrc, TraceError> {
    Ok(at_all_limits(trace, &limit_grid())?.rising())
}

fn at_one_limit<R: Read>(mut trace: Trace<R>, limit: Bytes) -> Result<Mrc, TraceError> {
    let mut lru = Lru::new(limit);
    while let Some(batch) = trace.next()? {
        lru.record(batch)?;
    }
    Ok(lru.finish(trace.skipped()))
}

fn at_all_limits<R: Read>(mut trace: Trace<R>, limits: &[Bytes]) -> Result<Mrc, TraceError> {
    let mut builder = MrcBuilder::new(limits, Rules::default());
    while let Some(batch) = trace.next()? {
        builder.record(batch)?;
    }
    Ok(builder.finish(trace.skipped()))
}
