//! Builds the workload from `[workload]`: a recorded log of pushes, or the settings to draw them. How they
//! are drawn is in `workload`.

pub(super) mod growth;
pub(super) mod input;
mod input_path;

use super::Builder;
use super::event::crons as crons_of;
use super::workflow::path_set;
use crate::ci::ReRuns;
use crate::diagnostic::{Diagnostic, Report};
use crate::project::InputId;
use crate::scenario::grammar::words::REBASES_WHEN;
use crate::scenario::view::View;
use crate::units::{Duration, SimTime};
use crate::workload::{
    Branch, ChangeShares, EventLog, Fixes, InputShare, MergeRules, OtherEvents, PathSet, PullRequests,
    PushSource, RateChange, Rebases, Stochastic, Workload,
    log_table::{self, LogNames},
};
use input::Inputs;

/// The most pushes of one replication.
pub(super) const PUSHES_MAX: usize = 1_000_000;
/// The most path classes. A set of them has 64 bits.
pub(super) const CLASSES_MAX: usize = 64;
/// The longest span of a log.
const SPAN_MAX: Duration = Duration(3_660 * Duration::DAY.0);
/// The times that RFC 3339 can write, with a year to spare for what comes after the end.
pub(super) const DATED: std::ops::RangeInclusive<SimTime> =
    SimTime(-62_167_219_200_000)..=SimTime(253_370_764_800_000);
/// The first instant of drawn pushes, if the scenario does not state one: a Monday.
const FROM: SimTime = SimTime(1_767_571_200_000);

/// The keys that only affect drawn pushes.
const DRAWN_ONLY: [&str; 21] = [
    "days",
    "pushes-per-day",
    "pull-requests",
    "changes",
    "hours",
    "weekdays",
    "growth",
    "bursts-per-week",
    "burst-size",
    "burst-merged",
    "burst-paths",
    "burst-rebases",
    "releases-per-month",
    "merge-queue",
    "merge-queue-time",
    "merge-queue-min",
    "merge-queue-max",
    "merge-queue-wait",
    "merge-queue-timeout",
    "schedules-per-day",
    "fixes",
];

/// What pushes refer to by name.
pub(super) struct Named {
    pub classes: Vec<String>,
    /// The inputs that filters by paths name.
    pub input_paths: Vec<InputId>,
    pub inputs: Inputs,
    /// The branches besides the default branch.
    pub branches: Vec<String>,
    /// What is drawn for each of them.
    pub pushed: Vec<Branch>,
}

impl Builder {
    /// The path classes that the scenario names, each once.
    pub(super) fn path_classes(&mut self, view: View) -> Vec<String> {
        let mut classes: Vec<String> = Vec::new();
        for (name, span) in view.texts("path-classes") {
            if classes.iter().any(|class| class == name) {
                let message = format!("the path class `{name}` is listed twice");
                self.report.push(Diagnostic::error("duplicate-name", message).at(span));
            } else {
                classes.push(name.to_owned());
            }
        }
        if classes.len() > CLASSES_MAX {
            let message = format!("{} path classes are more than {CLASSES_MAX}", classes.len());
            self.report.push(Diagnostic::error("limit-exceeded", message).at(view.span("path-classes")));
        }
        classes
    }

    /// Builds the workload; `None` only if a problem was reported.
    /// `listed` is the instant of a listing with which time begins.
    pub(super) fn workload(
        &mut self,
        root: View,
        named: Named,
        (queues, listed): (bool, Option<SimTime>),
    ) -> Option<Workload> {
        let view = root.table("workload");
        let Named { classes, input_paths, inputs, branches, pushed } = named;
        let names = LogNames { classes: &classes, inputs: &inputs.names, branches: &branches };
        let source = match view.has("events") {
            true => PushSource::Log(self.log(view, names)?),
            false => {
                let drawn = stochastic((view, listed), &classes, inputs.shares, &mut self.report);
                // A merge waits in the queue for the runs that it starts: without any, it does not wait.
                let merge_queue = drawn.merge_queue && queues;
                PushSource::Stochastic(Stochastic { merge_queue, branches: pushed, ..drawn })
            }
        };
        let crons = (0..).zip(root.map("workflow"));
        let crons = crons.flat_map(|(index, (_, view))| crons_of(index, view, &mut self.report)).collect();
        Some(Workload {
            source,
            path_classes: classes,
            input_paths,
            inputs: inputs.rules,
            branches,
            other_events: other_events(view.table("events-per-day")),
            bounds: [listed.or(from(view)), until(view, listed)],
            crons,
            cron_delay: view.seconds("cron-delay"),
            // A log has the pushes that came after its red runs.
            fixes: fixes(view.table("fixes")).filter(|_| !view.has("events")),
            pull_request_lag: view.duration("pull-request-lag"),
            drift_per_day: view.number("drift-per-day"),
            lock_committed_from: view.time("lock-committed-from"),
            crates_per_lock_change: view.number("crates-per-lock-change"),
            crates_per_source_change: view.number("crates-per-source-change"),
        })
    }

