//! The history of entries that the journal lists one by one: when each was saved and how often it was
//! found. Single objects (sccache's) are only summed up, in `objects.rs`.

use super::ById;
use super::line::Stored;
use crate::event::GhostEntry;
use crate::service::{Identity, Interner, Record, RemovalReason};
use crate::units::{Bytes, SimTime};

/// The history of each entry.
#[derive(Debug, Default)]
pub(super) struct Entries {
    lives: ById<EntryLife>,
}

/// An entry since it was last saved.
#[derive(Debug, Clone, Copy)]
struct EntryLife {
    saved: SimTime,
    found: u32,
}

impl Entries {
    /// Records that an entry was stored. This restarts its history.
    pub fn stored(&mut self, record: &Record) {
        self.lives.insert(record.identity, EntryLife { saved: record.at, found: 0 });
    }

    /// Records that a look-up found the entry.
    pub fn touched(&mut self, record: &Record) {
        if let Some(life) = self.lives.get_mut(&record.identity) {
            life.found += 1;
        }
    }

    /// How often the entry was found since it was last saved.
    pub fn found(&self, identity: &Identity) -> u32 {
        self.lives.get(identity).map_or(0, |life| life.found)
    }

    /// The removed entry as a ghost, for the line about its removal.
    pub fn ghost(&self, record: &Record, reason: RemovalReason) -> GhostEntry {
        let Record { at, identity, size, accessed, .. } = *record;
        let created = self.lives.get(&identity).map_or(accessed, |life| life.saved);
        GhostEntry { identity, created, removed: at, accessed, size, reason, missed_before: false }
    }
}

/// An entry as a line of the journal describes it.
pub(super) fn stored(names: &Interner, identity: Identity, bytes: Bytes, saved_at: SimTime) -> Stored {
    Stored {
        ref_name: names.scope_text(identity.scope).to_owned(),
        key: names.key_text(identity.key),
        bytes,
        saved_at,
    }
}
