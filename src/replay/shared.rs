//! A [`Player`] that shares its service with a simulation. The simulation has the service between two operations and sweeps
//! it; afterwards the player learns which entries came and went, because it gives them their ids.

use super::operation::StatedEntry;
use super::outcome::OperationOutcome;
use super::player::{Player, Settings};
use crate::service::{EntryId, Identity, Limits, Owner, Record, RecordKind, RemovalReason, Service};
use crate::units::{Bytes, SimTime};

/// What somebody else has done with an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeardRequest {
    /// Stored it, as this owner.
    Stored(StatedEntry, Owner),
    /// Downloaded the entry with this id, at this instant.
    Used(u64, SimTime),
    /// Deleted the entry with this id and size.
    Deleted(u64, Bytes),
    /// The service removed it: always [`OperationOutcome::Evict`].
    Gone(OperationOutcome),
}

impl Player {
    /// Who stores what a player of a shared service stores; no client of a scenario has this number.
    pub const OWNER: Owner = Owner(u16::MAX);

    /// A player of a service that somebody else uses as well.
    pub fn sharing(service: Service, default_branch: &str) -> Player {
        let settings =
            Settings { limits: Limits::default(), default_branch: default_branch.to_owned(), until: None };
        let mut player = Player::new(&settings);
        (player.service, player.is_shared) = (service, true);
        let stored: Vec<EntryId> = player.service.places().map(|(place, _)| place).collect();
        stored.into_iter().for_each(|place| player.name(place, None));
        player
    }

    /// The service, for somebody else to use. It must be given back before the next operation.
    pub fn lend(&mut self) -> Service {
        std::mem::replace(&mut self.service, Service::new(Limits::default()))
    }

    /// The id and the owner of each stored entry.
    pub fn owners(&self) -> impl Iterator<Item = (u64, Owner)> + '_ {
        self.service.places().map(|(place, entry)| (self.ids[place.0 as usize], entry.owner))
    }

    /// When an entry expires next without a sweep, if anything does.
    pub fn next_expiry(&self) -> Option<SimTime> {
        self.service.next_expiry()
    }

    /// Drops the records of the player's own requests.
    pub fn drop_records(&mut self) {
        self.service.take_records(&mut Vec::new());
    }

    /// Takes the service back, with the records of what was done in between, in their order.
    pub fn take_back(&mut self, service: Service, records: &[Record]) -> Vec<HeardRequest> {
        self.service = service;
        records.iter().filter_map(|record| self.heard(record)).collect()
    }

    fn heard(&mut self, record: &Record) -> Option<HeardRequest> {
        let place = record.place?;
        let Record { at, identity, size, .. } = *record;
        let gone = |reason| HeardRequest::Gone(self.gone(at, place, identity, size, reason));
        Some(match record.kind {
            RecordKind::Evicted => gone(RemovalReason::Size),
            RecordKind::Expired => gone(RemovalReason::Idle),
            RecordKind::Deleted => HeardRequest::Deleted(self.ids[place.0 as usize], size),
            RecordKind::Downloaded => HeardRequest::Used(self.ids[place.0 as usize], at),
            RecordKind::Stored => {
                self.name(place, None);
                HeardRequest::Stored(self.stored_by(record, place), record.owner?)
            }
            RecordKind::Found | RecordKind::Missed | RecordKind::Reserved => return None,
        })
    }

    fn gone(
        &self,
        at: SimTime,
        place: EntryId,
        identity: Identity,
        size: Bytes,
        reason: RemovalReason,
    ) -> OperationOutcome {
        let names = &self.service.names;
        OperationOutcome::Evict {
            at,
            id: self.ids[place.0 as usize],
            reference: names.scope_text(identity.scope).to_owned(),
            key: names.key_text(identity.key),
            size,
            reason,
        }
    }

    /// The entry as it was stored; by now, the place may have another one.
    fn stored_by(&self, record: &Record, place: EntryId) -> StatedEntry {
        self.listed(place, record.identity, record.size, [record.at; 2])
    }
}