    fn log(&mut self, view: View, names: LogNames) -> Option<EventLog> {
        for key in DRAWN_ONLY.into_iter().filter(|key| view.is_changed(key)) {
            let message = format!("`{key}` has no effect with `events`");
            let diagnostic = Diagnostic::warning("no-effect", message).at(view.span(key));
            self.report.push(diagnostic.related(view.span("events"), "the file defines the pushes"));
        }
        let data = self.data(view, "events")?;
        let log = match log_table::read(&data.text, names, PUSHES_MAX) {
            Ok(log) => log,
            Err(problems) => {
                for problem in problems {
                    self.wrong_row(&data, problem.line, problem.column, problem.message);
                }
                return None;
            }
        };
        let Some((first, last)) = log.pushes.first().zip(log.pushes.last()).map(|(a, b)| (a.at, b.at)) else {
            let message = "the log has no rows, so nothing is ever pushed";
            self.report.push(Diagnostic::error("wrong-row", message).at(view.span("events")));
            return None;
        };
        if last - first > SPAN_MAX {
            let message = format!("the log spans {}, more than {SPAN_MAX}", last - first);
            self.report.push(Diagnostic::error("limit-exceeded", message).at(view.span("events")));
        }
        Some(log)
    }
}

/// The first instant; `None` for that of a log's first push.
pub(super) fn from(view: View) -> Option<SimTime> {
    match view.has("from") {
        true => Some(view.time("from")),
        false => (!view.has("events")).then_some(FROM),
    }
}

/// The instant at which pushes end; `None` for the end of a log.
pub(super) fn until(view: View, listed: Option<SimTime>) -> Option<SimTime> {
    match view.has("until") {
        true => Some(view.time("until")),
        false if view.has("events") => None,
        false => listed.or(from(view)).map(|from| from + Duration::DAY.scaled(view.number("days"))),
    }
}

fn stochastic(
    (view, listed): (View, Option<SimTime>),
    classes: &[String],
    inputs: Vec<InputShare>,
    report: &mut Report,
) -> Stochastic {
    let from = listed.or(from(view)).unwrap_or(FROM);
    let span = until(view, listed).map_or(Duration::ZERO, |until| until - from);
    if span <= Duration::ZERO || span > SPAN_MAX {
        let message = format!("pushes are drawn for {span}, not for up to {SPAN_MAX}");
        report.push(Diagnostic::error("out-of-range", message).at(view.span("until")));
    }
    let changes = ChangeShares { inputs, paths: path_shares(view.table("changes"), classes, report) };
    let drawn = drawn_from(view, (from, span), changes, classes, report);
    let people = drawn.people_per_day();
    if people > 1.02 * drawn.pushes_per_day {
        let message = format!(
            "people push {people:.1} times a day, not {}: merges alone exceed the pushes to the default \
             branch that `share` leaves",
            drawn.pushes_per_day
        );
        let help = "each merged pull request is one push to the default branch: lower `share` or `merged`, or \
                    raise `pushes-each`";
        report.push(Diagnostic::warning("more-merges", message).at(view.span("pull-requests")).help(help));
    }
    drawn
}

fn drawn_from(
    view: View,
    (from, span): (SimTime, Duration),
    changes: ChangeShares,
    classes: &[String],
    report: &mut Report,
) -> Stochastic {
    let burst_paths = match view.has("burst-paths") {
        // An empty list names no class, unlike that of a filter.
        true => path_set(view, "burst-paths", classes, report).unwrap_or_default(),
        false => PathSet(if classes.len() >= 64 { u64::MAX } else { (1 << classes.len()) - 1 }),
    };
    Stochastic {
        from,
        days: span.as_days_f64(),
        pushes_per_day: view.number("pushes-per-day"),
        hours: weights(view, "hours", report),
        weekdays: weights(view, "weekdays", report),
        growth: growth(view, from, report),
        pull_requests: pull_requests(view.table("pull-requests")),
        changes,
        bursts_per_week: view.number("bursts-per-week"),
        burst_size: view.integer("burst-size") as u32,
        burst_merged: view.number("burst-merged"),
        burst_paths,
        rebases: rebases(view.table("burst-rebases")),
        releases_per_month: view.number("releases-per-month"),
        merge_queue: view.flag("merge-queue"),
        queue_time: view.duration("merge-queue-time"),
        merge_rules: merge_rules(view, report),
        schedules_per_day: view.number("schedules-per-day"),
        branches: Vec::new(),
    }
}

