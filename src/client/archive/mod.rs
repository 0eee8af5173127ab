//! The content of an archive: which compiled units it holds, and how large it is packed and unpacked.
//! rust-cache, actions/cache and the setup actions store archives. Transfer and storage are in
//! [`toolkit`](super::toolkit); this file holds no keys and no times.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

pub(super) mod aging;

use crate::project::Lineage;
use crate::units::Bytes;
use aging::Aging;
use rustc_hash::FxHashSet;
use std::ops::{Add, AddAssign};
use std::rc::Rc;

/// The size of files in an archive and on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Packed {
    /// Bytes in the archive. These are transferred and count towards the cache limit.
    pub compressed: Bytes,
    /// Bytes on the disk, which tar reads when it packs and writes when it unpacks.
    pub unpacked: Bytes,
}

impl Packed {
    /// Files that take `compressed` bytes in an archive and `ratio` (≥ 1) times as many on the disk.
    pub fn new(compressed: Bytes, ratio: f64) -> Packed {
        Packed { compressed, unpacked: compressed.scaled(ratio) }
    }

    /// The peak disk usage while these archives are restored one after the other. Each is downloaded to a
    /// file, unpacked while the file still exists, and then the file is deleted.
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

/// The parts of a job's build that stay in an archive when the next one is saved on top of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    /// Compiled external crates.
    pub crates: bool,
    /// The workspace's own compiled crates. They stay until an external crate that they depend on changes.
    pub members: bool,
    /// Everything that cargo downloads for one lock file; superseded versions stay.
    pub downloads: Option<Packed>,
}

impl Kept {
    /// True if any part stays.
    pub fn any(self) -> bool {
        self.crates || self.members || self.downloads.is_some()
    }
}

/// The content of an archive of a target folder: compiled units by identity. Thousands of archives hold the same units,
/// and a clone shares them until it gets another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Archive {
    units: Rc<FxHashSet<u64>>,
    held: Packed,
    other: Packed,
    /// The share of the other files that are missing, because the job failed before it had made them.
    missing: f64,
    /// What the other files were made from, if it is known.
    made: Option<Lineage>,
}

impl Archive {
    /// An archive without compiled units.
    pub fn of(other: Packed) -> Archive {
        Archive { other, ..Archive::default() }
    }

    /// The archive of a job that has made only this share (0–1) of the other files when it failed.
    pub fn left_at(self, share: f64) -> Archive {
        let part = |packed: Packed| Packed {
            compressed: packed.compressed.scaled(share),
            unpacked: packed.unpacked.scaled(share),
        };
        Archive { other: part(self.other), missing: 1.0 - share, ..self }
    }

    /// The archive of files that were made from this checkout.
    pub fn made_from(self, lineage: &Lineage) -> Archive {
        Archive { made: Some(lineage.clone()), ..self }
    }

    /// The share (0–1) of the other files that are there and still valid for a job with this checkout.
    pub fn worth(&self, aging: Option<Aging>, now: &Lineage) -> f64 {
        let valid = aging.zip(self.made.as_ref()).map_or(1.0, |(aging, made)| aging.valid(made, now));
        (1.0 - self.missing) * valid
    }

    /// The same archive with these files besides the compiled units.
    pub fn with_other(self, other: Packed) -> Archive {
        Archive { other, ..self }
    }

    /// An archive of `units` (identity and size) and `other` files, on top of what `restored` held.
    ///
    /// Nothing restored is ever dropped. rust-cache keeps crates by package *name*, so superseded versions
    /// of a crate still in use stay, and the entry grows with every lock change ("snowballing", confirmed
    /// by its maintainer as expected). rust-cache drops a crate whose name has left the lock file, but no
    /// change in a scenario removes a crate.
    pub fn on_top_of(
        restored: Option<&Archive>,
        units: impl Iterator<Item = (u64, Packed)>,
        other: Packed,
    ) -> Archive {
        let mut archive = Archive { other, ..restored.cloned().unwrap_or_default() };
        archive.add(units);
        archive
    }

    /// Adds the units that the archive does not hold yet.
    pub fn add(&mut self, units: impl Iterator<Item = (u64, Packed)>) {
        for (identity, size) in units {
            if !self.holds(identity) {
                Rc::make_mut(&mut self.units).insert(identity);
                self.held += size;
            }
        }
    }

    /// True if the archive holds this unit.
    pub fn holds(&self, identity: u64) -> bool {
        self.units.contains(&identity)
    }

    /// True if it holds these units and no others. Each is named once.
    pub(super) fn holds_exactly(&self, units: &[(u64, Packed)]) -> bool {
        self.units.len() == units.len() && units.iter().all(|(identity, _)| self.holds(*identity))
    }

    /// The size of the compiled units in it.
    pub fn held(&self) -> Packed {
        self.held
    }

    /// The size of everything but the compiled units.
    pub fn other(&self) -> Packed {
        self.other
    }

    /// The size of the archive.
    pub fn size(&self) -> Packed {
        self.held + self.other
    }
}
