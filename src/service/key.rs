//! What identifies an entry: [`Key`], [`Scope`] and [`Version`], together an [`Identity`]. All
//! three are small numbers that stand for interned text; [`Interner`](super::Interner) holds the
//! text.
//!
//! Clients and `replay` intern keys here; matching by prefix is in `index.rs`. That scope, version
//! and key together identify an entry is documented by GitHub (dependency caching reference).

/// An interned ref that entries belong to (`refs/heads/main`, `refs/pull/7/merge`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(pub u32);

/// An entry's interned version: a hash of paths and compression. A look-up finds only entries of
/// the same version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32);

/// An interned key: either a text, or an *object*, which is a text followed by a content digest.
///
/// Objects are numbered separately, which keeps a million digests out of the text table. They are
/// only ever matched exactly: all digests have the same length, so none is a prefix of another, and
/// no client asks for one by prefix. Objects that one build asks for were mostly named together, so
/// reads of the arrays indexed by these numbers are mostly sequential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u32);

/// The bit that marks the number of an object.
const OBJECT: u32 = 1 << 31;

impl Key {
    /// The key for text number `number`.
    pub(super) fn from_text(number: usize) -> Key {
        Key(numbered(number))
    }

    /// The key for object number `number`.
    pub(super) fn from_object(number: usize) -> Key {
        Key(numbered(number) | OBJECT)
    }

    /// Index of the text, from 0; `None` for an object.
    pub(super) fn text(self) -> Option<usize> {
        (self.0 & OBJECT == 0).then_some(self.0 as usize)
    }

    /// How many keys are neighbours: their numbers differ in the last bits only.
    pub(crate) const NEIGHBOURS: usize = 16;

    /// The first of the key's neighbours, and the key's place among them, from 0.
    pub(crate) fn among_neighbours(self) -> (Key, usize) {
        let place = self.0 as usize % Key::NEIGHBOURS;
        (Key(self.0 - place as u32), place)
    }

    /// The neighbour at this place, if this key is the first.
    pub(crate) fn neighbour(self, place: usize) -> Key {
        Key(self.0 + place as u32)
    }

    /// Index of the object, from 0; `None` for a text.
    #[inline]
    pub fn object(self) -> Option<usize> {
        (self.0 & OBJECT != 0).then_some((self.0 & !OBJECT) as usize)
    }
}

fn numbered(number: usize) -> u32 {
    let number = u32::try_from(number).ok().filter(|number| number & OBJECT == 0);
    number.expect("fewer than 2^31 keys: events are limited")
}

/// What makes an entry unique within a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The ref for which the entry was saved.
    pub scope: Scope,
    /// The hash of paths and compression.
    pub version: Version,
    /// The key under which it was saved.
    pub key: Key,
}

impl Identity {
    /// A well-mixed hash. Hashes are only compared for equality, never ordered.
    pub(crate) fn hash(&self) -> u64 {
        let place = u64::from(self.scope.0) << 32 | u64::from(self.version.0);
        let folded = place.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ u64::from(self.key.0).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let mixed = (folded ^ (folded >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        mixed ^ (mixed >> 32)
    }
}
