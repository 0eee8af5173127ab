//! Sentences about jobs that do not succeed. The verdict begins with them, and nothing is said that these
//! failures make meaningless.

use crate::event::{Conclusion, FailureCause, SaveOutcome};
use crate::observe::metric;
use crate::report::number::percent;
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
                None => "never starts".into(),
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

/// What can be done about the worst job, if it mostly fails.
///
/// `applies` says of a strategy if it changes anything in this scenario.
pub(in crate::report) fn remedy(
    study: &Study,
    failing: &[Failing],
    applies: impl Fn(&str) -> bool,
) -> Option<String> {
    let worst = failing.first().filter(|worst| worst.is_mostly())?;
    let (name, (how, _)) = (worst.name(), worst.ends.first()?);
    let is_by_legs = *how == Some(Conclusion::Cancelled) && applies("fail-fast-off");
    if let Some(leg) = red_leg(study, worst).filter(|_| is_by_legs) {
        let (when, mend) = match leg {
            Some(leg) => (format!("{leg} does not succeed"), format!(", and mend {leg}")),
            None => (format!("one leg of {name} does not succeed"), String::new()),
        };
        return Some(format!(
            "Each time {when}, `fail-fast` cancels the others before they can save: try `fail-fast-off`{mend}."
        ));
    }
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
            let on_main = runs_on_main(study, worst) && applies("no-cancel-on-main");
            let finish = if on_main { "`no-cancel-on-main`" } else { "`concurrency = \"queue\"`" };
            format!(
                "Newer runs cancel {name} before it can save: try letting it finish \
                 ({finish}), or more than one wait (`concurrency.queue = \"max\"`)."
            )
        }
        None => format!(
            "{name} never starts: no event starts it, or a job that it needs never succeeds (`check` says which)."
        ),
        Some(Conclusion::Failed | Conclusion::Success) => format!(
            "First find out why {name} does not succeed (`explain` shows it for one run); the rest covers \
             only successful runs."
        ),
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
