//! The back-test of a calibrated scenario: its predictions against the part of the records that it has not seen, and
//! against what the cache holds. Each prediction has a range in which a record speaks for it: what is tolerated, and
//! what chance does to so few records. The verdict says what may be trusted.

use super::listed::ListedFigures;
use super::{Recorded, RecordedJob, Sample, ShownJob};
use crate::result::{BackTest, BackTestRow};
use crate::statistics::Study;
use std::collections::{BTreeMap, BTreeSet};

/// A job that is off by more than this share is not predicted.
const TIME_ERROR_MAX: f64 = 0.25;
/// A job whose share of hits is off by more than this is not predicted.
const HITS_ERROR_MAX: f64 = 0.05;
/// What a listing shows, and is this many times more or less than any that is usual in the simulation, is not predicted.
const LISTING_FACTOR_MAX: f64 = 1.5;
/// The fewest runs whose mean says something.
const RUNS_MIN: usize = 5;
/// The fewest runs whose share of hits says something.
const HITS_MIN: usize = 20;
/// The least share of runs that must tell whether they hit.
const TOLD_SHARE_MIN: f64 = 0.8;
/// A client with a smaller share of the cache decides nothing.
const CLIENT_SHARE_MIN: f64 = 0.05;
/// The fewest entries whose ages say something.
const ENTRIES_MIN: usize = 5;
/// How many standard errors are chance.
const CHANCE: f64 = 2.0;
/// Nine of ten simulated listings are between these quantiles.
const USUAL: [f64; 2] = [0.05, 0.95];

impl Recorded {
    /// The first part of the jobs by the time at which they ended, and the last one, which is this share of them. The
    /// runs belong to the first part.
    pub fn split(mut self, holdout: f64) -> (Recorded, Recorded) {
        self.join();
        self.jobs.sort_by(|one, other| one.ended.total_cmp(&other.ended));
        let kept = libm::round(self.jobs.len() as f64 * (1.0 - holdout)) as usize;
        let last = self.jobs.split_off(kept.min(self.jobs.len()));
        (self, Recorded { jobs: last, ..Recorded::default() })
    }
}

/// The jobs of a draft: workflow and job as the scenario calls them, and as GitHub does.
pub type ShownJobs = [(String, String, ShownJob)];

/// What was simulated: the measures, and what the cache would have been listed as, day by day.
#[derive(Debug)]
pub struct Predicted<'a> {
    /// The measures.
    pub study: &'a Study,
    /// The listings.
    pub listings: &'a [ListedFigures],
}

/// Compares what was simulated with the records that were held out, and with the listing.
pub fn back_test(
    predicted: Predicted,
    jobs: &ShownJobs,
    last: &Recorded,
    listing: Option<&ListedFigures>,
) -> BackTest {
    let study = predicted.study;
    let mut rows: Vec<BackTestRow> = jobs.iter().filter_map(|job| time_row(study, job, last)).collect();
    rows.extend(jobs.iter().filter_map(|job| hits_row(study, job, last)));
    rows.extend(listing.into_iter().flat_map(|listing| listing_rows(predicted.listings, listing)));
    judged(rows)
}

/// A row for a prediction and a record.
fn row(
    what: String,
    unit: &str,
    (predicted, observed): (f64, f64),
    range: [f64; 2],
    records: usize,
) -> BackTestRow {
    let error = if unit == "share" { predicted - observed } else { predicted / observed - 1.0 };
    let [low, high] = range;
    BackTestRow { what, unit: unit.to_owned(), predicted, observed, error, low: low.max(0.0), high, records }
}

