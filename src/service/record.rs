use super::entry::Entry;
use super::key::Identity;
use super::{EntryId, Owner, Service};
use crate::units::{Bytes, SimTime};

/// One request, for those who replay what a simulation asked for: everything the service was told
/// and answered, without what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// When.
    pub at: SimTime,
    /// The entry found or stored; on a miss the first one that was looked for.
    pub identity: Identity,
    /// The entry's size; 0 where there is none (yet).
    pub size: Bytes,
    /// When the entry was last accessed before; now where there is none (yet).
    pub accessed: SimTime,
    /// Whom the entry is accounted to; nobody where there is none (yet).
    pub owner: Option<Owner>,
    /// What was asked, and whether it was granted.
    pub kind: RecordKind,
}

/// What a request was, or what a sweep did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// A look-up that found an entry.
    Found,
    /// A look-up that found none.
    Missed,
    /// A download of what a look-up found.
    Downloaded,
    /// A reservation, granted or refused.
    Reserved,
    /// An entry was finalised, or stated.
    Stored,
    /// An entry was deleted by someone.
    Deleted,
    /// A sweep evicted an entry.
    Evicted,
    /// An idle entry expired.
    Expired,
}

impl Service {
    /// Keeps a record of every request from now on, until [`Service::take_records`] fetches it.
    pub fn keep_records(&mut self) {
        self.records = Some(Vec::new());
    }

    /// Puts the records since the last time, none if none are kept, in place of what is in `into`. Who
    /// comes after every request brings the same vector again and again, and allocates nothing.
    pub fn take_records(&mut self, into: &mut Vec<Record>) {
        into.clear();
        if let Some(records) = &mut self.records {
            std::mem::swap(records, into);
        }
    }

    pub(super) fn record(&mut self, at: SimTime, kind: RecordKind, identity: Identity) {
        if let Some(records) = &mut self.records {
            records.push(Record { at, identity, size: Bytes::ZERO, accessed: at, owner: None, kind });
        }
    }

    pub(super) fn record_entry(&mut self, at: SimTime, kind: RecordKind, id: EntryId) {
        if let Some(records) = &mut self.records {
            let entry = &self.slots[id.0 as usize];
            let Entry { identity, size, accessed, owner, .. } = *entry;
            records.push(Record { at, identity, size, accessed, owner: Some(owner), kind });
        }
    }
}
