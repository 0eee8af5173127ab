//! The library that rust-cache, actions/cache and the setup actions share: the npm package
//! `@actions/cache`, from 5.0.3 on. It restores and saves one archive per key and retries nothing. The
//! rules were read in its code (`docs/model.md`).
//!
//! The clients build a [`Toolkit`] with their keys in `look_up`; `ci` restores with it and runs an
//! [`ArchiveSave`] at the end of the job.

use super::archive::Archive;
use super::payloads::Content;
use super::session::{JobContext, Session, Wanted};
use crate::event::{ClientId, LossCause, RefClass, RestoreOutcome, SaveOutcome};
use crate::project::{InputId, Os};
use crate::random::{Distribution, Purpose, mix, mix_str};
use crate::service::{Key, Reservation, Version};
use crate::units::{Bytes, Duration, SimTime};
use std::borrow::Cow;
use std::rc::Rc;

/// What identifies an archive within a scope, as texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveName {
    /// The archived paths.
    pub paths: Cow<'static, str>,
    /// The primary key.
    pub key: String,
    /// The restore keys, in order.
    pub restore_keys: Vec<String>,
    /// `enableCrossOsArchive`: the version is the same on Windows as elsewhere.
    pub cross_os: bool,
    /// The primary key with `*` for what changes with time: generations of one archive differ in nothing else.
    pub variant: String,
}

impl ArchiveName {
    /// The entry's version: the hash of the paths, the compression and, on Windows only, an extra word. So
    /// Linux and macOS find each other's entries if the keys are equal (`cacheUtils.ts` of `@actions/cache`).
    pub fn version(&self, os: Os) -> String {
        let system = if os == Os::Windows && !self.cross_os { "|windows-only" } else { "" };
        format!("{}|zstd{system}", self.paths)
    }
}

/// One restore or save with `@actions/cache`. A restore is one look-up and one download; a save packs first
/// and then reserves the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolkit {
    /// The client that uses the archive.
    pub client: ClientId,
    /// The entry's version, which covers the archived paths and the compression.
    pub version: Version,
    /// The primary key.
    pub key: Key,
    /// The restore keys, in order.
    pub restore_keys: Vec<Key>,
    /// The primary key without what changes with time.
    pub variant: Key,
}

/// The result of a restore.
#[derive(Debug, Clone)]
pub struct Restored {
    /// How the key was matched.
    pub outcome: RestoreOutcome,
    /// The restored archive, if its content is modelled.
    pub archive: Option<Rc<Archive>>,
    /// How long the restore took.
    pub took: Duration,
    /// Why the job has to do again what the restore did not bring.
    pub cause: LossCause,
    /// True if the job runs on main with the compiler of the simulation's start, and main has not saved an
    /// archive of this family since. Runs before the start had then left an archive to build on.
    pub first: bool,
}

impl Toolkit {
    /// `SEGMENT_DOWNLOAD_TIMEOUT_MINS`: how long the client waits for a stalled download. The time before
    /// the stall is neglected.
    const SEGMENT_TIMEOUT: Duration = Duration(10 * Duration::MINUTE.0);

    /// A client's archive of this name.
    pub fn new(session: &mut Session, client: ClientId, name: &ArchiveName) -> Toolkit {
        let version = session.version(&name.version(session.job.host.system.os));
        let key = session.key(&name.key);
        let restore_keys = name.restore_keys.iter().map(|key| session.key(key)).collect();
        let variant = session.key(&name.variant);
        Toolkit { client, version, key, restore_keys, variant }
    }

    /// What a step that looks nothing up knows.
    pub fn unasked(&self, session: &Session) -> Restored {
        let cause = session.cause_of_no_look_up(self.version, self.key, &self.restore_keys);
        let (outcome, took) = (RestoreOutcome::Miss, Duration::ZERO);
        Restored { outcome, archive: None, took, cause, first: self.is_first(session) }
    }

