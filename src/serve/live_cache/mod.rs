//! The cache that real clients talk to: the service model at the time of the clock, with the bodies of its entries,
//! a recorder and counts. The rules are `replay`'s [`Player`]'s, so that a recorded log replays to the same answers.
//!
//! The protocol calls it, one request at a time; bodies are moved without it.

mod beside;

use super::clock::ServeClock;
use super::recorder::{OpenLine, Recorder};
use super::store::{BodyStore, StoreIndex, Upload};
use super::summary::ServeSummary;
use super::team::Team;
use super::traffic::{ServedTraffic, Writer};
use crate::replay::{
    Action, LoggedRun, Operation, OperationOutcome, Player, RestoreAnswer, SaveAnswer, Settings, StatedEntry,
};
use crate::service::{Limiter, Limits, RemovalReason, Reservation};
use crate::units::{Bytes, Duration, SimTime};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The cache and everything that has to change together with it.
pub struct LiveCache {
    player: Player,
    clock: ServeClock,
    /// The latest time that the cache has seen.
    now: SimTime,
    /// When the server began.
    begun: SimTime,
    limit: Bytes,
    reservation: Duration,
    store: Arc<BodyStore>,
    index: Option<StoreIndex>,
    recorder: Option<Recorder>,
    traffic: ServedTraffic,
    /// Uploads that are not finalised, by their number.
    uploads: BTreeMap<u64, OpenUpload>,
    /// Their numbers, by what they will be known by: ref, version and key.
    reserved: BTreeMap<(String, String, String), u64>,
    next_upload: u64,
    /// When each stored entry was last used, by its id.
    used: BTreeMap<u64, SimTime>,
    /// The other writers, if there are any.
    team: Option<Team>,
    /// The clients of the scenario that have stored entries, by the id of the entry.
    simulated: BTreeMap<u64, &'static str>,
    /// Requests that were answered.
    requests: u64,
    /// Failures that a person should know of.
    problems: Vec<String>,
}

/// An upload with what it was reserved for.
struct OpenUpload {
    upload: Arc<Upload>,
    place: (String, String, String),
    reservation: Reservation,
    at: SimTime,
    line: Option<OpenLine>,
}

/// What a look-up found.
#[derive(Debug, PartialEq, Eq)]
pub enum LiveLookUp {
    /// An entry.
    Hit(StatedEntry),
    /// Nothing.
    Miss,
    /// The minute is used up; real seconds until the next one.
    RateLimited(u64),
    /// The token reads nothing.
    Denied,
}

/// Why a reservation is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// The service's answer.
    Answer(SaveAnswer),
    /// The minute is used up; real seconds until the next one.
    RateLimited(u64),
    /// There are too many uploads at once.
    Busy,
}

/// What a finalisation came to.
#[derive(Debug, PartialEq, Eq)]
pub enum LiveStore {
    /// The entry's id.
    Stored(u64),
    /// Nothing was reserved, or so long ago that it is void.
    NotReserved,
    /// The upload has another size than the client says; `None` if it is not complete.
    OtherSize(Option<u64>),
    /// The disk failed.
    Failed,
}

/// The most uploads at once.
const UPLOADS_MAX: usize = 10_000;

impl LiveCache {
    /// An empty cache.
    pub fn new(settings: &Settings, clock: ServeClock, store: Arc<BodyStore>) -> LiveCache {
        LiveCache::around(Player::new(settings), &settings.limits, clock, store)
    }

    fn around(player: Player, limits: &Limits, clock: ServeClock, store: Arc<BodyStore>) -> LiveCache {
        LiveCache {
            player,
            now: clock.now(),
            begun: clock.now(),
            limit: limits.limit,
            clock,
            reservation: limits.reservation,
            team: None,
            simulated: BTreeMap::new(),
            store,
            index: None,
            recorder: None,
            traffic: ServedTraffic::default(),
            uploads: BTreeMap::new(),
            reserved: BTreeMap::new(),
            next_upload: 1,
            used: BTreeMap::new(),
            requests: 0,
            problems: Vec::new(),
        }
    }