/// The mean time of a job.
fn time_row(
    study: &Study,
    (workflow, job, shown): &(String, String, ShownJob),
    last: &Recorded,
) -> Option<BackTestRow> {
    let good = last.of(shown).into_iter().filter(|run| run.conclusion == "success");
    let minutes: Vec<f64> = good.map(|run| run.seconds / 60.0).collect();
    let predicted = mean_duration(study, workflow, job)?;
    let count = minutes.len() as f64;
    let observed = minutes.iter().sum::<f64>() / count;
    if minutes.len() < RUNS_MIN || observed <= 0.0 {
        return None;
    }
    let squares: f64 = minutes.iter().map(|own| (own - observed) * (own - observed)).sum();
    let chance = CHANCE * libm::sqrt(squares / (count - 1.0) / count);
    let range = [predicted / (1.0 + TIME_ERROR_MAX) - chance, predicted / (1.0 - TIME_ERROR_MAX) + chance];
    Some(row(format!("{workflow} / {job}"), "min", (predicted, observed), range, minutes.len()))
}

/// The mean time of all successful runs of a job in the simulation, in minutes, over all legs and refs.
fn mean_duration(study: &Study, workflow: &str, job: &str) -> Option<f64> {
    let own = study.estimates.iter().filter(|estimate| {
        is_job(estimate.label("job"), job) && estimate.label("workflow").is_none_or(|own| own == workflow)
    });
    let mut sums: BTreeMap<[Option<&str>; 2], [f64; 2]> = BTreeMap::new();
    for estimate in own.filter(|estimate| estimate.label("ref").is_some()) {
        let sum = sums.entry([estimate.label("job"), estimate.label("ref")]).or_default();
        match (estimate.metric.name, estimate.label("stat"), estimate.label("conclusion")) {
            ("job.duration", Some("mean"), _) => sum[0] = estimate.mean,
            ("job.runs", _, Some("success")) => sum[1] = estimate.mean,
            _ => {}
        }
    }
    let runs: f64 = sums.values().filter(|[minutes, _]| *minutes > 0.0).map(|[_, runs]| runs).sum();
    let minutes: f64 = sums.values().map(|[minutes, runs]| minutes * runs).sum();
    (runs > 0.0).then(|| minutes / runs)
}

/// True if a label names a job, or one of its legs.
fn is_job(label: Option<&str>, job: &str) -> bool {
    label.is_some_and(|name| name == job || name.strip_prefix(job).is_some_and(|rest| rest.starts_with(" (")))
}

/// How often a job finds its cache, if it has one and its steps tell.
fn hits_row(
    study: &Study,
    (workflow, job, shown): &(String, String, ShownJob),
    last: &Recorded,
) -> Option<BackTestRow> {
    let runs: Vec<&RecordedJob> =
        last.of(shown).into_iter().filter(|run| run.conclusion == "success").collect();
    let told: Vec<bool> = runs.iter().filter_map(|run| run.has_hit(shown)).collect();
    if told.len() < HITS_MIN || (told.len() as f64) < TOLD_SHARE_MIN * runs.len() as f64 {
        return None;
    }
    let count = told.len() as f64;
    let observed = told.iter().filter(|hit| **hit).count() as f64 / count;
    let predicted = hit_share(study, job)?;
    let usual = (predicted + observed) / 2.0;
    let margin = HITS_ERROR_MAX + CHANCE * libm::sqrt(usual * (1.0 - usual) / count);
    let range = [predicted - margin, predicted + margin];
    Some(row(format!("hits of {workflow} / {job}"), "share", (predicted, observed), range, told.len()))
}

/// The share of a job's look-ups that find something, over all legs and refs; `None` if several clients look up.
fn hit_share(study: &Study, job: &str) -> Option<f64> {
    let own = study.estimates.iter().filter(|estimate| {
        estimate.metric.name == "restore.count"
            && is_job(estimate.label("job"), job)
            && estimate.label("client").is_some()
            && estimate.label("ref").is_some()
    });
    let (mut clients, mut all, mut hits) = (BTreeSet::new(), 0.0, 0.0);
    for estimate in own {
        let Some(outcome) = estimate.label("outcome") else { continue };
        clients.insert(estimate.label("client"));
        all += estimate.mean;
        hits += if ["exact", "prefix"].contains(&outcome) { estimate.mean } else { 0.0 };
    }
    (clients.len() == 1 && all > 0.0).then(|| hits / all)
}

