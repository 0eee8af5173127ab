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
/// It is called for every cache operation, so it only adds to dense arrays; calls come in the
/// order of simulated time. What happens before [`Window::measure_from`] fills the ledger that
/// blame needs and is otherwise not counted.
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
    /// Millionths of a dollar: at the highest price a sum of them is more than [`Money`] holds.
    runner_cost: i128,
    runs: Vec<JobRun>,
    workflow_runs: Vec<WorkflowRun>,
}

/// Everything one replication measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The metrics, in an order that only depends on what happened.
    pub values: Vec<Value>,
    /// Every job run, those of the warm-up included, in the order they ended.
    pub runs: Vec<JobRun>,
    /// Every workflow run, those of the warm-up included, in the order they ended.
    pub workflow_runs: Vec<WorkflowRun>,
    /// How long every push of the measured time was waited for whose workflow runs all succeeded, in the
    /// order of their numbers.
    pub waits: Vec<Wait>,
    /// The ten largest evictions of the measured time, largest first.
    pub top_evictions: Vec<EvictionBatch>,
    /// The names behind the ids.
    pub names: Names,
    /// The simulated and the measured time.
    pub window: Window,
    /// The repository's cache limit.
    pub limit: Bytes,
    /// What happened when, where somebody kept it.
    pub timeline: Option<Timeline>,
}

impl Recorder {
    /// Starts to record; `limit` is the repository's cache limit.
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

    /// A client asked for an archive, an index or an object. `bytes` is the size of the entry
    /// found; where none was found it is the size of the one wanted. It is 0 where that is not known,
    /// or where the bytes that count are others: see [`Recorder::bytes`].
    pub fn restore(&mut self, now: SimTime, site: Site, outcome: RestoreOutcome, bytes: Bytes) {
        if self.window.measures(now) {
            self.traffic.restore(site, outcome);
            self.traffic.bytes(site, outcome.is_hit(), bytes);
        }
    }

    /// A client found, or missed, so many bytes without a look-up of their own: image layers, which
    /// an index names.
    pub fn bytes(&mut self, now: SimTime, site: Site, found: bool, bytes: Bytes) {
        if self.window.measures(now) {
            self.traffic.bytes(site, found, bytes);
        }
    }

    /// A build wanted one object (a compiled unit, an image step) and had it or not.
    pub fn object(&mut self, now: SimTime, site: Site, hit: bool) {
        if self.window.measures(now) {
            self.traffic.object(site, hit);
        }
    }

    /// One of the objects that builds did not find had been stored, and was evicted for size.
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

    /// A client spent this long on a save before it learnt that the entry exists already.
    pub fn packed_in_vain(&mut self, now: SimTime, site: Site, spent: Duration) {
        if self.window.measures(now) {
            self.traffic.packed_in_vain(site, spent);
        }
    }

    /// The store now holds this much; to be called after every change.
    pub fn level(&mut self, now: SimTime, bytes: Bytes, entries: u64) {
        self.occupancy.level(now, bytes, entries);
    }

    /// The service removed an entry.
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

    /// During `from..to` no later look-up could choose these bytes. `to` at or after the end of the
    /// simulation means they were still there at the end.
    pub fn unreachable(&mut self, from: SimTime, to: SimTime, size: Bytes) {
        self.occupancy.unreachable(from, to, size);
    }

    /// Takes back what [`Recorder::unreachable`] was told of: a look-up would have chosen these bytes
    /// after all.
    pub fn reachable(&mut self, from: SimTime, to: SimTime, size: Bytes) {
        self.occupancy.reachable(from, to, size);
    }

    /// Somebody pushed (or released, or queued a merge); scheduled runs are nobody's.
    pub fn push(&mut self, now: SimTime, push: u64) {
        if self.window.measures(now) {
            self.pushes.add(push);
        }
    }

    /// A job ended.
    pub fn job(&mut self, run: JobRun) {
        self.runs.push(run);
    }

    /// A workflow run ended.
    pub fn workflow(&mut self, run: WorkflowRun) {
        self.workflow_runs.push(run);
    }

    /// A runner worked for a job that it took at `at`: for how long, and what that is billed.
    pub fn runner(&mut self, at: SimTime, busy: Duration, cost: Money) {
        if self.window.measures(at) {
            self.runner_busy += busy;
            self.runner_cost += i128::from(cost.0);
        }
    }

    /// The simulated and the measured time.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The names behind the ids.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// What was asked for so far in the measured time, by client and kind of ref: what was found, and all. Of a
    /// client that builds from objects or image steps it is these, of others look-ups.
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
