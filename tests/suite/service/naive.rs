//! The cache service once more, as plainly as it can be said: one list that is searched from end
//! to end for every question. It shares no code with the real one, so that a mistake in either
//! shows where they differ.

use cache_budget::service::{EvictionOrder, Limits, OverQuota, Sweep, Touch};

const INCLUDED: u64 = 10 * 1024 * 1024 * 1024;

/// A key as its writer spells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    Text(String),
    /// A text and a digest: never found by prefix.
    Object(String, u64),
}

impl Name {
    fn starts_with(&self, prefix: &Name) -> bool {
        matches!((self, prefix), (Name::Text(text), Name::Text(prefix)) if text.starts_with(prefix))
    }

    pub fn text(&self) -> String {
        match self {
            Name::Text(text) => text.clone(),
            Name::Object(stem, digest) => format!("{stem}{digest:016x}"),
        }
    }
}

#[derive(Debug, Clone)]
struct Record {
    scope: String,
    version: String,
    name: Name,
    owner: u16,
    size: u64,
    created: i64,
    accessed: i64,
    /// The reservation it was made by; nothing once it is finalised.
    pending: Option<u64>,
    /// When it came into its place among equals: by creation, by access.
    made: u64,
    turn: u64,
}

impl Record {
    fn describe(&self) -> String {
        let Record { scope, version, owner, size, created, accessed, .. } = self;
        format!("{scope}|{version}|{}|{owner}|{size}|{created}|{accessed}", self.name.text())
    }
}

pub struct Naive {
    limits: Limits,
    records: Vec<Record>,
    uploads: Vec<i64>,
    downloads: Vec<i64>,
    frozen: bool,
    counter: u64,
    /// What has gone since somebody asked.
    gone: Vec<String>,
}

impl Naive {
    pub fn new(limits: Limits) -> Naive {
        Naive {
            limits,
            records: vec![],
            uploads: vec![],
            downloads: vec![],
            frozen: false,
            counter: 0,
            gone: vec![],
        }
    }

