//! The tables of a comparison. The terminal, the Markdown comment and the page show the same ones.

use super::super::assumptions::verdict;
use super::super::hits::hits_of;
use super::super::number::{change, level, limit, percent};
use super::super::section::{Cell, Section};
use super::sentence::judged_with_assumptions;
use super::{headline, success};
use crate::observe::{Metric, metric};
use crate::result::{Alternative, Attribution, ComparisonResult};
use crate::statistics::{AttributedShare, Difference, HEADLINES, Verdict};

/// With more alternatives than this, the tables of single metrics are only in the data formats.
const DETAILED_MAX: usize = 3;
/// How many jobs are shown; those with the most runner time come first.
const JOBS_MAX: usize = 5;
/// The headlines in words.
const WORDS: [&str; 3] = ["runner time per push", "waiting per push", "cost in 30 days"];

/// The tables of a comparison.
pub(in crate::report) fn sections(compared: &ComparisonResult) -> Vec<Section> {
    let mut sections = Vec::new();
    if compared.others.len() > 1 {
        sections.push(overview(compared));
    }
    if compared.others.len() <= DETAILED_MAX {
        sections.extend(compared.others.iter().map(|other| details(compared, other)));
    }
    sections.extend(compared.attribution.as_ref().map(|attribution| shares(compared, attribution)));
    sections.push(strip(compared));
    sections
}

fn shown(compared: &ComparisonResult) -> usize {
    if compared.has_cost() { 3 } else { 2 }
}

fn overview(compared: &ComparisonResult) -> Section {
    let shown = shown(compared);
    let row = |other: &Alternative| {
        let numbers = (0..shown).map(|place| number(headline(&other.differences, place)));
        let mut row = vec![Cell::Name(other.shown())];
        row.extend(numbers);
        row.push(Cell::Name(judged_with_assumptions(other).into()));
        row
    };
    let mut headings = vec!["alternative"];
    headings.extend(&WORDS[..shown]);
    headings.push("verdict");
    let rows = compared.others.iter().map(row).collect();
    let note = (compared.others.len() > DETAILED_MAX).then(|| {
        "Waiting is compared over the pushes that succeed on both sides. All metrics are in result.json \
         and --format csv."
            .to_owned()
    });
    Section { title: format!("Compared with {}", compared.name), headings, rows, note }
}

fn details(compared: &ComparisonResult, other: &Alternative) -> Section {
    let all: Vec<(String, Option<&Difference>)> = succeeding(other)
        .chain(wanted(compared))
        .map(|(text, name, labels)| (text, other.differences.iter().find(|d| d.is(name, &labels))))
        .collect();
    let known = || all.iter().filter_map(|(text, difference)| Some((text, (*difference)?)));
    let changes = |difference: &Difference| difference.low != 0.0 || difference.high != 0.0;
    let same: Vec<&str> =
        known().filter(|(_, difference)| !changes(difference)).map(|(text, _)| text.as_str()).collect();
    let row = |(text, difference): (&String, &Difference)| {
        let unit = difference.metric.unit;
        vec![
            Cell::Name(text.clone()),
            Cell::Number(level(unit, difference.base)),
            Cell::Number(level(unit, difference.other)),
            Cell::Number(change(difference)),
            Cell::Name(verdict(difference, &other.differences).into()),
        ]
    };
    Section {
        title: format!("{} versus {}", other.shown(), compared.name),
        headings: vec!["metric", "before", "after", "difference", "verdict"],
        rows: known().filter(|(_, difference)| changes(difference)).map(row).collect(),
        note: note([
            (!same.is_empty()).then(|| format!("Unchanged: {}.", same.join(", "))),
            other.waited.note(),
            success::note(other),
        ]),
    }
}

/// Joins the remarks that exist.
fn note(remarks: [Option<String>; 3]) -> Option<String> {
    let all: Vec<String> = remarks.into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// A metric to show: in words, by name, and with its labels.
type ComparedMetric<'a> = (String, &'static Metric, Vec<(&'static str, &'a str)>);

