//! What changed between two runs, on one screen: the headlines, and of lost time and jobs only what can be told apart
//! from chance. Intervals and all other rows are behind `--details`.

use super::TwoRuns;
use super::sections::{SIDES, all_jobs, causes, duration, find, headings, in_words, known_headlines};
use super::sentence::told_apart;
use crate::observe::metric;
use crate::report::compare::is_irrelevant;
use crate::report::number::{change, level, signed};
use crate::report::section::{Cell, Section};
use crate::statistics::Difference;
use crate::units::counted;

/// The most causes and jobs that are shown.
const ROWS_MAX: usize = 4;

/// The tables, without those that have no rows.
pub(super) fn sections(two: &TwoRuns) -> Vec<Section> {
    let all = [headlines(two), by_cause(two), jobs(two)];
    all.into_iter().filter(|section| !section.rows.is_empty()).collect()
}

/// A change without its interval.
fn short(of: &Difference) -> Cell {
    Cell::Number(change(of).split(" (").next().unwrap_or_default().to_owned())
}

fn sides(of: &Difference) -> Vec<Cell> {
    let unit = of.metric.unit;
    vec![Cell::Number(level(unit, of.base)), Cell::Number(level(unit, of.other)), short(of)]
}

fn headlines(two: &TwoRuns) -> Section {
    let row = |(words, of, verdict): (&str, &Difference, &str)| {
        let verdict = if verdict == "not distinguishable" { "unclear" } else { verdict };
        [vec![Cell::Name(words.to_owned())], sides(of), vec![Cell::Name(verdict.to_owned())]].concat()
    };
    Section {
        title: "What changed".into(),
        headings: headings(&["metric"], &["verdict"]),
        rows: known_headlines(two).into_iter().map(row).collect(),
        note: None,
    }
}

fn by_cause(two: &TwoRuns) -> Section {
    let mut all: Vec<_> = causes(two).filter(|(_, change)| change.difference != 0.0).collect();
    let clear = |of: &Difference| told_apart(two, of) && !is_irrelevant(of, &two.changes);
    all.sort_by(|a, b| {
        let size = |of: &Difference| of.difference.abs();
        clear(b.1).cmp(&clear(a.1)).then(size(b.1).total_cmp(&size(a.1)))
    });
    let shown = all.iter().filter(|(_, change)| clear(change)).count().min(ROWS_MAX);
    let (shown, cut) = all.split_at(shown);
    let row = |((cause, client), of): &((&str, &str), &Difference)| {
        let names = [in_words(cause), client].map(|name| Cell::Name(name.to_owned()));
        [names.to_vec(), sides(of)].concat()
    };
    let note = (!cut.is_empty()).then(|| {
        let minutes: f64 = cut.iter().map(|(_, change)| change.difference).sum();
        format!("{}: {} min a day.", counted(cut.len(), "more row", "more rows"), signed(minutes, 1))
    });
    Section {
        title: "Lost time by cause, per day".into(),
        headings: headings(&["cause", "client"], &[]),
        rows: shown.iter().map(row).collect(),
        note,
    }
}

fn jobs(two: &TwoRuns) -> Section {
    let all = all_jobs(two);
    let success = |job: &str| find(two, &metric::JOB_SUCCESS_SHARE, &[("job", job)]);
    let time = |job: &str| find(two, &metric::JOB_DURATION, &[("job", job), ("stat", "mean")]);
    let counts = |of: &Difference| told_apart(two, of) && !is_irrelevant(of, &two.changes);
    let moved = |of: Option<&Difference>| of.is_none_or(counts);
    let changed = |job: &&str| moved(time(job)) || moved(success(job));
    let shown: Vec<&str> = all.iter().copied().filter(changed).take(ROWS_MAX).collect();
    let row = |job: &&str| {
        let [before, after, _] = duration(two, job);
        let none = || Cell::Number("-".to_owned());
        let changes = [time(job), success(job)].map(|of| of.map_or_else(none, short));
        [vec![Cell::Name((*job).to_owned()), before, after], changes.to_vec()].concat()
    };
    let more = all.len() - shown.len();
    Section {
        title: "Mean time of jobs".into(),
        headings: [&["job"], &SIDES[..], &["success share"]].concat(),
        rows: shown.iter().map(row).collect(),
        note: (more > 0).then(|| format!("{}.", counted(more, "more job", "more jobs"))),
    }
}
