//! The observer that collects the [`Timeline`] of a replication: levels, for whom entries are held, look-ups, lives of entries, the
//! busiest minutes and a miss-ratio curve. Each file of this folder collects one of them; it runs only if a
//! timeline was asked for.

mod ending;
mod level;
mod life;
mod look_ups;
mod minute;
mod refs;

use super::metrics::Outcome;
use super::timeline::{CurvePoint, Timeline};
use crate::engine::Model;
use crate::event::{Event, Observer};
use crate::mrc::{MrcBuilder, MrcPoint, Rules, ServiceAccesses};
use crate::random::Draws;
use crate::service::Service;
use crate::units::{Bytes, SimTime};
use level::LevelsKept;
use life::LivesKept;
use look_ups::LookUpsKept;
use minute::Minutes;
use refs::RefsKept;

/// Collects the data of a timeline.
pub struct TimelineObserver {
    levels: LevelsKept,
    refs: RefsKept,
    look_ups: LookUpsKept,
    lives: LivesKept,
    uploads: Minutes,
    accesses: ServiceAccesses,
    uploads_per_minute: Option<u32>,
}

/// The limits of the miss-ratio curve: from an eighth to eight times the model's limit, in steps of
/// 2^(1/4).
const CURVE_STEPS: std::ops::RangeInclusive<i32> = -12..=12;

impl TimelineObserver {
    /// An observer for one replication of a model.
    pub fn new(model: &Model, draws: &Draws) -> TimelineObserver {
        let factor = |step: i32| libm::exp2(f64::from(step) / 4.0);
        let mut limits: Vec<Bytes> = CURVE_STEPS.map(|step| model.cache.limit.scaled(factor(step))).collect();
        // If the limit is only a few bytes, several steps give the same limit.
        limits.dedup();
        let rules = Rules { retention: Some(model.cache.retention), sweep: model.sweep(draws) };
        let (window, names) = (model.simulated(), model.names());
        let levels = LevelsKept::new(window, names.clients.len());
        TimelineObserver {
            refs: RefsKept::new(levels.grid),
            levels,
            look_ups: LookUpsKept::new(window, &names),
            lives: LivesKept::default(),
            uploads: Minutes::default(),
            accesses: ServiceAccesses::new(Some(MrcBuilder::new(&limits, rules))),
            uploads_per_minute: model.cache.uploads_per_minute,
        }
    }

    /// The timeline of the replication with this outcome.
    pub fn finish(self, outcome: &Outcome) -> Timeline {
        let TimelineObserver { levels, refs, look_ups, lives, uploads, .. } = self;
        let curve = self.accesses.finish(0).map_or(vec![], |screened| screened.results);
        let point =
            |result: &MrcPoint| CurvePoint { limit: result.limit, miss_ratio: 1.0 - result.hit_ratio() };
        let start = levels.grid.start;
        let periods = look_ups.grid;
        let (runs, runs_all) = ending::runs(outcome, start);
        let mut timeline = levels.finish(periods);
        timeline.held_for = refs.finish(timeline.unit);
        timeline.limit = outcome.limit;
        timeline.clients = outcome.names.clients.clone();
        timeline.jobs = outcome.names.jobs.iter().map(|job| job.name.clone()).collect();
        timeline.look_ups = look_ups.finish();
        timeline.uploads = uploads.finish(periods, self.uploads_per_minute);
        timeline.lives = lives.finish(start, outcome.window);
        (timeline.runs, timeline.runs_all) = (runs, runs_all);
        timeline.durations = ending::durations(outcome);
        timeline.curve = curve.iter().map(point).collect();
        timeline
    }
}

impl Observer for TimelineObserver {
    fn wants_requests(&self) -> bool {
        true
    }

    fn on_event(&mut self, event: &Event, service: &Service) {
        match event {
            Event::Request(record) => {
                self.accesses.observe(record);
                self.levels.hear(record);
                self.refs.hear(record, &service.names);
                self.lives.hear(record, &service.names);
                self.uploads.hear(record);
            }
            Event::PullRequest { .. } => self.refs.hear_of_pull(event),
            _ => self.look_ups.hear(event),
        }
    }

    fn settled(&mut self, now: SimTime, _: &Service) {
        self.look_ups.advance(now);
    }

    fn end(&mut self, _: &Service) {
        self.look_ups.close();
    }
}
