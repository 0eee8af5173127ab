//! Plays the operations of a log against one [`Service`] and reports what each of them got. The
//! rules of the cache are in `service`; this file adds when sweeps run, ids as GitHub gives them,
//! and limits on memory.
//!
//! `experiment` uses a [`Player`] for a replay under one limit; [`Comparison`](super::Comparison) and
//! [`LogMrc`](super::LogMrc) have one each per cache. `serve` plays what real clients ask for as they ask.

use super::clock::SweepClock;
use super::operation::{Action, LoggedRun, Operation, StatedEntry};
use super::outcome::{OperationOutcome, RestoreAnswer, SaveAnswer};
use super::problem::InputProblem;
use super::tally::ReplayTally;
use crate::service::{
    Access, Entry, EntryId, Eviction, Identity, Interner, Key, Limits, LookUp, Owner, Payload, Record,
    Reservation, Reserve, Service, State, Sweep, Version,
};
use crate::units::{Bytes, Duration, SimTime};

/// Settings of a replay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Settings of the service. A save is stored and visible immediately, so the visibility lag and
    /// abandoned reservations have no effect.
    pub limits: Limits,
    /// The default branch as a full ref.
    pub default_branch: String,
    /// Later operations are not played. Sweeps continue until this instant.
    pub until: Option<SimTime>,
}

/// Plays operations against one cache. They must be in time order.
///
/// At the same instant, operations come first, in the order of the log, and then the sweep. So the
/// sweep sees everything stored until its instant.
#[derive(Debug, Clone)]
pub struct Player {
    pub(super) service: Service,
    clock: SweepClock,
    default_branch: String,
    /// GitHub's id of each entry, indexed by [`EntryId`].
    pub(super) ids: Vec<u64>,
    /// The highest id so far. A newly stored entry gets the next one.
    last_id: u64,
    /// Number of stored texts from which unused ones are dropped.
    names_max: usize,
    tally: ReplayTally,
    /// True once an operation has been played.
    begun: bool,
    /// True if somebody else uses the service as well, and sweeps it.
    pub(super) is_shared: bool,
}

/// The largest number of entries stored at once; about 3 GB of memory.
pub const ENTRIES_MAX: u64 = 10_000_000;

/// Unused texts are not dropped below this number.
const NAMES_MIN: usize = 20_000;

impl Player {
    /// A player with an empty cache.
    pub fn new(settings: &Settings) -> Player {
        let limits = Limits { visibility_lag: Duration::ZERO, ..settings.limits.clone() };
        Player {
            clock: SweepClock::new(limits.sweep),
            service: Service::new(limits),
            default_branch: settings.default_branch.clone(),
            ids: Vec::new(),
            last_id: 0,
            names_max: NAMES_MIN,
            tally: ReplayTally::default(),
            begun: false,
            is_shared: false,
        }
    }

    /// Adds an entry that is already stored: before the log begins, or at this point. If its
    /// identity is already stored, it is ignored.
    ///
    /// # Errors
    /// If a limit of this program is exceeded.
    pub fn state(&mut self, entry: &StatedEntry, line: u64) -> Result<(), InputProblem> {
        self.make_sure_it_fits(entry.size, line)?;
        self.last_id = self.last_id.max(entry.id.unwrap_or(0));
        self.tally.without_ref += u64::from(entry.reference.is_none());
        let reference = entry.reference.as_deref().unwrap_or(&self.default_branch);
        let names = &mut self.service.names;
        let (scope, version) = (names.scope(reference), names.version(&entry.version));
        let identity = Identity { scope, version, key: names.key(&entry.key) };
        if self.service.find(&identity).is_some() {
            self.tally.stated_twice += 1;
            return Ok(());
        }
        let place = self.service.preload(identity, Owner(0), entry.size, entry.created, entry.accessed);
        self.name(place, entry.id);
        self.tally.peak = self.tally.peak.max(self.service.bytes());
        Ok(())
    }

    /// Counts the stated entries that are younger than the first operation.
    fn begin(&mut self, at: SimTime) {
        let early = |entry: &&Entry| entry.created > at || entry.accessed > at;
        self.tally.stated_early = self.service.list().filter(early).count() as u64;
        self.begun = true;
    }

