//! Counters of look-ups, objects and saves, by client, job and kind of ref.
//! [`Metrics`](super::Metrics) calls them for every cache operation, so they are dense arrays; sums
//! are made only at the end.

use super::labels::{JobLabels, RefLabel, combinations};
use super::value::{Values, Weight};
use crate::event::{ClientId, JobId, LossCause, Names, RefClass, RefKind, RestoreOutcome, SaveOutcome, Site};
use crate::observe::metric;
use crate::units::{Bytes, Duration};
use std::collections::BTreeMap;

/// Counts look-ups, objects and saves by client × job × kind of ref.
#[derive(Debug)]
pub struct Traffic {
    jobs: usize,
    cells: Vec<SiteCounts>,
}

/// How many requests missed, and how many found something: look-ups, and the objects or image steps of clients that
/// build from these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Requests {
    /// Look-ups of archives and indexes, and of objects.
    pub look_ups: [u64; 2],
    /// Objects or image steps.
    pub objects: [u64; 2],
}

impl std::ops::AddAssign for Requests {
    fn add_assign(&mut self, other: Requests) {
        for half in 0..2 {
            self.look_ups[half] += other.look_ups[half];
            self.objects[half] += other.objects[half];
        }
    }
}

impl std::ops::Sub for Requests {
    type Output = Requests;

    fn sub(self, before: Requests) -> Requests {
        let less = |now: [u64; 2], before: [u64; 2]| [now[0] - before[0], now[1] - before[1]];
        Requests {
            look_ups: less(self.look_ups, before.look_ups),
            objects: less(self.objects, before.objects),
        }
    }
}

impl Traffic {
    /// Empty counters for this many clients and jobs.
    pub fn new(clients: usize, jobs: usize) -> Traffic {
        Traffic { jobs, cells: vec![SiteCounts::default(); clients * jobs * RefKind::ALL.len()] }
    }

    /// The counts of one client in one job on one kind of ref.
    #[inline]
    pub fn at(&mut self, site: Site) -> &mut SiteCounts {
        let row = usize::from(site.client.0) * self.jobs + usize::from(site.job.0);
        &mut self.cells[row * RefKind::ALL.len() + site.kind as usize]
    }

    /// Where something was wanted and not found, with the cause and how often.
    pub(super) fn misses(&self) -> impl Iterator<Item = (Site, LossCause, u32)> {
        self.cells.iter().enumerate().flat_map(|(index, cell)| {
            let (place, kind) = (index / RefKind::ALL.len(), RefKind::ALL[index % RefKind::ALL.len()]);
            let (client, job) = (ClientId((place / self.jobs) as u16), JobId((place % self.jobs) as u16));
            let site = Site { client, job, kind };
            let causes =
                LossCause::ALL.into_iter().map(move |cause| (site, cause, cell.misses[cause as usize]));
            causes.filter(|(.., count)| *count > 0)
        })
    }

    /// Requests of each client by class of ref.
    pub fn requests(&self) -> Vec<[Requests; RefClass::ALL.len()]> {
        let row = self.jobs * RefKind::ALL.len();
        let of_client = |cells: &[SiteCounts]| {
            let mut sums = [Requests::default(); RefClass::ALL.len()];
            for (index, cell) in cells.iter().enumerate() {
                let class = RefKind::ALL[index % RefKind::ALL.len()].class();
                sums[class as usize] += Requests { look_ups: cell.look_ups(), objects: cell.objects };
            }
            sums
        };
        self.cells.chunks(row.max(1)).map(of_client).collect()
    }

    /// Adds the metrics for every combination of client, job and ref that had traffic.
    pub(super) fn finish(&self, values: &mut Values, names: &Names, jobs: &JobLabels, days: f64) {
        let sums = self.sums(jobs);
        let label = |key: &TrafficKey| {
            let client = key.0.map(|client| names.clients[client].as_str());
            [("client", client), ("job", jobs.text(key.1)), ("ref", key.2.map(RefLabel::text))]
        };
        let sums: Vec<_> = sums.iter().map(|(key, cell)| (label(key), cell)).collect();
        for (labels, cell) in &sums {
            cell.push_saves(values, labels, days);
        }
        for (labels, cell) in &sums {
            cell.push_restores(values, labels, days);
        }
    }

    /// Sums of the cells for every combination of labels.
    fn sums(&self, jobs: &JobLabels) -> BTreeMap<TrafficKey, SiteCounts> {
        let mut sums = BTreeMap::<TrafficKey, SiteCounts>::new();
        for (index, cell) in self.cells.iter().enumerate().filter(|(_, cell)| **cell != SiteCounts::default())
        {
            let (site, kind) = (index / RefKind::ALL.len(), RefKind::ALL[index % RefKind::ALL.len()]);
            let with = |label| combinations(site / self.jobs, jobs.of(site % self.jobs), label);
            let of_class = with(RefLabel::Class(kind.class()));
            let of_kind = RefLabel::of(kind).skip(1).flat_map(&with).filter(|(.., label)| label.is_some());
            for key in of_class.chain(of_kind) {
                sums.entry(key).or_default().add(cell);
            }
        }
        sums
    }
}

/// Client, job label and ref. `None` means all of them.
type TrafficKey = (Option<usize>, Option<u32>, Option<RefLabel>);

type Labels<'a> = [(&'static str, Option<&'a str>); 3];

