use super::depot::{Content, Depot};
use super::host::Host;
use super::morgue::{Death, Morgue};
use super::note::{Deed, Note};
use super::uplink::Uplink;
use crate::outcome::{
    ClientId, JobId, JobRun, Reason, Recorder, RefClass, Restore, RestoreOutcome, SaveOutcome, Site, Victim,
};
use crate::project::Checkout;
use crate::random::Draws;
use crate::service::{
    Access, CacheMode, Entry, EntryId, Eviction, Identity, Key, Limits, LookUp, Names, Owner, Reservation,
    Reserve, Scope, Service, Sweep, Version,
};
use crate::units::{Bytes, Duration, Rate, SimTime};
use std::rc::Rc;

/// What all jobs of a replication share: the service and those who watch it.
#[derive(Debug)]
pub struct Surroundings {
    /// The cache service.
    pub service: Service,
    /// What entries hold.
    pub depot: Depot,
    /// What image builds are uploading.
    pub uplink: Uplink,
    /// What was evicted, and whether somebody wanted it later.
    pub morgue: Morgue,
    /// What is measured.
    pub recorder: Recorder,
    /// The replication's draws.
    pub draws: Draws,
    /// Notes nobody has fetched yet, where they are written.
    pub notes: Option<Vec<Note>>,
}

/// What a client may know about the job it works for.
#[derive(Debug, Clone)]
pub struct JobContext {
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

/// A job's line to the service at one instant. Every request a client makes passes here and is
/// measured on the way.
pub struct Session<'a> {
    /// The instant.
    pub now: SimTime,
    /// The service and its watchers.
    pub(super) around: &'a mut Surroundings,
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
    pub fn new(
        now: SimTime,
        around: &'a mut Surroundings,
        job: &'a JobContext,
        run: &'a mut JobRun,
    ) -> Session<'a> {
        Session { now, around, job, run }
    }
}