    /// States entries that are already stored; those of the store's own index are not indexed again.
    ///
    /// # Errors
    /// If they exceed a limit of this program.
    pub fn state(&mut self, entries: &[StatedEntry]) -> Result<(), String> {
        for entry in entries {
            self.player.state(entry, 0).map_err(|problem| problem.to_string())?;
        }
        self.used = self.player.listing().iter().filter_map(|e| Some((e.id?, e.accessed))).collect();
        Ok(())
    }

    /// Keeps this index from now on.
    pub fn keep_index(&mut self, index: StoreIndex) {
        self.index = Some(index);
    }

    /// Records what happens from now on, and what is stored already.
    pub fn record_to(&mut self, mut recorder: Recorder) {
        let mut stored = self.player.listing();
        stored.reverse();
        for entry in stored {
            recorder.record(self.now, Action::Entry(entry));
        }
        self.recorder = Some(recorder);
    }

    /// Looks up an entry, as one that will be downloaded.
    pub fn look_up(
        &mut self,
        run: LoggedRun,
        (key, version): (String, String),
        restore_keys: Vec<String>,
    ) -> LiveLookUp {
        let at = self.tick();
        let asked = key.clone();
        let action = Action::Restore { run, key, restore_keys, version: version.clone() };
        let operation = Operation { line: 0, at, action };
        let mut told = Vec::new();
        // Only what is stored can exceed a limit.
        self.player.play(&operation, &mut told).ok();
        self.remove(&told);
        if let Some(recorder) = &mut self.recorder {
            recorder.record(at, operation.action);
        }
        let Some(OperationOutcome::Restore { outcome, reference, key, size, .. }) = told.pop() else {
            return LiveLookUp::Miss;
        };
        self.traffic.restored(Writer::of_key(&asked), outcome, size);
        match outcome {
            RestoreAnswer::Exact | RestoreAnswer::Prefix => {
                let (reference, key) = (reference.unwrap_or_default(), key.unwrap_or_default());
                let entry = self.player.find(&reference, &key, &version);
                entry.map_or(LiveLookUp::Miss, |entry| self.found(at, entry))
            }
            RestoreAnswer::Miss => LiveLookUp::Miss,
            RestoreAnswer::RateLimited => LiveLookUp::RateLimited(self.seconds_to_next_minute()),
            RestoreAnswer::Denied => LiveLookUp::Denied,
        }
    }

    fn found(&mut self, at: SimTime, entry: StatedEntry) -> LiveLookUp {
        self.used.insert(entry.id.unwrap_or(0), at);
        self.write_index(|index| index.entry(at, &entry));
        LiveLookUp::Hit(entry)
    }

    /// Reserves a key. Returns the number of its upload.
    ///
    /// # Errors
    /// If it is refused.
    pub fn reserve(&mut self, run: LoggedRun, (key, version): (String, String)) -> Result<u64, Refused> {
        let at = self.tick();
        if self.uploads.len() >= UPLOADS_MAX {
            return Err(Refused::Busy);
        }
        let mut told = Vec::new();
        let answer = self.player.reserve(at, &run, (&key, &version), &mut told);
        self.remove(&told);
        let place = (run.reference.clone(), version.clone(), key.clone());
        let save = |size| Action::Save { run, key: key.clone(), version, size };
        match answer {
            Ok(reservation) => {
                let line = self.recorder.as_mut().map(|recorder| recorder.open(at, save(Bytes::ZERO)));
                Ok(self.open_upload(place, reservation, at, line))
            }
            Err(answer) => {
                self.traffic.saved(Writer::of_key(&key), answer);
                let size = self.traffic.mean_stored(&key);
                if let Some(recorder) = &mut self.recorder {
                    recorder.record(at, save(size));
                }
                Err(match answer {
                    SaveAnswer::RateLimited => Refused::RateLimited(self.seconds_to_next_minute()),
                    answer => Refused::Answer(answer),
                })
            }
        }
    }

