//! How a client reaches the service: a [`Session`] is one job's access at one instant. Every request passes
//! through it and becomes an [`Event`], and it counts the job's requests in its [`JobRun`].
//!
//! `ci` makes a session each time it wakes a job. The service's own rules are in `service`; what is done
//! with events is up to `observe`.

pub(super) mod github;
pub(super) mod host;
pub(super) mod uplink;
pub(super) mod world;

use super::payloads::Content;
use crate::event::{
    Caller, ClientId, Event, GhostEntry, JobId, JobRun, Loss, LossCause, RefClass, RefKind, Restore,
    RestoreEvent, RestoreOutcome, RunId, SaveOutcome, Site,
};
use crate::project::Checkout;
use crate::random::Draws;
use crate::service::{
    Access, CacheMode, Entry, EntryId, Identity, Key, Limits, LookUp, Owner, Reservation, Reserve, Scope,
    Sweep, Version,
};
use crate::units::{Bytes, Duration, Rate, SimTime};
use github::GithubContext;
use host::Host;
use std::rc::Rc;
use world::World;

/// What a client may know about its job.
#[derive(Debug, Clone)]
pub struct JobContext {
    /// The job's id in events.
    pub run: RunId,
    /// Identifies this job of this push; draws are addressed by it.
    pub identity: u64,
    /// The job's index among all jobs.
    pub job: JobId,
    /// `GITHUB_JOB`: the job's name without a matrix leg.
    pub job_name: Rc<str>,
    /// `GITHUB_REF`.
    pub ref_name: Rc<str>,
    /// The class of the ref: main, pull request or other.
    pub class: RefClass,
    /// The kind of the ref.
    pub kind: RefKind,
    /// What the job's token may read and write.
    pub access: Access,
    /// True if a pull request from a fork started the job. It then has none of the repository's
    /// credentials.
    pub from_fork: bool,
    /// The `cache-mode` declared for the job. The runner passes it on to the clients.
    pub cache_mode: Option<CacheMode>,
    /// What GitHub says about the workflow run.
    pub github: Rc<GithubContext>,
    /// The state of the project that the job has checked out.
    pub checkout: Rc<Checkout>,
    /// The push's number in time order.
    pub push: u32,
    /// The push's identity, for keys that contain the commit.
    pub push_id: u64,
    /// The machine the job runs on.
    pub host: Host,
    /// When the job started.
    pub started: SimTime,
}

/// One job's access to the service at one instant.
pub struct Session<'a> {
    /// The current instant.
    pub now: SimTime,
    /// What all jobs share.
    pub(super) world: &'a mut World,
    /// The job that the requests are for.
    pub job: &'a JobContext,
    /// The record of the job so far.
    pub run: &'a mut JobRun,
}

/// A look-up as a client asks for it.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The client that asks.
    pub client: ClientId,
    /// The version an entry must have.
    pub version: Version,
    /// The primary key.
    pub key: Key,
    /// The restore keys, in order.
    pub restore_keys: &'a [Key],
    /// True if what is found is not downloaded.
    pub lookup_only: bool,
}

/// The result of a look-up.
#[derive(Debug, Clone)]
pub struct Found {
    /// How the key was matched.
    pub outcome: RestoreOutcome,
    /// The content of the entry; [`Content::Opaque`] on a miss.
    pub content: Content,
    /// The entry found; `None` on a miss.
    pub entry: Option<EntryId>,
    /// The entry's size; 0 on a miss.
    pub size: Bytes,
}

impl Found {
    /// Marks the entry's download as stalled. To the client this is a miss.
    pub fn stall(&mut self) {
        self.outcome = RestoreOutcome::Miss;
    }

    fn has_stalled(&self) -> bool {
        self.entry.is_some() && self.outcome == RestoreOutcome::Miss
    }
}

