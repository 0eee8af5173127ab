//! What was lost by cause: minutes of successful job runs, and misses. The causes are decided in `client`; here
//! they are only summed.

use super::labels::{JobLabels, RefLabel, combinations};
use super::value::Values;
use crate::event::{ClientId, Conclusion, JobId, JobRun, Loss, LossCause, Names, RefKind, Site, Window};
use crate::observe::metric;
use crate::units::Duration;
use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use std::collections::BTreeMap;

/// The client label of work that no client caches.
pub const NO_CLIENT: &str = "none";

/// Sums of losses and misses, by where they happened and their cause.
#[derive(Debug, Default)]
pub(super) struct LossSums {
    sums: IndexMap<LossSite, Sum, FxBuildHasher>,
    /// What the time costs that a perfect cache would have saved, in USD.
    cost: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct LossSite {
    client: Option<ClientId>,
    job: JobId,
    kind: RefKind,
    cause: LossCause,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    misses: u64,
    time: Duration,
}

/// Cause, client, job label and ref. `None` means all of them.
type LossKey = (Option<LossCause>, Option<Option<ClientId>>, Option<u32>, Option<RefLabel>);

impl LossSums {
    /// Adds what was wanted at a site and not found.
    pub fn missed(&mut self, site: Site, cause: LossCause, count: u32) {
        let Site { client, job, kind } = site;
        let place = LossSite { client: Some(client), job, kind, cause };
        self.sums.entry(place).or_default().misses += u64::from(count);
    }

    /// Adds the losses of the successful runs of the measured time.
    pub fn lost(&mut self, runs: &[JobRun], window: Window) {
        let successful = runs.iter().filter(|run| run.conclusion == Conclusion::Success);
        for run in successful.filter(|run| window.measures(run.queued)) {
            let (job, kind) = (run.job, run.kind);
            for Loss { client, cause, time } in run.losses.iter().copied() {
                self.sums.entry(LossSite { client, job, kind, cause }).or_default().time += time;
                if cause != LossCause::Transfer {
                    self.cost += time.as_minutes_f64() * run.price_per_minute.as_usd_f64();
                }
            }
        }
    }

    /// Adds the metrics for every combination of labels that lost anything.
    pub fn finish(&self, values: &mut Values, names: &Names, jobs: &JobLabels, days: f64) {
        let mut sums = BTreeMap::<LossKey, Sum>::new();
        for (site, sum) in &self.sums {
            for key in keys(site, jobs) {
                let all = sums.entry(key).or_default();
                all.misses += sum.misses;
                all.time += sum.time;
            }
        }
        let labels = |(cause, client, job, of): &LossKey| {
            let client = client.map(|client| client.map_or(NO_CLIENT, |client| name(names, client)));
            let cause = cause.map(LossCause::label);
            let of = of.map(RefLabel::text);
            [("cause", cause), ("client", client), ("job", jobs.text(*job)), ("ref", of)]
        };
        // The sums over everything are there even if nothing was lost.
        sums.entry((None, None, None, None)).or_default();
        let is_all = |key: &LossKey| *key == (None, None, None, None);
        for (key, sum) in sums.iter().filter(|(key, sum)| sum.time > Duration::ZERO || is_all(key)) {
            values.push(&metric::LOST_MINUTES, &labels(key), sum.time.as_minutes_f64() / days);
        }
        values.push(&metric::LOST_COST, &[], self.cost / days * 30.0);
        for (key, sum) in sums.iter().filter(|(key, sum)| sum.misses > 0 || is_all(key)) {
            values.push(&metric::LOST_MISSES, &labels(key), sum.misses as f64 / days);
        }
    }
}

fn name(names: &Names, client: ClientId) -> &str {
    &names.clients[usize::from(client.0)]
}

/// Every combination of labels under which a site counts.
fn keys(site: &LossSite, jobs: &JobLabels) -> Vec<LossKey> {
    let mut keys = Vec::new();
    for label in RefLabel::of(site.kind) {
        let sites = combinations(site.client, jobs.of(usize::from(site.job.0)), label);
        let new = sites
            .flat_map(|(client, job, of)| [(None, client, job, of), (Some(site.cause), client, job, of)]);
        keys.extend(new);
    }
    // The combinations without a ref are there for each label of the ref.
    keys.sort_unstable();
    keys.dedup();
    keys
}
