#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use crate::units::Bytes;
use rustc_hash::FxHashSet;
use std::ops::{Add, AddAssign};

/// Files as they are stored in an archive, and as they are on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Packed {
    /// Bytes in the archive: what is transferred, and what counts against the cache's limit.
    pub compressed: Bytes,
    /// Bytes that tar reads when it packs, and writes when it unpacks.
    pub unpacked: Bytes,
}

impl Packed {
    /// Files that take so many bytes in an archive and `ratio` (≥ 1) times as many on the disk.
    pub fn new(compressed: Bytes, ratio: f64) -> Packed {
        Packed { compressed, unpacked: compressed.scaled(ratio) }
    }

    /// The most that restoring these archives one after the other has on the disk: each is downloaded as a
    /// file, unpacked beside it, and the file deleted.
    pub fn most_while_unpacking(archives: impl Iterator<Item = Packed>) -> Bytes {
        let mut there = Bytes::ZERO;
        let beside = archives.map(|archive| {
            there += archive.unpacked;
            there + archive.compressed
        });
        beside.max().unwrap_or_default()
    }
}

impl Add for Packed {
    type Output = Packed;

    fn add(self, other: Packed) -> Packed {
        let Packed { compressed, unpacked } = other;
        Packed { compressed: self.compressed + compressed, unpacked: self.unpacked + unpacked }
    }
}

impl AddAssign for Packed {
    fn add_assign(&mut self, other: Packed) {
        *self = *self + other;
    }
}

/// What of a job's build stays in an archive when the next one is saved on top of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// External crates, compiled.
    pub crates: bool,
    /// The workspace's own crates, compiled, as long as nothing external changes that they stand on.
    pub members: bool,
    /// All that cargo downloads for one lock file, where superseded versions stay.
    pub downloads: Option<Packed>,
}

impl Kept {
    /// Whether anything stays.
    pub fn any(self) -> bool {
        self.crates || self.members || self.downloads.is_some()
    }
}

/// What an archive of a target folder holds: compiled units by identity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Archive {
    units: FxHashSet<u64>,
    held: Packed,
    other: Packed,
}

impl Archive {
    /// An archive without compiled units.
    pub fn of(other: Packed) -> Archive {
        Archive { other, ..Archive::default() }
    }

    /// An archive of `units` (identity and size) and `other` files besides, on top of what
    /// `restored` held.
    ///
    /// Nothing restored is ever dropped: rust-cache keeps by package *name*, so superseded
    /// versions of a crate still in use stay, and the entry grows with every lock change
    /// ("snowballing", confirmed by its maintainer as expected). It drops a crate whose name has left
    /// the lock file, which no change of a scenario brings about.
    pub fn on_top_of(
        restored: Option<&Archive>,
        units: impl Iterator<Item = (u64, Packed)>,
        other: Packed,
    ) -> Archive {
        let mut archive = Archive { other, ..restored.cloned().unwrap_or_default() };
        archive.add(units);
        archive
    }

    /// Adds the units that it does not hold.
    pub fn add(&mut self, units: impl Iterator<Item = (u64, Packed)>) {
        for (identity, size) in units {
            if self.units.insert(identity) {
                self.held += size;
            }
        }
    }

    /// Whether it holds this unit.
    pub fn holds(&self, identity: u64) -> bool {
        self.units.contains(&identity)
    }

    /// The compiled units in it.
    pub fn held(&self) -> Packed {
        self.held
    }

    /// What is in it besides.
    pub fn other(&self) -> Packed {
        self.other
    }

    /// How large it is.
    pub fn size(&self) -> Packed {
        self.held + self.other
    }
}
