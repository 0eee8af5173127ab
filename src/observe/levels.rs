//! The observer that follows the size of the cache from an empty start, for detecting the warm-up
//! (`statistics`). The metrics about the cache's size are in `metrics/occupancy.rs`.

use crate::engine::{Model, Unfinished, simulate};
use crate::event::{Event, Observer};
use crate::random::Draws;
use crate::service::Service;
use crate::units::{Bytes, Duration, SimTime};

/// Plays the beginning of a replication, for as many whole steps ([`Levels::STEP`]) as `span` has.
/// Returns the mean size of the cache in each step, in bytes. `observer` receives the same events.
///
/// # Errors
/// If the model's event limit is reached, or if the observer does not want to go on.
pub fn levels(
    model: &Model,
    draws: Draws,
    span: Duration,
    observer: &mut impl Observer,
) -> Result<Vec<f64>, Unfinished> {
    let steps = (span.0 / Levels::STEP.0).max(1);
    let (start, end) = model.window().unwrap_or_default();
    let mut model = model.clone();
    model.warmup = Duration::ZERO;
    // Later pushes do not affect what comes before them.
    model.until = Some(end.min(start + Duration(steps * Levels::STEP.0)));
    let mut levels = Levels::new(start, steps as usize);
    simulate(&model, draws, &mut (&mut levels, observer))?;
    Ok(levels.finish())
}

/// The mean size of a cache in equal steps of time from the start of a replication. It shows when
/// the cache has settled.
#[derive(Debug)]
pub struct Levels {
    from: SimTime,
    /// Size × time in each step, in byte-milliseconds.
    areas: Vec<u128>,
    current: Bytes,
    since: SimTime,
}

impl Levels {
    /// Length of a step. Five steps are a day, so a mean of five does not depend on the time of
    /// day.
    pub const STEP: Duration = Duration(Duration::DAY.0 / 5);

    /// An empty cache, observed from `from` for `steps` steps.
    pub fn new(from: SimTime, steps: usize) -> Levels {
        Levels { areas: vec![0; steps], from, current: Bytes::ZERO, since: from }
    }

    /// Sets the size of the cache from `now` on.
    pub fn level(&mut self, now: SimTime, held: Bytes) {
        if held != self.current {
            self.stand(now);
            self.current = held;
        }
    }

    /// The mean size in each step, in bytes.
    pub fn finish(mut self) -> Vec<f64> {
        self.stand(self.from + Duration(Levels::STEP.0 * self.areas.len() as i64));
        self.areas.iter().map(|area| *area as f64 / Levels::STEP.0 as f64).collect()
    }

    /// Adds the current size to the steps until `now`.
    fn stand(&mut self, now: SimTime) {
        while self.since < now {
            let step = (self.since - self.from).0 / Levels::STEP.0;
            let Some(area) = self.areas.get_mut(step as usize) else { return };
            let end = (self.from + Duration((step + 1) * Levels::STEP.0)).min(now);
            *area += u128::from(self.current.0) * (end - self.since).0 as u128;
            self.since = end;
        }
    }
}

impl Observer for Levels {
    fn on_event(&mut self, event: &Event, _: &Service) {
        if let Event::Level { at, bytes, .. } = *event {
            self.level(at, bytes);
        }
    }
}