/// What each client holds, and how old entries are.
fn listing_rows(simulated: &[ListedFigures], listing: &ListedFigures) -> Vec<BackTestRow> {
    let all: f64 = listing.clients.values().map(|(bytes, _)| bytes).sum();
    let entries: usize = listing.clients.values().map(|(_, entries)| entries).sum();
    let is_large =
        |(_, (bytes, _)): &(&String, &(f64, usize))| *bytes > 0.0 && *bytes >= all * CLIENT_SHARE_MIN;
    let clients = listing.clients.iter().filter(is_large).filter_map(|(client, (observed, records))| {
        let usual = Sample::of(simulated.iter().map(|own| own.bytes(client)));
        listing_row(format!("entries of {client}"), "bytes", &usual, *observed, *records)
    });
    let ages = [
        ("longest time without a read", listing.unread, simulated.iter().map(|own| own.unread).collect()),
        ("age of the oldest entry", listing.oldest, simulated.iter().map(|own| own.oldest).collect()),
    ];
    let ages = ages.into_iter().filter(|_| entries >= ENTRIES_MIN).filter_map(
        |(what, observed, own): (&str, Option<f64>, Vec<Option<f64>>)| {
            let usual = Sample::of(own.into_iter().flatten());
            listing_row(what.to_owned(), "h", &usual, observed.filter(|hours| *hours > 0.0)?, entries)
        },
    );
    clients.chain(ages).collect()
}

/// A figure of a listing beside those of simulated ones.
fn listing_row(
    what: String,
    unit: &str,
    usual: &Sample,
    observed: f64,
    records: usize,
) -> Option<BackTestRow> {
    let [low, middle, high] = [USUAL[0], 0.5, USUAL[1]].map(|p| usual.quantile(p));
    let range = [low? / LISTING_FACTOR_MAX, high? * LISTING_FACTOR_MAX];
    Some(row(what, unit, (middle?, observed), range, records))
}

/// The verdict: whether all jobs and clients are within what is tolerated.
fn judged(rows: Vec<BackTestRow>) -> BackTest {
    let (off, held): (Vec<&BackTestRow>, Vec<&BackTestRow>) = rows.iter().partition(|row| row.is_off());
    let relative = held.iter().chain(&off).map(|row| row.error.abs());
    let usual = Sample::of(relative).median();
    let verdict = match usual {
        None => format!(
            "do not trust: no job has {RUNS_MIN} successful runs that were held out, and no client entries"
        ),
        Some(usual) if off.is_empty() => {
            format!("trust: predictions are off by {:.0} % in the median", usual * 100.0)
        }
        Some(_) => {
            let off: Vec<String> = off.iter().map(|row| words(row)).collect();
            let kinds: BTreeSet<&str> = rows.iter().filter(|row| row.is_off()).map(kind).collect();
            let whole =
                rows.iter().map(kind).filter(|kind| !kinds.contains(kind)).collect::<BTreeSet<&str>>();
            let whole: Vec<&str> = whole.into_iter().collect();
            let rest = match whole.is_empty() {
                true => String::new(),
                false => format!("; {} are as predicted", whole.join(" and ")),
            };
            format!("do not trust: {}{rest}", off.join(", "))
        }
    };
    let trusted = usual.is_some() && !rows.iter().any(BackTestRow::is_off);
    BackTest { trusted, rows, verdict }
}

fn words(row: &BackTestRow) -> String {
    match row.unit.as_str() {
        "share" => format!("{} are off by {:+.0} points", row.what, row.error * 100.0),
        _ => format!("{} is off by {:+.0} %", row.what, row.error * 100.0),
    }
}

/// What a row is about.
fn kind(row: &BackTestRow) -> &'static str {
    match row.unit.as_str() {
        "min" => "times of jobs",
        "share" => "shares of hits",
        _ => "contents of the cache",
    }
}
