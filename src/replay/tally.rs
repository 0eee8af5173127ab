use super::outcome::{OperationOutcome, RestoreAnswer, SaveAnswer};
use crate::service::RemovalReason;
use crate::units::Bytes;

/// What has happened so far, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplayTally {
    restores: [u64; RestoreAnswer::ALL.len()],
    saves: [u64; SaveAnswer::ALL.len()],
    /// Entries and bytes evicted for size.
    pub evicted: (u64, u128),
    /// Entries and bytes that expired.
    pub expired: (u64, u128),
    /// Entries that were deleted.
    pub deleted: u64,
    /// Bytes of all entries that were restored, each as often as it was.
    pub restored_bytes: u128,
    /// The most bytes stored at any instant.
    pub peak: Bytes,
    /// Entries stated though their identity was stored already: the first one stands.
    pub stated_twice: u64,
    /// Entries stated without a ref.
    pub without_ref: u64,
    /// Entries stated before the first operation that were created or last accessed after it.
    pub stated_early: u64,
    /// Restores that missed though an entry with their key, or one that starts with a restore key, could be read
    /// under another version.
    pub other_version: u64,
}

impl ReplayTally {
    /// Restores that ended so.
    pub fn found(&self, found: RestoreAnswer) -> u64 {
        self.restores[found as usize]
    }

    /// Saves that ended so.
    pub fn saved(&self, saved: SaveAnswer) -> u64 {
        self.saves[saved as usize]
    }

    /// All restores.
    pub fn restores(&self) -> u64 {
        self.restores.iter().sum()
    }

    /// All saves.
    pub fn saves(&self) -> u64 {
        self.saves.iter().sum()
    }

    /// Restores that found an entry, by key or by prefix.
    pub fn hits(&self) -> u64 {
        self.found(RestoreAnswer::Exact) + self.found(RestoreAnswer::Prefix)
    }

    /// The share of restores that found an entry, 0–1; 0 of none.
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

/// A share, 0 of nothing.
pub(super) fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