    /// Runs the sweeps that are due, then plays one operation. Appends the outcomes to `told`.
    ///
    /// # Errors
    /// If a limit of this program is exceeded.
    pub fn play(
        &mut self,
        operation: &Operation,
        told: &mut Vec<OperationOutcome>,
    ) -> Result<(), InputProblem> {
        let (at, line) = (operation.at, operation.line);
        if !self.begun {
            self.begin(at);
        }
        self.advance(at, told);
        self.forget_names();
        match &operation.action {
            Action::Entry(entry) => self.state(entry, line)?,
            Action::Restore { run, key, restore_keys, version } => {
                let outcome = self.restore(operation, run, (key, restore_keys), version, told);
                self.tell(outcome, told);
            }
            Action::Save { run, key, version, size } => {
                self.make_sure_it_fits(*size, line)?;
                let outcome = self.save(at, run, (key, version), *size, told);
                self.tell(OperationOutcome::Save { line, outcome }, told);
                if outcome == SaveAnswer::Stored && self.service.limits().sweep == Sweep::Instant {
                    self.sweep(at, told);
                }
            }
            Action::Delete { reference, key, version, id } => {
                self.delete(at, reference.as_deref(), (key.as_deref(), version.as_deref()), *id);
            }
            Action::Sweep => self.sweep(at, told),
        }
        self.tally.peak = self.tally.peak.max(self.service.bytes());
        Ok(())
    }

    /// Runs the sweeps until `end`, inclusive.
    pub fn finish(&mut self, end: SimTime, told: &mut Vec<OperationOutcome>) {
        self.advance(end + Duration(1), told);
        self.tally.peak = self.tally.peak.max(self.service.bytes());
    }

    /// Makes the service record its requests from now on.
    pub(super) fn keep_records(&mut self) {
        self.service.keep_records();
    }

    /// Replaces the content of `into` with the records since the last call.
    pub(super) fn take_records(&mut self, into: &mut Vec<Record>) {
        self.service.take_records(into);
    }

    /// Counts of everything so far.
    pub fn tally(&self) -> &ReplayTally {
        &self.tally
    }

    /// Bytes currently stored.
    pub fn bytes(&self) -> Bytes {
        self.service.bytes()
    }

    /// The entry of this ref, key and version, if it is stored.
    pub fn find(&mut self, reference: &str, key: &str, version: &str) -> Option<StatedEntry> {
        let names = &mut self.service.names;
        let (scope, version) = (names.scope(reference), names.version(version));
        let identity = Identity { scope, version, key: names.key(key) };
        let place = self.service.find(&identity)?;
        let entry = self.service.entry(place);
        (entry.state == State::Stored).then(|| self.stated(place, entry))
    }

    /// Number of stored entries.
    pub fn entries(&self) -> u64 {
        self.service.len()
    }

    /// The stored entries, latest access first, as GitHub lists them.
    pub fn listing(&self) -> Vec<StatedEntry> {
        let mut entries: Vec<_> =
            self.service.places().map(|(place, entry)| self.stated(place, entry)).collect();
        entries.reverse();
        entries
    }

    fn stated(&self, place: EntryId, entry: &Entry) -> StatedEntry {
        self.listed(place, entry.identity, entry.size, [entry.created, entry.accessed])
    }

    /// An entry as a listing shows it, by its place, with the times of its creation and of its last access.
    pub(super) fn listed(
        &self,
        place: EntryId,
        identity: Identity,
        size: Bytes,
        [created, accessed]: [SimTime; 2],
    ) -> StatedEntry {
        let names = &self.service.names;
        StatedEntry {
            id: Some(self.ids[place.0 as usize]),
            reference: Some(names.scope_text(identity.scope).to_owned()),
            key: names.key_text(identity.key),
            version: names.version_text(identity.version).to_owned(),
            size,
            created,
            accessed,
        }
    }

    fn restore(
        &mut self,
        operation: &Operation,
        run: &LoggedRun,
        keys: (&str, &[String]),
        version: &str,
        told: &mut Vec<OperationOutcome>,
    ) -> OperationOutcome {
        let (access, version) = (self.access(run), self.service.names.version(version));
        let key = self.service.names.key(keys.0);
        let restore_keys: Vec<Key> = keys.1.iter().map(|key| self.service.names.key(key)).collect();
        let mut gone = Vec::new();
        let lost = |_: &Interner, eviction| gone.push(eviction);
        let found = self.service.look_up(operation.at, &access, version, key, &restore_keys, lost);
        self.tell_gone(operation.at, gone, told);
        let (outcome, place) = match found {
            LookUp::Exact(place) => (RestoreAnswer::Exact, Some(place)),
            LookUp::Prefix(place) => (RestoreAnswer::Prefix, Some(place)),
            LookUp::Miss => {
                let mut wanted = std::iter::once(key).chain(restore_keys);
                let differs = |scope, key| self.service.has_other_version(operation.at, scope, version, key);
                let other = wanted.any(|key| access.readable().any(|scope| differs(scope, key)));
                self.tally.other_version += u64::from(other);
                (RestoreAnswer::Miss, None)
            }
            LookUp::RateLimited => (RestoreAnswer::RateLimited, None),
            LookUp::Denied => (RestoreAnswer::Denied, None),
        };
        if let Some(place) = place {
            self.service.download(operation.at, place);
        }
        let entry = place.map(|place| self.stated(place, self.service.entry(place)));
        let (reference, key, size) = match entry {
            Some(entry) => (entry.reference, Some(entry.key), Some(entry.size)),
            None => (None, None, None),
        };
        OperationOutcome::Restore { line: operation.line, outcome, reference, key, size }
    }

