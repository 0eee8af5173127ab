//! Counts which part of a named set of entries survives each eviction for size. It keeps the sets' entries by scope, from
//! the service's records, because events do not carry the keys of what is removed.

use super::quantile::{Spread, push_spread};
use super::value::Values;
use crate::event::{ClientId, EntrySet, HeldFor};
use crate::observe::{Metric, metric};
use crate::service::{Record, RecordKind, Scope, Service};
use std::collections::{BTreeMap, BTreeSet};

/// What is stored of each set, and what has survived so far.
#[derive(Debug)]
pub(super) struct Survivors {
    sets: Vec<WatchedSet>,
    /// The pull requests that are closed.
    closed: BTreeSet<Scope>,
    /// True while an eviction is going on.
    evicting: bool,
}

/// A set with its entries.
#[derive(Debug)]
struct WatchedSet {
    of: EntrySet,
    held: BTreeMap<Scope, SetAmount>,
    /// What it had when the eviction began.
    before: SetAmount,
    /// For each eviction, the share of its entries that was left.
    entries: Vec<f64>,
    /// The same of their bytes.
    bytes: Vec<f64>,
}

/// A number of entries, and their bytes.
#[derive(Debug, Clone, Copy, Default)]
struct SetAmount {
    entries: i64,
    bytes: i64,
}

impl Survivors {
    /// These sets, of which nothing is stored.
    pub fn of(sets: &[EntrySet]) -> Survivors {
        let watched = sets.iter().map(|of| WatchedSet {
            of: of.clone(),
            held: BTreeMap::new(),
            before: SetAmount::default(),
            entries: Vec::new(),
            bytes: Vec::new(),
        });
        Survivors { sets: watched.collect(), closed: BTreeSet::new(), evicting: false }
    }

    /// True if there are no sets, so that nothing has to be recorded.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// A pull request is open or closed from now on.
    pub fn set_open(&mut self, scope: Scope, is_open: bool) {
        if is_open {
            self.closed.remove(&scope);
        } else {
            self.closed.insert(scope);
        }
    }

    /// An entry came or went.
    pub fn record(&mut self, record: &Record, service: &Service) {
        use RecordKind::{Deleted, Evicted, Expired, Stored};
        if record.kind == Evicted && !self.evicting {
            self.evicting = true;
            self.begin(service);
        }
        let sign = match record.kind {
            Stored => 1,
            Deleted | Evicted | Expired => -1,
            _ => return,
        };
        let Some(owner) = record.owner else { return };
        let (client, identity) = (ClientId(owner.0), record.identity);
        for set in &mut self.sets {
            let begins = || service.names.key_text(identity.key).starts_with(&set.of.prefix);
            if set.of.client.is_none_or(|wanted| wanted == client) && (set.of.prefix.is_empty() || begins()) {
                let held = set.held.entry(identity.scope).or_default();
                held.entries += sign;
                held.bytes += sign * record.size.0 as i64;
            }
        }
    }

    fn begin(&mut self, service: &Service) {
        let Survivors { sets, closed, .. } = self;
        sets.iter_mut().for_each(|set| set.before = set.total(closed, service));
    }

    /// Ends the eviction that has begun in this step, if one has. `counts` is true if it is measured.
    pub fn settle(&mut self, counts: bool, service: &Service) {
        let Survivors { sets, closed, evicting } = self;
        if std::mem::take(evicting) && counts {
            sets.iter_mut().for_each(|set| set.end(closed, service));
        }
    }

    /// Adds the shares of each set.
    pub fn finish(mut self, values: &mut Values) {
        for set in &mut self.sets {
            push_shares(values, &metric::SURVIVORS_SHARE, &set.of, &mut set.entries);
        }
        for set in &mut self.sets {
            push_shares(values, &metric::SURVIVORS_BYTE_SHARE, &set.of, &mut set.bytes);
        }
    }
}

impl WatchedSet {
    /// The entries that belong to it now.
    fn total(&self, closed: &BTreeSet<Scope>, service: &Service) -> SetAmount {
        let is_for = |scope: Scope| {
            let class = || HeldFor::of(service.names.scope_text(scope), closed.contains(&scope));
            self.of.refs.is_empty() || self.of.is_for(class())
        };
        let held = self.held.iter().filter(|(scope, held)| held.entries > 0 && is_for(**scope));
        held.fold(SetAmount::default(), |sum, (_, held)| SetAmount {
            entries: sum.entries + held.entries,
            bytes: sum.bytes + held.bytes,
        })
    }

    fn end(&mut self, closed: &BTreeSet<Scope>, service: &Service) {
        let (before, after) = (self.before, self.total(closed, service));
        if before.entries > 0 {
            self.entries.push(after.entries as f64 / before.entries as f64);
        }
        if before.bytes > 0 {
            self.bytes.push(after.bytes as f64 / before.bytes as f64);
        }
    }
}

fn push_shares(values: &mut Values, metric: &'static Metric, of: &EntrySet, shares: &mut [f64]) {
    push_spread(values, metric, &[("set", Some(&of.name))], shares, Spread::MeanAndQuantiles);
}
