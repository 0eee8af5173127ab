//! What became of every attempt to save: stored, removed, refused, or never made. From it the cause of a miss is
//! decided.

#![expect(
    clippy::disallowed_types,
    reason = "asked for single keys, or summed over: its order does not show"
)]

use super::REMEMBERED;
use super::by_scope::ByScope;
use crate::event::{LossCause, SaveOutcome};
use crate::service::{Access, Identity, Interner, Key, Scope, Version};
use crate::units::SimTime;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Bound;

/// The latest attempt to save each key, for each scope and version, and where each image step was exported.
#[derive(Debug, Default)]
pub struct SaveHistory {
    /// By the object's number.
    objects: Vec<KeyHistory>,
    texts: BTreeMap<Box<str>, KeyHistory>,
    steps: FxHashMap<u64, StepHistory>,
}

/// The latest attempts to save one key: one for each scope and version.
#[derive(Debug, Default)]
struct KeyHistory {
    attempts: ByScope<SaveAttempt>,
    /// How many of them stored the entry, whatever became of it.
    stored: u32,
}

/// The latest attempt to save one key in one scope and version.
#[derive(Debug, Clone, Copy)]
struct SaveAttempt {
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
        let Identity { scope, version, key } = identity;
        let known = self.key(names, key).and_then(|history| history.attempts.get(scope, version));
        if known.is_none_or(|attempt| attempt.fate != SaveFate::Stored && attempt.at < since) {
            self.record(names, identity, now, SaveFate::Missing(LossCause::NeverSaved));
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
            return cause(access, version, self.key(names, key));
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
        cause(access, version, self.key(names, key))
    }

    fn key(&self, names: &Interner, key: Key) -> Option<&KeyHistory> {
        match key.object() {
            Some(object) => self.objects.get(object),
            None => self.texts.get(names.text(key)),
        }
    }

    fn with_prefix<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a KeyHistory> {
        let range = self.texts.range::<str, _>((Bound::Included(text), Bound::Unbounded));
        range.take_while(move |(key, _)| key.starts_with(text)).take(SEARCHED_MAX).map(|(_, history)| history)
    }

    fn record(&mut self, names: &Interner, identity: Identity, at: SimTime, fate: SaveFate) {
        let Identity { scope, version, key } = identity;
        let attempt = SaveAttempt { at, fate };
        let Some(object) = key.object() else {
            return match self.texts.get_mut(names.text(key)) {
                Some(history) => history.record((scope, version), attempt),
                None => {
                    self.texts.entry(names.text(key).into()).or_default().record((scope, version), attempt)
                }
            };
        };
        if object >= self.objects.len() {
            self.objects.resize_with(object + 1, KeyHistory::default);
        }
        self.objects[object].record((scope, version), attempt);
    }
}

impl KeyHistory {
    fn record(&mut self, place: (Scope, Version), attempt: SaveAttempt) {
        let KeyHistory { attempts, stored } = self;
        let count = |attempt: &SaveAttempt| u32::from(attempt.fate.was_stored());
        *stored += count(&attempt);
        let replaced = attempts.insert(place, attempt, |old| {
            let keep = attempt.at - old.at <= REMEMBERED;
            *stored -= if keep { 0 } else { count(old) };
            keep
        });
        *stored -= replaced.as_ref().map_or(0, count);
    }
}

impl SaveFate {
    /// True if the entry was stored, whatever became of it.
    fn was_stored(self) -> bool {
        use LossCause::{NeverSaved, RateLimited, TooLarge};
        !matches!(self, SaveFate::Missing(NeverSaved | RateLimited | TooLarge))
    }
}

/// The cause that these histories show to a reader who found none of the keys. First come those whose entry it could
/// have read: removed, then refused; of these the newest decides. Then an entry that was stored only out of its reach.
/// Then a run that saved nothing.
fn cause<'a>(
    access: &Access,
    version: Version,
    histories: impl IntoIterator<Item = &'a KeyHistory>,
) -> LossCause {
    let (mut own, mut elsewhere) = (None, false);
    for history in histories {
        let mut here = 0;
        for attempt in access.readable().filter_map(|scope| history.attempts.get(scope, version)) {
            here += u32::from(attempt.fate.was_stored());
            let judged = judge(attempt).map(|(rank, cause)| (rank, Reverse(attempt.at), cause));
            own = [own, judged].into_iter().flatten().min_by_key(|(rank, at, _)| (*rank, *at));
        }
        elsewhere |= history.stored > here;
    }
    match own {
        Some((rank, _, cause)) if rank < NEVER_SAVED || !elsewhere => cause,
        None if !elsewhere => LossCause::NewKey,
        _ => LossCause::UnreadableScope,
    }
}

/// The rank of a run that saved nothing, behind what is stored out of reach.
const NEVER_SAVED: u8 = 2;

/// The rank of an attempt that the reader could have read, the smallest first, and the cause that it shows. `None` if
/// the entry is there: the look-up came before it was visible.
fn judge(attempt: &SaveAttempt) -> Option<(u8, LossCause)> {
    match attempt.fate {
        SaveFate::Stored => None,
        SaveFate::Missing(LossCause::NeverSaved) => Some((NEVER_SAVED, LossCause::NeverSaved)),
        SaveFate::Missing(why @ (LossCause::RateLimited | LossCause::TooLarge)) => Some((1, why)),
        SaveFate::Missing(why) => Some((0, why)),
    }
}