    fn save(
        &mut self,
        at: SimTime,
        run: &LoggedRun,
        (key, version): (&str, &str),
        size: Bytes,
        told: &mut Vec<OperationOutcome>,
    ) -> SaveAnswer {
        match self.reserved(at, run, (key, version), told) {
            Ok(reservation) => {
                let id = self.stored(at, reservation, size);
                id.expect("a reservation of this instant is fresh");
                SaveAnswer::Stored
            }
            Err(answer) => answer,
        }
    }

    /// Runs the sweeps that are due, then reserves what [`Player::finalise`] stores. Appends what was
    /// removed to `told`.
    ///
    /// # Errors
    /// If the service refuses it: how.
    pub fn reserve(
        &mut self,
        at: SimTime,
        run: &LoggedRun,
        (key, version): (&str, &str),
        told: &mut Vec<OperationOutcome>,
    ) -> Result<Reservation, SaveAnswer> {
        self.advance(at, told);
        self.forget_names();
        if self.service.len() >= ENTRIES_MAX {
            return Err(SaveAnswer::OverQuota);
        }
        self.reserved(at, run, (key, version), told)
    }

    /// Runs the sweeps that are due, then stores what was reserved. Returns the entry's id; `None` if the
    /// reservation is too old. Appends what was removed to `told`.
    pub fn finalise(
        &mut self,
        at: SimTime,
        reservation: Reservation,
        size: Bytes,
        told: &mut Vec<OperationOutcome>,
    ) -> Option<u64> {
        self.advance(at, told);
        let id = self.stored(at, reservation, size)?;
        if self.service.limits().sweep == Sweep::Instant {
            self.sweep(at, told);
        }
        Some(id)
    }

    fn reserved(
        &mut self,
        at: SimTime,
        run: &LoggedRun,
        (key, version): (&str, &str),
        told: &mut Vec<OperationOutcome>,
    ) -> Result<Reservation, SaveAnswer> {
        let access = self.access(run);
        let (version, key): (Version, Key) =
            (self.service.names.version(version), self.service.names.key(key));
        let mut gone = Vec::new();
        let lost = |_: &Interner, eviction| gone.push(eviction);
        let owner = if self.is_shared { Player::OWNER } else { Owner(0) };
        let answer = self.service.reserve(at, &access, version, key, owner, lost);
        self.tell_gone(at, gone, told);
        match answer {
            Reserve::Granted(reservation) => Ok(reservation),
            Reserve::Exists => Err(SaveAnswer::Exists),
            Reserve::RateLimited => Err(SaveAnswer::RateLimited),
            Reserve::ReadOnly => Err(SaveAnswer::Denied),
            Reserve::OverQuota => Err(SaveAnswer::OverQuota),
        }
    }

    /// Stores what was reserved, and returns its id.
    fn stored(&mut self, at: SimTime, reservation: Reservation, size: Bytes) -> Option<u64> {
        let place = self.service.finalise(at, reservation, size, Payload(0))?;
        self.name(place, None);
        self.tally.peak = self.tally.peak.max(self.service.bytes());
        Some(self.ids[place.0 as usize])
    }

    fn access(&mut self, run: &LoggedRun) -> Access {
        let names = &mut self.service.names;
        let (own, default) = (names.scope(&run.reference), names.scope(&self.default_branch));
        let base = run.base.as_ref().map(|base| names.scope(base));
        let trigger = run.event.trigger(&run.reference, &self.default_branch);
        Access::of(trigger, run.mode, own, base, default)
    }

