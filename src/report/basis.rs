//! What the numbers of a report rest on, in sentences. The reports of runs and comparisons call it.

use super::number::{percent, plain};
use crate::study::{Batches, Reached, WarmUp};

/// How sure a metric became and whether that is what was asked for, in a sentence. `subject` is what
/// about the metric is meant, `yardstick` what the share is of.
pub(super) fn precision(reached: &Reached, subject: &str, yardstick: &str) -> String {
    let Reached { asked, half_width, replications } = reached;
    let (measure, target) = (&asked.measure, share(asked.target));
    let Some(half_width) = half_width else {
        return format!("{subject}{measure} was never measured, so the target of {target} was not reached.");
    };
    let known = format!("{subject}{measure} is known to ± {} of {yardstick}", share(*half_width));
    match reached.holds() {
        true => format!("{known} after {replications} replications, within the target of {target}."),
        false => format!(
            "{known} after {replications} replications, the maximum, and misses the target of {target}: \
             raise --replications-max."
        ),
    }
}

/// A share as a percentage; beyond one, as so many times the whole.
fn share(share: f64) -> String {
    if share.is_finite() && share < 10.0 { percent(share) } else { format!("{} times", plain(share)) }
}

/// Which time is measured, and where the warm-up before it comes from.
pub(super) fn measured(days: f64, warmup: f64, rule: WarmUp) -> String {
    let measured = format!("over {:.1} days after {warmup:.1} days of warm-up", days - warmup);
    match rule {
        WarmUp::Fixed => measured,
        WarmUp::Shortened => {
            format!("{measured}, half of the simulated time, because twice the retention is longer")
        }
        WarmUp::Detected => format!("{measured}, detected by MSER-5"),
        WarmUp::NotReached => {
            format!("{measured}: MSER-5 found no settled state early enough, so it is twice the retention")
        }
    }
}

/// That batches are too short to be independent, if they are.
pub(super) fn dependent(batches: &Batches) -> Option<String> {
    let named = batches.dependent.iter();
    let named: Vec<String> =
        named.map(|d| format!("{} (correlation {:.2})", d.measure, d.correlation)).collect();
    (!named.is_empty()).then(|| {
        format!(
            "Careful: the batches are too short, so neighbouring batches are correlated in {}. Their \
             intervals are too narrow. Use fewer, longer batches.",
            named.join(", ")
        )
    })
}