    fn count(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    pub fn bytes(&self) -> u64 {
        self.records.iter().map(|record| record.size).sum()
    }

    /// The finalised entries as texts, next to be evicted first.
    pub fn listing(&self) -> Vec<String> {
        self.in_order().iter().map(|index| self.records[*index].describe()).collect()
    }

    fn in_order(&self) -> Vec<usize> {
        let stored = |index: &usize| self.records[*index].pending.is_none();
        let mut order: Vec<_> = (0..self.records.len()).filter(stored).collect();
        order.sort_by_key(|index| {
            let record = &self.records[*index];
            match self.limits.order {
                EvictionOrder::LeastRecentlyAccessed => (record.accessed, record.turn),
                EvictionOrder::OldestCreated => (record.created, record.made),
            }
        });
        order
    }

    /// New limits; of entries that are equal in the new order, the old order decides.
    pub fn set_limits(&mut self, limits: Limits) {
        let order = self.in_order();
        for (place, index) in order.into_iter().enumerate() {
            (self.records[index].made, self.records[index].turn) = (place as u64, place as u64);
        }
        self.counter += self.records.len() as u64;
        self.limits = limits;
    }

    pub fn preload(&mut self, place: (&str, &str), name: Name, size: u64, created: i64, accessed: i64) {
        let count = self.count();
        self.records.push(Record {
            scope: place.0.into(),
            version: place.1.into(),
            name,
            owner: 0,
            size,
            created,
            accessed,
            pending: None,
            made: count,
            turn: count,
        });
        self.freeze();
    }

    fn freeze(&mut self) {
        if let Some(budget) = self.limits.budget {
            self.frozen = self.frozen || self.bytes() > budget.0;
        }
    }

    fn thaw(&mut self) {
        let below = self.limits.budget.map_or(INCLUDED, |budget| INCLUDED.min(budget.0));
        self.frozen = self.frozen && self.bytes() >= below;
    }

    fn position(&self, scope: &str, version: &str, name: &Name) -> Option<usize> {
        let same = |r: &Record| r.scope == scope && r.version == version && r.name == *name;
        self.records.iter().position(same)
    }

    /// What a look-up answers, with the entry as a text; downloads it too if told to.
    pub fn look_up(
        &mut self,
        now: i64,
        scopes: &[String],
        version: &str,
        names: &[Name],
        download: bool,
    ) -> String {
        if scopes.is_empty() {
            return "Denied".into();
        }
        if !admit(&mut self.downloads, now, self.limits.downloads_per_minute) {
            return "RateLimited".into();
        }
        for expired in [false, true] {
            for (scope, name) in scopes.iter().flat_map(|scope| names.iter().map(move |name| (scope, name))) {
                if let Some(index) = self.search(now, expired, scope, version, name) {
                    if expired {
                        self.lose("Idle", index);
                        return "Miss".into();
                    }
                    if download || self.limits.touch == Touch::LookUp {
                        self.touch(now, index);
                    }
                    let record = &self.records[index];
                    let how = if record.name == names[0] { "Exact" } else { "Prefix" };
                    return format!("{how} {}", record.describe());
                }
            }
        }
        "Miss".into()
    }

    fn idle(&self, now: i64, record: &Record) -> bool {
        record.pending.is_none() && now - record.accessed > self.limits.retention.0
    }

    fn expired(&self, now: i64, record: &Record) -> bool {
        self.limits.sweep != Sweep::Never && self.idle(now, record)
    }

    fn lose(&mut self, why: &str, index: usize) {
        let text = format!("{why} {}", self.records.remove(index).describe());
        self.gone.push(text);
    }

    /// Whether every stored entry is followed by a sweep.
    pub fn sweeps_at_once(&self) -> bool {
        self.limits.sweep == Sweep::Instant
    }

    /// What has gone since the last time, in order.
    pub fn gone(&mut self) -> Vec<String> {
        std::mem::take(&mut self.gone)
    }

    fn search(&self, now: i64, expired: bool, scope: &str, version: &str, name: &Name) -> Option<usize> {
        let mut best: Option<usize> = None;
        for (index, record) in self.records.iter().enumerate() {
            let seen = record.pending.is_none() && record.created + self.limits.visibility_lag.0 <= now;
            if !seen
                || self.expired(now, record) != expired
                || record.scope != scope
                || record.version != version
            {
                continue;
            }
            if record.name == *name {
                return Some(index);
            }
            let newer = |best: usize| {
                let best = &self.records[best];
                (record.created, &record.name) > (best.created, &best.name)
            };
            if record.name.starts_with(name) && best.is_none_or(newer) {
                best = Some(index);
            }
        }
        best
    }

    fn touch(&mut self, now: i64, index: usize) {
        let turn = self.count();
        (self.records[index].accessed, self.records[index].turn) = (now, turn);
    }

    fn forget_abandoned(&mut self, now: i64) {
        let blocks = self.limits.reservation.0;
        self.records.retain(|record| record.pending.is_none() || now - record.created < blocks);
    }

    /// The reservation's number, or why there is none.
    pub fn reserve(
        &mut self,
        now: i64,
        scope: Option<&str>,
        version: &str,
        name: &Name,
        owner: u16,
    ) -> Result<u64, String> {
        self.forget_abandoned(now);
        let Some(scope) = scope else { return Err("ReadOnly".into()) };
        if !admit(&mut self.uploads, now, self.limits.uploads_per_minute) {
            return Err("RateLimited".into());
        }
        if let Some(index) = self.position(scope, version, name) {
            if !self.expired(now, &self.records[index]) {
                return Err("Exists".into());
            }
            self.lose("Idle", index);
        }
        if self.frozen {
            return Err("ReadOnly".into());
        }
        if self.limits.over_quota == OverQuota::Reject && self.bytes() > self.limits.limit.0 {
            return Err("OverQuota".into());
        }
        let number = self.count();
        self.records.push(Record {
            scope: scope.into(),
            version: version.into(),
            name: name.clone(),
            owner,
            size: 0,
            created: now,
            accessed: now,
            pending: Some(number),
            made: 0,
            turn: 0,
        });
        Ok(number)
    }

    pub fn finalise(&mut self, now: i64, reservation: u64, size: u64) -> bool {
        self.forget_abandoned(now);
        let count = self.count();
        let record = self.records.iter_mut().find(|record| record.pending == Some(reservation));
        let Some(record) = record else { return false };
        (record.pending, record.size) = (None, size);
        (record.created, record.accessed) = (now, now);
        (record.made, record.turn) = (count, count);
        self.freeze();
        true
    }

    pub fn delete(&mut self, scope: &str, version: &str, name: &Name) -> bool {
        let found = self.position(scope, version, name);
        let stored = found.filter(|index| self.records[*index].pending.is_none());
        if let Some(index) = stored {
            self.records.remove(index);
            self.thaw();
        }
        stored.is_some()
    }

    /// Deletes the finalised entries with a key, in one scope or in all; says how many.
    pub fn delete_key(&mut self, scope: Option<&str>, name: &Name) -> usize {
        let before = self.records.len();
        self.records.retain(|record| {
            record.pending.is_some()
                || record.name != *name
                || scope.is_some_and(|scope| record.scope != scope)
        });
        if self.records.len() < before {
            self.thaw();
        }
        before - self.records.len()
    }

    /// What a sweep takes, in order.
    pub fn sweep(&mut self, now: i64) -> Vec<String> {
        self.forget_abandoned(now);
        self.lose_idle(now);
        if self.bytes() > self.limits.limit.0 {
            while let Some(first) = self.in_order().first().copied() {
                if self.bytes() < self.limits.limit.0 {
                    break;
                }
                self.lose("Size", first);
            }
        }
        self.thaw();
        self.gone()
    }

    /// What expires without a sweep, in order.
    pub fn expire(&mut self, now: i64) -> Vec<String> {
        self.lose_idle(now);
        self.thaw();
        self.gone()
    }

    fn lose_idle(&mut self, now: i64) {
        while let Some(first) = self.in_order().into_iter().find(|i| self.idle(now, &self.records[*i])) {
            self.lose("Idle", first);
        }
    }

    /// When an entry's retention ends first, whatever the sweeps.
    pub fn first_expiry(&self) -> Option<i64> {
        let stored = self.records.iter().filter(|record| record.pending.is_none());
        stored.map(|record| record.accessed + self.limits.retention.0 + 1).min()
    }
}

/// Admits a request unless the UTC minute of `now` has seen `limit` already.
fn admit(admitted: &mut Vec<i64>, now: i64, limit: Option<u32>) -> bool {
    let from = now - now.rem_euclid(60_000);
    let this_minute = admitted.iter().filter(|at| **at >= from).count();
    if limit.is_some_and(|limit| this_minute >= limit as usize) {
        return false;
    }
    admitted.push(now);
    true
}
