//! What a replication will take: its pushes, job runs, memory and time, estimated before it is played. For that the
//! beginning of one is played. `cli` says the estimate, and starts no more threads than have room.
//!
//! The weights of memory were fitted to seven scenarios between 200 and 40,000 pushes, one of which holds every entry for
//! ever, and are off by less than a third there. `docs/model.md` has what larger ones took, and the time of an optimised
//! build that the weights of time were fitted to.

use crate::engine::{Model, simulate};
use crate::event::{Event, Observer};
use crate::random::Draws;
use crate::service::Service;
use crate::units::{Bytes, Duration, SimTime};

/// What one replication takes, estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    /// Pushes, without closings.
    pub pushes: f64,
    /// Runs of jobs.
    pub runs: f64,
    /// Memory of one thread that plays it.
    pub memory: Bytes,
    /// Seconds of one processor.
    pub seconds: f64,
}

/// A replication with fewer runs of jobs needs no estimate: 60 MB and a quarter of a second.
const RUNS_MIN: f64 = 20_000.0;
/// How many runs of jobs are played for an estimate, and the most: a week of ten thousand jobs has many more.
const PILOT_RUNS: f64 = 2_000.0;
const PILOT_RUNS_MAX: u64 = 20_000;
/// The most events.
const PILOT_EVENTS_MAX: u64 = 2_000_000;
const WEEK: Duration = Duration(7 * Duration::DAY.0);
/// Memory in bytes: of every replication, per push, per job run, per save, per entry that is held, and per client and
/// simulated day. The last is for the bytes stored by each client, which are summed up every five minutes.
const MEMORY: [f64; 6] = [27e6, 520.0, 520.0, 33.0, 305.0, 2_800.0];
/// Processor time in seconds, of a run of a job and of an event.
const TIME: [f64; 2] = [16e-6, 0.33e-6];

impl Demand {
    /// Estimates a replication of a model; `None` if it is small.
    pub fn of(model: &Model) -> Option<Demand> {
        let jobs: usize = model.workflows.iter().map(|workflow| workflow.jobs.len()).sum();
        let pushes = model.workload.expected_pushes();
        let runs = pushes * jobs as f64;
        if runs < RUNS_MIN {
            return None;
        }
        let (start, span) = (model.simulated().start, model.span());
        // Whole weeks, because few push on weekends.
        let weeks = (span.0 as f64 * PILOT_RUNS / runs / WEEK.0 as f64).ceil() as i64;
        let length = Duration(weeks * WEEK.0).min(span);
        let mut pilot = model.clone();
        pilot.until = Some(start + length);
        let (mut counts, draws) = (PilotCounts::default(), Draws::new(0, 0));
        // Even if it ended early, it counted what it saw.
        let _ = simulate(&pilot, draws, &mut counts);
        let times = match counts.goes_on() {
            true => span.0 as f64 / (length.0 as f64).max(1.0),
            // It ended within a week, of which some hours are busier than others.
            false => times_as_many(model, &draws, counts.at),
        };
        let demand = counts.extrapolated(model, times);
        Some(Demand { pushes, ..demand })
    }

    /// True if it is worth a word: half a gigabyte, or five seconds.
    pub fn is_large(&self) -> bool {
        self.memory.0 >= 500_000_000 || self.seconds >= 5.0
    }
}

/// How many times as many pushes, schedules and other events a replication has as there are up to an instant.
fn times_as_many(model: &Model, draws: &Draws, until: SimTime) -> f64 {
    let pushes = model.workload.pushes(&model.graph, draws);
    let first = pushes.iter().filter(|push| push.at <= until).count();
    pushes.len() as f64 / first.max(1) as f64
}

/// What happens in the beginning of a replication.
#[derive(Debug, Default)]
struct PilotCounts {
    at: SimTime,
    pushes: u64,
    runs: u64,
    saves: u64,
    events: u64,
    held: u64,
    bytes: Bytes,
}

impl PilotCounts {
    /// The whole replication, which is `times` as long.
    fn extrapolated(&self, model: &Model, times: f64) -> Demand {
        let [pushes, runs, saves, events, held] =
            [self.pushes, self.runs, self.saves, self.events, self.held].map(|count| count as f64 * times);
        // Beyond the limit entries are evicted; between two sweeps there may be more.
        let full = 1.5 * model.cache.limit.as_f64() / self.bytes.as_f64().max(1.0) * self.held as f64;
        let totals = model.names().clients.len() as f64 * model.span().as_days_f64();
        let amounts = [1.0, pushes, runs, saves, held.min(full), totals];
        let weighed =
            |amounts: &[f64], weights: &[f64]| amounts.iter().zip(weights).map(|(a, w)| a * w).sum::<f64>();
        Demand {
            pushes,
            runs,
            memory: Bytes(weighed(&amounts, &MEMORY) as u64),
            seconds: weighed(&[runs, events], &TIME),
        }
    }
}

impl Observer for PilotCounts {
    fn on_event(&mut self, event: &Event, _: &Service) {
        self.events += 1;
        match event {
            Event::Pushed { .. } => self.pushes += 1,
            Event::JobEnded { .. } => self.runs += 1,
            Event::Saved { .. } => self.saves += 1,
            _ => {}
        }
    }

    fn settled(&mut self, now: SimTime, service: &Service) {
        self.at = self.at.max(now);
        (self.held, self.bytes) = (service.len(), service.bytes());
    }

    fn goes_on(&self) -> bool {
        self.events < PILOT_EVENTS_MAX && self.runs < PILOT_RUNS_MAX
    }
}
