use crate::outcome::Reason;
use crate::service::{self, Access, Eviction, Identity, Key, Names, Scope, Version};
use crate::units::{Bytes, Duration, SimTime};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::ops::Bound;

/// The entries that are gone, so that a miss can be explained: the real service does not say
/// whether a missing entry was evicted or never existed, a simulation can. What is stored again
/// stays on record: it is found, so nobody asks here.
///
/// Objects are evicted by the million and most of those asked for never existed, so they are forgotten
/// in time: the records stay in the processor's caches however long the simulation is.
#[derive(Debug)]
pub struct Morgue {
    /// The objects that went since `turned`, which is at most [`REMEMBERED`] ago, and those that went
    /// in such a time before.
    lately: Objects,
    earlier: Objects,
    turned: SimTime,
    texts: BTreeMap<(Scope, Version), BTreeMap<Box<str>, usize>>,
    /// The records behind `texts`, in the order they went.
    deaths: Vec<Death>,
}

/// By the identity's 64-bit hash: among a million entries two share one with a probability of
/// 10⁻⁷, and all that would go wrong is the explanation of one miss. What is evicted again replaces
/// its older record.
type Objects = FxHashMap<u64, Death>;

/// For how long, at least, an object that went explains misses; at most twice as long. Four times
/// GitHub's retention: nearly all that is wanted again is wanted within days.
const REMEMBERED: Duration = Duration(28 * Duration::DAY.0);

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
    /// Whether a look-up has asked for it since.
    pub wanted: bool,
}

impl Default for Morgue {
    fn default() -> Morgue {
        let (lately, earlier) = (Objects::default(), Objects::default());
        let (texts, deaths) = (BTreeMap::new(), Vec::new());
        Morgue { lately, earlier, turned: SimTime(i64::MIN / 2), texts, deaths }
    }
}

impl Death {
    /// Marks it as asked for; returns it as it was before.
    fn ask(&mut self) -> Death {
        let before = *self;
        self.wanted = true;
        before
    }
}

impl Morgue {
    /// Keeps the record of an evicted or expired entry; returns why it went.
    pub fn bury(&mut self, names: &Names, eviction: &Eviction, at: SimTime) -> Reason {
        let entry = &eviction.entry;
        let reason = match eviction.reason {
            service::Reason::Size => Reason::Size,
            service::Reason::Idle => Reason::Idle,
        };
        let death = Death { at, accessed: entry.accessed, size: entry.size, reason, wanted: false };
        let Identity { scope, version, key } = entry.identity;
        if key.digest.is_some() {
            self.forget(at);
            self.lately.insert(entry.identity.hash(), death);
        } else {
            let place = self.texts.entry((scope, version)).or_default();
            place.insert(names.stem(key).into(), self.deaths.len());
            self.deaths.push(death);
        }
        reason
    }

    fn forget(&mut self, now: SimTime) {
        if now - self.turned > REMEMBERED {
            std::mem::swap(&mut self.lately, &mut self.earlier);
            self.lately.clear();
            self.turned = now;
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
    ) -> Option<Death> {
        access.readable().find_map(|scope| {
            let keys = std::iter::once(&key).chain(restore_keys);
            keys.map(|key| self.ask(names, scope, version, *key)).find(Option::is_some)?
        })
    }

    fn ask(&mut self, names: &Names, scope: Scope, version: Version, key: Key) -> Option<Death> {
        if key.digest.is_some() {
            let hash = Identity { scope, version, key }.hash();
            let found = self.lately.get_mut(&hash).or_else(|| self.earlier.get_mut(&hash));
            return found.map(Death::ask);
        }
        let text = names.stem(key);
        let place = self.texts.get(&(scope, version))?;
        let range = place.range::<str, _>((Bound::Included(text), Bound::Unbounded));
        let last = range.take_while(|(key, _)| key.starts_with(text)).map(|(_, number)| *number).max()?;
        Some(self.deaths[last].ask())
    }
}
