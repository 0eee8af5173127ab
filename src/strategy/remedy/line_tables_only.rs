//! `line-tables-only`: development builds keep line tables and no other debug info.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::debug_info::{self, Factors};

/// Line tables are enough for a backtrace.
pub static LINE_TABLES_ONLY: Strategy = Strategy {
    name: "line-tables-only",
    title: "Debug info: line tables only",
    summary: "Development and test builds contain line tables instead of full debug info: smaller objects \
        and entries, and a little less work.",
    edit: "`CARGO_PROFILE_DEV_DEBUG: line-tables-only` and `CARGO_PROFILE_TEST_DEBUG: line-tables-only`.",
    evidence: "Measured on 222 dependencies: 6 % less work, 18 % less in rust-cache's entry, 15 % less in \
        sccache's objects; 24 and 21 % on sccache's own repository. Test binaries shrink more: 3.3 to 2.0 \
        GB (praxiomlabs/rust-mssql-driver#134). Hurts only those who run a debugger on CI's binaries.",
    applies_to: &["rust-cache", "sccache", "actions-cache"],
    parameter: None,
    not_applicable_because: "no flavour compiles with full debug info (profile `dev` or `test`, more than a check)",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    debug_info::changes(scenario, &Factors { work: 0.94, objects: 0.85, archive: 0.82 }, "line-tables-only")
}
