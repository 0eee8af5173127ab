use crate::units::Bytes;
use rustc_hash::FxHashSet;

/// What an archive of a target folder holds: compiled units by identity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Archive {
    units: FxHashSet<u64>,
    /// Compressed size of the units.
    held: Bytes,
    other: Bytes,
}

impl Archive {
    /// An archive of `units` (identity, compressed bytes) and `other` bytes besides, on top of
    /// what `restored` held.
    ///
    /// Nothing restored is ever dropped: rust-cache keeps by package *name*, so superseded
    /// versions of a crate still in use stay, and the entry grows with every lock change
    /// ("snowballing", confirmed by its maintainer as expected).
    pub fn on_top_of(
        restored: Option<&Archive>,
        units: impl Iterator<Item = (u64, Bytes)>,
        other: Bytes,
    ) -> Archive {
        let mut archive = Archive { other, ..restored.cloned().unwrap_or_default() };
        for (identity, bytes) in units {
            if archive.units.insert(identity) {
                archive.held += bytes;
            }
        }
        archive
    }

    /// Whether it holds this unit.
    pub fn holds(&self, identity: u64) -> bool {
        self.units.contains(&identity)
    }

    /// Compressed size.
    pub fn size(&self) -> Bytes {
        self.held + self.other
    }

    /// Compressed size of everything besides compiled units.
    pub fn other(&self) -> Bytes {
        self.other
    }
}
