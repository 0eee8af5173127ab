//! What a report says of jobs that do not succeed. The verdict begins with it; what it makes void is not said.

use super::number::percent;
use crate::event::{Conclusion, FailureCause, SaveOutcome};
use crate::result::Failing;

/// How many jobs the first sentence names.
const NAMED_MAX: usize = 2;
/// From which share of runs on, it names more than the most frequent way in which a job's runs end.
const END_SHARE_MIN: f64 = 0.05;

impl Failing<'_> {
    /// What it is called, for a person.
    pub fn name(&self) -> String {
        if self.ambiguous { format!("{} ({})", self.job, self.workflow) } else { self.job.to_owned() }
    }

    /// For example `test runs out of disk in 94 % of its runs`.
    fn clause(&self) -> String {
        let told = |(place, (_, share)): &(usize, &(_, f64))| *place == 0 || *share >= END_SHARE_MIN;
        let ends = self.ends.iter().enumerate().filter(told).map(|(_, end)| end);
        let ends: Vec<String> = ends
            .map(|(how, share)| match how {
                None => "never starts".into(),
                Some(how) => format!("{} in {}", verb(*how), part(*share)),
            })
            .collect();
        let of = if self.ends[0].0.is_some() { " of its runs" } else { "" };
        format!("{} {}{of}", self.name(), ends.join(" and "))
    }
}

/// The first sentence of an answer: who does not succeed, and how often. `None` where every job always does.
pub(super) fn sentence(failing: &[Failing]) -> Option<String> {
    let mostly = failing.iter().filter(|failing| failing.is_mostly()).count();
    let named = mostly.clamp(1, NAMED_MAX).min(failing.len());
    let mut clauses: Vec<String> = failing[..named].iter().map(Failing::clause).collect();
    clauses.extend(match failing.len() - named {
        0 => None,
        1 => Some("1 more job does not always succeed".into()),
        more => Some(format!("{more} more jobs do not always succeed")),
    });
    let last = clauses.pop()?;
    let text = if clauses.is_empty() { last } else { format!("{}, and {last}", clauses.join(", ")) };
    Some(text + ".")
}

/// What somebody may do about the worst job, where it mostly fails.
pub(super) fn remedy(failing: &[Failing]) -> Option<String> {
    let worst = failing.first().filter(|worst| worst.is_mostly())?;
    let (name, (how, _)) = (worst.name(), worst.ends.first()?);
    Some(match how {
        Some(Conclusion::OutOfDisk) => {
            format!(
                "{name} needs more disk: try a larger runner (`disk`), or free more space first \
                (`frees`)."
            )
        }
        Some(Conclusion::TimedOut) => {
            format!(
                "{name} needs more time: try a longer `timeout`; until a run ends in time, it saves nothing."
            )
        }
        Some(Conclusion::Cancelled) => {
            format!(
                "Newer runs cancel {name} before it can save: try letting it finish \
                 (`concurrency = \"cancel-off-main\"`, or \"queue\")."
            )
        }
        None => format!("{name} never starts: look first at the jobs it needs."),
        Some(Conclusion::Failed | Conclusion::Success) => format!(
            "First find out why {name} does not succeed (`explain` shows it for one run); the rest covers \
             only successful runs."
        ),
    })
}

/// Why a run failed, as a clause.
pub(super) fn because(cause: FailureCause) -> &'static str {
    match cause {
        FailureCause::Step => "one of its steps failed",
        FailureCause::Export(SaveOutcome::ReadOnly) => {
            "BuildKit's cache export was refused: its token is read-only"
        }
        FailureCause::Export(SaveOutcome::RateLimited) => {
            "BuildKit's cache export was rate-limited for 10 minutes"
        }
        FailureCause::Export(SaveOutcome::OverQuota) => {
            "BuildKit's cache export was refused: the cache is over its limit"
        }
        FailureCause::Export(_) => "BuildKit's cache export was refused",
        FailureCause::SccacheServer => "sccache's server did not start: it may not read its store",
    }
}

/// What a job does whose run ends so.
pub(super) fn verb(how: Conclusion) -> &'static str {
    match how {
        Conclusion::Success => "succeeds",
        Conclusion::Failed => "fails",
        Conclusion::OutOfDisk => "runs out of disk",
        Conclusion::TimedOut => "times out",
        Conclusion::Cancelled => "is cancelled",
    }
}

/// A share of runs; however small, it is not printed as none, and however large, not as all.
pub(super) fn part(share: f64) -> String {
    match share {
        share if share <= 0.0 => "none".into(),
        share if share >= 1.0 - 1e-9 => "all".into(),
        share if share < 0.0005 => "less than 0.1 %".into(),
        share if share >= 0.995 => "more than 99 %".into(),
        share => percent(share),
    }
}
