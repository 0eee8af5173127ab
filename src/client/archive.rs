use crate::units::Bytes;

/// What an archive of a target folder holds: compiled units by identity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Archive {
    units: Vec<(u64, Bytes)>,
    other: Bytes,
    size: Bytes,
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
        let mut new: Vec<_> =
            units.filter(|(unit, _)| !restored.is_some_and(|old| old.holds(*unit))).collect();
        new.sort_unstable();
        new.dedup_by_key(|(identity, _)| *identity);
        let mut all = restored.map(|old| old.units.clone()).unwrap_or_default();
        all.extend(new);
        // Two sorted runs: the stable sort finds and merges them.
        all.sort();
        let size = all.iter().map(|(_, bytes)| *bytes).sum::<Bytes>() + other;
        Archive { units: all, other, size }
    }

    /// Whether it holds this unit.
    pub fn holds(&self, identity: u64) -> bool {
        self.units.binary_search_by_key(&identity, |(unit, _)| *unit).is_ok()
    }

    /// Compressed size.
    pub fn size(&self) -> Bytes {
        self.size
    }

    /// Compressed size of everything besides compiled units.
    pub fn other(&self) -> Bytes {
        self.other
    }
}
