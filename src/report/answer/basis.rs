//! Sentences about what the numbers are based on: precision, measured time, warm-up, batches. The reports
//! of runs and comparisons print them.

use crate::report::number::{percent, plain};
use crate::statistics::{Batches, PrecisionOutcome, WarmUp};
use crate::units::counted;

/// A sentence on the precision that a metric reached, and whether it is the requested one. `subject` says
/// what of the metric is meant, `yardstick` what the percentage refers to.
pub(in crate::report) fn precision(reached: &PrecisionOutcome, subject: &str, yardstick: &str) -> String {
    let PrecisionOutcome { asked, half_width, replications } = reached;
    let (measure, target) = (&asked.measure, share(asked.target));
    let Some(half_width) = half_width else {
        return format!("{subject}{measure} was never measured, so the target of {target} was not reached.");
    };
    let known = format!("{subject}{measure} is known to ± {} of {yardstick}", share(*half_width));
    let played = counted(*replications, "replication", "replications");
    match reached.holds() {
        true => format!("{known} after {played}, within the target of {target}."),
        false => format!(
            "{known} after {played}, the maximum, and misses the target of {target}: \
             raise --replications-max."
        ),
    }
}

/// A share as a percentage; above one, as a multiple.
fn share(share: f64) -> String {
    if share.is_finite() && share < 10.0 { percent(share) } else { format!("{} times", plain(share)) }
}

/// A sentence on which time is measured, and where the warm-up before it comes from.
pub(in crate::report) fn measured(days: f64, warmup: f64, rule: WarmUp) -> String {
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

/// A warning if batches are too short to be independent.
pub(in crate::report) fn dependent(batches: &Batches) -> Option<String> {
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
