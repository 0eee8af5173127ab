//! The tables of what changed between two runs: headlines, lost time by cause, jobs, and what is held.

use super::TwoRuns;
use crate::event::{HeldFor, LossCause};
use crate::observe::{Metric, metric};
use crate::report::answer::assumptions::verdict;
use crate::report::answer::causes::spoken;
use crate::report::answer::summary::{HELD_MIN, ranked_jobs, whom};
use crate::report::compare::told_apart_by_chance;
use crate::report::number::{change, level, signed};
use crate::report::section::{Cell, Section};
use crate::result::RunResult;
use crate::statistics::Difference;
use crate::units::counted;

/// The most causes and jobs that are shown.
const ROWS_MAX: usize = 6;

/// The tables, without those that have no rows.
pub(in crate::report) fn sections(two: &TwoRuns) -> Vec<Section> {
    let all = [headlines(two), by_cause(two), jobs(two), held(two)];
    all.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

/// A metric with its labels, as the first table shows it.
type Shown = (&'static str, &'static Metric, &'static [(&'static str, &'static str)]);

const HEADLINES: [Shown; 8] = [
    ("push to green", &metric::PUSH_GREEN, &[("stat", "mean")]),
    ("pushes that get green", &metric::PUSH_GREEN_SHARE, &[]),
    ("runner minutes a day", &metric::RUNNER_MINUTES, &[]),
    ("lost minutes a day", &metric::LOST_MINUTES, &[]),
    ("runners in 30 days", &metric::RUNNER_COST, &[]),
    ("cache in 30 days", &metric::CACHE_COST, &[]),
    ("restores that hit", &metric::RESTORE_HIT_RATIO, &[]),
    ("evicted for size a day", &metric::CACHE_EVICTED_BYTES, &[("reason", "size")]),
];

/// What heads the columns of both sides and their difference.
pub(super) const SIDES: [&str; 3] = ["before", "after", "change"];

pub(super) fn headings(first: &[&'static str], last: &[&'static str]) -> Vec<&'static str> {
    [first, &SIDES, last].concat()
}

pub(super) fn find<'a>(two: &'a TwoRuns, metric: &Metric, labels: &[(&str, &str)]) -> Option<&'a Difference> {
    two.changes.iter().find(|change| change.is(metric, labels))
}

/// Both levels and their difference.
fn sides(of: &Difference) -> [Cell; 3] {
    let unit = of.metric.unit;
    [level(unit, of.base), level(unit, of.other), change(of)].map(Cell::Number)
}

/// The headlines that both runs have, each with its verdict.
pub(super) fn known_headlines<'a>(two: &'a TwoRuns) -> Vec<(&'static str, &'a Difference, &'static str)> {
    let known = HEADLINES.iter().filter_map(|(words, of, labels)| Some((*words, find(two, of, labels)?)));
    let known = known.filter(|(_, change)| change.base != 0.0 || change.other != 0.0);
    known.map(|(words, change)| (words, change, verdict(change, &two.changes))).collect()
}

fn headlines(two: &TwoRuns) -> Section {
    let known = known_headlines(two);
    let row = |(words, of, verdict): &(&str, &Difference, &str)| {
        let judged = Cell::Name((*verdict).to_owned());
        [vec![Cell::Name((*words).to_owned())], sides(of).to_vec(), vec![judged]].concat()
    };
    Section {
        title: "What changed".into(),
        headings: headings(&["metric"], &["verdict"]),
        rows: known.iter().map(row).collect(),
        note: None,
    }
}

/// The changes of lost time by cause and client, in the order of the catalogue.
pub(super) fn causes<'a>(two: &'a TwoRuns) -> impl Iterator<Item = ((&'a str, &'a str), &'a Difference)> {
    two.changes.iter().filter_map(|change| match change.labels.as_slice() {
        [("cause", cause), ("client", client)] if change.metric == &metric::LOST_MINUTES => {
            Some(((cause.as_str(), client.as_str()), change))
        }
        _ => None,
    })
}

/// A cause as tables call it.
pub(super) fn in_words(cause: &str) -> &str {
    match LossCause::named(cause) {
        Some(known) => spoken(known),
        None => cause,
    }
}

