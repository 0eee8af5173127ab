//! Which of a scenario's assumptions matter most for its answer: elementary effects over their ranges, for an import
//! that ends with them. How much is played is bounded by counted events, so that it takes less than a minute on an
//! ordinary machine and is the same on every one.

use super::Failure;
use super::failure::Refusal;
use crate::diagnostic::Report;
use crate::engine::{Model, Unfinished, simulate};
use crate::event::Observer;
use crate::observe::measure;
use crate::random::Draws;
use crate::scenario::{self, Assumed, Document, takes_whole_numbers};
use crate::service::Service;
use crate::statistics::sweep::{Design, effects};
use crate::units::{Duration, SimTime};
use anyhow::anyhow;
use rayon::prelude::*;
use std::cell::Cell;
use std::path::Path;

/// What the assumptions of a scenario do to its answer: the mean time that a push waits.
#[derive(Debug, Clone, PartialEq)]
pub struct AssumptionScreening {
    /// The assumptions that move it, the one that moves it most first.
    pub inputs: Vec<ScreenedAssumption>,
    /// How many do not move it.
    pub idle: usize,
    /// How many paths through the space of assumptions were played.
    pub paths: u32,
    /// The simulated days of each point, including the warm-up.
    pub days: f64,
}

/// An assumption, and what it does.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenedAssumption {
    /// Its path.
    pub path: String,
    /// How many more values are assumed together with it.
    pub also: usize,
    /// Its range in words.
    pub range: String,
    /// By how many minutes it moves the answer over its range, on average over what else is assumed.
    pub minutes: f64,
}

/// How many events are played together, which takes about a second.
const EVENTS: u64 = 1_000_000;
/// With more assumptions than this nothing is screened: already to read the scenario at every point takes too long.
const INPUTS_MAX: usize = 60;
/// The most paths.
const PATHS_MAX: u64 = 5;
/// The fewest; where they take too many events, fewer days are played.
const PATHS_MIN: u64 = 3;
/// The fewest days.
const DAYS_MIN: f64 = 7.0;
/// A smaller effect is none, in minutes.
const LEAST: f64 = 0.05;
/// An effect of a smaller share of the largest is none.
const LEAST_SHARE: f64 = 0.01;

impl AssumptionScreening {
    /// Screens the assumptions of the scenario in a file; `None` if there are none, or none can be told apart.
    ///
    /// # Errors
    /// If the scenario is not valid at some of the points, or cannot be played.
    pub fn of(file: &Path) -> Result<Option<AssumptionScreening>, Failure> {
        let base = scenario::load(file, &[]).map_err(refused)?;
        let assumed = &base.assumed;
        if assumed.is_empty() || assumed.len() > INPUTS_MAX {
            return Ok(None);
        }
        let events = events_of(&base.model)?;
        let plan = ScreeningPlan::of(&base.model, events, assumed.len() as u64);
        let axes: Vec<Option<usize>> = assumed.iter().map(|own| own.values.count()).collect();
        let places = Design::Morris(plan.paths).places(&axes, 1);
        let document = scenario::open(file).map_err(refused)?;
        let point = |places: &Vec<f64>| plan.answer(file, &document, &settings(assumed, places));
        let results: Vec<f64> = places.par_iter().map(point).collect::<Result<_, Failure>>()?;
        let found = effects(&[results], &places, &axes);
        let mut inputs: Vec<ScreenedAssumption> = assumed
            .iter()
            .zip(found)
            .map(|(own, effect)| ScreenedAssumption {
                path: own.path.clone(),
                also: own.also.len(),
                range: own.values.told().join(" to "),
                minutes: effect.size.value,
            })
            .collect();
        let largest = inputs.iter().map(|input| input.minutes).fold(0.0, f64::max);
        inputs.retain(|input| input.minutes >= LEAST.max(largest * LEAST_SHARE));
        inputs.sort_by(|one, other| other.minutes.total_cmp(&one.minutes));
        let idle = assumed.len() - inputs.len();
        Ok(Some(AssumptionScreening { inputs, idle, paths: plan.paths, days: plan.days }))
    }
}

