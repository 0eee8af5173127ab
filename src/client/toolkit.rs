use super::Cache;
use super::archive::Archive;
use super::depot::Content;
use super::session::Session;
use crate::outcome::{ClientId, RestoreOutcome};
use crate::random::{Purpose, mix, mix_str};
use crate::service::{Key, Reservation, Version};
use crate::units::{Bytes, Duration, SimTime};
use std::rc::Rc;

/// The layer that rust-cache, actions/cache and the setup actions share (`@actions/cache`): one
/// archive per key; restore is one look-up and one download; save packs first and reserves then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolkit {
    /// Whose archive it is.
    pub client: ClientId,
    /// The version: the paths and the compression.
    pub version: Version,
    /// The primary key.
    pub key: Key,
    /// The restore keys.
    pub restore_keys: Vec<Key>,
}

/// What a restore brought.
#[derive(Debug, Clone)]
pub struct Restored {
    /// How it was matched.
    pub outcome: RestoreOutcome,
    /// The archive, where its content is modelled.
    pub archive: Option<Rc<Archive>>,
    /// How long it took.
    pub took: Duration,
}

impl Toolkit {
    /// Restores. A rate-limited look-up is a miss to the job (the toolkit does not retry since
    /// 5.0.3). Where the declared `cache-mode` allows no restores it does not ask (since 6.2.0).
    pub fn restore(&self, session: &mut Session, lookup_only: bool) -> Restored {
        if session.job.cache_mode.is_some_and(|mode| !mode.reads()) {
            return Restored { outcome: RestoreOutcome::Miss, archive: None, took: Duration::ZERO };
        }
        let found = session.restore(self.client, self.version, self.key, &self.restore_keys);
        // One round trip: reports put a miss at 1–2 s and the look-up itself at 0.3–1 s.
        let address = self.address(session);
        let draw = session.around.draws.unit(Purpose::Latency, mix(session.job.identity, address));
        let mut took = Duration::from_secs_f64(0.5 + draw);
        let wanted = found.entry.filter(|_| !lookup_only);
        if wanted.is_some() {
            session.fetch(&found);
            took += session.download_time(found.size, address);
            took += session.job.host.unpack.time_for(found.size, session.job.host.speed);
        }
        let archive = match found.content {
            Content::Archive(archive) if wanted.is_some() => Some(archive),
            _ => None,
        };
        Restored { outcome: found.outcome, archive, took }
    }

    /// What this archive's draws are addressed by: its key as a text, which no other client shifts.
    fn address(&self, session: &Session) -> u64 {
        mix_str(self.client.0.into(), session.around.service.names.text(self.key))
    }
}

/// A save under way: pack, reserve, upload, finalise. A loser of the reservation has packed for
/// nothing; no failure fails the job.
#[derive(Debug, Clone)]
pub struct Save {
    toolkit: Toolkit,
    size: Bytes,
    content: Content,
    reservation: Option<Reservation>,
}

impl Save {
    /// Starts to pack; returns the save and when it wants to be woken.
    pub fn start(session: &Session, toolkit: Toolkit, size: Bytes, content: Content) -> (Save, SimTime) {
        let host = &session.job.host;
        let packed = session.now + host.pack.time_for(size, host.speed);
        (Save { toolkit, size, content, reservation: None }, packed)
    }

    /// Goes on; returns when it wants to be woken next, or nothing when it is over.
    pub fn wake(&mut self, session: &mut Session) -> Option<SimTime> {
        let client = self.toolkit.client;
        if let Some(reservation) = self.reservation.take() {
            session.finalise(client, reservation, self.size, std::mem::take(&mut self.content));
            return None;
        }
        match session.reserve(client, self.toolkit.version, self.toolkit.key) {
            Ok(reservation) => {
                self.reservation = Some(reservation);
                let (host, draws) = (&session.job.host, &session.around.draws);
                let what = self.toolkit.address(session);
                Some(session.now + host.upload_time(draws, session.job.identity, what, self.size))
            }
            Err(why) => {
                session.save_failed(client, self.toolkit.key, why);
                None
            }
        }
    }
}

impl Cache {
    /// The clients' names; a [`ClientId`] is an index into it.
    pub const CLIENTS: [&'static str; 7] =
        ["rust-cache", "actions-cache", "setup-node", "setup-python", "setup-go", "sccache", "buildkit"];

    /// The id behind a client's name.
    ///
    /// # Panics
    /// If no client has this name.
    pub fn id(name: &str) -> ClientId {
        let place = Cache::CLIENTS.iter().position(|client| *client == name);
        ClientId(place.expect("every client is in the list") as u16)
    }
}
