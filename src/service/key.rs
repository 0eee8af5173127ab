/// A ref that entries belong to (`refs/heads/main`, `refs/pull/7/merge`), interned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(pub u32);

/// An entry's version: a hash of paths and compression that must be equal to match, interned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32);

/// A key, interned: a text, or a text followed by a content digest, an *object*.
///
/// Objects are numbered apart and keep a million digests out of the text table. One is only ever
/// matched exactly: all digests print with the same length, so none is a prefix of another, and
/// no client asks for one by prefix. What one build asks for was mostly named together, so the
/// arrays that are indexed by these numbers are read in stretches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(u32);

/// Set in the number of an object.
const OBJECT: u32 = 1 << 31;

impl Key {
    /// The text with this number.
    pub(super) fn from_text(number: usize) -> Key {
        Key(numbered(number))
    }

    /// The object with this number.
    pub(super) fn from_object(number: usize) -> Key {
        Key(numbered(number) | OBJECT)
    }

    /// Its number among the texts, from 0, if it is one.
    pub(super) fn text(self) -> Option<usize> {
        (self.0 & OBJECT == 0).then_some(self.0 as usize)
    }

    /// Its number among the objects, from 0, if it is one.
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
    /// The ref it was written for.
    pub scope: Scope,
    /// Its version.
    pub version: Version,
    /// Its key.
    pub key: Key,
}

impl Identity {
    /// A well-mixed hash; only equality of hashes is ever used, never their order.
    pub(crate) fn hash(&self) -> u64 {
        let place = u64::from(self.scope.0) << 32 | u64::from(self.version.0);
        let folded = place.wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ u64::from(self.key.0).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let mixed = (folded ^ (folded >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        mixed ^ (mixed >> 32)
    }
}
