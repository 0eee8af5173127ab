//! What comes next: what the next sweep removes and what follows, which live entries are in danger, the age at
//! which entries are evicted, and how long the limit lasts.

use super::Circumstances;
use super::eviction::{NextEviction, NextSweep};
use super::held::{HeldEntry, Holdings};
use crate::replay::listing::Snapshot;
use crate::result::{Diagnosis, EvictableEntry};
use crate::service::{Limits, RemovalReason};
use crate::units::{Bytes, Duration, SimTime};

/// The state of the cache at the instant of the diagnosis.
pub struct Outlook<'a> {
    snapshot: &'a Snapshot,
    holdings: &'a Holdings<'a>,
    at: Option<SimTime>,
    limit: Bytes,
    retention: Option<Duration>,
}

/// How much longer than its retention an idle entry may stay until a sweep has seen it. An older one shows that
/// the retention is longer than assumed.
const SWEEP_DELAY: Duration = Duration::DAY;
/// The share of the limit from which the cache counts as full, so that its oldest entry shows the age at which
/// entries are evicted. A sweep stops within an entry below the limit.
const FULL_SHARE: f64 = 0.9;

impl<'a> Outlook<'a> {
    /// The outlook of a listing.
    pub fn new(
        snapshot: &'a Snapshot,
        holdings: &'a Holdings<'a>,
        at: Option<SimTime>,
        circumstances: &Circumstances,
    ) -> Outlook<'a> {
        let retention = circumstances.retention.or_else(|| {
            let usual = Limits::default().retention;
            let (newest, oldest) = snapshot.newest().zip(snapshot.entries.first()?.accessed_at())?;
            (newest - oldest <= usual + SWEEP_DELAY).then_some(usual)
        });
        Outlook { snapshot, holdings, at, limit: circumstances.limit, retention }
    }

    /// Fills in everything about the future.
    pub fn fill(&self, into: &mut Diagnosis) {
        // Without any time, there is no order.
        let Some(at) = self.at.filter(|_| self.snapshot.newest().is_some()) else { return };
        let next = self.removed(at, self.limit);
        let gone = next.len();
        into.next_to_evict = next.iter().map(|next| self.row(at, next)).collect();
        let following = (gone..self.snapshot.entries.len()).take(Diagnosis::FOLLOWING_MAX);
        let following = following.map(|index| NextEviction { index, reason: RemovalReason::Size });
        into.then_evicted = following.map(|next| self.row(at, &next)).collect();
        let written = self.written_since(at - Duration::DAY);
        into.written_last_day_bytes = Some(written.0);
        let after_a_day = self.removed(at, self.limit.saturating_sub(written));
        let lost = after_a_day.iter().filter(|next| is_needed(&self.holdings.entries[next.index]));
        into.in_danger = lost.map(|next| self.row(at, next)).collect();
        self.ages(at, gone, into);
    }

    fn removed(&self, at: SimTime, limit: Bytes) -> Vec<NextEviction> {
        NextSweep { at, limit, retention: self.retention }.removes(&self.snapshot.entries)
    }

    /// Bytes of the entries created after an instant.
    fn written_since(&self, since: SimTime) -> Bytes {
        let entries = self.snapshot.entries.iter();
        entries.filter(|entry| entry.created_at().is_some_and(|at| at > since)).map(|entry| entry.size).sum()
    }

    /// The times that follow from the order of last access: that of the oldest entry, that of the oldest one that
    /// the sweep leaves, and the time in which as many bytes are accessed as the limit admits.
    fn ages(&self, at: SimTime, gone: usize, into: &mut Diagnosis) {
        let idle = |index: usize| {
            let accessed = self.snapshot.entries.get(index)?.accessed_at()?;
            Some((at - accessed).as_hours_f64().max(0.0))
        };
        into.oldest_access_hours = idle(0);
        let share = into.usage_bytes as f64 / (into.limit_bytes as f64).max(1.0);
        let is_full = share >= FULL_SHARE;
        into.characteristic_is_lower_bound = !is_full;
        let left = idle(gone).or_else(|| idle(gone.checked_sub(1)?));
        // Where nothing is evicted now, an entry that was idle for nearly the retention may as well have expired.
        let soon = self.retention.map(|retention| (retention - SWEEP_DELAY).as_hours_f64());
        let may_expire = |hours: &f64| gone == 0 && soon.is_some_and(|soon| *hours >= soon);
        into.eviction_age_hours = left.filter(|hours| is_full && !may_expire(hours));
        into.characteristic_hours = match left {
            Some(hours) if is_full => Some(hours),
            // Fewer bytes are accessed for the first time in each further hour.
            Some(hours) if share > 0.0 => Some(hours / share),
            _ => None,
        };
    }

    fn row(&self, at: SimTime, next: &NextEviction) -> EvictableEntry {
        let held = &self.holdings.entries[next.index];
        let entry = held.entry;
        EvictableEntry {
            id: entry.id.unwrap_or(0),
            key: entry.key.clone(),
            r#ref: entry.reference.clone().unwrap_or_default(),
            family: self.holdings.families[held.family].name.clone(),
            bytes: entry.size.0,
            idle_hours: entry.accessed_at().map(|accessed| (at - accessed).as_hours_f64().max(0.0)),
            reason: next.reason.label().to_owned(),
            reachable: match held.dead {
                None => "yes",
                Some(reason) if reason.is_sure() => "no",
                Some(_) => "perhaps",
            }
            .to_owned(),
        }
    }
}

/// True for the newest of its generations, if a restore can reach it.
fn is_needed(held: &HeldEntry) -> bool {
    (held.generation.age == 0 || held.generation.is_in_use) && !held.is_dead()
}