fn by_cause(two: &TwoRuns) -> Section {
    let mut causes: Vec<_> = causes(two).filter(|(_, change)| change.difference != 0.0).collect();
    causes.sort_by(|a, b| b.1.difference.abs().total_cmp(&a.1.difference.abs()));
    let (shown, cut) = causes.split_at(causes.len().min(ROWS_MAX));
    let row = |((cause, client), of): &((&str, &str), &Difference)| {
        let names = [in_words(cause), client].map(|name| Cell::Name(name.to_owned()));
        let judged = Cell::Name(verdict(of, &two.changes).to_owned());
        [names.to_vec(), sides(of).to_vec(), vec![judged]].concat()
    };
    let more = (!cut.is_empty()).then(|| {
        let minutes: f64 = cut.iter().map(|(_, change)| change.difference).sum();
        format!("{}: {} min a day.", counted(cut.len(), "more row", "more rows"), signed(minutes, 1))
    });
    let chance = told_apart_by_chance(causes.iter().map(|(_, change)| *change));
    let notes: Vec<String> = more.into_iter().chain(chance).collect();
    Section {
        title: "Lost time by cause, per day".into(),
        headings: headings(&["cause", "client"], &["verdict"]),
        rows: shown.iter().map(row).collect(),
        note: (!notes.is_empty()).then(|| notes.join(" ")),
    }
}

/// The jobs of the second run, then those that only the first one has.
pub(super) fn all_jobs<'a>(two: &TwoRuns<'a>) -> Vec<&'a str> {
    let [before, after] = [two.before, two.after].map(|run| ranked_jobs(&run.study));
    let gone = before.into_iter().filter(|job| !after.contains(job));
    after.iter().copied().chain(gone).collect()
}

fn jobs(two: &TwoRuns) -> Section {
    let all = all_jobs(two);
    let (shown, cut) = all.split_at(all.len().min(ROWS_MAX));
    let row = |job: &&str| {
        let succeed = find(two, &metric::JOB_SUCCESS_SHARE, &[("job", job)]);
        let succeed = succeed.map_or_else(|| "-".to_owned(), change);
        let cells = [vec![Cell::Name((*job).to_owned())], duration(two, job).to_vec()].concat();
        [cells, vec![Cell::Number(succeed)]].concat()
    };
    Section {
        title: "Mean time of jobs".into(),
        headings: headings(&["job"], &["success share"]),
        rows: shown.iter().map(row).collect(),
        note: (!cut.is_empty()).then(|| format!("{}.", counted(cut.len(), "more job", "more jobs"))),
    }
}

/// The mean duration of a job on both sides. A job that only one run has, has no difference.
pub(super) fn duration(two: &TwoRuns, job: &str) -> [Cell; 3] {
    let labels = [("job", job), ("stat", "mean")];
    let own = |run: &RunResult| {
        let mean = run.study.estimate(&metric::JOB_DURATION, &labels);
        Cell::Number(mean.map_or_else(|| "-".to_owned(), |mean| level(mean.metric.unit, mean.mean)))
    };
    match find(two, &metric::JOB_DURATION, &labels) {
        Some(both) => sides(both),
        None => [own(two.before), own(two.after), Cell::Number("-".to_owned())],
    }
}

fn held(two: &TwoRuns) -> Section {
    let bytes = |words: &str, of: &Metric, labels: &[(&str, &str)]| {
        let change = find(two, of, labels)?;
        let is_held = change.base.max(change.other) >= HELD_MIN;
        is_held.then(|| [vec![Cell::Name(words.to_owned())], sides(change).to_vec()].concat())
    };
    let mean = ("stat", "mean");
    let mut rows: Vec<Option<Vec<Cell>>> = vec![bytes("everything", &metric::CACHE_BYTES, &[mean])];
    for kind in HeldFor::ALL {
        let words = if kind == HeldFor::ClosedPull { "closed pull requests" } else { whom(kind) };
        rows.push(bytes(words, &metric::CACHE_BYTES, &[mean, ("ref", kind.label())]));
    }
    rows.push(bytes("everything, at the peak", &metric::CACHE_BYTES, &[("stat", "peak")]));
    rows.push(bytes("what nobody can restore", &metric::CACHE_UNREACHABLE_BYTES, &[mean]));
    Section {
        title: "What the cache holds".into(),
        headings: headings(&["for"], &[]),
        rows: rows.into_iter().flatten().collect(),
        note: None,
    }
}