    fn open_upload(
        &mut self,
        place: (String, String, String),
        reservation: Reservation,
        at: SimTime,
        line: Option<OpenLine>,
    ) -> u64 {
        let number = self.next_upload;
        self.next_upload += 1;
        let upload = Arc::new(self.store.upload(number));
        self.reserved.insert(place.clone(), number);
        self.uploads.insert(number, OpenUpload { upload, place, reservation, at, line });
        number
    }

    /// The upload with this number, if it is not finalised.
    pub fn upload(&self, number: u64) -> Option<Arc<Upload>> {
        self.uploads.get(&number).map(|open| Arc::clone(&open.upload))
    }

    /// Stores what was reserved and uploaded.
    pub fn finalise(&mut self, run: &LoggedRun, (key, version): (String, String), size: u64) -> LiveStore {
        let at = self.tick();
        let place = (run.reference.clone(), version, key);
        let Some(number) = self.reserved.get(&place).copied() else { return LiveStore::NotReserved };
        let uploaded = self.uploads.get(&number).and_then(|open| open.upload.complete());
        if uploaded != Some(size) {
            return LiveStore::OtherSize(uploaded);
        }
        self.reserved.remove(&place);
        let Some(open) = self.uploads.remove(&number) else { return LiveStore::NotReserved };
        let mut told = Vec::new();
        let Some(id) = self.player.finalise(at, open.reservation, Bytes(size), &mut told) else {
            self.give_up(open);
            return LiveStore::NotReserved;
        };
        let is_published = self.store.publish(&open.upload, id);
        open.upload.end(&self.store, Some(size));
        if let (Some(recorder), Some(line)) = (&mut self.recorder, open.line) {
            recorder.close(line, Some(Bytes(size)));
        }
        let (reference, version, key) = place;
        self.traffic.stored(Writer::of_key(&key), Bytes(size), at);
        self.used.insert(id, at);
        if let Some(entry) = self.player.find(&reference, &key, &version) {
            self.write_index(|index| index.entry(at, &entry));
        }
        self.remove(&told);
        match is_published {
            Ok(()) => LiveStore::Stored(id),
            Err(problem) => {
                self.complain(format!("cannot keep a body: {problem}"));
                LiveStore::Failed
            }
        }
    }

    /// Deletes all entries that match. Returns them.
    pub fn delete(
        &mut self,
        reference: Option<String>,
        key: Option<String>,
        id: Option<u64>,
    ) -> Vec<StatedEntry> {
        let at = self.tick();
        let fits = |entry: &StatedEntry| {
            id.is_none_or(|id| entry.id == Some(id))
                && key.as_ref().is_none_or(|key| entry.key == *key)
                && reference.as_ref().is_none_or(|own| entry.reference.as_ref() == Some(own))
        };
        let gone: Vec<_> = self.player.listing().into_iter().filter(fits).collect();
        let operation =
            Operation { line: 0, at, action: Action::Delete { reference, key, version: None, id } };
        let mut told = Vec::new();
        self.player.play(&operation, &mut told).ok();
        self.remove(&told);
        gone.iter().for_each(|entry| self.forget(at, entry.id.unwrap_or(0), entry.size));
        if let Some(recorder) = &mut self.recorder {
            recorder.record(at, operation.action);
        }
        gone
    }

    /// The stored entries, latest access first.
    pub fn listing(&mut self) -> Vec<StatedEntry> {
        self.look();
        self.player.listing()
    }

