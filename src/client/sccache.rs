//! sccache: one cache entry per compiled object, looked up and written while cargo builds. The rules were
//! read in the code of sccache 0.15–0.17 (`docs/model.md`).
//!
//! [`compile`](super::compile) drives it: it decides which unit is compiled when, and calls
//! [`ObjectCache::read`] before and [`ObjectCache::write`] after each compiler call. This file knows
//! nothing of the build's order.

use super::payloads::Content;
use super::session::Session;
use super::{CacheClient, ClientKind, SaveRule};
use crate::event::{ClientId, LossCause, RefClass, SaveOutcome};
use crate::project::{InputId, Unit};
use crate::random::{Distribution, Purpose, mix};
use crate::service::{Access, Key, Reservation, Version};
use crate::units::{Bytes, Duration, SimTime};
use std::cell::Cell;

/// Where sccache keeps its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ObjectStore {
    /// The GitHub Actions cache: one entry per object.
    #[default]
    Gha,
    /// A bucket or database outside the cache limit: no rate limit, shared by all refs.
    External,
}

/// The settings of sccache as a compiler wrapper.
#[derive(Debug, Clone, PartialEq)]
pub struct Sccache {
    /// Where objects are kept.
    pub store: ObjectStore,
    /// Seconds per look-up, without the transfer of the bytes (reported means 0.11–0.32 s).
    pub read: Distribution,
    /// Seconds per write, without the transfer of the bytes (reported means 0.14–0.45 s). Since 0.9 a write
    /// delays the end of its compiler call.
    pub write: Distribution,
    /// `SCCACHE_GHA_RW_MODE=READ_ONLY`.
    pub read_only: bool,
    /// Which runs may write.
    pub saves: SaveRule,
    /// Release times of new versions. The action installs the newest version, and each version has its own
    /// namespace, which starts empty.
    pub releases: Vec<SimTime>,
    /// Probability, 0–1, that compiling a unit again gives identical bytes, so that its dependants still
    /// hit.
    pub deterministic: f64,
}

/// Time until a refusal of a write is known: one round trip.
const REFUSAL: Duration = Duration(100);

impl CacheClient for Sccache {
    fn name(&self) -> &'static str {
        "sccache"
    }

    fn depends_on(&self, _: InputId) -> bool {
        false
    }

    fn wrapper(&self) -> Option<&Sccache> {
        Some(self)
    }

    fn save_rule(&self) -> &SaveRule {
        &self.saves
    }

    fn saves_on(&self, class: RefClass) -> bool {
        !self.read_only && self.saves.reaches(class)
    }

    fn is_on_github(&self) -> bool {
        self.store == ObjectStore::Gha
    }
}

impl Sccache {
    /// True if the server starts with this token. It does not start if it may not read its store, and then
    /// every compiler call fails: "Server startup failed: cache storage failed to read".
    pub fn starts(&self, access: &Access) -> bool {
        self.store == ObjectStore::External || access.readable().next().is_some()
    }
}

/// The object that was last looked up for each unit of a plan, with its digest. The next job mostly asks
/// for the same object, which then need not be found among a million names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LastAsked {
    units: Vec<Cell<Option<(u64, Key)>>>,
}

impl LastAsked {
    /// No object was looked up yet, for `units` units.
    pub fn new(units: usize) -> LastAsked {
        LastAsked { units: vec![Cell::new(None); units] }
    }

    fn object(&self, session: &mut Session, unit: u32, stem: Key, digest: u64) -> Key {
        let last = &self.units[unit as usize];
        match last.get() {
            Some((same, object)) if same == digest => object,
            _ => {
                let object = session.object_key(stem, digest);
                last.set(Some((digest, object)));
                object
            }
        }
    }
}

/// sccache's server during one job.
#[derive(Debug)]
pub(super) struct ObjectCache {
    settings: Sccache,
    client: ClientId,
    version: Version,
    stem: Key,
    read_only: bool,
    /// Per unit: 0, or the identity of its output if that differs from the usual bytes.
    variants: Vec<u32>,
    /// True if any output differs from the usual bytes.
    unusual: bool,
    /// Per unit: true if its object was found, or is known to have been stored once.
    once_stored: Vec<bool>,
    /// Per unit: why its object was not found; `None` if it was found or not looked up.
    causes: Vec<Option<LossCause>>,
    /// The time of all look-ups, downloads and writes.
    moved: Duration,
}

impl ObjectCache {
    /// Starts the server. It probes the store by reading and writing a check entry. If that write is
    /// refused for any reason but "exists", the whole run is read-only.
    pub fn start(settings: &Sccache, session: &mut Session, units: usize) -> ObjectCache {
        let client = ClientKind::id("sccache");
        let release = settings.releases.iter().filter(|at| **at <= session.job.started).count();
        let version = session.version(&format!("sccache release {release}"));
        let stem = session.key("sccache/");
        let check = session.key("sccache/.sccache_check");
        let mut objects = ObjectCache {
            settings: settings.clone(),
            client,
            version,
            stem,
            read_only: settings.read_only || !settings.saves.allows(session.job),
            variants: vec![0; units],
            unusual: false,
            once_stored: vec![false; units],
            causes: vec![None; units],
            moved: Duration::ZERO,
        };
        if settings.store == ObjectStore::Gha && !objects.read_only {
            objects.read_only = !objects.probe(session, check);
        }
        session.run.read_only = objects.read_only;
        objects
    }

