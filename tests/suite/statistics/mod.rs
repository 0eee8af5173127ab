//! How sure a number is: when a simulation has settled, how many replications it takes, and what the
//! intervals are worth, against queues and series of which theory knows the answer.

mod batches;
mod coverage;
mod expectation;
mod independent;
mod interval;
mod near_the_limit;
mod precision;
mod quantile;
mod ratio;
mod recorded;
mod table;
mod warm_up;
mod worlds;

use cache_budget::engine::Queue;
use cache_budget::event::{
    ClientId, JobId, JobName, Names, RefKind, RestoreOutcome, Site, Window, WorkflowId,
};
use cache_budget::observe::{Metrics, Outcome};
use cache_budget::random::mix;
use cache_budget::units::{Bytes, Duration, Money, SimTime};
use std::collections::VecDeque;

/// One measured day in which runners work this many minutes and are billed in proportion.
fn day(minutes: f64) -> Outcome {
    let window = Window { start: SimTime(0), measure_from: SimTime(0), end: SimTime(Duration::DAY.0) };
    let mut recorder = Metrics::new(Names::default(), window, Bytes(1_000));
    recorder.runner(SimTime(0), Duration::MINUTE.scaled(minutes), Money((minutes * 1e3) as i64));
    recorder.finish()
}

/// One measured day of one client in one job on main.
fn one_day() -> (Metrics, Site) {
    let names = Names {
        clients: vec!["rust-cache".into()],
        workflows: vec!["ci".into()],
        jobs: vec![JobName {
            workflow: WorkflowId(0),
            name: "test".into(),
            group: "test".into(),
            after_failure: false,
        }],
        steps: vec![],
        sets: vec![],
    };
    let window = Window { start: SimTime(0), measure_from: SimTime(0), end: SimTime(Duration::DAY.0) };
    let site = Site { client: ClientId(0), job: JobId(0), kind: RefKind::Main };
    (Metrics::new(names, window, Bytes(1_000)), site)
}

/// One measured day with this many look-ups, some of which miss.
fn look_ups(asked: u32, missed: u32) -> Outcome {
    let (mut recorder, site) = one_day();
    for look_up in 0..asked {
        let outcome = if look_up < missed { RestoreOutcome::Miss } else { RestoreOutcome::Exact };
        recorder.restore(SimTime(0), site, outcome, Bytes(10));
    }
    recorder.finish()
}

/// A uniform number in (0, 1), the `index`-th of a stream.
fn uniform(stream: u64, index: u64) -> f64 {
    (mix(stream, index) >> 11) as f64 / (1u64 << 53) as f64 + f64::EPSILON / 4.0
}

/// One server with exponential service and Poisson arrivals, played with the engine's queue of events.
struct Server {
    /// Arrivals per service.
    load: f64,
    stream: u64,
}

/// One service, in the integer time of the simulation.
const SERVICE: f64 = 1e6;

/// What is drawn: gaps between arrivals, services of those who arrive, and of those who were there.
const ARRIVAL: usize = 0;
const SERVED: usize = 1;
const OLD: usize = 2;

enum Event {
    Arrival,
    Departure,
}

impl Server {
    /// How long each of so many customers waits, in services, when the first meets `before` others.
    fn waits(&self, before: usize, customers: usize) -> Vec<f64> {
        let mut queue = Queue::new();
        // The instants at which those inside came, first in first out; nobody asks when the first did.
        let mut inside: VecDeque<Option<SimTime>> = vec![None; before].into();
        let mut waits = vec![];
        let mut drawn = [0; 3];
        queue.push(self.after(SimTime(0), ARRIVAL, &mut drawn), 0, Event::Arrival);
        if before > 0 {
            queue.push(self.after(SimTime(0), OLD, &mut drawn), 0, Event::Departure);
        }
        while let Some((now, event)) = queue.pop() {
            match event {
                Event::Arrival => {
                    inside.push_back(Some(now));
                    queue.push(self.after(now, ARRIVAL, &mut drawn), 0, Event::Arrival);
                }
                Event::Departure => {
                    inside.pop_front();
                }
            }
            let begins = matches!(event, Event::Departure) || inside.len() == 1;
            if let Some(first) = inside.front().filter(|_| begins) {
                waits.extend(first.map(|came| (now - came).0 as f64 / SERVICE));
                let kind = if first.is_some() { SERVED } else { OLD };
                queue.push(self.after(now, kind, &mut drawn), 0, Event::Departure);
            }
            if waits.len() >= customers {
                break;
            }
        }
        waits
    }

    /// An exponential time after `now`: a service, or the gap to the next arrival. Each kind has its own
    /// draws, so that a customer is served alike whoever was there before.
    fn after(&self, now: SimTime, kind: usize, drawn: &mut [u64; 3]) -> SimTime {
        drawn[kind] += 1;
        let mean = if kind == ARRIVAL { SERVICE / self.load } else { SERVICE };
        now + Duration((-mean * libm::log(uniform(mix(self.stream, kind as u64), drawn[kind]))) as i64)
    }

    /// How many are there at a random instant of the steady state: n with (1 − ρ) ρⁿ.
    fn found_by_chance(&self) -> usize {
        (libm::log(uniform(self.stream, 7)) / libm::log(self.load)) as usize
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}
