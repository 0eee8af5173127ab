//! Whether two runs have the same pushes, so that chance is the same on both sides, and why not.

use super::TwoRuns;
use crate::observe::metric;
use crate::report::number::plain;
use crate::result::RunResult;

/// A sentence on what chance has to do with the changes.
pub(super) fn sentence(two: &TwoRuns) -> String {
    let reasons = differ(two.before, two.after);
    let seed = two.before.seed;
    match reasons.is_empty() {
        true if two.is_paired => {
            format!(
                "Both runs have the same pushes (seed {seed}), so their replications are compared in pairs."
            )
        }
        true => format!(
            "Both runs have the same pushes (seed {seed}) and share chance, but not both results have what each replication \
             measured. So these intervals are wider than need be: `compare` pairs the replications."
        ),
        false => format!(
            "These are not the same pushes ({}), so chance is not shared: only what the two intervals leave no doubt \
             of is told apart.",
            reasons.join("; ")
        ),
    }
}

/// What makes the pushes differ; empty if nothing does. Results do not hold the pushes themselves, but with equal draws
/// and times their number is only equal in every replication if they are.
pub(super) fn differ(before: &RunResult, after: &RunResult) -> Vec<String> {
    let days = |run: &RunResult| (run.simulated_days(), run.warmup_days());
    let pushes = |run: &RunResult| {
        run.study.estimate(&metric::PUSH_COUNT, &[]).map(|pushes| (pushes.mean, pushes.low))
    };
    let mut reasons = vec![];
    if before.seed != after.seed {
        reasons.push(format!("seeds {} and {}", before.seed, after.seed));
    }
    if before.study.replications != after.study.replications {
        reasons.push(format!("{} and {} replications", before.study.replications, after.study.replications));
    }
    let ((all, warm_up), (all_after, warm_up_after)) = (days(before), days(after));
    if warm_up != warm_up_after {
        reasons.push(format!("{warm_up:.1} and {warm_up_after:.1} days of warm-up"));
    }
    if all != all_after {
        reasons.push(format!("{all:.1} and {all_after:.1} simulated days"));
    }
    if before.study.first.window.start != after.study.first.window.start {
        reasons.push("another first day".to_owned());
    }
    match (pushes(before), pushes(after)) {
        (Some(one), Some(other)) if one != other && reasons.is_empty() => {
            reasons.push(format!("{} and {} a day", plain(one.0), plain(other.0)));
        }
        _ => {}
    }
    reasons
}
