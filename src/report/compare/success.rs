//! Jobs that succeed more or less often than in the base. A run that fails earlier is not a faster run, so
//! times are not judged without this.

use super::compared_metric;
use crate::event::Conclusion;
use crate::observe::metric;
use crate::report::answer::failures::{part, verb};
use crate::result::Alternative;
use crate::statistics::{Difference, SUCCESS_CHANGE_MIN, Verdict};
use crate::units::counted;

/// The jobs whose share of successful runs changes: the largest fall first, the largest rise last.
pub(super) fn changed(other: &Alternative) -> Vec<(&str, &Difference)> {
    let shares = other.differences.iter().filter_map(|change| Some((change.job_that_succeeds()?, change)));
    let shares: Vec<_> = shares.collect();
    let many = shares.len();
    let mut changed: Vec<_> = shares.into_iter().filter(|(_, change)| counts(change, many)).collect();
    changed.sort_by(|a, b| a.1.difference.total_cmp(&b.1.difference));
    changed
}

/// True if a change, the largest of so many, should be reported. A single replication has no interval to judge it by.
fn counts(change: &Difference, many: usize) -> bool {
    change.difference.abs() >= SUCCESS_CHANGE_MIN && (change.n < 2 || change.is_distinguishable_among(many))
}

/// The verdicts on the alternative that follow: worse for each job that fails more, better for each that
/// fails less.
pub(super) fn verdicts(other: &Alternative) -> Vec<Verdict> {
    let changed = changed(other);
    let ends = [changed.first(), changed.last()].into_iter().flatten().map(|(_, change)| *change);
    ends.chain(green_share(other)).filter_map(Difference::verdict).collect()
}

/// The change in the share of pushes that get green, if it is worth a clause.
pub(super) fn green_share(other: &Alternative) -> Option<&Difference> {
    compared_metric(other, 4).filter(|change| counts(change, 1))
}

/// The clauses that come before all others: how many pushes get green, then which jobs succeed more or less often.
pub(super) fn clauses(other: &Alternative) -> Vec<String> {
    let share = green_share(other).map(|share| {
        let [before, after] = [share.base, share.other].map(part);
        format!("{after} of the pushes get green instead of {before}")
    });
    share.into_iter().chain(clause(other)).collect()
}

/// A clause, for example `test runs out of disk in all of its runs instead of none, and 2 more jobs fail
/// more often`. If no job fails more often, it names one that fails less often.
fn clause(other: &Alternative) -> Option<String> {
    let changed = changed(other);
    let worse = changed.iter().filter(|(_, change)| change.difference < 0.0).count();
    let (job, share) = if worse > 0 { changed.first()? } else { changed.last()? };
    let [before, after] = [share.base, share.other].map(part);
    let own = match worse {
        0 => format!("{job} succeeds in {after} of its runs instead of {before}"),
        _ => fall(other, job).unwrap_or(format!("{job} succeeds in {after} of its runs instead of {before}")),
    };
    Some(match worse {
        0 | 1 => own,
        more => {
            let others = counted(more - 1, "more job fails", "more jobs fail");
            format!("{own}, {others} more often")
        }
    })
}

/// Why some times have no verdict.
pub(super) fn note(other: &Alternative) -> Option<String> {
    let text = "If a job succeeds more or less often than before, its times come from different runs and \
        are not judged.";
    (!changed(other).is_empty()).then(|| text.to_owned())
}

/// How runs of a job end that succeed in the base.
fn fall(other: &Alternative, job: &str) -> Option<String> {
    let runs = |how: Option<Conclusion>| {
        let how = how.map(|how| ("conclusion", how.label()));
        let labels: Vec<_> = [("job", job)].into_iter().chain(how).collect();
        other.differences.iter().find(|change| change.is(&metric::JOB_RUNS, &labels))
    };
    let all = runs(None)?;
    let shares = |how| runs(Some(how)).map(|runs| (how, runs.base / all.base, runs.other / all.other));
    let ends = Conclusion::ALL.into_iter().filter(|how| *how != Conclusion::Success).filter_map(shares);
    let (how, before, after) = ends.max_by(|a, b| (a.2 - a.1).total_cmp(&(b.2 - b.1)))?;
    Some(format!("{job} {} in {} of its runs instead of {}", verb(how), part(after), part(before)))
}
