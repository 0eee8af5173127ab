//! An entry that was removed from the cache, as the ghost list remembers it. The list itself is in
//! `client`; events and records carry its entries to the observers.

use crate::service::{Identity, RemovalReason};
use crate::units::{Bytes, SimTime};

/// An entry that was evicted or expired. *Ghost* is what ARC and S3-FIFO call an entry whose data is gone and
/// whose metadata is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GhostEntry {
    /// The scope, version and key of the entry.
    pub identity: Identity,
    /// When it was saved.
    pub created: SimTime,
    /// When it was removed.
    pub removed: SimTime,
    /// When it was last accessed before its removal.
    pub accessed: SimTime,
    /// Its compressed size.
    pub size: Bytes,
    /// Why it was removed.
    pub reason: RemovalReason,
    /// True if an earlier look-up has already missed it.
    pub missed_before: bool,
}
