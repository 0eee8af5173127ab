use super::event::LimitReached;
use super::model::Model;
use super::simulation::simulate_watched;
use super::watch::Watch;
use crate::client::Surroundings;
use crate::outcome::Levels;
use crate::random::Draws;
use crate::units::{Duration, SimTime};

/// Plays the beginning of a replication, as many whole steps ([`Levels::STEP`]) as `span` has, and
/// says what the cache held in each, in bytes.
///
/// # Errors
/// If the model's event limit is reached.
pub fn simulate_levels(model: &Model, draws: Draws, span: Duration) -> Result<Vec<f64>, LimitReached> {
    let steps = (span.0 / Levels::STEP.0).max(1);
    let (start, end) = model.window().unwrap_or_default();
    let mut model = model.clone();
    model.warmup = Duration::ZERO;
    // What is pushed later changes nothing before.
    model.until = Some(end.min(start + Duration(steps * Levels::STEP.0)));
    let mut listener = Listener(Levels::new(start, steps as usize));
    simulate_watched(&model, draws, &mut listener)?;
    Ok(listener.0.finish())
}

/// Sees what the cache holds after every event.
struct Listener(Levels);

impl Watch for Listener {
    fn after(&mut self, now: SimTime, around: &Surroundings) {
        self.0.level(now, around.service.bytes());
    }
}
