//! Sentences about jobs that do not succeed. The verdict begins with them, and nothing is said that these
//! failures make meaningless.

use crate::event::{Conclusion, FailureCause, SaveOutcome};
use crate::observe::metric;
use crate::report::number::{percent, plain};
use crate::result::Failing;
use crate::statistics::Study;

/// How many jobs the first sentence names.
const NAMED_MAX: usize = 2;
/// Minimum share of a job's runs for a conclusion to be named besides the most frequent one.
const END_SHARE_MIN: f64 = 0.05;

impl Failing<'_> {
    /// Its name in sentences.
    pub fn name(&self) -> String {
        if self.ambiguous { format!("{} ({})", self.job, self.workflow) } else { self.job.to_owned() }
    }

    /// A clause, for example `test runs out of disk in 94 % of its runs`.
    fn clause(&self) -> String {
        let told = |(place, (_, share)): &(usize, &(_, f64))| *place == 0 || *share >= END_SHARE_MIN;
        let ends = self.ends.iter().enumerate().filter(told).map(|(_, end)| end);
        let ends: Vec<String> = ends
            .map(|(how, share)| match how {
                None => "never started".into(),
                Some(how) => format!("{} in {}", verb(*how), part(*share)),
            })
            .collect();
        let of = if self.ends[0].0.is_some() { " of its runs" } else { "" };
        // With several ends, their shares do not show that nothing is left.
        let never = if self.never_succeeds() && ends.len() > 1 { "never succeeds: it " } else { "" };
        format!("{} {never}{}{of}", self.name(), ends.join(" and "))
    }
}

/// The first sentence of a verdict: which jobs do not succeed, and how often. `None` if all jobs always
/// succeed.
pub(in crate::report) fn sentence(failing: &[Failing]) -> Option<String> {
    let mostly = failing.iter().filter(|failing| failing.is_mostly()).count();
    let named = mostly.clamp(1, NAMED_MAX).min(failing.len());
    let mut clauses: Vec<String> = failing[..named].iter().map(Failing::clause).collect();
    let rest = &failing[named..];
    let never = rest.iter().filter(|failing| failing.never_succeeds()).count();
    clauses.extend(match (rest.len(), never) {
        (0, _) => None,
        (1, 0) => Some("1 more job does not always succeed".into()),
        (1, _) => Some("1 more job never succeeds".into()),
        (more, 0) => Some(format!("{more} more jobs do not always succeed")),
        (more, never) if more == never => Some(format!("{more} more jobs never succeed")),
        (more, never) => Some(format!("{more} more jobs do not always succeed, {never} of them never")),
    });
    let last = clauses.pop()?;
    let text = if clauses.is_empty() { last } else { format!("{}, and {last}", clauses.join(", ")) };
    Some(text + ".")
}

/// What can be done about a job that mostly fails.
pub(in crate::report) struct FailureRemedy {
    /// Why it fails, as a sentence without its end.
    pub why: String,
    /// What to do, as a rule of thumb: a clause after a colon.
    pub attempt: String,
    /// The strategy that does it, if there is one: its trial says more than the rule.
    pub strategy: Option<&'static str>,
    /// A sentence on what else may help, beside the trial.
    pub beside: Option<String>,
}

/// What can be done about the worst job, if it mostly fails.
///
/// `applies` says of a strategy if it changes anything in this scenario.
pub(in crate::report) fn remedy(
    study: &Study,
    failing: &[Failing],
    applies: impl Fn(&str) -> bool,
) -> Option<FailureRemedy> {
    let worst = failing.first().filter(|worst| worst.is_mostly())?;
    let (name, (how, _)) = (worst.name(), worst.ends.first()?);
    let is_by_legs = *how == Some(Conclusion::Cancelled) && applies("fail-fast-off");
    if let Some(leg) = red_leg(study, worst).filter(|_| is_by_legs) {
        return Some(FailureRemedy::of_legs(&name, leg));
    }
    let (why, attempt) = match how {
        Some(Conclusion::Cancelled) => {
            let on_main = runs_on_main(study, worst) && applies("no-cancel-on-main");
            return Some(FailureRemedy::of_cancelled(&name, on_main));
        }
        Some(Conclusion::OutOfDisk) => (
            format!("{name} needs more disk"),
            "try a larger runner (`disk`), or free more space first (`frees`)".to_owned(),
        ),
        Some(Conclusion::TimedOut) => (
            format!("{name} needs more time"),
            "try a longer `timeout`; until a run ends in time, it saves nothing".to_owned(),
        ),
        None => (
            format!("{name} never started"),
            "its event may be too rare for the days simulated (`workload.days`), or a job that it needs never \
             succeeds (`check` says so)"
                .to_owned(),
        ),
        Some(Conclusion::Failed | Conclusion::Success) => (
            format!("First find out why {name} does not succeed"),
            "`explain` shows it for one run; the rest covers only successful runs".to_owned(),
        ),
    };
    Some(FailureRemedy { why, attempt, strategy: None, beside: None })
}

