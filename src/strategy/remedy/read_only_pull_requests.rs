//! `read-only-pull-requests`: workflows that never run on the default branch may not write to the cache.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{jobs, quoted};

/// The least privilege that they need: what they store is of no use to any other pull request.
pub static READ_ONLY_PULL_REQUESTS: Strategy = Strategy {
    name: "read-only-pull-requests",
    title: "Read-only cache for pull requests' workflows",
    summary: "Workflows that run on pull requests or in the merge queue, and never on the default branch, \
        declare that they only read the cache: whatever their clients are, they save nothing.",
    edit: "`cache-mode: read` at the top of these workflows.",
    evidence: "GitHub enforces it for every client (changelog of 2026-09-10), unlike `save-if`, which each step \
        needs for itself. Also keeps pull requests from storing what later runs on the same ref trust. Does \
        nothing for a workflow that also runs on main. BuildKit's export then fails the build, unless it has \
        `ignore-error=true`.",
    applies_to: &[],
    parameter: None,
    not_applicable_because: "every workflow that saves also runs on the default branch",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let mut found: Vec<&str> = Vec::new();
    for job in jobs(scenario) {
        let on_main = job.runs_on_main();
        let others = job.is_started_by(&["pull_request", "merge_group"]);
        let is_open = !job.around.has("cache-mode") && !job.view.has("cache-mode");
        if !on_main && others && is_open && job.saves_on_pull_requests() && !found.contains(&job.workflow) {
            found.push(job.workflow);
        }
    }
    found.into_iter().map(|name| Change::new(["workflow", name, "cache-mode"], quoted("read"))).collect()
}
