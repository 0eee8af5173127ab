//! How long a cache fills before anything is measured, where the scenario leaves that to the program.

use super::replications::in_order;
use super::{Control, Failure};
use crate::engine::Model;
use crate::observe;
use crate::random::Draws;
use crate::scenario::WarmUpRule;
use crate::study::{self, PILOT_RETENTIONS, PILOTS, WarmUp};
use crate::units::Duration;

/// What a result says of a warm-up that need not be detected.
pub(super) fn undetected(rule: WarmUpRule) -> WarmUp {
    match rule {
        WarmUpRule::HalfTheTime => WarmUp::Shortened,
        WarmUpRule::Stated | WarmUpRule::TwiceRetention | WarmUpRule::Detected => WarmUp::Fixed,
    }
}

/// Detects the warm-up that several models are to have in common: the latest of any, or the longest
/// they fall back to if one of them does not settle.
pub(super) fn detect(
    models: &[Model],
    seed: u64,
    control: &dyn Control,
) -> Result<(Duration, WarmUp), Failure> {
    let pilots = PILOTS as usize;
    let play = |index: usize| {
        let model = &models[index / pilots];
        let span = Duration(model.cache.retention.0 * PILOT_RETENTIONS).min(model.span());
        observe::levels(model, Draws::new(seed, (index % pilots) as u32), span)
    };
    let played: Vec<Vec<f64>> = in_order(models.len() * pilots, play, control)?;
    if played.len() < models.len() * pilots {
        return Err(Failure::Cancelled);
    }
    let sides: Vec<Vec<Vec<f64>>> = played.chunks(pilots).map(<[_]>::to_vec).collect();
    Ok(match study::warm_up(&sides) {
        Some(span) => (span, WarmUp::Detected),
        None => (models.iter().map(|model| model.warmup).max().unwrap_or_default(), WarmUp::NotReached),
    })
}
