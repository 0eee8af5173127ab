//! The observer that measures: it counts events and makes an [`Outcome`] of them at the end. The
//! metrics themselves are computed in the files of this folder.

mod billing;
mod blame;
mod duration;
mod eviction;
mod held;
mod labels;
mod lost;
mod occupancy;
mod outcome;
mod push;
mod quantile;
mod survivors;
mod traffic;
mod value;

pub use blame::Victim;
pub use eviction::EvictionBatch;
pub use lost::NO_CLIENT;
pub use outcome::Outcome;
pub use push::{Wait, Waits};
pub use quantile::quantile;
pub(super) use traffic::{Requests, Traffic};
pub use value::{Label, Samples, Value, Weight};

use crate::client::{CLIENTS, HitUnit};
use crate::engine::Model;
use crate::event::{
    EntrySet, Event, GhostEntry, JobRun, LossCause, Names, Observer, RestoreEvent, RestoreOutcome,
    SaveOutcome, Site, Window, WorkflowRun,
};
use crate::observe::metric;
use crate::service::{RemovalReason, Service};
use crate::units::{Bytes, Duration, Money, SimTime};
use blame::Blame;
use eviction::Evictions;
use held::HeldOverTime;
use labels::JobLabels;
use lost::LossSums;
use occupancy::Occupancy;
use push::Pushes;
use survivors::Survivors;
use traffic::SiteCounts;
use value::Values;

/// Counts what happens in one replication.
///
/// It observes every cache operation, so it only adds to dense arrays. Events come in the order of
/// simulated time. Those before [`Window::measure_from`] are only used for attributing evictions.
#[derive(Debug)]
pub struct Metrics {
    names: Names,
    window: Window,
    limit: Bytes,
    traffic: Traffic,
    occupancy: Occupancy,
    held: HeldOverTime,
    evictions: Evictions,
    blame: Blame,
    losses: LossSums,
    pushes: Pushes,
    survivors: Survivors,
    runner_busy: Duration,
    /// The part of it that janitors take.
    runner_cleaned: Duration,
    /// Micro-dollars. At the highest price the sum exceeds the range of [`Money`].
    runner_cost: i128,
    runs: Vec<JobRun>,
    workflow_runs: Vec<WorkflowRun>,
}

impl Metrics {
    /// Metrics of a replication of a model.
    pub fn of(model: &Model) -> Metrics {
        Metrics::new(model.names(), model.simulated(), model.cache.limit)
            .priced(model.cache_price)
            .watching(&model.sets)
    }

    /// Metrics of part `part` of `parts` equal parts of a replication's measured time. Parts are
    /// numbered from 0.
    pub fn of_part(model: &Model, part: u32, parts: u32) -> Metrics {
        let window = model.simulated().part(part, parts);
        Metrics::new(model.names(), window, model.cache.limit).priced(model.cache_price).watching(&model.sets)
    }

    /// With this price of a GB above the included space per 30 days.
    fn priced(self, price: Money) -> Metrics {
        Metrics { occupancy: self.occupancy.priced(price), ..self }
    }

    /// With the survivors of these sets.
    fn watching(self, sets: &[EntrySet]) -> Metrics {
        Metrics { survivors: Survivors::of(sets), ..self }
    }

    /// Metrics of a window of time. `limit` is the repository's cache limit.
    ///
    /// # Panics
    /// If the window is not in order or measures no time.
    pub fn new(names: Names, window: Window, limit: Bytes) -> Metrics {
        assert!(window.start <= window.measure_from && window.measure_from < window.end, "{window:?}");
        let clients = names.clients.len();
        Metrics {
            traffic: Traffic::new(clients, names.jobs.len()),
            occupancy: Occupancy::new(window, limit),
            held: HeldOverTime::new(window, clients),
            evictions: Evictions::new(clients),
            blame: Blame::new(clients, window.start, window.end),
            losses: LossSums::default(),
            pushes: Pushes::default(),
            survivors: Survivors::of(&[]),
            runner_busy: Duration::ZERO,
            runner_cleaned: Duration::ZERO,
            runner_cost: 0,
            runs: vec![],
            workflow_runs: vec![],
            names,
            window,
            limit,
        }
    }

    /// The counts of a site, if `now` is measured.
    #[inline]
    fn measured(&mut self, now: SimTime, site: Site) -> Option<&mut SiteCounts> {
        self.window.measures(now).then(|| self.traffic.at(site))
    }

    /// A client looked up an archive, an index or an object. `bytes` is the size of the entry found
    /// or, on a miss, of the entry wanted. It is 0 if that is unknown, or if other bytes are
    /// counted instead: see [`Metrics::bytes`].
    pub fn restore(&mut self, now: SimTime, site: Site, outcome: RestoreOutcome, bytes: Bytes) {
        if let Some(counts) = self.measured(now, site) {
            counts.restore(outcome);
            counts.bytes(outcome.is_hit(), bytes);
        }
    }

