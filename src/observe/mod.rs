//! Observers of a replication, and what they make of its events: metrics, a timeline, a journal.
//!
//! [`Metrics`] turns the events of a replication into an [`Outcome`]: one [`Value`] per metric and
//! combination of labels, and a record of every run. This is pure counting. Nothing here knows the cache's
//! rules, how a result is printed, or how certain a number is; certainty takes more than one replication
//! (`statistics`).
//!
//! `experiment` calls the functions of this file; `statistics` and `report` read the outcomes.

mod expectation;
pub mod journal;
mod judgement;
mod known;
mod levels;
mod measure;
pub mod metric;
mod metrics;
mod screen;
pub mod timeline;
mod timeline_observer;

pub use expectation::{Expectation, Rival, Side};
pub use journal::Journal;
pub use judgement::Judgement;
pub use levels::{Levels, levels};
pub use measure::{Measure, todays_word};
pub use metric::{Better, CATALOGUE, Metric};
pub use metrics::{
    EvictionBatch, Label, Metrics, NO_CLIENT, Outcome, Samples, Value, Victim, Wait, Waits, Weight, quantile,
};
pub use screen::{SCREENED, Screen};
pub use timeline::Timeline;
pub use timeline_observer::TimelineObserver;

use crate::engine::{Model, Unfinished, simulate};
use crate::event::{NoObserver, Observer};
use crate::random::Draws;

/// Plays one replication of a model and measures it.
///
/// # Errors
/// If the model's event limit is reached.
pub fn measure(model: &Model, draws: Draws) -> Result<Outcome, Unfinished> {
    let mut metrics = Metrics::of(model);
    simulate(model, draws, &mut metrics)?;
    Ok(metrics.finish())
}

/// Plays one replication of a model and measures it. `observer` receives the same events.
///
/// # Errors
/// If the model's event limit is reached.
pub fn measure_with(
    model: &Model,
    draws: Draws,
    observer: &mut impl Observer,
) -> Result<Outcome, Unfinished> {
    let mut metrics = Metrics::of(model);
    simulate(model, draws, &mut (&mut metrics, observer))?;
    Ok(metrics.finish())
}

/// Plays one replication of a model and measures only part `part` of `parts` equal parts of its measured
/// time. Parts are numbered from 0. `observer` receives the same events.
///
/// # Errors
/// If the model's event limit is reached.
pub fn measure_part(
    model: &Model,
    draws: Draws,
    (part, parts): (u32, u32),
    observer: &mut impl Observer,
) -> Result<Outcome, Unfinished> {
    let mut metrics = Metrics::of_part(model, part, parts);
    simulate(model, draws, &mut (&mut metrics, observer))?;
    Ok(metrics.finish())
}

/// Optional contents of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extras {
    /// The timeline.
    pub timeline: bool,
    /// The metrics `screen.…`. For these, other limits are simulated as well.
    pub screen: bool,
}

/// Plays one replication of a model and measures it, with optional contents.
///
/// # Errors
/// If the model's event limit is reached.
pub fn measure_with_extras(model: &Model, draws: Draws, extras: Extras) -> Result<Outcome, Unfinished> {
    measure_counted(model, draws, extras, &mut NoObserver).map(|(outcome, _)| outcome)
}

/// Like [`measure_with_extras`], and counts the events of the simulation. `observer` receives the same events; it can
/// end this simulation and those at other limits.
///
/// # Errors
/// If the model's event limit is reached, or if the observer does not want to go on.
pub fn measure_counted(
    model: &Model,
    draws: Draws,
    extras: Extras,
    observer: &mut impl Observer,
) -> Result<(Outcome, u64), Unfinished> {
    let mut metrics = Metrics::of(model);
    if extras == Extras::default() {
        let events = simulate(model, draws, &mut (&mut metrics, observer))?;
        return Ok((metrics.finish(), events));
    }
    let mut timeline = extras.timeline.then(|| TimelineObserver::new(model, &draws));
    let mut screen = extras.screen.then(|| Screen::new(model, &draws));
    let events = simulate(model, draws, &mut (&mut metrics, (&mut timeline, (&mut screen, &mut *observer))))?;
    let mut outcome = metrics.finish();
    outcome.timeline = timeline.map(|timeline| timeline.finish(&outcome));
    if let Some(screen) = screen {
        screen.finish(model, draws, &mut outcome, observer)?;
    }
    Ok((outcome, events))
}
