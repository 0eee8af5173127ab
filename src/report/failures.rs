//! Which jobs do not succeed, how they end instead, and in how many of their runs. The verdict begins with
//! it; what it makes void is not said.

use super::number::percent;
use crate::outcome::{Conclusion, Failure, JobName, Names, SaveOutcome};
use crate::study::Study;
use std::collections::BTreeMap;

/// A job of which some runs do not succeed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Failing<'a> {
    /// Its workflow.
    pub workflow: &'a str,
    /// The job; one leg of a matrix where that leg mostly fails and the job as a whole does not.
    pub job: &'a str,
    /// How its runs end that do not succeed, and their shares of all its runs, largest first. `None`: it is
    /// never started, though its workflow runs.
    pub ends: Vec<(Option<Conclusion>, f64)>,
    /// Whether another workflow has a job of this name.
    ambiguous: bool,
}

/// From which share of runs that do not succeed on, a job mostly fails: nothing good is then said of the
/// cache, since what the job would have saved was not there.
const MOSTLY: f64 = 0.5;
/// How many jobs the first sentence names.
const NAMED_MAX: usize = 2;
/// From which share of runs on, it names more than the most frequent way in which a job's runs end.
const END_SHARE_MIN: f64 = 0.05;

/// Job runs per day by how they end.
type Ends = [f64; Conclusion::ALL.len()];

/// Every job that does not always succeed, the worst first.
pub(super) fn failing(study: &Study) -> Vec<Failing<'_>> {
    let (names, runs) = (&study.first.names, runs(study));
    let mut all: Vec<Failing> = Vec::new();
    for (place, job) in names.jobs.iter().enumerate() {
        let [whole, leg] = [&job.group, &job.name].map(|name| Failing::of(names, job, name, &runs));
        let same = |other: &JobName| (other.workflow, &other.group) == (job.workflow, &job.group);
        let is_first = !names.jobs[..place].iter().any(same);
        let alone = job.name != job.group && leg.is_mostly() && !whole.is_mostly();
        all.extend(Some(whole).filter(|whole| is_first && whole.share() > 0.0));
        all.extend(Some(leg).filter(|_| alone));
    }
    // Jobs stand after those they need: of equals, the cause comes first.
    all.sort_by(|a, b| b.share().total_cmp(&a.share()));
    all
}

/// The runs of every job, by workflow and name; under no name those of the workflow.
fn runs(study: &Study) -> BTreeMap<(&str, Option<&str>), Ends> {
    let mut runs = BTreeMap::<_, Ends>::new();
    let all = study.estimates.iter().filter(|estimate| estimate.metric.name == "job.runs");
    for estimate in all.filter(|estimate| estimate.label("ref").is_none()) {
        let Some(workflow) = estimate.label("workflow") else { continue };
        let how = estimate.label("conclusion");
        if let Some(how) = Conclusion::ALL.into_iter().find(|known| how == Some(known.label())) {
            runs.entry((workflow, estimate.label("job"))).or_default()[how as usize] = estimate.mean;
        }
    }
    runs
}

impl<'a> Failing<'a> {
    fn of(
        names: &'a Names,
        job: &'a JobName,
        name: &'a str,
        runs: &BTreeMap<(&str, Option<&str>), Ends>,
    ) -> Failing<'a> {
        let workflow = names.workflows[usize::from(job.workflow.0)].as_str();
        let own = runs.get(&(workflow, Some(name)));
        let ends = match own {
            None if runs.contains_key(&(workflow, None)) => vec![(None, 1.0)],
            None => Vec::new(),
            Some(ends) => {
                let bad = Conclusion::ALL.into_iter().filter(|how| *how != Conclusion::Success);
                let share = |how: Conclusion| (Some(how), ends[how as usize] / ends.iter().sum::<f64>());
                let mut bad: Vec<_> = bad.map(share).filter(|(_, share)| *share > 0.0).collect();
                bad.sort_by(|a, b| b.1.total_cmp(&a.1));
                bad
            }
        };
        let elsewhere = |other: &JobName| other.workflow != job.workflow && other.group == job.group;
        Failing { workflow, job: name, ends, ambiguous: names.jobs.iter().any(elsewhere) }
    }

    /// The share of its runs that do not succeed.
    fn share(&self) -> f64 {
        self.ends.iter().map(|(_, share)| share).sum()
    }

    /// Whether most of its runs do not succeed.
    pub fn is_mostly(&self) -> bool {
        self.share() >= MOSTLY
    }

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
            format!("{name} needs more disk: try a larger runner (`disk`), or free more before (`frees`).")
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
        None => format!("{name} never starts: look first at the jobs that it needs."),
        Some(Conclusion::Failed | Conclusion::Success) => format!(
            "Find out first why {name} does not succeed (`explain` says it of a run); the rest is about the runs \
             that do."
        ),
    })
}

/// Why a run failed, as a clause.
pub(super) fn because(cause: Failure) -> &'static str {
    match cause {
        Failure::Step => "one of its steps did",
        Failure::Export(SaveOutcome::ReadOnly) => {
            "BuildKit's export of the cache was refused, since the token may only read"
        }
        Failure::Export(SaveOutcome::RateLimited) => {
            "BuildKit's export of the cache was refused for 10 minutes, for the rate of requests"
        }
        Failure::Export(SaveOutcome::OverQuota) => {
            "BuildKit's export of the cache was refused, since the cache is over its limit"
        }
        Failure::Export(_) => "BuildKit's export of the cache was refused",
        Failure::SccacheServer => "sccache's server did not start, since it may not read its store",
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