/// The traffic of one client in one job on one kind of ref.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SiteCounts {
    restores: [u64; RestoreOutcome::ALL.len()],
    bytes_found: u64,
    bytes_missed: u64,
    /// Number missed, number found.
    objects: [u64; 2],
    /// Number missed because it was evicted for size.
    objects_evicted: u64,
    saves: [u64; SaveOutcome::ALL.len()],
    bytes_stored: u64,
    packed_in_vain: Duration,
    /// What was wanted and not found, by cause.
    misses: [u32; LossCause::ALL.len()],
}

impl SiteCounts {
    /// Counts a look-up with its result.
    pub fn restore(&mut self, outcome: RestoreOutcome) {
        self.restores[outcome as usize] += 1;
    }

    /// Counts bytes found or missed.
    pub fn bytes(&mut self, found: bool, bytes: Bytes) {
        let side = if found { &mut self.bytes_found } else { &mut self.bytes_missed };
        *side += bytes.0;
    }

    /// Counts an object that a build wanted.
    pub fn object(&mut self, hit: bool) {
        self.objects[usize::from(hit)] += 1;
    }

    /// Counts an object that was not found because it was evicted for size.
    pub fn object_evicted(&mut self) {
        self.objects_evicted += 1;
    }

    /// Counts something that was wanted and not found.
    pub fn missed(&mut self, cause: LossCause) {
        self.misses[cause as usize] += 1;
    }

    /// Counts an attempt to save.
    pub fn save(&mut self, outcome: SaveOutcome, size: Bytes) {
        self.saves[outcome as usize] += 1;
        if outcome == SaveOutcome::Stored {
            self.bytes_stored += size.0;
        }
    }

    /// Counts time spent on a save whose entry already existed.
    pub fn packed_in_vain(&mut self, spent: Duration) {
        self.packed_in_vain += spent;
    }

    fn add(&mut self, other: &SiteCounts) {
        let add_all =
            |to: &mut [u64], from: &[u64]| to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        add_all(&mut self.restores, &other.restores);
        add_all(&mut self.objects, &other.objects);
        add_all(&mut self.saves, &other.saves);
        self.objects_evicted += other.objects_evicted;
        self.bytes_found += other.bytes_found;
        self.bytes_missed += other.bytes_missed;
        self.bytes_stored += other.bytes_stored;
        self.packed_in_vain += other.packed_in_vain;
    }

    /// Number missed, number found.
    fn look_ups(&self) -> [u64; 2] {
        let found = RestoreOutcome::ALL.into_iter().filter(|outcome| outcome.is_hit());
        let found = found.map(|outcome| self.restores[outcome as usize]).sum();
        [self.restores.iter().sum::<u64>() - found, found]
    }

    fn push_saves(&self, values: &mut Values, labels: &Labels, days: f64) {
        let attempts: u64 = self.saves.iter().sum();
        if attempts == 0 {
            return;
        }
        let stored = self.saves[SaveOutcome::Stored as usize];
        // An entry that already exists can be restored: nothing is lost but the time of packing.
        let failed = attempts - stored - self.saves[SaveOutcome::Exists as usize];
        values.push(&metric::SAVE_ATTEMPTS, labels, attempts as f64 / days);
        values.push(&metric::SAVE_STORED, labels, stored as f64 / days);
        values.push(&metric::SAVE_STORED_BYTES, labels, self.bytes_stored as f64 / days);
        values.push(&metric::SAVE_FAILED, labels, failed as f64 / days);
        for outcome in SaveOutcome::ALL.into_iter().filter(|outcome| *outcome != SaveOutcome::Stored) {
            let labels = with(labels, ("reason", Some(outcome.label())));
            values.push(&metric::SAVE_FAILED, &labels, self.saves[outcome as usize] as f64 / days);
        }
        values.ratio(&metric::SAVE_FAILED_SHARE, labels, failed as f64, attempts as f64);
        values.push(&metric::SAVE_PACKED_IN_VAIN, labels, self.packed_in_vain.as_minutes_f64() / days);
    }

    fn push_restores(&self, values: &mut Values, labels: &Labels, days: f64) {
        let [missed, found] = self.objects;
        values.ratio(&metric::OBJECT_HIT_RATIO, labels, found as f64, (missed + found) as f64);
        values.ratio(&metric::OBJECT_EVICTED_SHARE, labels, self.objects_evicted as f64, missed as f64);
        let [missed, hits] = self.look_ups();
        let all = missed + hits;
        if all == 0 {
            return;
        }
        values.push(&metric::RESTORE_COUNT, labels, all as f64 / days);
        for outcome in RestoreOutcome::ALL {
            let labels = with(labels, ("outcome", Some(outcome.label())));
            values.push(&metric::RESTORE_COUNT, &labels, self.restores[outcome as usize] as f64 / days);
        }
        let exact = self.restores[RestoreOutcome::Exact as usize];
        values.ratio(&metric::RESTORE_HIT_RATIO, labels, hits as f64, all as f64);
        values.ratio(&metric::RESTORE_EXACT_RATIO, labels, exact as f64, all as f64);
        let wanted = self.bytes_found + self.bytes_missed;
        let weight = Weight { whole: wanted as f64, trials: all as f64 };
        values.weighted(&metric::RESTORE_BYTE_HIT_RATIO, labels, self.bytes_found as f64, weight);
    }
}

/// The labels with one more.
fn with<'a>(
    labels: &Labels<'a>,
    more: (&'static str, Option<&'a str>),
) -> [(&'static str, Option<&'a str>); 4] {
    [labels[0], labels[1], labels[2], more]
}
