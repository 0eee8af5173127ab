use crate::outcome::Reason;
use crate::service::{self, Access, Eviction, Identity, Key, Names, Scope, Version};
use crate::units::{Bytes, SimTime};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::Bound;

/// The entries that are gone, so that a miss can be explained: the real service does not say
/// whether a missing entry was evicted or never existed, a simulation can. What is stored again
/// stays on record: it is found, so nobody asks here.
#[derive(Debug, Default)]
pub struct Morgue {
    deaths: Vec<Death>,
    /// By the identity's 64-bit hash: among a million entries two share one with a probability of
    /// 10⁻⁷, and all that would go wrong is the explanation of one miss.
    digests: FxHashMap<u64, u32>,
    /// One bit for many hashes ([`FILTER_BITS`]): most objects asked for never existed,
    /// and this says so without a walk through a table larger than the processor's caches.
    filter: Vec<u64>,
    texts: BTreeMap<(Scope, Version), BTreeMap<Box<str>, u32>>,
}

/// The filter has 2²³ bits, one megabyte.
const FILTER_BITS: u32 = 23;

fn filter_word(hash: u64) -> usize {
    (hash >> (64 - FILTER_BITS + 6)) as usize
}

/// One entry that was evicted or expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Death {
    /// When.
    pub at: SimTime,
    /// When it was last accessed before.
    pub accessed: SimTime,
    /// Its size.
    pub size: Bytes,
    /// Why.
    pub reason: Reason,
    wanted: bool,
}

impl Morgue {
    /// Keeps the record of an evicted or expired entry; returns why it went.
    pub fn bury(&mut self, names: &Names, eviction: &Eviction, at: SimTime) -> Reason {
        let entry = &eviction.entry;
        let reason = match eviction.reason {
            service::Reason::Size => Reason::Size,
            service::Reason::Idle => Reason::Idle,
        };
        let number = self.deaths.len() as u32;
        self.deaths.push(Death { at, accessed: entry.accessed, size: entry.size, reason, wanted: false });
        let Identity { scope, version, key } = entry.identity;
        if key.digest.is_some() {
            let hash = entry.identity.hash();
            self.filter.resize(1 << (FILTER_BITS - 6), 0);
            self.filter[filter_word(hash)] |= 1 << (hash % 64);
            self.digests.insert(hash, number);
        } else {
            let place = self.texts.entry((scope, version)).or_default();
            place.insert(names.stem(key).into(), number);
        }
        reason
    }

    /// A look-up missed: the entry it would have found, had nothing been evicted. Searched like
    /// the service searches, but of several it takes the one that went last.
    pub fn wanted(
        &mut self,
        names: &Names,
        access: &Access,
        version: Version,
        key: Key,
        restore_keys: &[Key],
    ) -> Option<Death> {
        let number = access.readable().find_map(|scope| {
            let keys = std::iter::once(&key).chain(restore_keys);
            keys.map(|key| self.find(names, scope, version, *key)).find(Option::is_some)?
        })?;
        let death = &mut self.deaths[number as usize];
        death.wanted = true;
        Some(*death)
    }

    fn find(&self, names: &Names, scope: Scope, version: Version, key: Key) -> Option<u32> {
        if key.digest.is_some() {
            let hash = Identity { scope, version, key }.hash();
            let known = self.filter.get(filter_word(hash)).is_some_and(|word| word >> (hash % 64) & 1 == 1);
            return known.then(|| self.digests.get(&hash).copied()).flatten();
        }
        let text = names.stem(key);
        let place = self.texts.get(&(scope, version))?;
        let range = place.range::<str, _>((Bound::Included(text), Bound::Unbounded));
        range.take_while(|(key, _)| key.starts_with(text)).map(|(_, number)| *number).max()
    }

    /// The entries nobody asked for again.
    pub fn unwanted(&self) -> impl Iterator<Item = &Death> {
        self.deaths.iter().filter(|death| !death.wanted)
    }
}
