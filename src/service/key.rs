use std::num::NonZeroU64;

/// A ref that entries belong to (`refs/heads/main`, `refs/pull/7/merge`), interned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(pub u32);

/// An entry's version: a hash of paths and compression that must be equal to match, interned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32);

/// A key: a text, or a text followed by a content digest.
///
/// Digests keep a million sccache objects out of the text table. A key with a digest is only ever
/// matched exactly: all digests print with the same length, so none is a prefix of another, and
/// no client asks for one by prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The interned text.
    pub stem: u32,
    /// The digest after it, printed as 16 hexadecimal digits.
    pub digest: Option<NonZeroU64>,
}

impl Key {
    /// This key's text followed by `digest`; the one-in-2⁶⁴ digest 0 is read as 1.
    pub fn with_digest(self, digest: u64) -> Key {
        Key { stem: self.stem, digest: NonZeroU64::new(digest.max(1)) }
    }
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
        let digest = self.key.digest.map_or(0, NonZeroU64::get);
        let folded = (place ^ digest).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ u64::from(self.key.stem).wrapping_mul(0xd6e8_feb8_6659_fd93);
        let mixed = (folded ^ (folded >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        mixed ^ (mixed >> 32)
    }
}