/// The metrics that matter, in the order in which they are shown.
fn wanted(compared: &ComparisonResult) -> Vec<ComparedMetric<'_>> {
    let mut wanted: Vec<ComparedMetric> = vec![
        (WORDS[0].into(), HEADLINES[0].0, vec![]),
        (WORDS[1].into(), HEADLINES[1].0, vec![("stat", "mean")]),
        ("… on main".into(), HEADLINES[1].0, vec![("stat", "mean"), ("ref", "main")]),
        ("… on pull requests".into(), HEADLINES[1].0, vec![("stat", "mean"), ("ref", "pull_request")]),
    ];
    if compared.has_cost() {
        wanted.push((WORDS[2].into(), HEADLINES[2].0, vec![]));
    }
    wanted.push(("wasted build time".into(), &metric::JOB_WASTED_SHARE, vec![]));
    for client in &compared.base.first.names.clients {
        let on_main = vec![("client", client.as_str()), ("ref", "main")];
        let (hits, of) = hits_of(client);
        wanted.push((format!("{client}, {of} found on main"), hits, on_main));
        let all = || vec![("client", client.as_str())];
        wanted.push((format!("{client}, failed writes"), &metric::SAVE_FAILED_SHARE, all()));
        wanted.push((format!("{client}, wasted packing a day"), &metric::SAVE_PACKED_IN_VAIN, all()));
    }
    for job in longest_jobs(compared) {
        wanted.push((format!("job {job}"), &metric::JOB_DURATION, vec![("job", job), ("stat", "mean")]));
    }
    let evicted = vec![("reason", "size")];
    wanted.push(("evicted per day".into(), &metric::CACHE_EVICTED_BYTES, evicted));
    wanted.push(("unreachable".into(), &metric::CACHE_UNREACHABLE_BYTES, vec![("stat", "mean")]));
    wanted.push(("peak of the cache".into(), &metric::CACHE_BYTES, vec![("stat", "peak")]));
    wanted
}

/// The jobs that succeed more or less often. Those whose share falls most come first.
fn succeeding(other: &Alternative) -> impl Iterator<Item = ComparedMetric<'_>> {
    let changed = success::changed(other).into_iter().take(JOBS_MAX);
    changed.map(|(job, _)| (format!("job {job}, succeeds"), &metric::JOB_SUCCESS_SHARE, vec![("job", job)]))
}

fn longest_jobs(compared: &ComparisonResult) -> Vec<&str> {
    let base = &compared.base;
    let mean = |metric, labels: &[(&str, &str)]| base.estimate(metric, labels).map_or(0.0, |e| e.mean);
    let minutes = |job: &str| {
        mean(&metric::JOB_RUNS, &[("job", job)])
            * mean(&metric::JOB_DURATION, &[("job", job), ("stat", "mean")])
    };
    let mut jobs: Vec<(&str, f64)> = Vec::new();
    for job in &base.first.names.jobs {
        if jobs.iter().all(|(known, _)| *known != job.group) {
            jobs.push((&job.group, minutes(&job.group)));
        }
    }
    jobs.sort_by(|a, b| b.1.total_cmp(&a.1));
    jobs.into_iter().filter(|(_, minutes)| *minutes > 0.0).take(JOBS_MAX).map(|(job, _)| job).collect()
}

const MARKS: &str = "✓ better, ✗ worse, ≈ not distinguishable.";
const VOID: &str = "not judged: runs that fail sooner explain it.";

