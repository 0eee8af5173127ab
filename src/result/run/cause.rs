//! What was lost, cause by cause: a row per cause, client, job and kind of ref. A result's file lists them all, so
//! that they add up to the lost time; reports sum them up.

use crate::event::{LossCause, RefClass};
use crate::observe::metric;
use crate::statistics::{Estimate, Study};
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What one cause costs one client in one job on one kind of ref.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lost<'a> {
    /// The cause.
    pub cause: LossCause,
    /// The client; `none` for work that nothing caches.
    pub client: &'a str,
    /// The job; a leg of a matrix is one.
    pub job: &'a str,
    /// The kind of ref that it ran on: `main`, `pull_request`, `merge_queue`, `tag` or `branch`.
    pub of: &'a str,
    /// The minutes per day; `None` if it costs misses only.
    pub minutes: Option<&'a Estimate>,
    /// The misses per day; `None` if nothing was missed, as with transfers.
    pub misses: Option<&'a Estimate>,
}

/// Everything that was lost, the most minutes first.
pub(crate) fn lost(study: &Study) -> Vec<Lost<'_>> {
    let mut rows = IndexMap::<[&str; 4], Lost>::new();
    let jobs = study.first.names.apart();
    for estimate in &study.estimates {
        let (minutes, misses) = match estimate.metric {
            of if of == &metric::LOST_MINUTES => (Some(estimate), None),
            of if of == &metric::LOST_MISSES => (None, Some(estimate)),
            _ => continue,
        };
        let Some((key, cause)) = leaf(&jobs, estimate) else { continue };
        let [_, client, job, of] = key;
        let row = rows.entry(key).or_insert(Lost { cause, client, job, of, minutes: None, misses: None });
        row.minutes = row.minutes.or(minutes);
        row.misses = row.misses.or(misses);
    }
    let mut rows: Vec<Lost> = rows.into_values().collect();
    rows.sort_by(|a, b| b.mean_minutes().total_cmp(&a.mean_minutes()));
    rows
}

/// The labels of an estimate that is not a sum of others, and its cause.
fn leaf<'a>(jobs: &BTreeSet<&str>, estimate: &'a Estimate) -> Option<([&'a str; 4], LossCause)> {
    let label = |name| estimate.label(name);
    let key = [label("cause")?, label("client")?, label("job")?, label("ref")?];
    let is_leaf = jobs.contains(key[2]) && key[3] != RefClass::Other.label();
    LossCause::named(key[0]).filter(|_| is_leaf).map(|cause| (key, cause))
}

impl Lost<'_> {
    /// The mean of the minutes per day.
    pub fn mean_minutes(&self) -> f64 {
        self.minutes.map_or(0.0, |minutes| minutes.mean)
    }
}

/// A mean with the 95 % interval of the simulated mean.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct MeanRow {
    /// The mean.
    pub mean: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

impl MeanRow {
    fn of(estimate: Option<&Estimate>) -> MeanRow {
        estimate.map_or(MeanRow::default(), |of| MeanRow { mean: of.mean, low: of.low, high: of.high })
    }
}

/// What one cause costs one client in one job on one kind of ref.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CauseRow {
    /// The cause: `evicted`, `expired`, `deleted`, `never_saved`, `unreadable_scope`, `new_key`,
    /// `stale_contents`, `overwritten`, `rate_limited`, `too_large` or `transfer`.
    pub cause: String,
    /// The client; `none` for work that nothing caches.
    pub client: String,
    /// The job; a leg of a matrix is one.
    pub job: String,
    /// The kind of ref that it ran on: `main`, `pull_request`, `merge_queue`, `tag` or `branch`.
    #[serde(rename = "ref")]
    pub of: String,
    /// Minutes of successful runs, per day.
    pub lost_minutes_per_day: MeanRow,
    /// Archives, objects and image steps that were wanted and not found, per day.
    pub misses_per_day: MeanRow,
}

/// Everything that was lost, the most minutes first; `None` if the study did not measure it.
pub(super) fn causes(study: &Study) -> Option<Vec<CauseRow>> {
    study.estimate(&metric::LOST_MINUTES, &[])?;
    let row = |lost: Lost| {
        let [cause, client, job, of] =
            [lost.cause.label(), lost.client, lost.job, lost.of].map(str::to_owned);
        let (lost_minutes_per_day, misses_per_day) = (MeanRow::of(lost.minutes), MeanRow::of(lost.misses));
        CauseRow { cause, client, job, of, lost_minutes_per_day, misses_per_day }
    };
    Some(lost(study).into_iter().map(row).collect())
}
