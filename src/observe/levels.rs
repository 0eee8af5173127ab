//! The observer that follows how full the cache is from an empty start on, to find the end of the warm-up.

use crate::engine::{LimitReached, Model, simulate};
use crate::event::{Event, Observer};
use crate::random::Draws;
use crate::service::Service;
use crate::units::{Bytes, Duration, SimTime};

/// Plays the beginning of a replication, as many whole steps ([`Levels::STEP`]) as `span` has, and returns the
/// mean size of the cache in each, in bytes.
///
/// # Errors
/// If the model's event limit is reached.
pub fn levels(model: &Model, draws: Draws, span: Duration) -> Result<Vec<f64>, LimitReached> {
    let steps = (span.0 / Levels::STEP.0).max(1);
    let (start, end) = model.window().unwrap_or_default();
    let mut model = model.clone();
    model.warmup = Duration::ZERO;
    // What is pushed later changes nothing before.
    model.until = Some(end.min(start + Duration(steps * Levels::STEP.0)));
    let mut levels = Levels::new(start, steps as usize);
    simulate(&model, draws, &mut levels)?;
    Ok(levels.finish())
}

/// What a cache holds from the start of a replication on, in equal steps of time: what shows when it
/// has settled.
#[derive(Debug)]
pub struct Levels {
    from: SimTime,
    /// Byte milliseconds in each step.
    areas: Vec<u128>,
    current: Bytes,
    since: SimTime,
}

impl Levels {
    /// The length of a step. Five are a day, so that a mean of five is free of the time of day.
    pub const STEP: Duration = Duration(Duration::DAY.0 / 5);

    /// An empty cache, to be followed from an instant on for so many steps.
    pub fn new(from: SimTime, steps: usize) -> Levels {
        Levels { areas: vec![0; steps], from, current: Bytes::ZERO, since: from }
    }

    /// The cache holds this much from `now` on.
    pub fn level(&mut self, now: SimTime, held: Bytes) {
        if held != self.current {
            self.stand(now);
            self.current = held;
        }
    }

    /// The mean of each step, in bytes.
    pub fn finish(mut self) -> Vec<f64> {
        self.stand(self.from + Duration(Levels::STEP.0 * self.areas.len() as i64));
        self.areas.iter().map(|area| *area as f64 / Levels::STEP.0 as f64).collect()
    }

    /// Adds what stood until `now`, step by step.
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