/// How many events a replication has: counted, or extrapolated from the first ones if there are too many to count.
fn events_of(model: &Model) -> Result<u64, Failure> {
    let mut probe = EventProbe::default();
    match simulate(model, Draws::new(1, 0), &mut probe) {
        Ok(events) => Ok(events),
        Err(Unfinished::Cancelled) => {
            let played = (probe.now - model.simulated().start).as_days_f64().max(f64::MIN_POSITIVE);
            let share = (model.span().as_days_f64() / played).max(1.0);
            Ok((PROBED as f64 * share) as u64)
        }
        Err(limit) => Err(anyhow!("{limit}").into()),
    }
}

/// The engine asks whether to go on each time it has played so many events.
const BETWEEN_QUESTIONS: u64 = 1 << 16;
/// After so many events, the rest is extrapolated.
const PROBED: u64 = 8 * BETWEEN_QUESTIONS;

/// Stops a replication after some events, and knows how far it came.
#[derive(Default)]
struct EventProbe {
    now: SimTime,
    asked: Cell<u64>,
}

impl Observer for EventProbe {
    fn settled(&mut self, now: SimTime, _: &Service) {
        self.now = now;
    }

    fn goes_on(&self) -> bool {
        self.asked.set(self.asked.get() + 1);
        self.asked.get() * BETWEEN_QUESTIONS < PROBED
    }
}

fn refused(report: Report) -> Failure {
    Failure::Refused(Refusal::from(report))
}

/// The values of all assumptions at a point, each `PATH=VALUE`.
fn settings(assumed: &[Assumed], places: &[f64]) -> Vec<String> {
    let set = |(own, place): (&Assumed, &f64)| {
        let value = own.values.at(*place, takes_whole_numbers(&own.path));
        let paths = std::iter::once(&own.path).chain(&own.also);
        paths.map(|path| format!("{path}={value}")).collect::<Vec<_>>()
    };
    assumed.iter().zip(places).flat_map(set).collect()
}

/// How much is played at each point.
struct ScreeningPlan {
    paths: u32,
    days: f64,
}

impl ScreeningPlan {
    /// For a model whose replication has so many events, and so many assumptions.
    fn of(model: &Model, events: u64, inputs: u64) -> ScreeningPlan {
        let of_path = events.max(1).saturating_mul(inputs + 1);
        let days = model.span().as_days_f64();
        let paths = EVENTS / of_path;
        if paths >= PATHS_MIN {
            return ScreeningPlan { paths: paths.min(PATHS_MAX) as u32, days };
        }
        let share = EVENTS as f64 / (of_path * PATHS_MIN) as f64;
        ScreeningPlan { paths: PATHS_MIN as u32, days: (days * share).max(DAYS_MIN).min(days) }
    }

    /// The mean time that a push waits at a point, in minutes; 0 if none does.
    fn answer(&self, file: &Path, document: &Document, settings: &[String]) -> Result<f64, Failure> {
        let scenario = document.scenario(&[("[assumed]", settings)]).map_err(refused)?;
        let mut model = scenario::build(file, scenario).map_err(refused)?.model;
        let window = model.simulated();
        let end = window.start + Duration::DAY.scaled(self.days);
        if end < window.end {
            model.until = Some(end);
            model.warmup = model.warmup.min(Duration::DAY.scaled(self.days / 2.0));
        }
        let outcome = measure(&model, Draws::new(1, 0)).map_err(|limit| anyhow!("{limit}"))?;
        let waits: Vec<f64> = outcome.waits.at_once.iter().map(|wait| wait.minutes).collect();
        Ok(if waits.is_empty() { 0.0 } else { waits.iter().sum::<f64>() / waits.len() as f64 })
    }
}
