//! The [`Recorder`], which the simulation calls for everything that is measured, and the
//! [`Outcome`] that it makes of it. The metrics themselves are computed in the files it calls.

use super::blame::{Blame, Victim};
use super::duration;
use super::eviction::{EvictionBatch, Evictions};
use super::labels::JobLabels;
use super::occupancy::Occupancy;
use super::push::{Pushes, Wait};
use super::run::{JobRun, Reason, RestoreOutcome, SaveOutcome, WorkflowRun};
use super::site::{Names, RefClass, Site, Window};
use super::timeline::Timeline;
use super::traffic::Traffic;
use super::value::{Value, Values};
use crate::units::{Bytes, Duration, Money, SimTime};

/// Counts what happens in one replication.
///
/// It is called for every cache operation, so it only adds to dense arrays. Calls are in the order
/// of simulated time. Events before [`Window::measure_from`] are only used for attributing
/// evictions.
#[derive(Debug)]
pub struct Recorder {
    names: Names,
    window: Window,
    limit: Bytes,
    traffic: Traffic,
    occupancy: Occupancy,
    evictions: Evictions,
    blame: Blame,
    pushes: Pushes,
    runner_busy: Duration,
    /// Micro-dollars. At the highest price the sum exceeds the range of [`Money`].
    runner_cost: i128,
    runs: Vec<JobRun>,
    workflow_runs: Vec<WorkflowRun>,
}

/// All measurements of one replication.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The metrics. Their order depends only on what happened.
    pub values: Vec<Value>,
    /// All job runs, including those of the warm-up, in the order in which they ended.
    pub runs: Vec<JobRun>,
    /// All workflow runs, including those of the warm-up, in the order in which they ended.
    pub workflow_runs: Vec<WorkflowRun>,
    /// How long each push of the measured time took, if all its workflow runs succeeded; in the
    /// order of their identities.
    pub waits: Vec<Wait>,
    /// The ten largest evictions of the measured time, largest first.
    pub top_evictions: Vec<EvictionBatch>,
    /// The names behind the ids.
    pub names: Names,
    /// The simulated time, and the measured part of it.
    pub window: Window,
    /// The repository's cache limit.
    pub limit: Bytes,
    /// The course of the replication over time, if it was recorded.
    pub timeline: Option<Timeline>,
}

impl Recorder {
    /// Starts recording. `limit` is the repository's cache limit.
    ///
    /// # Panics
    /// If the window is not in order or measures no time.
    pub fn new(names: Names, window: Window, limit: Bytes) -> Recorder {
        assert!(window.start <= window.measure_from && window.measure_from < window.end, "{window:?}");
        let clients = names.clients.len();
        Recorder {
            traffic: Traffic::new(clients, names.jobs.len()),
            occupancy: Occupancy::new(window, limit),
            evictions: Evictions::new(clients),
            blame: Blame::new(clients, window.start, window.end),
            pushes: Pushes::default(),
            runner_busy: Duration::ZERO,
            runner_cost: 0,
            runs: vec![],
            workflow_runs: vec![],
            names,
            window,
            limit,
        }
    }

    /// A client looked up an archive, an index or an object. `bytes` is the size of the entry found
    /// or, on a miss, of the entry wanted. It is 0 if that is unknown, or if other bytes are
    /// counted instead: see [`Recorder::bytes`].
    pub fn restore(&mut self, now: SimTime, site: Site, outcome: RestoreOutcome, bytes: Bytes) {
        if self.window.measures(now) {
            self.traffic.restore(site, outcome);
            self.traffic.bytes(site, outcome.is_hit(), bytes);
        }
    }

    /// A client found or missed bytes without a look-up of their own: image layers, which an index
    /// names.
    pub fn bytes(&mut self, now: SimTime, site: Site, found: bool, bytes: Bytes) {
        if self.window.measures(now) {
            self.traffic.bytes(site, found, bytes);
        }
    }

    /// A build wanted an object (a compiled unit or an image step).
    pub fn object(&mut self, now: SimTime, site: Site, hit: bool) {
        if self.window.measures(now) {
            self.traffic.object(site, hit);
        }
    }

    /// An object that a build did not find had been stored, and was evicted for size.
    pub fn object_evicted(&mut self, now: SimTime, site: Site) {
        if self.window.measures(now) {
            self.traffic.object_evicted(site);
        }
    }

