//! The same rules without any cleverness: a list of entries for one limit, searched from end to
//! end, and a sweep at every instant of its own.

use cache_budget::mrc::{KeyAccess, Rules};
use cache_budget::service::Sweep;
use cache_budget::units::{Bytes, Duration};
use std::collections::BTreeMap;

/// Hits, bytes of hits and evictions.
pub type Totals = (u64, Bytes, u64);

struct Entry {
    id: u64,
    size: u64,
    accessed: i64,
}

struct Cache {
    limit: u64,
    retention: i64,
    /// Least recent first.
    entries: Vec<Entry>,
    gone: u64,
}

/// Plays the requests under one limit.
pub fn play(requests: &[KeyAccess], limit: Bytes, rules: Rules) -> Totals {
    let retention = rules.retention.map_or(i64::MAX / 2, |retention| retention.0);
    let mut cache = Cache { limit: limit.0, retention, entries: Vec::new(), gone: 0 };
    let (mut hits, mut bytes) = (0, 0);
    let mut sizes = BTreeMap::new();
    let mut last = requests.first().map_or(0, |request| request.time.0);
    for request in requests {
        let now = request.time.0;
        if let Sweep::Every { period, phase } = rules.sweep {
            let phase = phase.unwrap_or(Duration::ZERO).0;
            let due = (last + 1..=now).filter(|at| (at - phase).rem_euclid(period.0) == 0);
            due.for_each(|at| cache.sweep(at));
        }
        if rules.sweep != Sweep::Never {
            cache.expire(now);
        }
        last = now;
        let size = *sizes.entry(request.id).or_insert(request.size.0);
        // A plain trace's cache does not admit what is larger than the limit.
        if rules == Rules::default() && size > limit.0 {
            continue;
        }
        if cache.access(request.id, size, now) {
            hits += 1;
            bytes += size;
        }
        if rules.sweep == Sweep::Instant {
            cache.evict();
        }
    }
    (hits, Bytes(bytes), cache.gone)
}

impl Cache {
    fn access(&mut self, id: u64, size: u64, now: i64) -> bool {
        let found = self.entries.iter().position(|entry| entry.id == id);
        if let Some(at) = found {
            self.entries.remove(at);
        }
        self.entries.push(Entry { id, size, accessed: now });
        found.is_some()
    }

    fn sweep(&mut self, now: i64) {
        self.expire(now);
        self.evict();
    }

    fn expire(&mut self, now: i64) {
        let before = self.entries.len();
        self.entries.retain(|entry| now - entry.accessed <= self.retention);
        self.gone += (before - self.entries.len()) as u64;
    }

    fn evict(&mut self) {
        while self.entries.iter().map(|entry| entry.size).sum::<u64>() > self.limit {
            self.entries.remove(0);
            self.gone += 1;
        }
    }
}
