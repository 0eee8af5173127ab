//! What became of every attempt to save: stored, removed, refused, or never made. From it the cause of a miss is
//! decided, and which entry was lost.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::REMEMBERED;
use super::remembered::{Dated, Remembered};
use super::removal::{LostTexts, ObjectRemovals, Removal, RemovalId};
use crate::event::{GhostEntry, LossCause, SaveOutcome};
use crate::service::{Access, Eviction, Identity, Interner, Key, Version};
use crate::units::SimTime;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound;

/// The latest attempt to save each identity, the entries that were removed, and where each image step was exported.
///
/// The entries that were evicted or expired are a *ghost list*. An entry that is stored again stays on it: look-ups then
/// find it in the cache and do not ask. Objects are evicted by the million, so their past is forgotten in time, however
/// long the simulation is.
#[derive(Debug, Default)]
pub struct SaveHistory {
    pasts: Remembered<Past>,
    /// The latest removal of each object that `pasts` has one of.
    removals: ObjectRemovals,
    lost_texts: LostTexts,
    attempts: AttemptCounts,
    texts: BTreeMap<Box<str>, Key>,
    steps: FxHashMap<u64, StepHistory>,
}

/// For each key, what became of the latest attempts to save it in all scopes and versions.
#[derive(Debug, Default)]
struct AttemptCounts {
    /// By the object's number.
    objects: Vec<AttemptCount>,
    texts: FxHashMap<Key, AttemptCount>,
}

/// In how many scopes and versions something became of the latest attempt to save a key.
#[derive(Debug, Clone, Copy, Default)]
struct AttemptCount {
    /// It was stored, whatever became of the entry.
    stored: u32,
    /// It was wanted and not saved.
    unsaved: u32,
}

/// What is known of one identity: the latest attempt to save it. It is kept small, since every miss asks for it, and
/// most of it is in no processor's cache.
#[derive(Debug, Clone, Copy)]
struct Past {
    at: SimTime,
    /// The latest removal, if it is an object.
    lost: Option<RemovalId>,
    fate: SaveFate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SaveFate {
    /// The entry is there.
    Stored,
    /// It was stored and is gone, or was never stored.
    Missing(LossCause),
}

/// Where an image step was exported, by the names of the indexes, and if a build executed it without an export.
#[derive(Debug, Default)]
struct StepHistory {
    indexes: FxHashSet<Key>,
    unsaved: bool,
}

/// What is known of an image step that no imported index has a usable record of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepPast {
    /// An index that the build may import had a record of it once.
    Readable(Key),
    /// Only other indexes have ever had a record of it.
    Elsewhere,
    /// It was executed before, and not exported.
    Unsaved,
    /// Nobody has executed it before.
    New,
}

/// The number of keys with one prefix that are searched. Keys with a commit in them are thousands, and any of them
/// shows the same cause.
const SEARCHED_MAX: usize = 256;

impl SaveHistory {
    /// Records that an entry was stored.
    pub fn stored(&mut self, names: &Interner, identity: Identity, at: SimTime) {
        self.record(names, identity, at, SaveFate::Stored, None);
    }

    /// Records that an entry was evicted or has expired.
    pub fn removed(&mut self, names: &Interner, eviction: &Eviction, at: SimTime) {
        let Eviction { entry, reason, .. } = *eviction;
        let removal = Removal::of(&entry, at, reason);
        let is_object = entry.identity.key.object().is_some();
        if !is_object {
            self.lost_texts.record(names, entry.identity, removal);
        }
        let fate = SaveFate::Missing(reason.into());
        self.record(names, entry.identity, at, fate, is_object.then_some(removal));
    }

    /// Records that a user deleted an entry. It is no ghost, because nothing evicted it.
    pub fn deleted(&mut self, names: &Interner, identity: Identity, at: SimTime) {
        self.record(names, identity, at, SaveFate::Missing(LossCause::Deleted), None);
    }

    /// Finds the entry that a missed look-up would have found if nothing had been removed, and marks it as
    /// missed. The search order is the service's; among several matches it takes the one removed last.
    pub fn find_lost(
        &mut self,
        names: &Interner,
        access: &Access,
        version: Version,
        key: Key,
        restore_keys: &[Key],
        now: SimTime,
    ) -> Option<GhostEntry> {
        if key.object().is_none() {
            return self.lost_texts.find(names, access, version, std::iter::once(&key).chain(restore_keys));
        }
        self.explain_object(access, version, key, now).1
    }

    /// Records that a save was refused. An entry that exists already was not lost.
    pub fn refused(&mut self, names: &Interner, identity: Identity, at: SimTime, why: SaveOutcome) {
        let cause = match why {
            SaveOutcome::Stored | SaveOutcome::Exists => return,
            SaveOutcome::RateLimited => LossCause::RateLimited,
            SaveOutcome::TooLarge => LossCause::TooLarge,
            SaveOutcome::ReadOnly | SaveOutcome::OverQuota | SaveOutcome::ReservationExpired => {
                LossCause::NeverSaved
            }
        };
        self.record(names, identity, at, SaveFate::Missing(cause), None);
    }

