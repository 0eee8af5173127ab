use super::key::Identity;
use crate::units::{Bytes, SimTime};

/// An entry's place in the store. It may be given to another entry once this one is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u32);

/// Whom to account an entry's bytes to. The service only keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner(pub u16);

/// A handle to what the writer stored, for the reader. The service only keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Payload(pub u32);

/// How far an entry's upload has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The slot is free.
    Free,
    /// Reserved: blocks its identity, holds no bytes, is not visible.
    Reserved,
    /// Finalised.
    Stored,
}

/// One cache entry, write-once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What makes it unique.
    pub identity: Identity,
    /// Whom its bytes are accounted to.
    pub owner: Owner,
    /// How far its upload has come.
    pub state: State,
    /// What its writer stored.
    pub payload: Payload,
    /// Compressed size as declared when it was finalised.
    pub size: Bytes,
    /// When it was reserved, then when it was finalised.
    pub created: SimTime,
    /// When it was last accessed: at first when it was finalised.
    pub accessed: SimTime,
    pub(super) previous: Option<LinkId>,
    pub(super) next: Option<LinkId>,
    /// Of an object, another entry with its key.
    pub(super) same_key: Option<LinkId>,
}

/// An [`EntryId`] plus one, so that "none" costs no extra bytes.
pub(super) type LinkId = std::num::NonZeroU32;

impl EntryId {
    pub(super) fn link(self) -> LinkId {
        LinkId::new(self.0 + 1).expect("the id plus one is not zero")
    }

    pub(super) fn from_link(link: LinkId) -> EntryId {
        EntryId(link.get() - 1)
    }
}