    /// What clients did so far.
    pub fn summary(&mut self) -> ServeSummary {
        self.look();
        ServeSummary {
            requests: self.requests,
            traffic: self.traffic.clone(),
            entries: self.player.entries(),
            bytes: self.player.bytes(),
            limit: self.limit,
            real: self.clock.elapsed(),
            simulated: self.now - self.begun,
            is_faster: !self.clock.is_real(),
            uploads: self.uploads.len() as u64,
        }
    }

    /// The simulated time.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// Ends the log and says what went wrong: sentences without a full stop.
    pub fn finish(&mut self) -> (Option<(u64, u64)>, Vec<String>) {
        self.look();
        let recorded = self.recorder.take().map(|mut recorder| recorder.finish());
        let recorded = recorded.and_then(|recorded| match recorded {
            Ok(lines) => Some(lines),
            Err(problem) => {
                self.problems.push(format!("cannot write the log: {problem}"));
                None
            }
        });
        let of_index = self.index.as_mut().and_then(StoreIndex::take_problem);
        self.problems
            .extend(of_index.map(|problem| format!("cannot write the index of the store: {problem}")));
        (recorded, std::mem::take(&mut self.problems))
    }

    /// Another request: its time.
    fn tick(&mut self) -> SimTime {
        self.requests += 1;
        self.now = self.clock.now().max(self.now);
        self.let_others_act(true);
        self.end_old_uploads();
        self.now
    }

    /// Does what is due, without being a request that a log knows of.
    fn look(&mut self) {
        self.now = self.clock.now().max(self.now);
        self.let_others_act(true);
        // A replay begins with the first operation: no sweep comes before it.
        if self.requests > 0 {
            let mut told = Vec::new();
            self.player.advance(self.now, &mut told);
            self.remove(&told);
        }
        self.end_old_uploads();
    }

    /// Gives up uploads whose reservation has run out.
    fn end_old_uploads(&mut self) {
        let (now, longest) = (self.now, self.reservation);
        let is_old = |open: &OpenUpload| now - open.at >= longest;
        while let Some(oldest) = self.uploads.first_entry().filter(|oldest| is_old(oldest.get())) {
            let open = oldest.remove();
            self.reserved.remove(&open.place);
            self.give_up(open);
        }
    }

    fn give_up(&mut self, open: OpenUpload) {
        open.upload.end(&self.store, None);
        if let (Some(recorder), Some(line)) = (&mut self.recorder, open.line) {
            recorder.close(line, None);
        }
    }

    /// Follows what the service has removed.
    fn remove(&mut self, told: &[OperationOutcome]) {
        for outcome in told {
            let OperationOutcome::Evict { at, id, key, size, reason, .. } = outcome else { continue };
            let writer = self.writer(*id, key);
            match reason {
                RemovalReason::Size => {
                    let used = self.used.get(id).copied().unwrap_or(*at);
                    self.traffic.evicted(writer, *size, used);
                }
                RemovalReason::Idle => self.traffic.expired(writer),
            }
            self.forget(*at, *id, *size);
        }
    }

    /// Who has stored an entry.
    fn writer(&self, id: u64, key: &str) -> Writer {
        self.simulated.get(&id).map_or_else(|| Writer::of_key(key), |client| Writer::simulated(client))
    }

    fn forget(&mut self, at: SimTime, id: u64, size: Bytes) {
        self.used.remove(&id);
        self.simulated.remove(&id);
        self.store.remove(id, size.0);
        self.write_index(|index| index.gone(at, id));
    }

    fn write_index(&mut self, write: impl FnOnce(&mut StoreIndex)) {
        let Some(index) = &mut self.index else { return };
        write(index);
        if index.is_long(self.player.entries()) {
            index.shorten(self.player.listing().iter().rev());
        }
    }

    fn complain(&mut self, problem: String) {
        if self.problems.len() < 20 {
            self.problems.push(problem);
        }
    }

    fn seconds_to_next_minute(&self) -> u64 {
        self.clock.seconds_until(Limiter::resets_in(self.now))
    }
}
