//! The tables and sentences of a run's overview: what is lost to which cause, the jobs, and what the cache holds.
//! The terminal, the Markdown comment and the page show the same ones; the rest is in `details`.

use super::causes;
use crate::event::{HeldFor, JobName};
use crate::observe::{Metric, metric};
use crate::report::number::{brief, percent, plain};
use crate::report::section::{Cell, Section};
use crate::result::{RunResult, failing};
use crate::statistics::Study;
use crate::units::counted;
use std::collections::BTreeSet;

/// The title of the table of jobs.
pub(in crate::report) const JOBS: &str = "Jobs";
/// The rows of each table where there is room.
pub(in crate::report) const ROWS_OF_A_PAGE: usize = 6;

/// The tables of the overview, each with at most so many rows, without those that have none.
pub fn sections(answer: &RunResult, rows_max: usize) -> Vec<Section> {
    sections_within(answer, [rows_max; 2])
}

/// The tables of causes and of jobs with at most so many rows each, without those that have none.
pub(in crate::report) fn sections_within(
    answer: &RunResult,
    [of_causes, of_jobs]: [usize; 2],
) -> Vec<Section> {
    let study = &answer.study;
    let all = [causes::section(study, of_causes), jobs(study, of_jobs)];
    all.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

/// What the cache holds, for whom, and what the runners do and cost.
pub fn facts(study: &Study) -> String {
    let shown = |name, labels: &[(&str, &str)]| study.estimate(name, labels).map(brief).unwrap_or_default();
    let stat = |name, stat| shown(name, &[("stat", stat)]);
    let mean = study.estimate(&metric::CACHE_BYTES, &[("stat", "mean")]).map_or(0.0, |bytes| bytes.mean);
    let least = HELD_MIN.max(HELD_SHARE_MIN * mean);
    let held = HeldFor::ALL.into_iter().filter_map(|kind| {
        let labels = [("stat", "mean"), ("ref", kind.label())];
        let bytes = study.estimate(&metric::CACHE_BYTES, &labels).filter(|bytes| bytes.mean >= least)?;
        Some(if bytes.mean >= mean {
            format!("all for {}", whom(kind))
        } else {
            format!("{} {}", whom(kind), brief(bytes))
        })
    });
    let held: Vec<String> = held.collect();
    let of_which = if held.is_empty() { String::new() } else { format!(" ({})", held.join(", ")) };
    let holds = match study.estimate(&metric::CACHE_BYTES, &[("stat", "peak")]).is_none_or(|of| of.mean < 0.5)
    {
        true => "nothing".to_owned(),
        false => format!(
            "{} on average{of_which}, {} at the peak; {} can never be restored",
            stat(&metric::CACHE_BYTES, "mean"),
            stat(&metric::CACHE_BYTES, "peak"),
            match stat(&metric::CACHE_UNREACHABLE_BYTES, "mean") {
                dead if dead == "0 B" => "nothing".to_owned(),
                dead => format!("{dead} of it"),
            }
        ),
    };
    let minutes = shown(&metric::RUNNER_MINUTES, &[]);
    let mut text = format!("Held: {holds}. Runners work {minutes} min a day");
    text += &match study.estimate(&metric::RUNNER_COST, &[]).filter(|cost| cost.mean > 0.0) {
        Some(cost) => format!(" and cost {} in 30 days", brief(cost)),
        None => " (no price set)".to_owned(),
    };
    text + "."
}

/// Smaller holdings are not named: in bytes, and in a sentence as a share of the whole.
pub(in crate::report) const HELD_MIN: f64 = 1e6;
const HELD_SHARE_MIN: f64 = 0.02;

pub(in crate::report) fn whom(kind: HeldFor) -> &'static str {
    match kind {
        HeldFor::Main => "main",
        HeldFor::OpenPull => "open pull requests",
        HeldFor::ClosedPull => "closed ones",
        HeldFor::MergeQueue => "the merge queue",
        HeldFor::Tag => "tags",
        HeldFor::OtherBranch => "other branches",
    }
}

