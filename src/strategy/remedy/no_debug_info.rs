//! `no-debug-info`: development builds have no debug info.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::debug_info::{self, Factors};

/// The strategy costs the line numbers in backtraces.
pub static NO_DEBUG_INFO: Strategy = Strategy {
    name: "no-debug-info",
    title: "Debug info: none",
    summary: "Development and test builds contain no debug info: smaller objects and entries, and a little \
        less work.",
    edit: "`CARGO_PROFILE_DEV_DEBUG: 0` and `CARGO_PROFILE_TEST_DEBUG: 0`.",
    evidence: "Measured on sccache's own repository: 37 % less in rust-cache's entry, 28 % less in its \
        objects; the work is assumed 8 % less (reported 5–10 % for any trimming). The target folder went \
        from 8.0 to 4.0 GB (0xMiden/node#1421). Hurts those who read backtraces in CI logs.",
    applies_to: &["rust-cache", "sccache", "actions-cache"],
    parameter: None,
    not_applicable_because: "no flavour compiles with full debug info (profile `dev` or `test`, more than a check)",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    debug_info::changes(scenario, &Factors { work: 0.92, objects: 0.72, archive: 0.63 }, "0")
}