    /// Deletes the entries that match every given field.
    fn delete(
        &mut self,
        at: SimTime,
        reference: Option<&str>,
        (key, version): (Option<&str>, Option<&str>),
        id: Option<u64>,
    ) {
        let names = &mut self.service.names;
        let scope = reference.map(|reference| names.scope(reference));
        let version = version.map(|version| names.version(version));
        let places: Vec<EntryId> = match key.map(|key| names.key(key)) {
            Some(key) => self.service.with_key(scope, key),
            None => self.service.places().map(|(place, _)| place).collect(),
        };
        for place in places {
            let identity = self.service.entry(place).identity;
            let fits = id.is_none_or(|id| self.ids[place.0 as usize] == id)
                && scope.is_none_or(|scope| identity.scope == scope)
                && version.is_none_or(|version| identity.version == version);
            self.tally.deleted += u64::from(fits && self.service.delete(at, place));
        }
    }

    fn sweep(&mut self, at: SimTime, told: &mut Vec<OperationOutcome>) {
        let mut gone = Vec::new();
        self.service.sweep(at, |_, eviction| gone.push(eviction));
        self.tell_gone(at, gone, told);
    }

    fn expire(&mut self, at: SimTime, told: &mut Vec<OperationOutcome>) {
        let mut gone = Vec::new();
        self.service.expire(at, |_, eviction| gone.push(eviction));
        self.tell_gone(at, gone, told);
    }

    fn tell_gone(&mut self, at: SimTime, gone: Vec<Eviction>, told: &mut Vec<OperationOutcome>) {
        for eviction in gone {
            let entry = self.stated(eviction.id, &eviction.entry);
            let outcome = OperationOutcome::Evict {
                at,
                id: self.ids[eviction.id.0 as usize],
                reference: entry.reference.unwrap_or_default(),
                key: entry.key,
                size: entry.size,
                reason: eviction.reason,
            };
            self.tell(outcome, told);
        }
    }

    /// Runs the sweeps and expiries that are due before `end`. Appends what they remove to `told`.
    pub fn advance(&mut self, end: SimTime, told: &mut Vec<OperationOutcome>) {
        if self.is_shared {
            return;
        }
        while let Some(expiry) = self.service.next_expiry().filter(|expiry| *expiry < end) {
            // What was idle for too long before it was stated goes now: nothing happens before the log begins.
            let expiry = expiry.max(self.clock.begun(end));
            self.sweep_before(expiry, told);
            self.expire(expiry, told);
        }
        self.sweep_before(end, told);
    }

    /// Runs the sweeps that are due before `end`. Nothing is stored in between, so the next sweep
    /// with an effect is the first one after an entry has been idle for longer than the retention.
    /// Other sweeps are skipped, so that a gap of years takes no time.
    fn sweep_before(&mut self, end: SimTime, told: &mut Vec<OperationOutcome>) {
        while let Some(due) = self.clock.due(end) {
            self.sweep(due, told);
            let retention = self.service.limits().retention;
            let idle = self.service.list().next().map(|entry| entry.accessed + retention);
            self.clock.done_before(idle.unwrap_or(end).max(due) + Duration(1));
        }
        self.clock.done_before(end);
    }

    fn tell(&mut self, outcome: OperationOutcome, told: &mut Vec<OperationOutcome>) {
        self.tally.note(&outcome);
        told.push(outcome);
    }

    /// Stores an entry's id: the given one, or the next free one.
    pub(super) fn name(&mut self, place: EntryId, id: Option<u64>) {
        let id = id.unwrap_or_else(|| self.last_id.saturating_add(1));
        self.last_id = self.last_id.max(id);
        let index = place.0 as usize;
        if self.ids.len() <= index {
            self.ids.resize(index + 1, 0);
        }
        self.ids[index] = id;
    }

    fn make_sure_it_fits(&self, size: Bytes, line: u64) -> Result<(), InputProblem> {
        if self.service.len() >= ENTRIES_MAX {
            let message =
                format!("more than {ENTRIES_MAX} entries at once: sweep more often, or split the log");
            return Err(InputProblem::new(line, message));
        }
        if self.service.bytes().0.checked_add(size.0).is_none() {
            return Err(InputProblem::new(line, "more bytes at once than can be counted: sweep more often"));
        }
        Ok(())
    }

    fn forget_names(&mut self) {
        // The others of a shared service keep the numbers of names.
        if self.service.names.len() > self.names_max && !self.is_shared {
            self.service.forget_names();
            self.names_max = NAMES_MIN.max(2 * self.service.names.len());
        }
    }
}
