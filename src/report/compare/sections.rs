//! The tables of a comparison. The terminal, the Markdown comment and the page show the same ones.

use super::super::number::{change, level, limit, percent};
use super::super::section::{Cell, Section};
use super::ranked::{FOLDED_FROM, TINY, alternative, edits, ranked, reasons, rows, unbroken};
use super::sentence::is_irrelevant;
use super::{find, headline, success, told_apart_by_chance};
use crate::observe::{Metric, metric};
use crate::report::answer::assumptions::verdict;
use crate::report::answer::hits::hits_of;
use crate::result::{Alternative, Attribution, ComparisonResult};
use crate::statistics::{AttributedShare, COMPARED, Difference, HEADLINES, Verdict};
use crate::units::counted;

/// How many jobs are shown; those with the most runner time come first.
const JOBS_MAX: usize = 5;
/// The headlines of an attribution in words.
const WORDS: [&str; 3] = ["push to green", "runner minutes a day", "cost in 30 days"];
/// The metrics that a comparison is about, in words.
const COMPARED_WORDS: [&str; 3] = ["push to green", "runner minutes a day", "runners in 30 days"];

/// The tables of a comparison. With `details`, there is one for each alternative.
pub(in crate::report) fn sections(compared: &ComparisonResult, details: bool) -> Vec<Section> {
    let mut sections = vec![ranked(compared)];
    sections.extend(edits(compared, details));
    if details {
        sections.extend(rows(compared).into_iter().map(|other| self::details(compared, other)));
        sections.extend(reasons(compared));
    }
    sections.extend(compared.attribution.as_ref().map(|attribution| shares(compared, attribution)));
    sections.extend(Some(strip(compared)).filter(|strip| !strip.rows.is_empty() && tells(compared)));
    sections
}

/// True if the strip of limits says something: of many that were tried, that one is better somewhere.
fn tells(compared: &ComparisonResult) -> bool {
    if compared.others.len() <= FOLDED_FROM {
        return true;
    }
    let stripes = compared.others.iter().flat_map(|other| &other.strip);
    let changes = stripes.flat_map(|stripe| {
        let all = &stripe.differences;
        (0..shown(compared)).filter_map(|place| find(all, place)).map(move |change| (change, all))
    });
    let mut told = changes.filter(|(change, all)| !is_irrelevant(change, all));
    told.any(|(change, all)| change.verdict_among(all) == Some(Verdict::Better))
}

fn shown(compared: &ComparisonResult) -> usize {
    if compared.has_runner_cost() { 3 } else { 2 }
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
        title: format!("{} versus {}", other.shown(), compared.base_name()),
        headings: vec!["metric", "before", "after", "difference", "verdict"],
        rows: known().filter(|(_, difference)| changes(difference)).map(row).collect(),
        note: note([
            told_apart_by_chance(known().map(|(_, difference)| difference)),
            (!same.is_empty()).then(|| format!("Unchanged: {}.", same.join("; "))),
            other.waited.note(),
            success::note(other),
        ]),
    }
}

/// Joins the remarks that exist.
fn note(remarks: [Option<String>; 4]) -> Option<String> {
    let all: Vec<String> = remarks.into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// A metric to show: in words, by name, and with its labels.
type ComparedMetric<'a> = (String, &'static Metric, Vec<(&'static str, &'a str)>);