impl Session<'_> {
    /// The key of this text.
    pub fn key(&mut self, text: &str) -> Key {
        self.around.service.names.key(text)
    }

    /// The key of an object with a digest for a name.
    pub fn object_key(&mut self, stem: Key, digest: u64) -> Key {
        self.around.service.names.object(stem, digest)
    }

    /// The version of this text.
    pub fn version(&mut self, text: &str) -> Version {
        self.around.service.names.version(text)
    }

    /// The text of a key.
    pub fn key_text(&self, key: Key) -> String {
        self.around.service.names.key_text(key)
    }

    /// The text of a key that has one.
    pub(super) fn text(&self, key: Key) -> &str {
        self.around.service.names.text(key)
    }

    /// The ref behind a scope.
    pub fn scope_text(&self, scope: Scope) -> &str {
        self.around.service.names.scope_text(scope)
    }

    /// What the service allows.
    pub fn limits(&self) -> &Limits {
        self.around.service.limits()
    }

    /// The replication's draws.
    pub fn draws(&self) -> &Draws {
        &self.around.draws
    }

    /// An entry that is stored.
    pub fn entry(&self, id: EntryId) -> &Entry {
        self.around.service.entry(id)
    }

    /// Downloads an entry that was looked up before, if it is still there.
    pub fn download(&mut self, identity: &Identity) {
        if let Some(entry) = self.around.service.find(identity) {
            self.around.service.download(self.now, entry);
        }
    }

    /// Why an object is gone that the job could have read, if it was once stored.
    pub fn why_gone(&self, version: Version, key: Key) -> Option<Reason> {
        self.around.morgue.why_gone(&self.job.access, version, key)
    }

    /// Counts what a look-up brought as a restore. Where nothing was found, the bytes missed are those of
    /// the entry that is gone, or else those `expected`; without them no bytes are counted.
    pub fn count_restore(
        &mut self,
        access: &Access,
        found: &Found,
        wanted: &Wanted,
        expected: Option<Bytes>,
    ) {
        let Wanted { client, key, .. } = *wanted;
        let lost = self.mourn(access, found, wanted);
        let missed = |expected| lost.map_or(expected, |death| death.size);
        let size = |expected| if found.entry.is_some() { found.size } else { missed(expected) };
        let bytes = expected.map_or(Bytes::ZERO, size);
        self.around.recorder.restore(self.now, self.site(client), found.outcome, bytes);
        let evicted = lost.map(|death| death.reason);
        self.note(|service| Deed::Restored {
            client,
            key,
            restore_keys: wanted.restore_keys.to_vec(),
            outcome: found.outcome,
            found: found.entry.map(|id| *service.entry(id)),
            lost,
        });
        let Found { outcome, size: bytes, .. } = *found;
        let stalled = found.has_stalled();
        self.run.restores.push(Restore { client, outcome, evicted, stalled, bytes });
    }

    /// Looks up one content-addressed object of this size, and takes it if it is there. It is a restore
    /// too, but there are too many to keep each. Where it was not found, says whether it once was there.
    pub fn restore_object(
        &mut self,
        client: ClientId,
        version: Version,
        key: Key,
        size: Bytes,
    ) -> (Found, Option<Death>) {
        let found = self.find(&self.job.access, version, key, &[]);
        let lost = self.mourn(&self.job.access, &found, &Wanted { client, version, key, restore_keys: &[] });
        if found.entry.is_none() {
            self.note(|_| Deed::ObjectMissed { client, lost });
        }
        if lost.is_some_and(|death| death.reason == Reason::Size) {
            self.object_evicted(client);
        }
        self.around.recorder.restore(self.now, self.site(client), found.outcome, size);
        self.object(client, found.entry.is_some());
        self.fetch(&found);
        (found, lost)
    }

    /// Downloads what was found, which is an access whatever else counts as one.
    pub fn fetch(&mut self, found: &Found) {
        if let Some(entry) = found.entry {
            self.around.service.download(self.now, entry);
        }
    }

    /// Looks for an entry without counting it as a restore: an existence check.
    pub fn find(&mut self, access: &Access, version: Version, key: Key, restore_keys: &[Key]) -> Found {
        let (outcome, entry) = match self.around.look_up(self.now, access, version, key, restore_keys) {
            LookUp::Exact(id) => (RestoreOutcome::Exact, Some(id)),
            LookUp::Prefix(id) => (RestoreOutcome::Prefix, Some(id)),
            LookUp::Miss | LookUp::Denied => (RestoreOutcome::Miss, None),
            LookUp::RateLimited => (RestoreOutcome::RateLimited, None),
        };
        let Some(id) = entry else {
            return Found { outcome, content: Content::Opaque, entry, size: Bytes::ZERO };
        };
        let found = *self.around.service.entry(id);
        Found { outcome, content: self.around.depot.content(found.payload), entry, size: found.size }
    }

    /// Where nothing was found, asks the morgue whether the entry once existed, and has the loss recorded.
    fn mourn(&mut self, access: &Access, found: &Found, wanted: &Wanted) -> Option<Death> {
        if found.outcome != RestoreOutcome::Miss || found.has_stalled() {
            return None;
        }
        let Surroundings { morgue, service, recorder, .. } = &mut *self.around;
        let Wanted { client, version, key, restore_keys } = *wanted;
        let death = morgue.wanted(&service.names, access, version, key, restore_keys, self.now)?;
        if !death.wanted {
            recorder.reachable(death.accessed, death.at, death.size);
        }
        let Death { created, accessed, at, size, reason, .. } = death;
        recorder.missed_evicted(self.now, &Victim { client, size, created, accessed }, at, reason);
        Some(death)
    }

    /// Writes a note, where somebody reads them.
    pub(super) fn note(&mut self, deed: impl FnOnce(&Service) -> Deed) {
        if let Some(notes) = &mut self.around.notes {
            let ref_name = Rc::clone(&self.job.ref_name);
            let JobContext { push, push_id, job, .. } = *self.job;
            notes.push(Note { at: self.now, push, push_id, job, ref_name, deed: deed(&self.around.service) });
        }
    }

    /// Counts one object or image step as found or not.
    pub fn object(&mut self, client: ClientId, hit: bool) {
        self.run.objects_hit += u32::from(hit);
        self.run.objects_missed += u32::from(!hit);
        let site = self.site(client);
        self.around.recorder.object(self.now, site, hit);
    }

    /// Counts the layer of an image step as found or not.
    pub fn layer(&mut self, client: ClientId, hit: bool, size: Bytes) {
        self.object(client, hit);
        let site = self.site(client);
        self.around.recorder.bytes(self.now, site, hit, size);
    }

    /// Counts one object or image step that was not found as one that was evicted for size.
    pub(super) fn object_evicted(&mut self, client: ClientId) {
        let site = self.site(client);
        self.around.recorder.object_evicted(self.now, site);
    }

    /// How long a download of `size` takes, with the noise drawn for `what`.
    pub fn download_time(&self, size: Bytes, what: u64) -> Duration {
        self.job.host.download_time(&self.around.draws, self.job.identity, what, size)
    }

    /// How long exporting `size` at `rate` takes, which is the runner's work as well as a transfer,
    /// with the noise drawn for `what`.
    pub fn export_time(&self, rate: Rate, size: Bytes, what: u64) -> Duration {
        let JobContext { host, identity, .. } = self.job;
        rate.time_for(size, host.speed * host.upload_noise(&self.around.draws, *identity, what))
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
        let refused = match self.around.reserve(self.now, &self.job.access, version, key, owner) {
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
        self.note(|_| Deed::Saved { client, key, outcome: why, size: Bytes::ZERO });
        let site = self.site(client);
        self.around.recorder.save(self.now, site, why, Bytes::ZERO);
        if why == SaveOutcome::Exists {
            self.around.recorder.packed_in_vain(self.now, site, spent);
        }
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
        let payload = self.around.depot.keep(content);
        if self.around.service.finalise(self.now, reservation, size, payload).is_none() {
            self.around.depot.release(payload);
            self.save_failed(client, reservation.key(), SaveOutcome::ReservationExpired, Duration::ZERO);
            return false;
        }
        let outcome = SaveOutcome::Stored;
        self.note(|_| Deed::Saved { client, key: reservation.key(), outcome, size });
        self.run.writes_attempted += 1;
        let site = self.site(client);
        let around = &mut *self.around;
        around.recorder.save(self.now, site, SaveOutcome::Stored, size);
        if around.service.limits().sweep == Sweep::Instant {
            around.sweep(self.now);
        }
        around.note_level(self.now);
        true
    }

    /// Where a client's operation in this job is accounted.
    pub fn site(&self, client: ClientId) -> Site {
        Site { client, job: self.job.job, class: self.job.class }
    }
}

