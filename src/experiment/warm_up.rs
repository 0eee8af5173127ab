//! Finds the length of the warm-up for scenarios that leave it to the program (`warmup = "auto"`), from a
//! few pilot replications. The method is in `statistics` (MSER-5).

use super::control::WhileWanted;
use super::replications::in_order;
use super::{Control, Failure};
use crate::engine::Model;
use crate::observe;
use crate::random::Draws;
use crate::scenario::WarmUpRule;
use crate::statistics::{self, PILOT_RETENTIONS, PILOTS, WarmUp};
use crate::units::Duration;

/// The note in a result for a warm-up that was not detected.
pub(super) fn undetected(rule: WarmUpRule) -> WarmUp {
    match rule {
        WarmUpRule::HalfTheTime => WarmUp::Shortened,
        WarmUpRule::Stated | WarmUpRule::TwiceRetention | WarmUpRule::Detected => WarmUp::Fixed,
    }
}

/// Detects a common warm-up for several models: the latest one of all. If one of them does not settle, it
/// is the longest that they fall back to.
pub(super) fn detect(
    models: &[Model],
    seed: u64,
    control: &dyn Control,
) -> Result<(Duration, WarmUp), Failure> {
    let pilots = PILOTS as usize;
    let play = |index: usize| {
        let model = &models[index / pilots];
        let span = Duration(model.cache.retention.0 * PILOT_RETENTIONS).min(model.span());
        observe::levels(model, Draws::new(seed, (index % pilots) as u32), span, &mut WhileWanted(control))
    };
    let played: Vec<Vec<f64>> = in_order(models.len() * pilots, play, control)?;
    if played.len() < models.len() * pilots {
        return Err(Failure::Cancelled);
    }
    let sides: Vec<Vec<Vec<f64>>> = played.chunks(pilots).map(<[_]>::to_vec).collect();
    Ok(match statistics::warm_up(&sides) {
        Some(span) => (span, WarmUp::Detected),
        None => (models.iter().map(|model| model.warmup).max().unwrap_or_default(), WarmUp::NotReached),
    })
}
