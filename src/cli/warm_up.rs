use crate::engine::{self, Model};
use crate::random::Draws;
use crate::scenario::WarmUpRule;
use crate::study::{self, PILOT_RETENTIONS, PILOTS, WarmUp};
use crate::units::Duration;
use rayon::prelude::*;

/// What the answer says of a warm-up that nobody has to detect.
pub(super) fn undetected(rule: WarmUpRule) -> WarmUp {
    match rule {
        WarmUpRule::HalfTheTime => WarmUp::Shortened,
        WarmUpRule::Stated | WarmUpRule::TwiceRetention | WarmUpRule::Detected => WarmUp::Fixed,
    }
}

/// Detects the warm-up that several models are to have in common: the latest of any, or the longest
/// they fall back to if one of them does not settle.
pub(super) fn detect(models: &[Model], seed: u64) -> anyhow::Result<(Duration, WarmUp)> {
    let pilots: Vec<(&Model, u32)> =
        models.iter().flat_map(|model| (0..PILOTS).map(move |pilot| (model, pilot))).collect();
    let play = |(model, pilot): (&Model, u32)| {
        let span = Duration(model.cache.retention.0 * PILOT_RETENTIONS).min(model.span());
        engine::simulate_levels(model, Draws::new(seed, pilot), span)
    };
    let played: Result<Vec<Vec<f64>>, _> =
        pilots.into_par_iter().map(play).collect::<Vec<_>>().into_iter().collect();
    let sides: Vec<Vec<Vec<f64>>> = played?.chunks(PILOTS as usize).map(<[_]>::to_vec).collect();
    Ok(match study::warm_up(&sides) {
        Some(span) => (span, WarmUp::Detected),
        None => (models.iter().map(|model| model.warmup).max().unwrap_or_default(), WarmUp::NotReached),
    })
}