/// How much of a lost time belongs to each client and cause, as weights of any unit.
#[derive(Debug, Clone, Default)]
pub struct LossWeights {
    list: Vec<(Option<ClientId>, LossCause, f64)>,
    moved: Option<(ClientId, f64)>,
}

impl LossWeights {
    /// Adds to the weight of a client and cause; `None` is for work that no client caches.
    pub fn add(&mut self, client: Option<ClientId>, cause: LossCause, weight: Duration) {
        let weight = weight.0.max(0) as f64;
        match self.list.iter_mut().find(|known| (known.0, known.1) == (client, cause)) {
            Some(known) => known.2 += weight,
            None => self.list.push((client, cause, weight)),
        }
    }

    /// Sets the weight of a client's look-ups and transfers within the time, which a perfect cache needs as well.
    pub fn set_moved(&mut self, client: ClientId, weight: Duration) {
        self.moved = Some((client, weight.0.max(0) as f64));
    }
}

impl<'a> Session<'a> {
    /// The access of one job at one instant.
    pub fn new(now: SimTime, world: &'a mut World, job: &'a JobContext, run: &'a mut JobRun) -> Session<'a> {
        Session { now, world, job, run }
    }
}

impl Session<'_> {
    /// The key with this text.
    pub fn key(&mut self, text: &str) -> Key {
        self.world.service.names.key(text)
    }

    /// The key of an object named by a digest.
    pub fn object_key(&mut self, stem: Key, digest: u64) -> Key {
        self.world.service.names.object(stem, digest)
    }

    /// The version with this text.
    pub fn version(&mut self, text: &str) -> Version {
        self.world.service.names.version(text)
    }

    /// The text of any key, including an object's.
    pub fn key_text(&self, key: Key) -> String {
        self.world.service.names.key_text(key)
    }

    /// The text of a key that is not an object's.
    pub(super) fn text(&self, key: Key) -> &str {
        self.world.service.names.text(key)
    }

    /// The ref that a scope belongs to.
    pub fn scope_text(&self, scope: Scope) -> &str {
        self.world.service.names.scope_text(scope)
    }

    /// The service's limits.
    pub fn limits(&self) -> &Limits {
        self.world.service.limits()
    }

    /// The replication's draws.
    pub fn draws(&self) -> &Draws {
        &self.world.draws
    }

    /// A stored entry.
    pub fn entry(&self, id: EntryId) -> &Entry {
        self.world.service.entry(id)
    }

    /// Downloads an entry that was looked up before, if it is still stored.
    pub fn download(&mut self, identity: &Identity) {
        if let Some(entry) = self.world.service.find(identity) {
            self.world.service.download(self.now, entry);
        }
    }

    /// Why a look-up of this key finds nothing that the job may read.
    pub fn cause_of_miss(&self, version: Version, key: Key) -> LossCause {
        let World { history, service, .. } = &*self.world;
        history.cause_of_miss(&service.names, &self.job.access, version, key, &[])
    }

    /// Why a job that looks nothing up has no entry: one was stored, and it does not reach it; or none was, and a look-up
    /// would have missed.
    pub fn cause_of_no_look_up(&self, version: Version, key: Key, restore_keys: &[Key]) -> LossCause {
        let World { history, service, .. } = &*self.world;
        let names = &service.names;
        match std::iter::once(&key).chain(restore_keys).any(|key| history.was_stored(names, *key)) {
            true => LossCause::UnreadableScope,
            false => history.cause_of_miss(names, &self.job.access, version, key, restore_keys),
        }
    }

    /// Why the job has to do again what this look-up did not bring.
    fn cause(&self, access: &Access, found: &Found, wanted: &Wanted) -> LossCause {
        let World { history, service, .. } = &*self.world;
        let Wanted { version, key, restore_keys, lookup_only, .. } = *wanted;
        match found.outcome {
            _ if found.has_stalled() => LossCause::Transfer,
            RestoreOutcome::Exact | RestoreOutcome::Prefix if lookup_only => LossCause::UnreadableScope,
            RestoreOutcome::Exact => LossCause::StaleContents,
            RestoreOutcome::Prefix => history.cause_of_prefix_hit(access, version, key),
            RestoreOutcome::Miss => history.cause_of_miss(&service.names, access, version, key, restore_keys),
            RestoreOutcome::RateLimited => LossCause::RateLimited,
        }
    }

