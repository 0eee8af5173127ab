//! Counts the outcomes of a replay. `report` and `result` show them; a tally does not decide
//! anything.

use super::outcome::{OperationOutcome, RestoreAnswer, SaveAnswer};
use crate::service::RemovalReason;
use crate::units::Bytes;

/// Counts of everything that happened in a replay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplayTally {
    restores: [u64; RestoreAnswer::ALL.len()],
    saves: [u64; SaveAnswer::ALL.len()],
    /// Number and bytes of entries that were evicted for size.
    pub evicted: (u64, u128),
    /// Number and bytes of entries that expired.
    pub expired: (u64, u128),
    /// Number of entries that were deleted.
    pub deleted: u64,
    /// Bytes restored. An entry counts once for each restore.
    pub restored_bytes: u128,
    /// The largest number of bytes stored at any instant.
    pub peak: Bytes,
    /// Stated entries that were ignored because their identity was already stored.
    pub stated_twice: u64,
    /// Entries stated without a ref.
    pub without_ref: u64,
    /// Entries stated before the first operation whose creation or last access is later than that
    /// operation.
    pub stated_early: u64,
    /// Restores that missed although a readable entry under another version had their key, or
    /// started with their key or a restore key.
    pub other_version: u64,
}

impl ReplayTally {
    /// Number of restores with this outcome.
    pub fn found(&self, found: RestoreAnswer) -> u64 {
        self.restores[found as usize]
    }

    /// Number of saves with this outcome.
    pub fn saved(&self, saved: SaveAnswer) -> u64 {
        self.saves[saved as usize]
    }

    /// Number of all restores.
    pub fn restores(&self) -> u64 {
        self.restores.iter().sum()
    }

    /// Number of all saves.
    pub fn saves(&self) -> u64 {
        self.saves.iter().sum()
    }

    /// Number of restores that found an entry, by key or by prefix.
    pub fn hits(&self) -> u64 {
        self.found(RestoreAnswer::Exact) + self.found(RestoreAnswer::Prefix)
    }

    /// Share of restores that found an entry, 0–1; 0 if there are none.
    pub fn hit_ratio(&self) -> f64 {
        ratio(self.hits() as f64, self.restores() as f64)
    }

    pub(super) fn note(&mut self, outcome: &OperationOutcome) {
        match outcome {
            OperationOutcome::Restore { outcome, size, .. } => {
                self.restores[*outcome as usize] += 1;
                self.restored_bytes += size.map_or(0, |size| u128::from(size.0));
            }
            OperationOutcome::Save { outcome, .. } => self.saves[*outcome as usize] += 1,
            OperationOutcome::Evict { size, reason, .. } => {
                let gone = if *reason == RemovalReason::Size { &mut self.evicted } else { &mut self.expired };
                *gone = (gone.0 + 1, gone.1 + u128::from(size.0));
            }
        }
    }
}

/// A ratio; 0 if `whole` is 0.
pub(super) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
