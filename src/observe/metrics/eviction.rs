//! Counts evictions and expiries, and keeps the largest batches of evictions for reports. Who
//! caused them is decided in `blame.rs`.

use super::blame::BlamedShare;
use super::quantile::{Spread, push_spread};
use super::value::Values;
use crate::event::{ClientId, Names};
use crate::observe::{Metric, metric};
use crate::service::RemovalReason;
use crate::units::{Bytes, Duration, SimTime};

/// The entries that one client lost for size at one instant, usually in one sweep.
#[derive(Debug, Clone, PartialEq)]
pub struct EvictionBatch {
    /// Time of the eviction.
    pub at: SimTime,
    /// The client that had saved the entries.
    pub victim: ClientId,
    /// Number of entries.
    pub entries: u64,
    /// Their total size.
    pub bytes: Bytes,
    /// Shortest idle time among them.
    pub idle_min: Duration,
    /// The client to which most of the bytes are attributed, with its share (0–1). `None` if
    /// nothing was stored after their last access.
    pub evictor: Option<(ClientId, f64)>,
}

/// Number of batches that [`Evictions`] keeps.
const BATCHES_MAX: usize = 10;

/// Counts removed entries, and keeps the largest batches.
#[derive(Debug)]
pub(super) struct Evictions {
    clients: usize,
    /// Number and bytes of removed entries, by client × reason.
    counts: Vec<(u64, u64)>,
    /// Time since the last access of each entry evicted for size, in hours.
    ages: Vec<f64>,
    /// The batches of the current instant, by victim.
    open: Vec<EvictionBatch>,
    /// Attributed bytes of the open batches, by victim × evictor.
    open_blame: Vec<f64>,
    largest: Vec<EvictionBatch>,
}

impl Evictions {
    /// A counter with nothing removed yet.
    pub fn new(clients: usize) -> Evictions {
        let ids = (0..clients).map(|client| ClientId(client as u16));
        Evictions {
            clients,
            counts: vec![(0, 0); clients * RemovalReason::ALL.len()],
            ages: vec![],
            open: ids.map(|victim| EvictionBatch::empty(SimTime(i64::MIN), victim)).collect(),
            open_blame: vec![0.0; clients * clients],
            largest: vec![],
        }
    }

    /// Counts one removed entry.
    pub fn count(&mut self, client: ClientId, size: Bytes, age: Duration, reason: RemovalReason) {
        let (entries, bytes) =
            &mut self.counts[usize::from(client.0) * RemovalReason::ALL.len() + reason as usize];
        *entries += 1;
        *bytes += size.0;
        if reason == RemovalReason::Size {
            self.ages.push(age.as_hours_f64());
        }
    }

    /// Adds an eviction for size to its batch. `shares` attributes it to clients.
    pub fn batch(
        &mut self,
        now: SimTime,
        victim: ClientId,
        size: Bytes,
        age: Duration,
        shares: &[BlamedShare],
    ) {
        let row = usize::from(victim.0);
        if self.open[row].at != now {
            self.close(row);
            self.open[row] = EvictionBatch::empty(now, victim);
        }
        let batch = &mut self.open[row];
        batch.entries += 1;
        batch.bytes += size;
        batch.idle_min = batch.idle_min.min(age);
        let blamed = &mut self.open_blame[row * self.clients..];
        for BlamedShare { client, share } in shares {
            blamed[*client] += size.as_f64() * share;
        }
    }

    /// Adds the metrics and returns the largest batches.
    pub fn finish(mut self, values: &mut Values, names: &Names, days: f64) -> Vec<EvictionBatch> {
        self.push_counts(values, names, days, &metric::CACHE_EVICTED_ENTRIES, |count| count.0);
        self.push_counts(values, names, days, &metric::CACHE_EVICTED_BYTES, |count| count.1);
        push_spread(values, &metric::CACHE_EVICTION_AGE, &[], &mut self.ages, Spread::Quantiles);
        (0..self.clients).for_each(|row| self.close(row));
        self.largest
    }

    fn push_counts(
        &self,
        values: &mut Values,
        names: &Names,
        days: f64,
        metric: &'static Metric,
        pick: fn(&(u64, u64)) -> u64,
    ) {
        let clients = std::iter::once(None).chain((0..self.clients).map(Some));
        for client in clients {
            for reason in [None, Some(RemovalReason::Size), Some(RemovalReason::Idle)] {
                let counts = self.counts.chunks(RemovalReason::ALL.len()).enumerate();
                let of_clients = counts.filter(|(index, _)| client.is_none_or(|wanted| wanted == *index));
                let sum: u64 = of_clients.map(|(_, row)| sum_of(row, reason, pick)).sum();
                if sum == 0 && client.is_some() {
                    continue;
                }
                let client = client.map(|client| names.clients[client].as_str());
                let labels = [("reason", reason.map(RemovalReason::label)), ("client", client)];
                values.push(metric, &labels, sum as f64 / days);
            }
        }
    }

    /// Moves an open batch to the largest ones, if it is large enough.
    fn close(&mut self, row: usize) {
        let blame = &mut self.open_blame[row * self.clients..(row + 1) * self.clients];
        let mut batch = self.open[row].clone();
        if batch.bytes > Bytes::ZERO {
            let (evictor, most) =
                blame.iter().copied().enumerate().fold((0, 0.0), |best, (client, bytes)| {
                    if bytes > best.1 { (client, bytes) } else { best }
                });
            batch.evictor = (most > 0.0).then(|| (ClientId(evictor as u16), most / batch.bytes.as_f64()));
            let rank = self.largest.partition_point(|kept| kept.bytes >= batch.bytes);
            if rank < BATCHES_MAX {
                self.largest.insert(rank, batch);
                self.largest.truncate(BATCHES_MAX);
            }
        }
        blame.fill(0.0);
        self.open[row] = EvictionBatch::empty(self.open[row].at, self.open[row].victim);
    }
}

impl EvictionBatch {
    fn empty(at: SimTime, victim: ClientId) -> EvictionBatch {
        EvictionBatch {
            at,
            victim,
            entries: 0,
            bytes: Bytes::ZERO,
            idle_min: Duration(i64::MAX),
            evictor: None,
        }
    }
}

fn sum_of(row: &[(u64, u64)], reason: Option<RemovalReason>, pick: fn(&(u64, u64)) -> u64) -> u64 {
    match reason {
        Some(reason) => pick(&row[reason as usize]),
        None => row.iter().map(pick).sum(),
    }
}