    /// Records that the job lost time.
    pub fn lose(&mut self, client: Option<ClientId>, cause: LossCause, time: Duration) {
        if time == Duration::ZERO {
            return;
        }
        let losses = &mut self.run.losses;
        match losses.iter_mut().find(|loss| loss.client == client && loss.cause == cause) {
            Some(loss) => loss.time += time,
            None => losses.push(Loss { client, cause, time }),
        }
    }

    /// Divides lost time in proportion to the weights. The parts add up to `time`. Returns the time that a perfect
    /// cache would have needed as well: what was moved, and everything if there are no weights.
    pub fn lose_by(&mut self, time: Duration, weights: &LossWeights) -> Duration {
        let made: f64 = weights.list.iter().map(|(_, _, weight)| weight).sum();
        let all = made + weights.moved.map_or(0.0, |(_, weight)| weight);
        if all <= 0.0 {
            return time;
        }
        let (mut sum, mut given) = (0.0, Duration::ZERO);
        for (client, cause, weight) in &weights.list {
            sum += weight;
            let until = time.scaled((sum / all).min(1.0));
            self.lose(*client, *cause, until - given);
            // No download that stalls is needed, but what follows is the fault of a transfer.
            if *cause == LossCause::Transfer {
                self.run.stalled += until - given;
            }
            given = until;
        }
        let Some((client, _)) = weights.moved else { return Duration::ZERO };
        self.lose(Some(client), LossCause::Transfer, time - given);
        time - given
    }

    /// Where the job's entries of this key and version belong. A job that may not save has a ref all the same.
    fn own_identity(&mut self, version: Version, key: Key) -> Identity {
        let own = self.job.access.writable();
        let scope = own.unwrap_or_else(|| self.world.scope(&self.job.ref_name));
        Identity { scope, version, key }
    }

    /// Records that the job ends without an attempt to save what it wanted.
    pub fn left_unsaved(&mut self, version: Version, key: Key) {
        let identity = self.own_identity(version, key);
        let World { history, service, .. } = &mut *self.world;
        history.unsaved(&service.names, identity, self.job.started, self.now);
    }

    /// Counts a look-up as a restore. After a miss, the missed bytes are those of the entry that was
    /// removed, or else `expected`. Without `expected`, no bytes are counted. Returns why the job has to do again
    /// what the look-up did not bring.
    pub fn count_restore(
        &mut self,
        access: &Access,
        found: &Found,
        wanted: &Wanted,
        expected: Option<Bytes>,
    ) -> LossCause {
        let Wanted { client, key, .. } = *wanted;
        let cause = self.cause(access, found, wanted);
        let lost = self.find_lost(access, found, wanted);
        let missed = |expected| lost.map_or(expected, |ghost| ghost.size);
        let size = |expected| if found.entry.is_some() { found.size } else { missed(expected) };
        self.world.events.push(Event::Restored(Box::new(RestoreEvent {
            at: self.now,
            caller: self.caller(client),
            key,
            restore_keys: wanted.restore_keys.to_vec(),
            outcome: found.outcome,
            bytes: expected.map_or(Bytes::ZERO, size),
            found: found.entry.map(|id| *self.world.service.entry(id)),
            lost,
            cause,
        })));
        let Found { outcome, size: bytes, .. } = *found;
        let (evicted, stalled) = (lost.map(|ghost| ghost.reason), found.has_stalled());
        self.run.restores.push(Restore { client, outcome, evicted, cause, stalled, bytes });
        cause
    }

