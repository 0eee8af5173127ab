//! The jobs that do not always succeed: how their runs end, and in which share of cases. A result's file
//! lists them, and every verdict begins with them, because a cache cannot be judged by jobs that do not
//! finish.

use crate::event::{Conclusion, JobName, Names};
use crate::observe::metric;
use crate::statistics::Study;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A job with runs that do not succeed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Failing<'a> {
    /// The name of its workflow.
    pub workflow: &'a str,
    /// The name of the job. It is one leg of a matrix if that leg mostly fails but the job as a whole does
    /// not.
    pub job: &'a str,
    /// The ways in which its runs fail, with their shares of all its runs, the largest first. `None`: the
    /// job is never started, although its workflow runs.
    pub ends: Vec<(Option<Conclusion>, f64)>,
    /// True if another workflow has a job with this name.
    pub ambiguous: bool,
}

/// The share of unsuccessful runs at which a job mostly fails. Nothing good is said of the cache then,
/// because what the job would have saved was missing.
const MOSTLY: f64 = 0.5;

/// Job runs per day, by conclusion.
type Ends = [f64; Conclusion::ALL.len()];

/// All jobs that do not always succeed, the worst first.
pub(crate) fn failing(study: &Study) -> Vec<Failing<'_>> {
    let (names, runs) = (&study.first.names, runs(study));
    // The first leg of each job, by its name and its workflow.
    let places = names.jobs.iter().enumerate().rev();
    let first: BTreeMap<(&str, u16), usize> =
        places.map(|(place, job)| ((job.group.as_str(), job.workflow.0), place)).collect();
    let mut all: Vec<Failing> = Vec::new();
    for (place, job) in names.jobs.iter().enumerate() {
        let ambiguous =
            first.range((job.group.as_str(), 0)..=(job.group.as_str(), u16::MAX)).nth(1).is_some();
        let [whole, leg] =
            [&job.group, &job.name].map(|name| Failing { ambiguous, ..Failing::of(names, job, name, &runs) });
        let is_first = first.get(&(job.group.as_str(), job.workflow.0)) == Some(&place);
        let alone = job.name != job.group && leg.is_mostly() && !whole.is_mostly();
        all.extend(Some(whole).filter(|whole| is_first && whole.share() > 0.0));
        all.extend(Some(leg).filter(|_| alone));
    }
    // A job comes after those it needs. So the sort, which is stable, puts the cause first among equals.
    all.sort_by(|a, b| b.share().total_cmp(&a.share()));
    all
}

/// The runs of each job, by workflow and name, and those of each workflow under `None`.
fn runs(study: &Study) -> BTreeMap<(&str, Option<&str>), Ends> {
    let mut runs = BTreeMap::<_, Ends>::new();
    let all = study.estimates.iter().filter(|estimate| estimate.metric == &metric::JOB_RUNS);
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
            None if runs.contains_key(&(workflow, None)) && !job.after_failure => vec![(None, 1.0)],
            None => Vec::new(),
            Some(ends) => {
                let bad = Conclusion::ALL.into_iter().filter(|how| *how != Conclusion::Success);
                let share = |how: Conclusion| (Some(how), ends[how as usize] / ends.iter().sum::<f64>());
                let mut bad: Vec<_> = bad.map(share).filter(|(_, share)| *share > 0.0).collect();
                bad.sort_by(|a, b| b.1.total_cmp(&a.1));
                bad
            }
        };
        Failing { workflow, job: name, ends, ambiguous: false }
    }

    /// The share of its runs that do not succeed.
    fn share(&self) -> f64 {
        self.ends.iter().map(|(_, share)| share).sum()
    }

    /// True if most of its runs do not succeed.
    pub fn is_mostly(&self) -> bool {
        self.share() >= MOSTLY
    }

    /// True if none of its runs succeeds.
    pub fn never_succeeds(&self) -> bool {
        self.share() >= 1.0 - 1e-9
    }
}

/// One way in which runs of a job end without success.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailureRow {
    /// The workflow.
    pub workflow: String,
    /// The job.
    pub job: String,
    /// `failure`, `cancelled`, `timed_out`, `out_of_disk`, or `skipped` if it is never started.
    pub conclusion: String,
    /// The share of all its runs, 0–1.
    pub share: f64,
}

/// The unsuccessful runs: a row per job and conclusion, the worst job first.
pub(super) fn failures(study: &Study) -> Vec<FailureRow> {
    let row = |failing: &Failing, (how, share): &(Option<Conclusion>, f64)| {
        let conclusion = how.map_or("skipped", Conclusion::label);
        let [workflow, job, conclusion] = [failing.workflow, failing.job, conclusion].map(String::from);
        FailureRow { workflow, job, conclusion, share: *share }
    };
    let failing = failing(study);
    failing.iter().flat_map(|failing| failing.ends.iter().map(move |end| row(failing, end))).collect()
}