/// The metrics that matter, in the order in which they are shown.
fn wanted(compared: &ComparisonResult) -> Vec<ComparedMetric<'_>> {
    let mut wanted: Vec<ComparedMetric> = vec![
        (COMPARED_WORDS[0].into(), COMPARED[0].0, vec![("stat", "mean")]),
        ("pushes that get green".into(), COMPARED[4].0, vec![]),
        (COMPARED_WORDS[1].into(), COMPARED[1].0, vec![]),
        ("runner time per push".into(), &metric::PUSH_RUNNER_MINUTES, vec![]),
        ("waiting per push".into(), &metric::PUSH_WAITING, vec![("stat", "mean")]),
        ("… on main".into(), &metric::PUSH_WAITING, vec![("stat", "mean"), ("ref", "main")]),
        ("… on pull requests".into(), &metric::PUSH_WAITING, vec![("stat", "mean"), ("ref", "pull_request")]),
    ];
    if compared.has_cost() {
        wanted.push((COMPARED_WORDS[2].into(), COMPARED[2].0, vec![]));
        wanted.push(("cache in 30 days".into(), COMPARED[3].0, vec![]));
    }
    wanted.push(("wasted build time".into(), &metric::JOB_WASTED_SHARE, vec![]));
    for client in &compared.base.first.names.clients {
        let on_main = vec![("client", client.as_str()), ("ref", "main")];
        let (hits, of) = hits_of(client);
        wanted.push((format!("{client}, {of} found on main"), hits, on_main));
        let all = || vec![("client", client.as_str())];
        wanted.push((format!("{client}, failed writes"), &metric::SAVE_FAILED_SHARE, all()));
        let exists = vec![("client", client.as_str()), ("reason", "exists")];
        wanted.push((format!("{client}, exists already"), &metric::SAVE_FAILED, exists));
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

/// The comparison at other limits, since the sign of a difference can depend on the limit.
fn strip(compared: &ComparisonResult) -> Section {
    let rows: Vec<Vec<Cell>> = compared.others.iter().flat_map(|other| stripes(compared, other)).collect();
    let mut stripes = compared.others.iter().flat_map(|other| &other.strip);
    let voided = |all: &[Difference]| {
        (0..shown(compared)).any(|place| find(all, place).is_some_and(|it| it.is_void_among(all)))
    };
    let void = stripes.any(|stripe| voided(&stripe.differences));
    let others = compared.others.iter().flat_map(|other| &other.strip).filter(|stripe| stripe.factor != 1.0);
    let fewest = others.flat_map(|stripe| stripe.differences.first()).map(|change| change.n).min();
    let fewer = fewest.filter(|fewest| *fewest < compared.base.replications);
    let is_tiny = |all: &[Difference]| {
        (0..shown(compared)).any(|place| find(all, place).is_some_and(|it| is_irrelevant(it, all)))
    };
    let tiny =
        compared.others.iter().flat_map(|other| &other.strip).any(|stripe| is_tiny(&stripe.differences));
    let left_out = compared.others.iter().filter(|other| other.strip.is_empty()).count();
    let mut headings = vec![alternative(compared), "limit"];
    headings.extend(&COMPARED_WORDS[..shown(compared)]);
    Section {
        title: "Sensitivity to the limit: half, one, two and four times".into(),
        headings,
        rows,
        note: note([
            void.then(|| "Not judged: runs that fail sooner, or other pushes, explain it.".to_owned()),
            fewer.map(|fewest| {
                let fewest = counted(fewest, "replication was", "replications were");
                format!("At other limits, {fewest} simulated.")
            }),
            (left_out > 0).then(|| {
                format!("Only the best are compared at other limits; {} not.", counted(left_out, "is", "are"))
            }),
            tiny.then(|| TINY.to_owned()),
        ]),
    }
}

fn stripes<'a>(
    compared: &'a ComparisonResult,
    other: &'a Alternative,
) -> impl Iterator<Item = Vec<Cell>> + 'a {
    other.strip.iter().map(|stripe| {
        let [ours, theirs] =
            [compared.base.first.limit, other.limit].map(|own| unbroken(&limit(own.scaled(stripe.factor))));
        let limits = if ours == theirs { ours } else { format!("{ours} and {theirs}") };
        let mut row = vec![Cell::Name(other.shown()), Cell::Name(limits)];
        row.extend((0..shown(compared)).map(|place| marked(&stripe.differences, place)));
        row
    })
}

/// A change with its verdict in a word.
fn marked(all: &[Difference], place: usize) -> Cell {
    let Some(difference) = find(all, place) else { return Cell::Number("-".into()) };
    let word = match difference.verdict_among(all) {
        _ if is_irrelevant(difference, all) => "tiny",
        Some(Verdict::Better) => "better",
        Some(Verdict::Worse) => "worse",
        _ if difference.is_void_among(all) => "not judged",
        _ => "unclear",
    };
    let change = change(difference);
    let mean = change.split(" (").next().unwrap_or_default().replace(' ', "\u{a0}");
    Cell::Number(format!("{mean} {}", word.replace(' ', "\u{a0}")))
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