impl FailureRemedy {
    /// For legs that are cancelled because another one, or several, do not succeed.
    fn of_legs(name: &str, leg: Option<&str>) -> FailureRemedy {
        let when = leg.map_or_else(|| format!("one leg of {name}"), str::to_owned);
        let mend = leg.map_or_else(String::new, |leg| format!(", and mend {leg}"));
        FailureRemedy {
            why: format!(
                "Each time {when} does not succeed, `fail-fast` cancels the others before they can save"
            ),
            attempt: format!("try `fail-fast-off`{mend}"),
            strategy: Some("fail-fast-off"),
            beside: leg.map(|leg| format!("Mend {leg}, too.")),
        }
    }

    /// For a job that newer runs cancel.
    fn of_cancelled(name: &str, on_main: bool) -> FailureRemedy {
        let finish = if on_main { "`no-cancel-on-main`" } else { "`concurrency = \"queue\"`" };
        FailureRemedy {
            why: format!("Newer runs cancel {name} before it can save"),
            attempt: format!(
                "try letting it finish ({finish}), or more than one wait (`concurrency.queue = \"max\"`)"
            ),
            strategy: on_main.then_some("no-cancel-on-main"),
            beside: Some("More than one run waits with `concurrency.queue = \"max\"`.".to_owned()),
        }
    }
}

/// A smaller share of the runner minutes is not worth a sentence.
const WITHOUT_SUCCESS_MIN: f64 = 0.05;
/// Where this part of the runs that do not succeed are cancelled, the others are not told apart.
const MOSTLY_CANCELLED: f64 = 0.9;

/// What runs that are cancelled cost, if a job is cancelled often: their minutes are those that successful runs leave.
pub(in crate::report) fn cost_of_cancelled(study: &Study, failing: &[Failing]) -> Option<String> {
    let is_cancelled = |(how, share): &(Option<Conclusion>, f64)| {
        *how == Some(Conclusion::Cancelled) && *share >= END_SHARE_MIN
    };
    failing.iter().find(|failing| failing.ends.iter().any(is_cancelled))?;
    let mean = |metric, labels: &[(&str, &str)]| study.estimate(metric, labels).map_or(0.0, |of| of.mean);
    let runs = |how: Conclusion| mean(&metric::JOB_RUNS, &[("conclusion", how.label())]);
    let cancelled = runs(Conclusion::Cancelled);
    let unsuccessful: f64 =
        Conclusion::ALL.into_iter().filter(|how| *how != Conclusion::Success).map(runs).sum();
    let mut jobs: Vec<&str> = study.first.names.jobs.iter().map(|job| job.group.as_str()).collect();
    jobs.sort_unstable();
    jobs.dedup();
    let successful = |job: &&str| {
        let runs = mean(&metric::JOB_RUNS, &[("job", job), ("conclusion", Conclusion::Success.label())]);
        runs * mean(&metric::JOB_DURATION, &[("job", job), ("stat", "mean")])
    };
    let all = mean(&metric::RUNNER_MINUTES, &[]);
    let lost = all - jobs.iter().map(successful).sum::<f64>();
    let is_much = lost > 0.0 && lost >= WITHOUT_SUCCESS_MIN * all;
    let [lost, of, count] = [lost, all, cancelled].map(plain);
    is_much.then(|| {
        match cancelled >= MOSTLY_CANCELLED * unsuccessful {
            true => format!("Cancelled runs, {count} a day, take about {lost} of {of} runner minutes a day."),
            false => format!(
                "Runs that do not succeed take about {lost} of {of} runner minutes a day; {count} job runs a day are cancelled."
            ),
        }
    })
}

