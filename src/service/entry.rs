//! An [`Entry`] and the handles to it. Entries are plain data: the service creates, changes and
//! removes them, clients and observers read them.

use super::key::Identity;
use crate::units::{Bytes, SimTime};

/// Index of an entry's slot in the service. Once the entry is removed, its id may be given to
/// another entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub u32);

/// The client whose account an entry's bytes count towards. The service stores it but never reads
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner(pub u16);

/// A handle by which a reader finds what the writer stored. The service stores it but never reads
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Payload(pub u32);

/// State of a slot: free, being uploaded, or stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The slot is free.
    Free,
    /// Reserved: it blocks its identity, has no bytes, and no look-up finds it.
    Reserved,
    /// Finalised: its bytes count, and a look-up can find it.
    Stored,
}

/// One cache entry. It is written once and never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Scope, version and key; no two entries share all three.
    pub identity: Identity,
    /// The client whose account its bytes count towards.
    pub owner: Owner,
    /// Reserved or stored; [`State::Free`] once it is removed.
    pub state: State,
    /// The writer's handle to the content.
    pub payload: Payload,
    /// Compressed size, as declared at finalisation.
    pub size: Bytes,
    /// Time of the reservation until the entry is finalised, then time of the finalisation.
    pub created: SimTime,
    /// Time of the last access. Set to the time of finalisation first.
    pub accessed: SimTime,
    pub(super) previous: Option<LinkId>,
    pub(super) next: Option<LinkId>,
    /// For an object: the next entry with the same key.
    pub(super) same_key: Option<LinkId>,
}

/// An [`EntryId`] plus one, so that `Option<LinkId>` takes no more space than the id.
pub(super) type LinkId = std::num::NonZeroU32;

impl EntryId {
    pub(super) fn link(self) -> LinkId {
        LinkId::new(self.0 + 1).expect("the id plus one is not zero")
    }

    pub(super) fn from_link(link: LinkId) -> EntryId {
        EntryId(link.get() - 1)
    }
}