    /// A client found or missed bytes without a look-up of their own: image layers, which an index
    /// names.
    pub fn bytes(&mut self, now: SimTime, site: Site, found: bool, bytes: Bytes) {
        if let Some(counts) = self.measured(now, site) {
            counts.bytes(found, bytes);
        }
    }

    /// A build wanted an object (a compiled unit or an image step).
    pub fn object(&mut self, now: SimTime, site: Site, hit: bool) {
        if let Some(counts) = self.measured(now, site) {
            counts.object(hit);
        }
    }

    /// An object that a build did not find had been stored, and was evicted for size.
    pub fn object_evicted(&mut self, now: SimTime, site: Site) {
        if let Some(counts) = self.measured(now, site) {
            counts.object_evicted();
        }
    }

    /// A client tried to save an entry of `size`.
    pub fn save(&mut self, now: SimTime, site: Site, outcome: SaveOutcome, size: Bytes) {
        if outcome == SaveOutcome::Stored {
            self.blame.stored(now, site.client, size);
        }
        if let Some(counts) = self.measured(now, site) {
            counts.save(outcome, size);
        }
    }

    /// A client spent this time on a save before it learned that the entry already exists.
    pub fn packed_in_vain(&mut self, now: SimTime, site: Site, spent: Duration) {
        if let Some(counts) = self.measured(now, site) {
            counts.packed_in_vain(spent);
        }
    }

    /// The cache now has this size. To be called after every change.
    pub fn level(&mut self, now: SimTime, bytes: Bytes, entries: u64) {
        self.occupancy.level(now, bytes, entries);
    }

    /// The service evicted or expired an entry.
    pub fn evicted(&mut self, now: SimTime, victim: &Victim, reason: RemovalReason) {
        if !self.window.measures(now) {
            return;
        }
        let (client, size, idle) = (victim.client, victim.size, now - victim.accessed);
        self.evictions.count(client, size, idle, reason);
        if reason == RemovalReason::Size {
            let shares = self.blame.evicted(now, victim);
            self.evictions.batch(now, client, size, idle, shares);
        }
    }

    /// A look-up missed an entry that had been evicted (or had expired) at `evicted_at`.
    pub fn missed_evicted(
        &mut self,
        now: SimTime,
        victim: &Victim,
        evicted_at: SimTime,
        reason: RemovalReason,
    ) {
        if reason == RemovalReason::Size && self.window.measures(now) {
            self.blame.missed(now, victim, evicted_at);
        }
    }

    /// No later look-up could choose these bytes during `from..to`. If `to` is at or after the end
    /// of the simulation, they were still stored at the end.
    pub fn unreachable(&mut self, from: SimTime, to: SimTime, size: Bytes) {
        self.occupancy.unreachable(from, to, size);
    }

    /// Takes back an interval passed to [`Metrics::unreachable`]: a look-up would have chosen these
    /// bytes after all.
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

    /// A janitor started at `at` and worked for this long, at this cost. No push waits for it.
    pub fn janitor(&mut self, at: SimTime, busy: Duration, cost: Money) {
        self.runner(at, busy, cost);
        if self.window.measures(at) {
            self.runner_cleaned += busy;
        }
    }