/// When the merge queue merges, and how many at once.
fn merge_rules(view: View, report: &mut Report) -> MergeRules {
    let [least, most] = ["merge-queue-min", "merge-queue-max"].map(|key| view.integer(key) as u32);
    if least > most {
        let message = format!("`merge-queue-min` is {least}, more than `merge-queue-max`, which is {most}");
        report.push(Diagnostic::error("out-of-range", message).at(view.span("merge-queue-min")));
    }
    MergeRules {
        least,
        most,
        wait: view.duration("merge-queue-wait"),
        timeout: view.has("merge-queue-timeout").then(|| view.duration("merge-queue-timeout")),
    }
}

/// Exactly `N` weights, of which at least one is not 0.
fn weights<const N: usize>(view: View, key: &str, report: &mut Report) -> [f64; N] {
    let numbers = view.numbers(key);
    let found = numbers.len();
    let weights = numbers.try_into().ok().filter(|weights: &[f64; N]| weights.iter().sum::<f64>() > 0.0);
    weights.unwrap_or_else(|| {
        let message = match found == N {
            true => format!("the numbers of `{key}` are all 0"),
            false => format!("`{key}` has {found} numbers instead of {N}"),
        };
        report.push(Diagnostic::error("out-of-range", message).at(view.span(key)));
        [1.0; N]
    })
}

/// How often failed jobs are run again; `None`: never.
pub(super) fn re_runs(view: View) -> Option<ReRuns> {
    let (share, after) = (view.number("share"), view.seconds("after"));
    (share > 0.0).then(|| ReRuns { share, after, attempts: view.integer("attempts") as u32 })
}

/// When bots rebase their pull requests; `None`: never.
fn rebases(view: View) -> Option<Rebases> {
    let at_most = view.has("at-most").then(|| view.integer("at-most") as u32);
    view.choice("when", &REBASES_WHEN).map(|when| Rebases { when, after: view.seconds("after"), at_most })
}

fn fixes(view: View) -> Option<Fixes> {
    let (share, after) = (view.number("share"), view.seconds("after"));
    (share > 0.0).then_some(Fixes { share, after })
}

fn other_events(view: View) -> OtherEvents {
    OtherEvents {
        dispatches: view.number("workflow_dispatch"),
        repository_dispatches: view.number("repository_dispatch"),
        comments: view.number("issue_comment"),
    }
}

/// How the rate of people's pushes changes after `from`.
fn growth(view: View, from: SimTime, report: &mut Report) -> Vec<RateChange> {
    let change = |view: &View| RateChange {
        at: from + Duration::DAY.scaled(view.number("from-day")),
        factor: view.number("factor"),
    };
    let views = view.tables("growth");
    let changes: Vec<RateChange> = views.iter().map(change).collect();
    for (pair, view) in changes.windows(2).zip(&views[1.min(views.len())..]) {
        if pair[1].at <= pair[0].at {
            let message = "each `from-day` of `growth` must be later than the one before";
            report.push(Diagnostic::error("out-of-range", message).at(view.span("from-day")));
        }
    }
    changes
}

fn mean_count(counts: &[u32]) -> Option<f64> {
    let sum: f64 = counts.iter().copied().map(f64::from).sum();
    (!counts.is_empty()).then(|| sum / counts.len() as f64)
}

fn pull_requests(view: View) -> PullRequests {
    let numbers = view.table_or_none("pushes-each").map(|table| table.numbers("one-of"));
    let counts: Vec<u32> = numbers.unwrap_or_default().into_iter().map(|count| count as u32).collect();
    PullRequests {
        share: view.number("share"),
        pushes_each: mean_count(&counts).unwrap_or_else(|| view.number("pushes-each")),
        counts,
        merged: view.number("merged"),
        hours_between: view.number("hours-between"),
        hours_to_merge: view.has("hours-to-merge").then(|| view.number("hours-to-merge")),
        forks: view.number("forks"),
        stacked: view.number("stacked"),
    }
}

/// The share of pushes that touch each path class.
fn path_shares(view: View, classes: &[String], report: &mut Report) -> Vec<f64> {
    let mut paths = vec![1.0; classes.len()];
    for (name, share, span) in view.named_numbers("paths") {
        let known = classes.iter().map(String::as_str);
        if let Some(class) = super::names::position(name, span, "path class", known, report) {
            paths[class] = share;
        }
    }
    paths
}
