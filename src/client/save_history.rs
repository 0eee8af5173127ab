//! What became of every attempt to save: stored, removed, refused, or never made. From it the cause of a miss is
//! decided. [`World`](super::World) and [`Session`](super::Session) record; a session asks after each miss.
//! The real service tells nobody why an entry is missing; a simulation can.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use crate::event::{LossCause, SaveOutcome};
use crate::service::{Access, Identity, Interner, Key, Scope, Version};
use crate::units::{Duration, SimTime};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::ops::Bound;

/// The latest attempt to save each key, for each scope and version, and where each image step was exported.
#[derive(Debug, Default)]
pub struct SaveHistory {
    /// Attempts of each object, by the object's number.
    objects: Vec<Vec<SaveAttempt>>,
    texts: BTreeMap<Box<str>, Vec<SaveAttempt>>,
    steps: FxHashMap<u64, StepHistory>,
}

/// The latest attempt to save one key in one scope and version.
#[derive(Debug, Clone, Copy)]
struct SaveAttempt {
    scope: Scope,
    version: Version,
    at: SimTime,
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
pub(super) enum StepPast {
    /// An index that the build may import had a record of it once.
    Readable(Key),
    /// Only other indexes have ever had a record of it.
    Elsewhere,
    /// It was executed before, and not exported.
    Unsaved,
    /// Nobody has executed it before.
    New,
}

/// How long attempts for objects are remembered: as long as removed objects are.
const REMEMBERED: Duration = Duration(56 * Duration::DAY.0);

/// The number of keys with one prefix that are searched. Keys with a commit in them are thousands, and any of them
/// shows the same cause.
const SEARCHED_MAX: usize = 256;

impl SaveHistory {
    /// Records that an entry was stored.
    pub fn stored(&mut self, names: &Interner, identity: Identity, at: SimTime) {
        self.record(names, identity, at, SaveFate::Stored);
    }

    /// Records that an entry was removed.
    pub fn removed(&mut self, names: &Interner, identity: Identity, at: SimTime, why: LossCause) {
        self.record(names, identity, at, SaveFate::Missing(why));
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
        self.record(names, identity, at, SaveFate::Missing(cause));
    }

    /// Records that a job which has wanted the key since `since` ended without an attempt to save it. An attempt
    /// of its own, or of another job in the meantime, counts.
    pub fn unsaved(&mut self, names: &Interner, identity: Identity, since: SimTime, now: SimTime) {
        let known = self.attempts(names, identity.key).and_then(|attempts| of(attempts, identity));
        if known.is_none_or(|attempt| attempt.fate != SaveFate::Stored && attempt.at < since) {
            self.record(names, identity, now, SaveFate::Missing(LossCause::NeverSaved));
        }
    }

    /// Records that an index with this name has a record of an image step.
    pub(super) fn exported(&mut self, step: u64, index: Key) {
        self.steps.entry(step).or_default().indexes.insert(index);
    }

    /// Records that an image step was executed and not exported.
    pub(super) fn not_exported(&mut self, step: u64) {
        self.steps.entry(step).or_default().unsaved = true;
    }

    /// What is known of an image step. The build may import the indexes with these names.
    pub(super) fn step(&self, step: u64, readable: &[Key]) -> StepPast {
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
            let attempts = self.attempts(names, key).into_iter().flatten();
            return cause(access, version, attempts);
        }
        let keys = std::iter::once(&key).chain(restore_keys);
        let prefixed = keys.flat_map(|key| self.with_prefix(names.text(*key)));
        cause(access, version, prefixed)
    }

    /// Why exactly this key was not found by a look-up that found another by its prefix.
    pub fn cause_of_prefix_hit(
        &self,
        names: &Interner,
        access: &Access,
        version: Version,
        key: Key,
    ) -> LossCause {
        cause(access, version, self.attempts(names, key).into_iter().flatten())
    }

    fn attempts(&self, names: &Interner, key: Key) -> Option<&Vec<SaveAttempt>> {
        match key.object() {
            Some(object) => self.objects.get(object),
            None => self.texts.get(names.text(key)),
        }
    }

    fn with_prefix<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a SaveAttempt> {
        let range = self.texts.range::<str, _>((Bound::Included(text), Bound::Unbounded));
        range.take_while(move |(key, _)| key.starts_with(text)).take(SEARCHED_MAX).flat_map(|(_, all)| all)
    }

    fn record(&mut self, names: &Interner, identity: Identity, at: SimTime, fate: SaveFate) {
        let Identity { scope, version, key } = identity;
        let attempts = match key.object() {
            Some(object) => {
                if object >= self.objects.len() {
                    self.objects.resize_with(object + 1, Vec::new);
                }
                &mut self.objects[object]
            }
            None => match self.texts.contains_key(names.text(key)) {
                true => self.texts.get_mut(names.text(key)).expect("it is there"),
                false => self.texts.entry(names.text(key).into()).or_default(),
            },
        };
        let attempt = SaveAttempt { scope, version, at, fate };
        match attempts.iter_mut().find(|old| old.scope == scope && old.version == version) {
            Some(old) => *old = attempt,
            None => {
                if key.object().is_some() && attempts.len() == attempts.capacity() {
                    attempts.retain(|old| at - old.at <= REMEMBERED);
                }
                attempts.push(attempt);
            }
        }
    }
}

fn of(attempts: &[SaveAttempt], identity: Identity) -> Option<&SaveAttempt> {
    attempts.iter().find(|one| one.scope == identity.scope && one.version == identity.version)
}

/// The cause that these attempts show to a reader who found none of them. First come those whose entry it could
/// have read: removed, then refused. Then an entry that is stored only out of its reach. Then a run that saved
/// nothing. Of one rank the newest decides.
fn cause<'a>(
    access: &Access,
    version: Version,
    attempts: impl Iterator<Item = &'a SaveAttempt>,
) -> LossCause {
    let judged = attempts.filter_map(|attempt| Some((judge(access, version, attempt)?, attempt.at)));
    let deciding = judged.min_by_key(|((rank, _), at)| (*rank, std::cmp::Reverse(*at)));
    deciding.map_or(LossCause::NewKey, |((_, cause), _)| cause)
}

/// The rank of an attempt, the smallest first, and the cause that it shows; `None` if it shows none.
fn judge(access: &Access, version: Version, attempt: &SaveAttempt) -> Option<(u8, LossCause)> {
    let readable = attempt.version == version && access.readable().any(|scope| scope == attempt.scope);
    match attempt.fate {
        SaveFate::Missing(LossCause::NeverSaved) => readable.then_some((3, LossCause::NeverSaved)),
        SaveFate::Missing(why @ (LossCause::RateLimited | LossCause::TooLarge)) => {
            readable.then_some((1, why))
        }
        SaveFate::Missing(why) if readable => Some((0, why)),
        // A look-up that may read it and does not find it came before it was visible.
        SaveFate::Stored if readable => None,
        SaveFate::Stored | SaveFate::Missing(_) => Some((2, LossCause::UnreadableScope)),
    }
}
