use super::number::{percent, plain};
use crate::study::Reached;

/// How sure a metric became and whether that is what was asked for, in a sentence. `subject` is what
/// about the metric is meant, `yardstick` what the share is of.
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

/// A share as a percentage; beyond one, as so many times the whole.
fn share(share: f64) -> String {
    if share.is_finite() && share < 10.0 { percent(share) } else { format!("{} times", plain(share)) }
}