/// The leg of a matrix that fails, times out or fills its disk most often while others of the job are cancelled; an inner
/// `None` if several do. `None` if red legs do not explain why the others are cancelled.
fn red_leg<'a>(study: &'a Study, worst: &Failing) -> Option<Option<&'a str>> {
    let names = &study.first.names.jobs;
    let legs = names.iter().filter(|job| job.group == worst.job && job.name != job.group);
    let red = |leg: &str| -> f64 {
        let runs =
            study.estimates.iter().filter(|of| of.metric == &metric::JOB_RUNS && of.label("ref").is_none());
        let runs = runs.filter(|of| of.label("job") == Some(leg) && of.label("workflow").is_some());
        let is_red =
            |how: &str| Conclusion::ALL.into_iter().any(|known| known.is_red() && known.label() == how);
        runs.filter(|of| of.label("conclusion").is_some_and(is_red)).map(|of| of.mean).sum()
    };
    let legs: Vec<(&str, f64)> = legs.map(|job| (job.name.as_str(), red(&job.name))).collect();
    let total: f64 = legs.iter().map(|(_, red)| red).sum();
    let (leg, most) = legs.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    // Legs that seldom fail do not explain why the others are cancelled.
    let cancelled = worst.ends.iter().find(|(how, _)| *how == Some(Conclusion::Cancelled))?.1;
    let all: f64 = names.iter().filter(|job| job.group == worst.job).count() as f64;
    let group_runs = study.estimate(&metric::JOB_RUNS, &[("job", worst.job)]).map_or(0.0, |runs| runs.mean);
    (total > 0.0 && total * (all - 1.0) >= 0.5 * cancelled * group_runs)
        .then_some((most >= 0.5 * total).then_some(leg))
}

/// True if the job runs on the default branch, where alone a remedy for main can help it.
fn runs_on_main(study: &Study, worst: &Failing) -> bool {
    let is_it = |name: Option<&str>| name == Some(worst.job);
    let mut runs =
        study.estimates.iter().filter(|of| of.metric == &metric::JOB_RUNS && is_it(of.label("job")));
    runs.any(|of| of.label("ref") == Some("main") && of.mean > 0.0)
}

/// The cause of a failed run, as a clause.
pub(in crate::report) fn because(cause: FailureCause) -> &'static str {
    match cause {
        FailureCause::Step => "one of its steps failed",
        FailureCause::Export(SaveOutcome::ReadOnly) => {
            "BuildKit's cache export was refused: its token is read-only"
        }
        FailureCause::Export(SaveOutcome::RateLimited) => {
            "BuildKit's cache export was rate-limited until its `timeout`"
        }
        FailureCause::Export(SaveOutcome::OverQuota) => {
            "BuildKit's cache export was refused: the cache is over its limit"
        }
        FailureCause::Export(_) => "BuildKit's cache export was refused",
        FailureCause::CacheMiss => "a step with `fail-on-cache-miss` found nothing",
        FailureCause::SccacheServer => "sccache's server did not start: it may not read its store",
    }
}

/// The verb for runs of a job that end like this.
pub(in crate::report) fn verb(how: Conclusion) -> &'static str {
    match how {
        Conclusion::Success => "succeeds",
        Conclusion::Failed => "fails",
        Conclusion::OutOfDisk => "runs out of disk",
        Conclusion::TimedOut => "times out",
        Conclusion::Cancelled => "is cancelled",
    }
}

/// A share of runs as a percentage. However small, it is not printed as 0 %, and however large, not as 100
/// %.
pub(in crate::report) fn part(share: f64) -> String {
    match share {
        share if share <= 0.0 => "none".into(),
        share if share >= 1.0 - 1e-9 => "all".into(),
        share if share < 0.0005 => "less than 0.1 %".into(),
        share if share >= 0.995 => "more than 99 %".into(),
        share => percent(share),
    }
}