    /// A client tried to save an entry of `size`.
    pub fn save(&mut self, now: SimTime, site: Site, outcome: SaveOutcome, size: Bytes) {
        if outcome == SaveOutcome::Stored {
            self.blame.stored(now, site.client, size);
        }
        if self.window.measures(now) {
            self.traffic.save(site, outcome, size);
        }
    }

    /// A client spent this time on a save before it learned that the entry already exists.
    pub fn packed_in_vain(&mut self, now: SimTime, site: Site, spent: Duration) {
        if self.window.measures(now) {
            self.traffic.packed_in_vain(site, spent);
        }
    }

    /// The cache now has this size. To be called after every change.
    pub fn level(&mut self, now: SimTime, bytes: Bytes, entries: u64) {
        self.occupancy.level(now, bytes, entries);
    }

    /// The service evicted or expired an entry.
    pub fn evicted(&mut self, now: SimTime, victim: &Victim, reason: Reason) {
        if !self.window.measures(now) {
            return;
        }
        let (client, size, idle) = (victim.client, victim.size, now - victim.accessed);
        self.evictions.count(client, size, idle, reason);
        if reason == Reason::Size {
            let shares = self.blame.evicted(now, victim);
            self.evictions.batch(now, client, size, idle, shares);
        }
    }

    /// A look-up missed an entry that had been evicted (or had expired) at `evicted_at`.
    pub fn missed_evicted(&mut self, now: SimTime, victim: &Victim, evicted_at: SimTime, reason: Reason) {
        if reason == Reason::Size && self.window.measures(now) {
            self.blame.missed(now, victim, evicted_at);
        }
    }

    /// No later look-up could choose these bytes during `from..to`. If `to` is at or after the end
    /// of the simulation, they were still stored at the end.
    pub fn unreachable(&mut self, from: SimTime, to: SimTime, size: Bytes) {
        self.occupancy.unreachable(from, to, size);
    }

    /// Takes back an interval passed to [`Recorder::unreachable`]: a look-up would have chosen
    /// these bytes after all.
    pub fn reachable(&mut self, from: SimTime, to: SimTime, size: Bytes) {
        self.occupancy.reachable(from, to, size);
    }

    /// Someone pushed, released or queued a merge. Scheduled runs do not count.
    pub fn push(&mut self, now: SimTime, push: u64) {
        if self.window.measures(now) {
            self.pushes.add(push);
        }
    }

    /// Records a job run when it ends.
    pub fn job(&mut self, run: JobRun) {
        self.runs.push(run);
    }

    /// Records a workflow run when it ends.
    pub fn workflow(&mut self, run: WorkflowRun) {
        self.workflow_runs.push(run);
    }

    /// A runner that took a job at `at` worked for this long, at this cost.
    pub fn runner(&mut self, at: SimTime, busy: Duration, cost: Money) {
        if self.window.measures(at) {
            self.runner_busy += busy;
            self.runner_cost += i128::from(cost.0);
        }
    }

    /// The simulated time, and the measured part of it.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The names behind the ids.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Requests so far in the measured time, by client and kind of ref: number found, and number of
    /// all. For a client that builds from objects or image steps these are counted, for others
    /// look-ups.
    pub fn look_ups(&self) -> Vec<[(u64, u64); RefClass::ALL.len()]> {
        self.traffic.look_ups()
    }

    /// Ends the recording and computes every metric.
    pub fn finish(self) -> Outcome {
        let days = self.window.measured().as_days_f64();
        let jobs = JobLabels::new(&self.names);
        let mut values = Values::default();
        self.occupancy.finish(&mut values);
        let top_evictions = self.evictions.finish(&mut values, &self.names, days);
        self.traffic.finish(&mut values, &self.names, &jobs, days);
        let measured = duration::Measured { names: &self.names, jobs: &jobs, window: self.window };
        measured.finish(&mut values, &self.runs, &self.workflow_runs);
        let waits = self.pushes.finish(&mut values, self.runner_busy, &self.workflow_runs, days);
        values.push("runner.minutes", &[], self.runner_busy.as_minutes_f64() / days);
        values.push("runner.cost", &[], self.runner_cost as f64 / 1e6 / days * 30.0);
        self.blame.finish(&mut values, &self.names, days);
        Outcome {
            values: values.list,
            runs: self.runs,
            workflow_runs: self.workflow_runs,
            waits,
            top_evictions,
            names: self.names,
            window: self.window,
            limit: self.limit,
            timeline: None,
        }
    }
}