/// The jobs without their legs, those with the most runner time first. Jobs that mostly fail come before them:
/// their runs have no duration by which to rank them.
pub(in crate::report) fn ranked_jobs(study: &Study) -> Vec<&str> {
    let failing = failing(study);
    let rank = |job: &str| {
        let mostly = failing.iter().any(|failing| failing.job == job && failing.is_mostly());
        if mostly { f64::INFINITY } else { runner_minutes(study, job) }
    };
    let (mut groups, mut known): (Vec<(&str, f64)>, BTreeSet<&str>) = Default::default();
    for JobName { group, .. } in &study.first.names.jobs {
        if known.insert(group) {
            groups.push((group, rank(group)));
        }
    }
    groups.retain(|(_, minutes)| *minutes > 0.0);
    groups.sort_by(|a, b| b.1.total_cmp(&a.1));
    groups.into_iter().map(|(group, _)| group).collect()
}

/// From this share of wasted build time on, the table says what build time is: a job that only downloads wastes all of it.
const ODD_SHARE: f64 = 0.9;

/// The jobs with the most runner time.
fn jobs(study: &Study, rows_max: usize) -> Section {
    let jobs = ranked_jobs(study);
    let row = |job: &&str| {
        let duration = |stat| short(study, &metric::JOB_DURATION, &[("job", job), ("stat", stat)]);
        vec![
            Cell::Name((*job).to_owned()),
            short(study, &metric::JOB_RUNS, &[("job", job)]),
            short(study, &metric::JOB_SUCCESS_SHARE, &[("job", job)]),
            duration("mean"),
            duration("p90"),
            short(study, &metric::JOB_WASTED_SHARE, &[("job", job)]),
        ]
    };
    let (shown, cut) = jobs.split_at(jobs.len().min(rows_max));
    let minutes: f64 = cut.iter().map(|job| runner_minutes(study, job)).sum();
    let note = match cut.len() {
        0 => String::new(),
        more => format!("{}: {} min a day. ", counted(more, "more job", "more jobs"), plain(minutes)),
    };
    let wasted = |job: &&str| study.estimate(&metric::JOB_WASTED_SHARE, &[("job", job)]).map(|of| of.mean);
    let is_odd = shown.iter().filter_map(wasted).any(|share| share >= ODD_SHARE);
    let times = match is_odd {
        true => "Times are those of successful runs; build time is without transfers.",
        false => "Times are those of successful runs.",
    };
    let note = Some(note + times + &lost_writes(study, &jobs));
    let headings = vec!["job", "runs a day", "succeed", "mean", "p90", "wasted build time"];
    Section { title: JOBS.into(), headings, rows: shown.iter().map(row).collect(), note }
}

/// How far apart the single runs of a job are, of the one that loses the largest share of its writes: the interval of a
/// mean says nothing about one build.
fn lost_writes(study: &Study, jobs: &[&str]) -> String {
    let of = |job: &str, stat| {
        Some(study.estimate(&metric::JOB_FAILED_WRITES, &[("job", job), ("stat", stat)])?.mean)
    };
    let spreads =
        jobs.iter().filter_map(|job| Some((*job, [of(job, "p5")?, of(job, "p50")?, of(job, "p95")?])));
    match spreads.max_by(|one, other| one.1[2].total_cmp(&other.1[2])) {
        Some((job, [low, median, high])) if high >= LOST_MIN => format!(
            " A single run of {job} loses {}–{} of its writes (5–95 % of runs), {} at the median.",
            percent(low).trim_end_matches(" %"),
            percent(high),
            percent(median)
        ),
        _ => String::new(),
    }
}

/// A smaller share of lost writes is not worth a sentence.
const LOST_MIN: f64 = 0.1;

/// The runner minutes of a job per day: its runs times their mean duration.
fn runner_minutes(study: &Study, job: &str) -> f64 {
    let runs = study.estimate(&metric::JOB_RUNS, &[("job", job)]);
    let mean = study.estimate(&metric::JOB_DURATION, &[("job", job), ("stat", "mean")]);
    runs.zip(mean).map_or(0.0, |(runs, mean)| runs.mean * mean.mean)
}

/// A number of the overview: its interval is shown only where that changes the reading.
fn short(study: &Study, metric: &Metric, labels: &[(&str, &str)]) -> Cell {
    let absent = if metric.zero_when_absent { "0" } else { "-" };
    Cell::Number(study.estimate(metric, labels).map_or_else(|| absent.into(), brief))
}