impl Surroundings {
    /// The scope of a ref.
    pub fn scope(&mut self, ref_name: &str) -> Scope {
        self.service.names.scope(ref_name)
    }

    /// One sweep of the service.
    pub fn sweep(&mut self, now: SimTime) {
        self.losing(now, |service, lost| service.sweep(now, lost));
    }

    /// Entries expire that no sweep takes in time.
    pub fn expire(&mut self, now: SimTime) {
        self.losing(now, |service, lost| service.expire(now, lost));
    }

    fn look_up(
        &mut self,
        now: SimTime,
        access: &Access,
        version: Version,
        key: Key,
        restore_keys: &[Key],
    ) -> LookUp {
        self.losing(now, |service, lost| service.look_up(now, access, version, key, restore_keys, lost))
    }

    fn reserve(
        &mut self,
        now: SimTime,
        access: &Access,
        version: Version,
        key: Key,
        owner: Owner,
    ) -> Reserve {
        self.losing(now, |service, lost| service.reserve(now, access, version, key, owner, lost))
    }

    /// Does something that may cost entries: they are recorded and their contents dropped.
    fn losing<T>(
        &mut self,
        now: SimTime,
        request: impl FnOnce(&mut Service, &mut dyn FnMut(&Names, Eviction)) -> T,
    ) -> T {
        let Surroundings { service, depot, morgue, recorder, .. } = self;
        let before = service.len();
        let answer = request(service, &mut |names, eviction| {
            let entry = &eviction.entry;
            let reason = morgue.bury(names, &eviction, now);
            let Entry { owner, size, created, accessed, .. } = *entry;
            recorder.evicted(now, &Victim { client: ClientId(owner.0), size, created, accessed }, reason);
            // Nobody could use it any more, until somebody asks for it.
            recorder.unreachable(entry.accessed, now, entry.size);
            depot.release(entry.payload);
        });
        if service.len() != before {
            self.note_level(now);
        }
        answer
    }

    /// Somebody deletes every entry of a scope.
    pub fn delete_scope(&mut self, now: SimTime, scope: Scope) {
        let Surroundings { service, depot, recorder, .. } = self;
        let all = service.places().filter(|(_, entry)| entry.identity.scope == scope);
        let entries: Vec<(EntryId, Entry)> = all.map(|(id, entry)| (id, *entry)).collect();
        for (id, entry) in entries {
            service.delete(id);
            recorder.unreachable(entry.accessed, now, entry.size);
            depot.release(entry.payload);
        }
        self.note_level(now);
    }

    fn note_level(&mut self, now: SimTime) {
        self.recorder.level(now, self.service.bytes(), self.service.len());
    }

    /// At the end of a replication: tells the recorder of all bytes still stored, which nobody uses
    /// again.
    pub fn settle(&mut self, end: SimTime) {
        for entry in self.service.list() {
            self.recorder.unreachable(entry.accessed, end, entry.size);
        }
    }
}