    /// Looks up one object of this size, named by its digest, and downloads it if it is found. This is a
    /// restore too, but objects are too many to keep a record of each. After a miss, returns the earlier
    /// removal of the object, if one is known, and the cause of the miss.
    pub fn restore_object(
        &mut self,
        client: ClientId,
        version: Version,
        key: Key,
        size: Bytes,
    ) -> (Found, Option<GhostEntry>, Option<LossCause>) {
        let found = self.find(&self.job.access, version, key, &[]);
        let (cause, lost) = match found.outcome {
            RestoreOutcome::Exact | RestoreOutcome::Prefix => (None, None),
            RestoreOutcome::RateLimited => (Some(LossCause::RateLimited), None),
            RestoreOutcome::Miss => {
                let history = &mut self.world.history;
                let (cause, lost) = history.explain_object(&self.job.access, version, key, self.now);
                (Some(cause), lost)
            }
        };
        let (at, caller, outcome) = (self.now, self.caller(client), found.outcome);
        self.world.events.push(Event::ObjectLookedUp { at, caller, outcome, size, lost, cause });
        self.count_object(found.entry.is_some());
        self.fetch(&found);
        (found, lost, cause)
    }

    /// Downloads an entry that was found. A download is an access, whatever else counts as one.
    pub fn fetch(&mut self, found: &Found) {
        if let Some(entry) = found.entry {
            self.world.service.download(self.now, entry);
        }
    }

    /// Looks up an entry without counting a restore, as an existence check does.
    pub fn find(&mut self, access: &Access, version: Version, key: Key, restore_keys: &[Key]) -> Found {
        let (outcome, entry) = match self.world.look_up(self.now, access, version, key, restore_keys) {
            LookUp::Exact(id) => (RestoreOutcome::Exact, Some(id)),
            LookUp::Prefix(id) => (RestoreOutcome::Prefix, Some(id)),
            LookUp::Miss | LookUp::Denied => (RestoreOutcome::Miss, None),
            LookUp::RateLimited => (RestoreOutcome::RateLimited, None),
        };
        let Some(id) = entry else {
            return Found { outcome, content: Content::Opaque, entry, size: Bytes::ZERO };
        };
        let found = *self.world.service.entry(id);
        Found { outcome, content: self.world.payloads.content(found.payload), entry, size: found.size }
    }

    /// After a miss: the entry that would have been found if nothing had been removed.
    fn find_lost(&mut self, access: &Access, found: &Found, wanted: &Wanted) -> Option<GhostEntry> {
        if found.outcome != RestoreOutcome::Miss || found.has_stalled() {
            return None;
        }
        let Wanted { version, key, restore_keys, .. } = *wanted;
        let World { history, service, .. } = &mut *self.world;
        history.find_lost(&service.names, access, version, key, restore_keys, self.now)
    }

    /// Records an event.
    pub(super) fn record(&mut self, event: Event) {
        self.world.events.push(event);
    }

    /// Counts a look-up of one object in a store outside GitHub's cache.
    pub fn external_object(&mut self, client: ClientId, found: bool) {
        self.count_object(found);
        let caller = self.caller(client);
        self.record(Event::ExternalObject { at: self.now, caller, found });
    }

    /// Counts an image step with a layer: found in the cache or executed, and why.
    pub fn layer(&mut self, client: ClientId, found: bool, size: Bytes, cause: Option<LossCause>) {
        self.count_object(found);
        let caller = self.caller(client);
        self.record(Event::Layer { at: self.now, caller, found, size, cause });
    }

    fn count_object(&mut self, found: bool) {
        self.run.objects_hit += u32::from(found);
        self.run.objects_missed += u32::from(!found);
    }

    /// The time to download `size`. The noise is drawn for the item `what`.
    pub fn download_time(&self, size: Bytes, what: u64) -> Duration {
        self.job.host.download_time(&self.world.draws, self.job.identity, what, size)
    }

