//! `drop-sccache`: jobs compile without sccache.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{JobSettings, jobs};
use crate::strategy::place::outermost;

/// sccache writes hundreds of entries per job. Next to rust-cache, most of them are never looked up.
pub static DROP_SCCACHE: Strategy = Strategy {
    name: "drop-sccache",
    title: "Drop sccache",
    summary: "No job uses sccache any more. Its thousands of small entries no longer use the cache or the \
        limit of uploads per minute.",
    edit: "Remove `mozilla-actions/sccache-action`, `SCCACHE_GHA_ENABLED` and `RUSTC_WRAPPER`.",
    evidence: "Helps when another cache restores the same crates: 20 min 27 s cold with sccache against 13 \
        min 57 s without (juspay/hyperswitch#14195), and where its entries evict larger ones \
        (dora-rs/dora#2643). Hurts when its objects are found: 85.7 % hits, 10 min 9 s warm against 15 min \
        5 s cold (maplibre/martin#3156).",
    applies_to: &["sccache"],
    parameter: None,
    not_applicable_because: "no job uses sccache",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let dropped = |job: &JobSettings| -> Vec<Change> {
        outermost(&job.clients("sccache")).iter().map(|client| client.beside("sccache", "false")).collect()
    };
    jobs(scenario).iter().flat_map(dropped).collect()
}
