//! An entry that was removed, as the ghost list remembers it.

use crate::service::{Identity, RemovalReason};
use crate::units::{Bytes, SimTime};

/// An entry that was evicted or that expired. (*Ghost*: the term of ARC and S3-FIFO for an entry of which only
/// the metadata is kept.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GhostEntry {
    /// The entry.
    pub identity: Identity,
    /// When it was stored.
    pub created: SimTime,
    /// When it was removed.
    pub removed: SimTime,
    /// When it was last accessed before.
    pub accessed: SimTime,
    /// Its size.
    pub size: Bytes,
    /// Why it was removed.
    pub reason: RemovalReason,
    /// Whether an earlier look-up has already missed it.
    pub missed_before: bool,
}
