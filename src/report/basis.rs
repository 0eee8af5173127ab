//! Sentences about what the numbers are based on: precision, measured time, warm-up, batches. The reports
//! of runs and comparisons print them.

use super::number::{percent, plain};
use crate::study::{Batches, Reached, WarmUp};

/// A sentence on the precision that a metric reached, and whether it is the requested one. `subject` says
/// what of the metric is meant, `yardstick` what the percentage refers to.
pub(super) fn precision(reached: &Reached, subject: &str, yardstick: &str) -> String {
    let Reached { asked, half_width, replications } = reached;
    let (measure, target) = (&asked.measure, share(asked.target));
    let Some(half_width) = half_width else {
        return format!("{subject}{measure} was never measured: {target} was asked for.");
    };
    let known = format!("{subject}{measure} is known to ± {} of {yardstick}", share(*half_width));
    match reached.holds() {
        true => format!("{known}, within the {target} asked for, after {replications} replications."),
        false => format!(
            "{known}, not to the {target} asked for: {replications} replications are the limit, which \
             --replications-max raises."
        ),
    }
}

/// A share as a percentage; above one, as a multiple.
fn share(share: f64) -> String {
    if share.is_finite() && share < 10.0 { percent(share) } else { format!("{} times", plain(share)) }
}

/// A sentence on which time is measured, and where the warm-up before it comes from.
pub(super) fn measured(days: f64, warmup: f64, rule: WarmUp) -> String {
    let measured = format!("over {:.1} days after {warmup:.1} days of warm-up", days - warmup);
    match rule {
        WarmUp::Fixed => measured,
        WarmUp::Shortened => {
            format!("{measured}, which is half of the time: twice the retention would be longer")
        }
        WarmUp::Detected => format!("{measured}, detected by MSER-5"),
        WarmUp::NotReached => {
            format!("{measured}: MSER-5 finds nothing settled early enough, so twice the retention is taken")
        }
    }
}

/// A warning if batches are too short to be independent.
pub(super) fn dependent(batches: &Batches) -> Option<String> {
    let named = batches.dependent.iter();
    let named: Vec<String> =
        named.map(|d| format!("{} (correlation {:.2})", d.measure, d.correlation)).collect();
    (!named.is_empty()).then(|| {
        format!(
            "Careful: the batches are too short, neighbouring ones are alike in {}. Their intervals are too \
             narrow; fewer batches are longer.",
            named.join(", ")
        )
    })
}
