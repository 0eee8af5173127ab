//! Keeps the [`Timeline`] of a replication: looks on from outside, so that a replication nobody wants
//! to picture pays nothing for it.

mod ending;
mod level;
mod life;
mod look_ups;
mod minute;

use super::event::LimitReached;
use super::model::Model;
use super::screen::simulate_screened_watched;
use super::simulation::simulate_watched;
use super::watch::Watch;
use crate::client::Surroundings;
use crate::mrc::{MrcBuilder, MrcPoint, Rules, ServiceAccesses};
use crate::outcome::Outcome;
use crate::outcome::timeline::{CurvePoint, Timeline};
use crate::random::Draws;
use crate::service::Record;
use crate::units::{Bytes, SimTime};
use level::Levels;
use life::LivesKept;
use look_ups::LookUpsKept;
use minute::Minutes;

/// Plays one replication as [`super::simulate`] does and keeps its timeline; with `screened`, as
/// [`super::simulate_screened`] does.
///
/// # Errors
/// If the model's event limit is reached.
pub fn simulate_told(model: &Model, draws: Draws, screened: bool) -> Result<Outcome, LimitReached> {
    let mut chronicle = Chronicle::new(model, &draws);
    let mut outcome = match screened {
        true => simulate_screened_watched(model, draws, &mut chronicle)?,
        false => simulate_watched(model, draws, &mut chronicle)?,
    };
    outcome.timeline = chronicle.finish(&outcome);
    Ok(outcome)
}

/// Somebody who writes down what happens.
struct Chronicle {
    kept: Option<Kept>,
    accesses: ServiceAccesses,
    uploads_per_minute: Option<u32>,
}

/// What is written down from the first event on.
struct Kept {
    levels: Levels,
    look_ups: LookUpsKept,
    lives: LivesKept,
    uploads: Minutes,
}

/// The limits of the miss-ratio curve: from an eighth to eight times the model's, in steps of 2^(1/4).
const CURVE_STEPS: std::ops::RangeInclusive<i32> = -12..=12;

impl Chronicle {
    fn new(model: &Model, draws: &Draws) -> Chronicle {
        let factor = |step: i32| libm::exp2(f64::from(step) / 4.0);
        let mut limits: Vec<Bytes> = CURVE_STEPS.map(|step| model.cache.limit.scaled(factor(step))).collect();
        // Of a few bytes, or none, several steps are the same.
        limits.dedup();
        let rules = Rules { retention: Some(model.cache.retention), sweep: model.sweep(draws) };
        Chronicle {
            kept: None,
            accesses: ServiceAccesses::new(Some(MrcBuilder::new(&limits, rules))),
            uploads_per_minute: model.cache.uploads_per_minute,
        }
    }

    fn finish(self, outcome: &Outcome) -> Option<Timeline> {
        let Kept { levels, look_ups, lives, uploads } = self.kept?;
        let curve = self.accesses.finish(0).map_or(vec![], |screened| screened.results);
        let point =
            |result: &MrcPoint| CurvePoint { limit: result.limit, miss_ratio: 1.0 - result.hit_ratio() };
        let start = levels.grid.start;
        let periods = look_ups.grid;
        let (runs, runs_all) = ending::runs(outcome, start);
        let mut timeline = levels.finish(periods);
        timeline.limit = outcome.limit;
        timeline.clients = outcome.names.clients.clone();
        timeline.jobs = outcome.names.jobs.iter().map(|job| job.name.clone()).collect();
        timeline.look_ups = look_ups.finish();
        timeline.uploads = uploads.finish(periods, self.uploads_per_minute);
        timeline.lives = lives.finish(start, outcome.window);
        (timeline.runs, timeline.runs_all) = (runs, runs_all);
        timeline.durations = ending::durations(outcome);
        timeline.curve = curve.iter().map(point).collect();
        Some(timeline)
    }
}

impl Watch for Chronicle {
    const HEARS_REQUESTS: bool = true;

    fn begin(&mut self, around: &Surroundings) {
        let (window, names) = (around.recorder.window(), around.recorder.names());
        self.kept = Some(Kept {
            levels: Levels::new(window, names.clients.len()),
            look_ups: LookUpsKept::new(window, &around.recorder),
            lives: LivesKept::default(),
            uploads: Minutes::default(),
        });
    }

    fn end(&mut self, around: &Surroundings) {
        if let Some(kept) = &mut self.kept {
            kept.look_ups.close(&around.recorder);
        }
    }

    fn after(&mut self, now: SimTime, around: &Surroundings) {
        if let Some(kept) = &mut self.kept {
            kept.levels.advance(now);
            kept.look_ups.advance(now, &around.recorder);
        }
    }

    fn requested(&mut self, record: &Record, around: &Surroundings) {
        self.accesses.observe(record);
        if let Some(kept) = &mut self.kept {
            kept.levels.hear(record);
            kept.lives.hear(record, &around.service.names);
            kept.uploads.hear(record);
        }
    }
}
