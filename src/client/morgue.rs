use crate::outcome::Reason;
use crate::service::{self, Access, Entry, Eviction, Identity, Key, Names, Scope, Version};
use crate::units::{Bytes, Duration, SimTime};
use std::collections::BTreeMap;
use std::ops::Bound;

/// The entries that are gone, so that a miss can be explained: the real service does not say
/// whether a missing entry was evicted or never existed, a simulation can. What is stored again
/// stays on record: it is found, so nobody asks here.
///
/// Objects are evicted by the million, so they are forgotten in time: what is known of one stays a
/// short list however long the simulation is.
#[derive(Debug, Default)]
pub struct Morgue {
    /// By the number of the object.
    objects: Vec<Vec<Death>>,
    texts: BTreeMap<(Scope, Version), BTreeMap<Box<str>, usize>>,
    /// The records behind `texts`, in the order they went.
    deaths: Vec<Death>,
}

/// For how long an object that went explains misses: eight times GitHub's retention. Nearly all that
/// is wanted again is wanted within days.
const REMEMBERED: Duration = Duration(56 * Duration::DAY.0);

/// One entry that was evicted or expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Death {
    /// The entry.
    pub identity: Identity,
    /// When it was stored.
    pub created: SimTime,
    /// When it went.
    pub at: SimTime,
    /// When it was last accessed before.
    pub accessed: SimTime,
    /// Its size.
    pub size: Bytes,
    /// Why.
    pub reason: Reason,
    /// Whether a look-up has asked for it since.
    pub wanted: bool,
}

impl Death {
    /// Marks it as asked for; returns it as it was before.
    fn ask(&mut self) -> Death {
        let before = *self;
        self.wanted = true;
        before
    }

    fn is_remembered(&self, now: SimTime) -> bool {
        now - self.at <= REMEMBERED
    }
}

impl Morgue {
    /// Keeps the record of an evicted or expired entry; returns why it went.
    pub fn bury(&mut self, names: &Names, eviction: &Eviction, at: SimTime) -> Reason {
        let entry = &eviction.entry;
        let reason = match eviction.reason {
            service::RemovalReason::Size => Reason::Size,
            service::RemovalReason::Idle => Reason::Idle,
        };
        let Entry { identity, created, accessed, size, .. } = *entry;
        let death = Death { identity, created, at, accessed, size, reason, wanted: false };
        let Identity { scope, version, key } = identity;
        if let Some(object) = key.object() {
            self.bury_object(object, death);
        } else {
            let place = self.texts.entry((scope, version)).or_default();
            place.insert(names.text(key).into(), self.deaths.len());
            self.deaths.push(death);
        }
        reason
    }

    fn bury_object(&mut self, object: usize, death: Death) {
        if object >= self.objects.len() {
            self.objects.resize_with(object + 1, Vec::new);
        }
        let deaths = &mut self.objects[object];
        match deaths.iter_mut().find(|old| old.identity == death.identity) {
            Some(old) => *old = death,
            None => {
                if deaths.len() == deaths.capacity() {
                    deaths.retain(|old| old.is_remembered(death.at));
                }
                deaths.push(death);
            }
        }
    }

    /// A look-up missed: the entry it would have found, had nothing been evicted, as it was before it
    /// was wanted. Searched like the service searches, but of several it takes the one that went last.
    pub fn wanted(
        &mut self,
        names: &Names,
        access: &Access,
        version: Version,
        key: Key,
        restore_keys: &[Key],
        now: SimTime,
    ) -> Option<Death> {
        if let Some(object) = key.object() {
            let deaths = self.objects.get_mut(object)?;
            let mut identities = access.readable().map(|scope| Identity { scope, version, key });
            return identities.find_map(|identity| ask_object(deaths, identity, now));
        }
        access.readable().find_map(|scope| {
            let mut keys = std::iter::once(&key).chain(restore_keys);
            keys.find_map(|key| self.ask(names, scope, version, *key))
        })
    }

    /// Why an object is gone that is not stored, without wanting it.
    pub fn why_gone(&self, access: &Access, version: Version, key: Key) -> Option<Reason> {
        let deaths = self.objects.get(key.object()?)?;
        let mut identities = access.readable().map(|scope| Identity { scope, version, key });
        identities
            .find_map(|identity| deaths.iter().find(|death| death.identity == identity))
            .map(|d| d.reason)
    }

    fn ask(&mut self, names: &Names, scope: Scope, version: Version, key: Key) -> Option<Death> {
        let text = names.text(key);
        let place = self.texts.get(&(scope, version))?;
        let range = place.range::<str, _>((Bound::Included(text), Bound::Unbounded));
        let last = range.take_while(|(key, _)| key.starts_with(text)).map(|(_, number)| *number).max()?;
        Some(self.deaths[last].ask())
    }
}

fn ask_object(deaths: &mut [Death], identity: Identity, now: SimTime) -> Option<Death> {
    let death = deaths.iter_mut().find(|death| death.identity == identity)?;
    death.is_remembered(now).then(|| death.ask())
}
