//! The back-test of a calibrated scenario: its predictions against the part of the records that it has not seen, and
//! against the composition of the cache. The verdict says if it may be trusted.

use super::{Recorded, Sample, ShownJob};
use crate::diagnose::Families;
use crate::replay::listing::Snapshot;
use crate::result::{BackTest, BackTestRow};
use crate::statistics::Study;
use std::collections::BTreeMap;

/// A job that is off by more than this share is not predicted.
const TIME_ERROR_MAX: f64 = 0.25;
/// A client that holds this many times more or less than predicted is not predicted.
const BYTES_FACTOR_MAX: f64 = 1.5;
/// The fewest runs whose mean says something.
const RUNS_MIN: usize = 5;
/// A client with a smaller share of the cache decides nothing.
const CLIENT_SHARE_MIN: f64 = 0.05;

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

/// Compares what was simulated with the records that were held out, and with the listing.
pub fn back_test(study: &Study, jobs: &ShownJobs, last: &Recorded, listing: Option<&Snapshot>) -> BackTest {
    let mut rows: Vec<BackTestRow> = jobs.iter().filter_map(|job| job_row(study, job, last)).collect();
    rows.extend(listing.into_iter().flat_map(|listing| composition(study, listing)));
    judged(rows)
}

/// The mean time of a job.
fn job_row(
    study: &Study,
    (workflow, job, shown): &(String, String, ShownJob),
    last: &Recorded,
) -> Option<BackTestRow> {
    let seconds: Vec<f64> =
        last.of(shown).iter().filter(|run| run.conclusion == "success").map(|run| run.seconds).collect();
    let predicted = mean_duration(study, workflow, job)?;
    let observed = seconds.iter().sum::<f64>() / seconds.len() as f64 / 60.0;
    (seconds.len() >= RUNS_MIN && observed > 0.0).then(|| BackTestRow {
        what: format!("{workflow} / {job}"),
        unit: "min".to_owned(),
        predicted,
        observed,
        error: predicted / observed - 1.0,
        records: seconds.len(),
    })
}

/// The mean time of all successful runs of a job in the simulation, in minutes, over all legs and refs.
fn mean_duration(study: &Study, workflow: &str, job: &str) -> Option<f64> {
    let leg = format!("{job} (");
    let is_own = |name: Option<&str>| name.is_some_and(|name| name == job || name.starts_with(&leg));
    let own = study.estimates.iter().filter(|estimate| {
        is_own(estimate.label("job")) && estimate.label("workflow").is_none_or(|own| own == workflow)
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

/// What each client holds, on average in the simulation and in the listing.
fn composition(study: &Study, listing: &Snapshot) -> Vec<BackTestRow> {
    let families = Families::of(listing.entries.iter().map(|entry| entry.key.as_str()));
    let mut held: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    for (entry, family) in listing.entries.iter().zip(&families.of) {
        let sum = held.entry(families.list[*family].client).or_default();
        *sum = (sum.0 + entry.size.as_f64(), sum.1 + 1);
    }
    let all: f64 = held.values().map(|(bytes, _)| bytes).sum();
    let predicted = |client: &str| {
        let is_own = |own: Option<&str>| {
            own.is_some_and(|own| own == client || own.starts_with(&format!("{client}-")))
        };
        let own = study.estimates.iter().filter(|estimate| {
            estimate.metric.name == "cache.bytes"
                && estimate.label("stat") == Some("mean")
                && estimate.label("ref").is_none()
                && is_own(estimate.label("client"))
        });
        own.map(|estimate| estimate.mean).sum::<f64>()
    };
    let row = |(client, (observed, records)): (&str, (f64, usize))| {
        let predicted = predicted(client);
        let what = format!("entries of {client}");
        let (unit, error) = ("bytes".to_owned(), predicted / observed - 1.0);
        BackTestRow { what, unit, predicted, observed, error, records }
    };
    held.into_iter()
        .filter(|(_, (bytes, _))| *bytes > 0.0 && *bytes >= all * CLIENT_SHARE_MIN)
        .map(row)
        .collect()
}

/// The verdict: whether all jobs and clients are within what is tolerated.
fn judged(rows: Vec<BackTestRow>) -> BackTest {
    let is_off = |row: &&BackTestRow| match row.unit.as_str() {
        "bytes" => row.error > BYTES_FACTOR_MAX - 1.0 || row.error < 1.0 / BYTES_FACTOR_MAX - 1.0,
        _ => row.error.abs() > TIME_ERROR_MAX,
    };
    let off: Vec<String> = rows
        .iter()
        .filter(is_off)
        .map(|row| format!("{} is off by {:+.0} %", row.what, row.error * 100.0))
        .collect();
    let usual = Sample::of(rows.iter().map(|row| row.error.abs())).median();
    let verdict = match (usual, off.is_empty()) {
        (None, _) => format!(
            "do not trust: no job has {RUNS_MIN} successful runs that were held out, and no client entries"
        ),
        (Some(usual), true) => format!("trust: predictions are off by {:.0} % in the median", usual * 100.0),
        (Some(_), false) => format!("do not trust: {}", off.join(", ")),
    };
    BackTest { trusted: usual.is_some() && off.is_empty(), rows, verdict }
}