    /// Ends the recording and computes every metric.
    pub fn finish(mut self) -> Outcome {
        let days = self.window.measured().as_days_f64();
        let jobs = JobLabels::new(&self.names);
        let mut values = Values::default();
        self.occupancy.finish(&mut values);
        self.held.finish(&mut values, &self.names);
        let top_evictions = self.evictions.finish(&mut values, &self.names, days);
        self.survivors.finish(&mut values);
        self.traffic.finish(&mut values, &self.names, &jobs, days);
        let measured = duration::Measured { names: &self.names, jobs: &jobs, window: self.window };
        measured.finish(&mut values, &self.runs, &self.workflow_runs);
        self.traffic.misses().for_each(|(site, cause, count)| self.losses.missed(site, cause, count));
        self.losses.lost(&self.runs, self.window);
        self.losses.finish(&mut values, &self.names, &jobs, days);
        let of_pushes = self.runner_busy - self.runner_cleaned;
        let waits = self.pushes.finish(&mut values, of_pushes, &self.workflow_runs, days);
        values.push(&metric::RUNNER_MINUTES, &[], self.runner_busy.as_minutes_f64() / days);
        values.push(&metric::RUNNER_COST, &[], self.runner_cost as f64 / 1e6 / days * 30.0);
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

impl Metrics {
    fn restored(&mut self, event: &RestoreEvent) {
        let RestoreEvent { at, caller, outcome, bytes, ref lost, .. } = *event;
        self.missed_ghost(at, caller.site, lost.as_ref());
        self.restore(at, caller.site, outcome, bytes);
        // The index of a layer cache counts by its steps.
        let by_steps = CLIENTS[usize::from(caller.site.client.0)].unit == HitUnit::Steps;
        self.missed(at, caller.site, (!outcome.is_hit() && !by_steps).then_some(event.cause));
    }

    fn object_looked_up(
        &mut self,
        now: SimTime,
        site: Site,
        outcome: RestoreOutcome,
        size: Bytes,
        lost: Option<&GhostEntry>,
    ) {
        self.missed_ghost(now, site, lost);
        let Some(counts) = self.measured(now, site) else { return };
        counts.restore(outcome);
        counts.bytes(outcome.is_hit(), size);
        counts.object(outcome.is_hit());
        if lost.is_some_and(|ghost| ghost.reason == RemovalReason::Size) {
            counts.object_evicted();
        }
    }

    /// A look-up missed an entry that had been removed. It would have chosen those bytes, so they
    /// were reachable until now.
    fn missed_ghost(&mut self, now: SimTime, site: Site, lost: Option<&GhostEntry>) {
        let Some(ghost) = lost else { return };
        let GhostEntry { created, accessed, removed, size, reason, missed_before, .. } = *ghost;
        if !missed_before {
            self.reachable(accessed, removed, size);
        }
        let victim = Victim { client: site.client, size, created, accessed };
        self.missed_evicted(now, &victim, removed, reason);
    }

    /// Something was wanted; `cause` says why it was not found.
    fn missed(&mut self, now: SimTime, site: Site, cause: Option<LossCause>) {
        if let Some((cause, counts)) = cause.zip(self.measured(now, site)) {
            counts.missed(cause);
        }
    }

    fn layer(&mut self, now: SimTime, site: Site, found: bool, size: Bytes, cause: Option<LossCause>) {
        let Some(counts) = self.measured(now, site) else { return };
        counts.object(found);
        counts.bytes(found, size);
        if cause == Some(LossCause::Evicted) {
            counts.object_evicted();
        }
        self.missed(now, site, cause);
    }
}

impl Observer for Metrics {
    /// Only for named sets of entries: the keys of removed entries are in these records alone.
    fn wants_requests(&self) -> bool {
        !self.survivors.is_empty()
    }

    fn on_event(&mut self, event: &Event, service: &Service) {
        match *event {
            Event::ObjectLookedUp { at, caller, outcome, size, ref lost, cause } => {
                self.object_looked_up(at, caller.site, outcome, size, lost.as_ref());
                self.missed(at, caller.site, cause);
            }
            Event::Saved { at, caller, outcome, size, spent, scope, .. } => {
                self.save(at, caller.site, outcome, size);
                if let Some(scope) = scope {
                    self.held.stored(at, caller.site.client, scope, size, service);
                }
                if outcome == SaveOutcome::Exists {
                    self.packed_in_vain(at, caller.site, spent);
                }
            }
            Event::Preloaded { at, client, scope, size } => {
                self.held.stored(at, client, scope, size, service)
            }
            Event::Level { at, bytes, entries } => self.level(at, bytes, entries),
            Event::Removed { at, client, scope, size, created, accessed, reason } => {
                self.held.removed(at, client, scope, size, service);
                self.evicted(at, &Victim { client, size, created, accessed }, reason);
                // No look-up could choose these bytes any more, unless a later one turns out to
                // want them.
                self.unreachable(accessed, at, size);
            }
            Event::Deleted { at, client, scope, accessed, size } => {
                self.held.removed(at, client, scope, size, service);
                self.unreachable(accessed, at, size);
            }
            Event::PullRequest { at, scope, is_open } => {
                self.held.set_open(at, scope, is_open);
                self.survivors.set_open(scope, is_open);
            }
            Event::Request(ref record) => self.survivors.record(record, service),
            Event::Restored(ref restored) => self.restored(restored),
            Event::ExternalObject { at, caller, found } => {
                self.object(at, caller.site, found);
                self.missed(at, caller.site, (!found).then_some(LossCause::NewKey));
            }
            Event::Layer { at, caller, found, size, cause } => {
                self.layer(at, caller.site, found, size, cause);
            }
            Event::Pushed { at, push } => self.push(at, push),
            Event::JobEnded { ref record, .. } => self.job((**record).clone()),
            Event::WorkflowEnded(ref run) => self.workflow(run.clone()),
            Event::RunnerFreed { from, busy, cost, cleaned: false } => self.runner(from, busy, cost),
            Event::RunnerFreed { from, busy, cost, cleaned: true } => self.janitor(from, busy, cost),
            Event::JobStarted { .. } | Event::StepExecuted { .. } => {}
        }
    }

    fn settled(&mut self, now: SimTime, service: &Service) {
        self.survivors.settle(self.window.measures(now), service);
    }

    /// No later look-up can choose what is still stored.
    fn end(&mut self, service: &Service) {
        for entry in service.list() {
            self.unreachable(entry.accessed, self.window.end, entry.size);
        }
    }
}
