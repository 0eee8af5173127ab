//! A job's line to the service at one instant. Every request of a client passes here and becomes an event.

use super::host::Host;
use super::payloads::Content;
use super::world::World;
use crate::event::{
    Caller, ClientId, Event, GhostEntry, JobId, JobRun, RefClass, Restore, RestoreEvent, RestoreOutcome,
    RunId, SaveOutcome, Site,
};
use crate::project::Checkout;
use crate::random::Draws;
use crate::service::{
    Access, CacheMode, Entry, EntryId, Identity, Key, Limits, LookUp, Owner, RemovalReason, Reservation,
    Reserve, Scope, Sweep, Version,
};
use crate::units::{Bytes, Duration, Rate, SimTime};
use std::rc::Rc;

/// What a client may know about the job it works for.
#[derive(Debug, Clone)]
pub struct JobContext {
    /// What events call this job.
    pub run: RunId,
    /// Identity of this job of this push, for draws.
    pub identity: u64,
    /// The job.
    pub job: JobId,
    /// `GITHUB_JOB`: the job's name without a matrix leg.
    pub job_name: Rc<str>,
    /// `GITHUB_REF`.
    pub ref_name: Rc<str>,
    /// Which kind of ref that is.
    pub class: RefClass,
    /// What the token allows.
    pub access: Access,
    /// Whether a fork's pull request started it: then it has none of the repository's credentials.
    pub from_fork: bool,
    /// The `cache-mode` that is declared for it: the runner names it to the clients.
    pub cache_mode: Option<CacheMode>,
    /// What is checked out.
    pub checkout: Rc<Checkout>,
    /// The push's number in time order.
    pub push: u32,
    /// The push's identity, for keys that name the commit.
    pub push_id: u64,
    /// The machine.
    pub host: Host,
    /// When the job started.
    pub started: SimTime,
}

/// A job's line to the service at one instant.
pub struct Session<'a> {
    /// The instant.
    pub now: SimTime,
    /// What all jobs share.
    pub(super) world: &'a mut World,
    /// The job.
    pub job: &'a JobContext,
    /// The record of the job, as far as it has come.
    pub run: &'a mut JobRun,
}

/// What a client asks for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Who asks.
    pub client: ClientId,
    /// The version.
    pub version: Version,
    /// The primary key.
    pub key: Key,
    /// What it falls back to, in order.
    pub restore_keys: &'a [Key],
}

/// What a look-up brought.
#[derive(Debug, Clone)]
pub struct Found {
    /// How the key was matched.
    pub outcome: RestoreOutcome,
    /// What the entry holds; nothing on a miss.
    pub content: Content,
    /// The entry.
    pub entry: Option<EntryId>,
    /// Its size; 0 on a miss.
    pub size: Bytes,
}

impl Found {
    /// It is there, but its download stalled: as good as a miss.
    pub fn stall(&mut self) {
        self.outcome = RestoreOutcome::Miss;
    }

    fn has_stalled(&self) -> bool {
        self.entry.is_some() && self.outcome == RestoreOutcome::Miss
    }
}

impl<'a> Session<'a> {
    /// The line of one job at one instant.
    pub fn new(now: SimTime, world: &'a mut World, job: &'a JobContext, run: &'a mut JobRun) -> Session<'a> {
        Session { now, world, job, run }
    }
}

impl Session<'_> {
    /// The key of this text.
    pub fn key(&mut self, text: &str) -> Key {
        self.world.service.names.key(text)
    }

    /// The key of an object with a digest for a name.
    pub fn object_key(&mut self, stem: Key, digest: u64) -> Key {
        self.world.service.names.object(stem, digest)
    }

    /// The version of this text.
    pub fn version(&mut self, text: &str) -> Version {
        self.world.service.names.version(text)
    }

    /// The text of a key.
    pub fn key_text(&self, key: Key) -> String {
        self.world.service.names.key_text(key)
    }

    /// The text of a key that has one.
    pub(super) fn text(&self, key: Key) -> &str {
        self.world.service.names.text(key)
    }

    /// The ref behind a scope.
    pub fn scope_text(&self, scope: Scope) -> &str {
        self.world.service.names.scope_text(scope)
    }

    /// What the service allows.
    pub fn limits(&self) -> &Limits {
        self.world.service.limits()
    }

    /// The replication's draws.
    pub fn draws(&self) -> &Draws {
        &self.world.draws
    }

    /// An entry that is stored.
    pub fn entry(&self, id: EntryId) -> &Entry {
        self.world.service.entry(id)
    }

    /// Downloads an entry that was looked up before, if it is still there.
    pub fn download(&mut self, identity: &Identity) {
        if let Some(entry) = self.world.service.find(identity) {
            self.world.service.download(self.now, entry);
        }
    }

    /// Why an object is gone that the job could have read, if it was once stored.
    pub fn why_gone(&self, version: Version, key: Key) -> Option<RemovalReason> {
        self.world.ghosts.why_gone(&self.job.access, version, key)
    }

