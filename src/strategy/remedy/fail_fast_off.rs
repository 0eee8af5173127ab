//! `fail-fast-off`: a leg that fails no longer cancels the others.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::jobs;

/// A cancelled leg saves nothing, so its next run is as cold as this one.
pub static FAIL_FAST_OFF: Strategy = Strategy {
    name: "fail-fast-off",
    title: "Let the other legs finish",
    summary: "A leg of a matrix that fails no longer cancels the others: they finish, and save.",
    edit: "`strategy: fail-fast: false`.",
    evidence: "`fail-fast` is on unless a workflow says otherwise (GitHub's documentation). Helps where legs fail \
        often and each has an entry of its own. Costs the minutes of legs whose result nobody needs any more.",
    applies_to: &[],
    parameter: None,
    not_applicable_because: "no job has a matrix, a cache and `fail-fast`",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let cancels = jobs(scenario)
        .into_iter()
        .filter(|job| job.view.has("matrix") && job.has_cache() && job.view.flag("fail-fast"));
    cancels
        .map(|job| Change::new(["workflow", job.workflow, "job", job.name, "fail-fast"], "false"))
        .collect()
}