    fn probe(&self, session: &mut Session, check: Key) -> bool {
        session.find(&session.job.access, self.version, check, &[]);
        match session.reserve(self.client, self.version, check) {
            Ok(reservation) => {
                // The check entry does not count as one of the run's objects.
                let objects = (session.run.writes_attempted, session.run.writes_failed);
                let stored = session.finalise(self.client, reservation, Bytes(13), Content::Opaque);
                (session.run.writes_attempted, session.run.writes_failed) = objects;
                stored
            }
            Err(why) => why == SaveOutcome::Exists,
        }
    }

    /// The digest of a unit's key. The key covers all inputs, including the exact bytes of the
    /// dependencies.
    fn digest(&self, instance: u64, unit: &Unit) -> u64 {
        if !self.unusual {
            return instance;
        }
        let variants = unit.inputs().iter().map(|d| self.variants[*d as usize]);
        variants.filter(|v| *v != 0).fold(instance, |hash, variant| mix(hash, variant.into()))
    }

    /// Looks up a unit's object. Returns the object's key if it was not found, and the time the look-up
    /// took (with the download after a hit).
    pub fn read(
        &mut self,
        session: &mut Session,
        index: u32,
        instance: u64,
        unit: &Unit,
        last_asked: &LastAsked,
    ) -> (Option<Key>, Duration) {
        let digest = self.digest(instance, unit);
        let object = last_asked.object(session, index, self.stem, digest);
        let took = self.latency(session, &self.settings.read, mix(index.into(), 1));
        let (variant, size) = match self.settings.store {
            ObjectStore::External => {
                let variant = session.world.external.objects.get(&object).copied();
                session.external_object(self.client, variant.is_some());
                self.causes[index as usize] = variant.is_none().then_some(LossCause::NewKey);
                (variant, unit.object)
            }
            ObjectStore::Gha => {
                let (found, lost, cause) =
                    session.restore_object(self.client, self.version, object, unit.object);
                self.once_stored[index as usize] |= lost.is_some();
                self.causes[index as usize] = cause;
                let variant = if let Content::Variant(variant) = found.content { variant } else { 0 };
                (found.entry.map(|_| variant), found.size)
            }
        };
        let Some(variant) = variant else {
            self.moved += took;
            return (Some(object), took);
        };
        self.once_stored[index as usize] = true;
        self.turned_out(index, variant);
        let took = took + session.job.host.download.time_for(size, 1.0);
        self.moved += took;
        (None, took)
    }

    /// Tries to store a unit that was just compiled. Returns the reservation to finalise, if one was
    /// granted, and the time the attempt takes. Nothing is retried: a refused object is lost until it is
    /// compiled again.
    pub fn write(
        &mut self,
        session: &mut Session,
        index: u32,
        object: Key,
        unit: &Unit,
    ) -> (Option<Reservation>, Duration) {
        let identity = mix(session.job.identity, index.into());
        let usual = unit.is_native_object()
            || session.draws().unit(Purpose::Change, identity) < self.settings.deterministic;
        self.turned_out(index, if usual { 0 } else { (identity as u32).max(1) });
        let full = self.latency(session, &self.settings.write, mix(index.into(), 2));
        let full = full + session.job.host.upload.time_for(unit.object, 1.0);
        let (reservation, took) = self.offer(session, index, object, full);
        self.moved += took;
        (reservation, took)
    }

    /// Asks the store to take an object. Returns the reservation, if there is one, and the time it takes: `full`
    /// if the object is uploaded.
    fn offer(
        &mut self,
        session: &mut Session,
        index: u32,
        object: Key,
        full: Duration,
    ) -> (Option<Reservation>, Duration) {
        match self.settings.store {
            ObjectStore::External if self.read_only => (None, Duration::ZERO),
            ObjectStore::External => {
                session.world.external.objects.insert(object, self.variants[index as usize]);
                (None, full)
            }
            ObjectStore::Gha if self.read_only => {
                let wanted = (self.version, object);
                session.save_failed(self.client, wanted, SaveOutcome::ReadOnly, Duration::ZERO);
                (None, Duration::ZERO)
            }
            ObjectStore::Gha => match session.reserve(self.client, self.version, object) {
                Ok(reservation) => (Some(reservation), full),
                Err(why) => {
                    session.save_failed(self.client, (self.version, object), why, REFUSAL);
                    (None, REFUSAL)
                }
            },
        }
    }

    /// True if a cache that never loses an entry would have had this unit's object.
    pub fn was_once_stored(&self, index: usize) -> bool {
        self.once_stored[index]
    }

    /// The client, the cause and the time to lose for a unit that was compiled for `work`, though a perfect cache
    /// has it; `None` if it was found.
    pub fn loss(&self, index: usize, unit: &Unit) -> Option<(ClientId, LossCause)> {
        let cause = if unit.cacheable { self.causes[index]? } else { LossCause::NeverSaved };
        Some((self.client, cause))
    }

    /// The client, and the time of all its look-ups, downloads and writes so far.
    pub fn moved(&self) -> (ClientId, Duration) {
        (self.client, self.moved)
    }

    fn turned_out(&mut self, index: u32, variant: u32) {
        self.variants[index as usize] = variant;
        self.unusual |= variant != 0;
    }

    /// Finalises the entry of a unit once its upload is complete.
    pub fn written(&mut self, session: &mut Session, index: u32, reservation: Reservation, size: Bytes) {
        let content = match self.variants[index as usize] {
            0 => Content::Opaque,
            variant => Content::Variant(variant),
        };
        session.finalise(self.client, reservation, size, content);
    }

    fn latency(&self, session: &Session, of: &Distribution, what: u64) -> Duration {
        let identity = mix(session.job.identity, what);
        Duration::from_secs_f64(session.draws().sample(Purpose::Latency, identity, of))
    }
}