    /// Counts what a look-up brought as a restore. Where nothing was found, the bytes missed are those of
    /// the entry that was removed, or else those `expected`; without them no bytes are counted.
    pub fn count_restore(
        &mut self,
        access: &Access,
        found: &Found,
        wanted: &Wanted,
        expected: Option<Bytes>,
    ) {
        let Wanted { client, key, .. } = *wanted;
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
        })));
        let Found { outcome, size: bytes, .. } = *found;
        let (evicted, stalled) = (lost.map(|ghost| ghost.reason), found.has_stalled());
        self.run.restores.push(Restore { client, outcome, evicted, stalled, bytes });
    }

    /// Looks up one content-addressed object of this size, and downloads it if it is there. It is a restore
    /// too, but there are too many to keep each. Where it was not found, returns what is known of an earlier
    /// removal.
    pub fn restore_object(
        &mut self,
        client: ClientId,
        version: Version,
        key: Key,
        size: Bytes,
    ) -> (Found, Option<GhostEntry>) {
        let found = self.find(&self.job.access, version, key, &[]);
        let wanted = Wanted { client, version, key, restore_keys: &[] };
        let lost = self.find_lost(&self.job.access, &found, &wanted);
        let (at, caller, outcome) = (self.now, self.caller(client), found.outcome);
        self.world.events.push(Event::ObjectLookedUp { at, caller, outcome, size, lost });
        self.count_object(found.entry.is_some());
        self.fetch(&found);
        (found, lost)
    }

    /// Downloads what was found, which is an access whatever else counts as one.
    pub fn fetch(&mut self, found: &Found) {
        if let Some(entry) = found.entry {
            self.world.service.download(self.now, entry);
        }
    }

    /// Looks for an entry without counting it as a restore: an existence check.
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

    /// Where nothing was found: the entry that would have been, had nothing been removed.
    fn find_lost(&mut self, access: &Access, found: &Found, wanted: &Wanted) -> Option<GhostEntry> {
        if found.outcome != RestoreOutcome::Miss || found.has_stalled() {
            return None;
        }
        let Wanted { version, key, restore_keys, .. } = *wanted;
        let World { ghosts, service, .. } = &mut *self.world;
        ghosts.find_lost(&service.names, access, version, key, restore_keys, self.now)
    }

    /// Records an event of this job.
    pub(super) fn record(&mut self, event: Event) {
        self.world.events.push(event);
    }

    /// Counts one object of a store of the client's own as found or not.
    pub fn external_object(&mut self, client: ClientId, found: bool) {
        self.count_object(found);
        let caller = self.caller(client);
        self.record(Event::ExternalObject { at: self.now, caller, found });
    }

    /// Counts an image step with a layer as found or executed, and if so, whether that is an eviction's fault.
    pub fn layer(&mut self, client: ClientId, found: bool, size: Bytes, evicted: bool) {
        self.count_object(found);
        let caller = self.caller(client);
        self.record(Event::Layer { at: self.now, caller, found, size, evicted });
    }

    fn count_object(&mut self, found: bool) {
        self.run.objects_hit += u32::from(found);
        self.run.objects_missed += u32::from(!found);
    }

    /// How long a download of `size` takes, with the noise drawn for `what`.
    pub fn download_time(&self, size: Bytes, what: u64) -> Duration {
        self.job.host.download_time(&self.world.draws, self.job.identity, what, size)
    }

    /// How long exporting `size` at `rate` takes, which is the runner's work as well as a transfer,
    /// with the noise drawn for `what`.
    pub fn export_time(&self, rate: Rate, size: Bytes, what: u64) -> Duration {
        let JobContext { host, identity, .. } = self.job;
        rate.time_for(size, host.speed * host.upload_noise(&self.world.draws, *identity, what))
    }

    /// Reserves a key in the job's own scope. A refusal is not recorded: whether it is a failed save
    /// is for the client to say.
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

    /// Records that a save came to nothing, and how long the job was held up until it knew.
    pub fn save_failed(&mut self, client: ClientId, key: Key, why: SaveOutcome, spent: Duration) {
        self.saved(client, key, why, Bytes::ZERO, spent);
        self.run.writes_attempted += 1;
        self.run.writes_failed += 1;
    }

    /// Finalises a reserved entry holding `content`, and sweeps at once where the service is set
    /// to. Returns whether it was stored: a reservation may have expired while it was uploaded.
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
            self.save_failed(client, reservation.key(), SaveOutcome::ReservationExpired, Duration::ZERO);
            return false;
        }
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
        self.record(Event::Saved { at, caller, key, outcome, size, spent });
    }

    /// A client of this job, as events name it.
    pub fn caller(&self, client: ClientId) -> Caller {
        let JobContext { run, job, class, .. } = *self.job;
        Caller { run, site: Site { client, job, class } }
    }
}