    /// Records that a job which has wanted the key since `since` ended without an attempt to save it. An attempt
    /// of its own, or of another job in the meantime, counts.
    pub fn unsaved(&mut self, names: &Interner, identity: Identity, since: SimTime, now: SimTime) {
        let known = self.pasts.get(identity);
        if known.is_none_or(|latest| latest.fate != SaveFate::Stored && latest.at < since) {
            self.record(names, identity, now, SaveFate::Missing(LossCause::NeverSaved), None);
        }
    }

    /// Records that an index with this name has a record of an image step.
    pub fn exported(&mut self, step: u64, index: Key) {
        self.steps.entry(step).or_default().indexes.insert(index);
    }

    /// Records that an image step was executed and not exported.
    pub fn not_exported(&mut self, step: u64) {
        self.steps.entry(step).or_default().unsaved = true;
    }

    /// What is known of an image step. The build may import the indexes with these names.
    pub fn step(&self, step: u64, readable: &[Key]) -> StepPast {
        let Some(history) = self.steps.get(&step) else { return StepPast::New };
        let known = readable.iter().find(|index| history.indexes.contains(index));
        match known {
            Some(index) => StepPast::Readable(*index),
            None if !history.indexes.is_empty() => StepPast::Elsewhere,
            None if history.unsaved => StepPast::Unsaved,
            None => StepPast::New,
        }
    }

    /// Why a look-up with this access found nothing: decided by the newest attempt of the highest rank among those
    /// that it would have matched.
    pub fn cause_of_miss(
        &self,
        names: &Interner,
        access: &Access,
        version: Version,
        key: Key,
        restore_keys: &[Key],
    ) -> LossCause {
        if key.object().is_some() {
            return self.cause(access, version, [key]);
        }
        let keys = std::iter::once(&key).chain(restore_keys);
        self.cause(access, version, keys.flat_map(|key| self.with_prefix(names.text(*key))))
    }

    /// True if an entry whose key begins with this one was ever stored, in any scope.
    pub fn was_stored(&self, names: &Interner, key: Key) -> bool {
        self.with_prefix(names.text(key)).any(|key| self.attempts.of(key).stored > 0)
    }

    /// Why exactly this key was not found by a look-up that found another by its prefix.
    pub fn cause_of_prefix_hit(&self, access: &Access, version: Version, key: Key) -> LossCause {
        self.cause(access, version, [key])
    }

    fn with_prefix<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Key> {
        let range = self.texts.range::<str, _>((Bound::Included(text), Bound::Unbounded));
        range.take_while(move |(key, _)| key.starts_with(text)).take(SEARCHED_MAX).map(|(_, key)| *key)
    }

    /// Records the latest attempt, and the latest removal if this is one.
    fn record(
        &mut self,
        names: &Interner,
        identity: Identity,
        at: SimTime,
        fate: SaveFate,
        lost: Option<Removal>,
    ) {
        if self.pasts.is_crowded() {
            self.forget(at);
        }
        let key = identity.key;
        if key.object().is_none() && !self.texts.contains_key(names.text(key)) {
            self.texts.insert(names.text(key).into(), key);
        }
        let SaveHistory { pasts, removals, attempts, .. } = self;
        attempts.add(key, fate);
        let known = pasts.slot(identity, at);
        if let Some(before) = known {
            attempts.take(key, before.fate);
        }
        let before = known.and_then(|before| before.lost);
        let lost = lost.map_or(before, |lost| Some(removals.keep(before, lost)));
        *known = Some(Past { at, lost, fate });
    }

    /// Forgets the attempts to save objects that are too old to explain a miss.
    fn forget(&mut self, now: SimTime) {
        let SaveHistory { pasts, removals, attempts, .. } = self;
        pasts.forget(now - REMEMBERED, |key, past| {
            attempts.take(key, past.fate);
            removals.release(past.lost);
        });
    }

    /// The cause that these keys show to a reader who found none of them.
    fn cause(&self, access: &Access, version: Version, keys: impl IntoIterator<Item = Key>) -> LossCause {
        let mut evidence = MissEvidence::default();
        for key in keys {
            let mut here = 0;
            for scope in access.readable() {
                let Some(past) = self.pasts.get(Identity { scope, version, key }) else { continue };
                here += u32::from(past.fate.was_stored());
                evidence.weigh(past);
            }
            evidence.weigh_elsewhere(self.attempts.of(key), here);
        }
        evidence.cause()
    }