/// The comparison at other limits, since the sign of a difference can depend on the limit.
fn strip(compared: &ComparisonResult) -> Section {
    let rows: Vec<Vec<Cell>> = compared.others.iter().flat_map(|other| stripes(compared, other)).collect();
    let mut stripes = compared.others.iter().flat_map(|other| &other.strip);
    let voided = |all: &[Difference]| {
        (0..shown(compared)).any(|place| headline(all, place).is_some_and(|it| it.is_void_among(all)))
    };
    let note = match stripes.any(|stripe| voided(&stripe.differences)) {
        true => format!("{MARKS} ○ {VOID}"),
        false => MARKS.to_owned(),
    };
    let mut headings = vec!["alternative", "limit"];
    headings.extend(&WORDS[..shown(compared)]);
    Section {
        title: "Sensitivity to the limit: half, one, two and four times".into(),
        headings,
        rows,
        note: Some(note),
    }
}

fn stripes<'a>(
    compared: &'a ComparisonResult,
    other: &'a Alternative,
) -> impl Iterator<Item = Vec<Cell>> + 'a {
    other.strip.iter().enumerate().map(|(index, stripe)| {
        let [ours, theirs] =
            [compared.base.first.limit, other.limit].map(|own| limit(own.scaled(stripe.factor)));
        let limits = if ours == theirs { ours } else { format!("{ours} and {theirs}") };
        let name = if index == 0 { other.shown() } else { String::new() };
        let mut row = vec![Cell::Name(name), Cell::Name(limits)];
        row.extend((0..shown(compared)).map(|place| marked(&stripe.differences, place)));
        row
    })
}

fn marked(all: &[Difference], place: usize) -> Cell {
    let difference = headline(all, place);
    let mark = match difference.and_then(|difference| difference.verdict_among(all)) {
        Some(Verdict::Better) => "✓",
        Some(Verdict::Worse) => "✗",
        _ if difference.is_some_and(|difference| difference.is_void_among(all)) => "○",
        _ => "≈",
    };
    let text = difference.map_or("-".into(), |difference| match change(difference).split_once(" (") {
        Some((mean, interval)) => format!("{mean} {mark} ({interval}"),
        None => format!("{} {mark}", change(difference)),
    });
    Cell::Number(text)
}

fn number(difference: Option<&Difference>) -> Cell {
    Cell::Number(difference.map_or("-".into(), change))
}

fn shares(compared: &ComparisonResult, attribution: &Attribution) -> Section {
    let shown = shown(compared);
    let whole = compared.others.first().map_or(&[][..], |other| &other.differences);
    let row = |(index, name): (usize, &String)| {
        let mut row = vec![Cell::Name(name.clone())];
        row.extend((0..shown).map(|place| {
            let (wanted, _) = HEADLINES[place];
            let is = |share: &&AttributedShare| share.strategy == index && share.metric == wanted;
            let share = attribution.shares.iter().find(is);
            Cell::Number(share.map_or("-".into(), |share| part(share, headline(whole, place))))
        }));
        row
    };
    let mut rows: Vec<Vec<Cell>> = attribution.strategies.iter().enumerate().map(row).collect();
    let mut together = vec![Cell::Name("together".into())];
    together.extend((0..shown).map(|place| number(headline(whole, place))));
    rows.push(together);
    let mut headings = vec!["share of"];
    headings.extend(&WORDS[..shown]);
    let note = "Shapley values: what a strategy adds to those before it, averaged over all orders.";
    Section { title: "What each strategy contributes".into(), headings, rows, note: Some(note.into()) }
}

/// A share, with its part of the total effect if the total is more than noise.
fn part(share: &AttributedShare, whole: Option<&Difference>) -> String {
    let AttributedShare { metric, labels, share: mean, low, high, .. } = share;
    let Some(whole) = whole else { return "-".into() };
    let difference = Difference {
        metric,
        labels: labels.clone(),
        difference: *mean,
        low: *low,
        high: *high,
        ..whole.clone()
    };
    let text = change(&difference);
    match whole.is_distinguishable() {
        true => text.replacen(" (", &format!(", {} (", of_whole(mean / whole.difference)), 1),
        false => text,
    }
}

/// A part of the total effect. It is negative if it opposes the total.
fn of_whole(part: f64) -> String {
    let sign = if part < 0.0 { "−" } else { "" };
    format!("{sign}{}", percent(part.abs()))
}
