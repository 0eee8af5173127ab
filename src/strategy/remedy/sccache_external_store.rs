//! `sccache-external-store`: sccache keeps its objects in a bucket.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{jobs, quoted};
use crate::strategy::place::{ClientSettings, set_where};

/// A bucket has neither the limit of 10 GB nor that of 200 uploads per minute.
pub static SCCACHE_EXTERNAL_STORE: Strategy = Strategy {
    name: "sccache-external-store",
    title: "Move sccache to an external store",
    summary: "sccache keeps its objects in its own bucket or database, outside the limits of the cache \
        service.",
    edit: "Set `SCCACHE_BUCKET` (or `SCCACHE_AZURE_…`, `SCCACHE_REDIS_ENDPOINT`, …) with its credentials instead of `SCCACHE_GHA_ENABLED`.",
    evidence: "Helps when objects are evicted or refused: a repository with about 50,000 of them moved to \
        a bucket (firezone/firezone#14261). Hurts pull requests from forks, which have no credentials, and \
        costs what the bucket costs, which is not simulated.",
    applies_to: &["sccache"],
    parameter: None,
    not_applicable_because: "no job keeps sccache's objects in the Actions cache",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let outside = |client: &ClientSettings| (client.view.text("store") == "gha").then(|| quoted("external"));
    jobs(scenario).iter().flat_map(|job| set_where(&job.clients("sccache"), "store", outside)).collect()
}