    /// Explains why a look-up with this access did not find an object: the cause, and the entry that it would have
    /// found if nothing had been removed, which is marked as missed. Both come of one look at each scope: objects are
    /// missed by the million.
    pub fn explain_object(
        &mut self,
        access: &Access,
        version: Version,
        key: Key,
        now: SimTime,
    ) -> (LossCause, Option<GhostEntry>) {
        let (mut evidence, mut lost, mut here) = (MissEvidence::default(), None, 0);
        for scope in access.readable() {
            let identity = Identity { scope, version, key };
            let Some(past) = self.pasts.get(identity) else { continue };
            here += u32::from(past.fate.was_stored());
            evidence.weigh(past);
            if let (None, Some(id)) = (lost, past.lost) {
                let removal = self.removals.get_mut(id);
                lost = removal.is_remembered(now).then(|| removal.miss(identity));
            }
        }
        evidence.weigh_elsewhere(self.attempts.of(key), here);
        (evidence.cause(), lost)
    }
}

/// What the attempts to save show to a reader who found nothing. First come those whose entry it could have read:
/// removed, then refused; of these the newest decides. Then an entry that was stored only out of its reach. Then a run
/// that saved nothing, wherever that was: where nobody saves a key, it is not new to the next one who asks for it.
#[derive(Debug, Default)]
struct MissEvidence {
    /// The best of the attempts that it could have read: rank, time and cause.
    own: Option<(u8, Reverse<SimTime>, LossCause)>,
    /// True if an entry was stored out of its reach.
    elsewhere: bool,
    /// True if a run wanted it and did not save it, in its reach or out of it.
    unsaved: bool,
}

impl MissEvidence {
    fn weigh(&mut self, attempt: &Past) {
        let Some((rank, cause)) = judge(attempt) else { return };
        let at = Reverse(attempt.at);
        if self.own.is_none_or(|(best, newest, _)| (rank, at) < (best, newest)) {
            self.own = Some((rank, at, cause));
        }
    }

    /// `here` is how many of the attempts with this key stored something that it could have read.
    fn weigh_elsewhere(&mut self, all: AttemptCount, here: u32) {
        self.elsewhere |= all.stored > here;
        self.unsaved |= all.unsaved > 0;
    }

    fn cause(&self) -> LossCause {
        match self.own {
            Some((rank, _, cause)) if rank < NEVER_SAVED || !self.elsewhere => cause,
            None if !self.elsewhere && self.unsaved => LossCause::NeverSaved,
            None if !self.elsewhere => LossCause::NewKey,
            _ => LossCause::UnreadableScope,
        }
    }
}

impl Dated for Past {
    fn at(&self) -> SimTime {
        self.at
    }
}

impl AttemptCounts {
    fn of(&self, key: Key) -> AttemptCount {
        match key.object() {
            Some(object) => self.objects.get(object).copied().unwrap_or_default(),
            None => self.texts.get(&key).copied().unwrap_or_default(),
        }
    }

    fn add(&mut self, key: Key, fate: SaveFate) {
        let count = self.place(key);
        count.stored += u32::from(fate.was_stored());
        count.unsaved += u32::from(fate.is_unsaved());
    }

    fn take(&mut self, key: Key, fate: SaveFate) {
        let count = self.place(key);
        count.stored -= u32::from(fate.was_stored());
        count.unsaved -= u32::from(fate.is_unsaved());
    }

    fn place(&mut self, key: Key) -> &mut AttemptCount {
        let Some(object) = key.object() else { return self.texts.entry(key).or_default() };
        if object >= self.objects.len() {
            self.objects.resize(object + 1, AttemptCount::default());
        }
        &mut self.objects[object]
    }
}

impl SaveFate {
    /// True if the entry was stored, whatever became of it.
    fn was_stored(self) -> bool {
        use LossCause::{NeverSaved, RateLimited, TooLarge};
        !matches!(self, SaveFate::Missing(NeverSaved | RateLimited | TooLarge))
    }

    /// True if a run wanted it and did not save it.
    fn is_unsaved(self) -> bool {
        self == SaveFate::Missing(LossCause::NeverSaved)
    }
}

/// The rank of a run that saved nothing, behind what is stored out of reach.
const NEVER_SAVED: u8 = 2;

/// The rank of an attempt that the reader could have read, the smallest first, and the cause that it shows. `None` if
/// the entry is there: the look-up came before it was visible.
fn judge(attempt: &Past) -> Option<(u8, LossCause)> {
    match attempt.fate {
        SaveFate::Stored => None,
        SaveFate::Missing(LossCause::NeverSaved) => Some((NEVER_SAVED, LossCause::NeverSaved)),
        SaveFate::Missing(why @ (LossCause::RateLimited | LossCause::TooLarge)) => Some((1, why)),
        SaveFate::Missing(why) => Some((0, why)),
    }
}