    /// Restores the archive. A rate-limited look-up is a miss to the job, since the toolkit does not retry
    /// (from 5.0.3 on). A stalled download is a miss as well. If the declared `cache-mode` allows no restores,
    /// nothing is looked up (from 6.2.0 on). `expected` is the size of the archive that the job would save;
    /// it counts as the missed bytes if no entry is found.
    pub fn restore(&self, session: &mut Session, lookup_only: bool, expected: Bytes) -> Restored {
        if session.job.cache_mode.is_some_and(|mode| !mode.reads()) {
            return self.unasked(session);
        }
        let access = &session.job.access;
        let mut found = session.find(access, self.version, self.key, &self.restore_keys);
        let address = self.address(session);
        let wanted = found.entry.filter(|_| !lookup_only);
        let (host, draws) = (&session.job.host, session.draws());
        let stalled = wanted.is_some() && host.stalls(draws, session.job.identity, address, found.size);
        if stalled {
            found.stall();
        }
        let Toolkit { client, version, key, ref restore_keys, .. } = *self;
        let asked = Wanted { client, version, key, restore_keys, lookup_only };
        let cause = session.count_restore(access, &found, &asked, Some(expected));
        // One round trip: reports put a miss at 1–2 s and the look-up itself at 0.3–1 s.
        let draw = session.draws().unit(Purpose::Latency, mix(session.job.identity, address));
        let mut took = Duration::from_secs_f64(0.5 + draw);
        let archive = match &found.content {
            Content::Archive(archive) if !lookup_only => Some(archive.clone()),
            _ => None,
        };
        if wanted.is_some() {
            session.fetch(&found);
        }
        if stalled {
            took += Toolkit::SEGMENT_TIMEOUT;
        } else if let Some(archive) = &archive {
            // The whole download lands in a file before tar begins to read it.
            took += session.download_time(found.size, address);
            took += session.job.host.unpack.time_for(archive.size(), session.job.host.speed);
        }
        let archive = archive.filter(|_| !stalled);
        Restored { outcome: found.outcome, archive, took, cause, first: self.is_first(session) }
    }

    /// The size of an archive whose content is not compiled in the simulation. It is drawn for the key: the
    /// same lock file gives the same package store.
    pub fn drawn_size(&self, session: &Session, size: &Distribution) -> Bytes {
        Bytes(session.draws().sample(Purpose::Size, self.address(session), size) as u64)
    }

    fn is_first(&self, session: &Session) -> bool {
        let JobContext { class, checkout, .. } = session.job;
        let begun = |family| session.world.families.contains(family);
        *class == RefClass::Main
            && checkout.input(InputId::TOOLCHAIN) == 0
            && !self.family().is_some_and(begun)
    }

    /// The prefix that the keys of all archives that build on each other share: the last restore key.
    pub(super) fn family(&self) -> Option<&Key> {
        self.restore_keys.last()
    }

    /// The address of this archive's draws. It is made from the key's text, so that other clients do not
    /// shift the draws.
    fn address(&self, session: &Session) -> u64 {
        mix_str(self.client.0.into(), session.text(self.key))
    }
}

/// A save in progress: pack, reserve, upload, finalise. The loser of a reservation has packed in vain; no
/// failed save fails the job.
#[derive(Debug, Clone)]
pub struct ArchiveSave {
    /// The archive's name, and the client.
    pub toolkit: Toolkit,
    archive: Rc<Archive>,
    /// When it began to pack.
    pub began: SimTime,
    reservation: Option<Reservation>,
}

impl ArchiveSave {
    /// Starts to pack. Returns the save and the time to wake it.
    pub fn start(session: &Session, toolkit: Toolkit, archive: Archive) -> (ArchiveSave, SimTime) {
        let host = &session.job.host;
        let packed = session.now + host.pack.time_for(archive.size(), host.speed);
        (ArchiveSave { toolkit, archive: Rc::new(archive), began: session.now, reservation: None }, packed)
    }

    /// Reserves the key. An archive above the entry limit is refused without a request, as toolkit versions
    /// before 4.1.0 do.
    fn reserve(&self, session: &mut Session) -> Result<Reservation, SaveOutcome> {
        let largest = session.limits().entry_limit;
        if largest.is_some_and(|largest| self.archive.size().compressed > largest) {
            return Err(SaveOutcome::TooLarge);
        }
        session.reserve(self.toolkit.client, self.toolkit.version, self.toolkit.key)
    }

    /// Takes the next step. Returns the time to wake it again, or `None` once the save has ended.
    pub fn wake(&mut self, session: &mut Session) -> Option<SimTime> {
        let client = self.toolkit.client;
        if let Some(reservation) = self.reservation.take() {
            session.world.variants.insert(self.toolkit.key, self.toolkit.variant);
            let content = Content::Archive(self.archive.clone());
            let stored = session.finalise(client, reservation, self.archive.size().compressed, content);
            if stored && session.job.class == RefClass::Main {
                session.world.families.extend(self.toolkit.family());
            }
            return None;
        }
        match self.reserve(session) {
            Ok(reservation) => {
                self.reservation = Some(reservation);
                let (host, draws) = (&session.job.host, session.draws());
                let what = self.toolkit.address(session);
                let size = self.archive.size().compressed;
                Some(session.now + host.upload_time(draws, session.job.identity, what, size))
            }
            Err(why) => {
                let wanted = (self.toolkit.version, self.toolkit.key);
                session.save_failed(client, wanted, why, session.now - self.began);
                None
            }
        }
    }
}