    /// The time to export `size` at `rate`. An export is both work of the runner and a transfer. The noise
    /// is drawn for the item `what`.
    pub fn export_time(&self, rate: Rate, size: Bytes, what: u64) -> Duration {
        let JobContext { host, identity, .. } = self.job;
        rate.time_for(size, host.speed * host.upload_noise(&self.world.draws, *identity, what))
    }

    /// Reserves a key in the job's own scope. A refusal is not recorded here; the client decides if it is a
    /// failed save.
    pub fn reserve(
        &mut self,
        client: ClientId,
        version: Version,
        key: Key,
    ) -> Result<Reservation, SaveOutcome> {
        let owner = Owner(client.0);
        let refused = match self.world.reserve(self.now, &self.job.access, version, key, owner) {
            Reserve::Granted(reservation) => return Ok(reservation),
            Reserve::Exists => SaveOutcome::Exists,
            Reserve::RateLimited => SaveOutcome::RateLimited,
            Reserve::ReadOnly => SaveOutcome::ReadOnly,
            Reserve::OverQuota => SaveOutcome::OverQuota,
        };
        Err(refused)
    }

    /// Deletes the entry under this key in the job's own scope, as a step with `gh cache delete` does.
    pub fn delete(&mut self, version: Version, key: Key) {
        let Some(scope) = self.job.access.writable() else { return };
        let service = &self.world.service;
        let known = service.with_key(Some(scope), key).into_iter();
        let own: Vec<EntryId> = known.filter(|id| service.entry(*id).identity.version == version).collect();
        if !own.is_empty() {
            self.world.delete(self.now, &own);
        }
    }

    /// Records a failed save. `spent` is how long the job was held up until it knew.
    pub fn save_failed(
        &mut self,
        client: ClientId,
        (version, key): (Version, Key),
        why: SaveOutcome,
        spent: Duration,
    ) {
        let identity = self.own_identity(version, key);
        let World { history, service, .. } = &mut *self.world;
        history.refused(&service.names, identity, self.now, why);
        self.saved(client, key, why, Bytes::ZERO, spent);
        self.run.writes_attempted += 1;
        self.run.writes_failed += 1;
    }

    /// Finalises a reserved entry with this content, and runs a sweep if the service sweeps after every
    /// save. Returns false if nothing was stored: the reservation can expire during the upload.
    pub fn finalise(
        &mut self,
        client: ClientId,
        reservation: Reservation,
        size: Bytes,
        content: Content,
    ) -> bool {
        let payload = self.world.payloads.keep(content);
        if self.world.service.finalise(self.now, reservation, size, payload).is_none() {
            self.world.payloads.release(payload);
            let Identity { version, key, .. } = reservation.identity();
            self.save_failed(client, (version, key), SaveOutcome::ReservationExpired, Duration::ZERO);
            return false;
        }
        let World { history, service, .. } = &mut *self.world;
        history.stored(&service.names, reservation.identity(), self.now);
        self.saved(client, reservation.key(), SaveOutcome::Stored, size, Duration::ZERO);
        self.run.writes_attempted += 1;
        if self.limits().sweep == Sweep::Instant {
            self.world.sweep(self.now);
        }
        self.world.record_level(self.now);
        true
    }

    fn saved(&mut self, client: ClientId, key: Key, outcome: SaveOutcome, size: Bytes, spent: Duration) {
        let (at, caller) = (self.now, self.caller(client));
        let scope = self.job.access.writable().filter(|_| outcome == SaveOutcome::Stored);
        self.record(Event::Saved { at, caller, key, scope, outcome, size, spent });
    }

    /// A client of this job, as events refer to it.
    pub fn caller(&self, client: ClientId) -> Caller {
        let JobContext { run, job, kind, .. } = *self.job;
        Caller { run, site: Site { client, job, kind } }
    }
}
