//! A record of every request and its answer. The observers of a simulation (journal, timeline,
//! miss-ratio curve) and the miss-ratio curve of a replay are made from it; the service itself
//! never reads it. Nothing is recorded until [`Service::keep_records`] is called.

use super::entry::Entry;
use super::key::Identity;
use super::{EntryId, Owner, Service};
use crate::units::{Bytes, SimTime};

/// One request with its answer, or one removal by the service. It carries identity, size and owner,
/// but not the content of the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Time of the request or removal.
    pub at: SimTime,
    /// The entry found, reserved, stored or removed. For a miss, the requested key in the first
    /// scope searched.
    pub identity: Identity,
    /// Size of the entry; 0 if there is none (yet).
    pub size: Bytes,
    /// Time of the entry's previous access; equal to `at` if there is no entry (yet).
    pub accessed: SimTime,
    /// The entry's owner; `None` if there is no entry (yet).
    pub owner: Option<Owner>,
    /// The entry's id at this instant; `None` if there is no entry (yet).
    pub place: Option<EntryId>,
    /// What happened.
    pub kind: RecordKind,
}

/// Kind of request, or kind of removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// A look-up found an entry.
    Found,
    /// A look-up found none.
    Missed,
    /// An entry found by a look-up was downloaded.
    Downloaded,
    /// A reservation was requested, whether granted or refused.
    Reserved,
    /// An entry was finalised or preloaded.
    Stored,
    /// A user deleted an entry.
    Deleted,
    /// A sweep evicted an entry for size.
    Evicted,
    /// An idle entry expired.
    Expired,
}

impl Service {
    /// Starts recording every request. [`Service::take_records`] fetches the records.
    pub fn keep_records(&mut self) {
        self.records = Some(Vec::new());
    }

    /// Replaces the content of `into` with the records since the last call (none if records are not
    /// kept). A caller that passes the same vector after every request allocates nothing.
    pub fn take_records(&mut self, into: &mut Vec<Record>) {
        into.clear();
        if let Some(records) = &mut self.records {
            std::mem::swap(records, into);
        }
    }

    pub(super) fn record(&mut self, at: SimTime, kind: RecordKind, identity: Identity) {
        if let Some(records) = &mut self.records {
            records.push(Record {
                at,
                identity,
                size: Bytes::ZERO,
                accessed: at,
                owner: None,
                place: None,
                kind,
            });
        }
    }

    pub(super) fn record_entry(&mut self, at: SimTime, kind: RecordKind, id: EntryId) {
        if let Some(records) = &mut self.records {
            let entry = &self.slots[id.0 as usize];
            let Entry { identity, size, accessed, owner, .. } = *entry;
            records.push(Record { at, identity, size, accessed, owner: Some(owner), place: Some(id), kind });
        }
    }
}
