//! `save-on-main-only`: only runs on the default branch save.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{EXPORTERS, JobSettings, jobs};

/// The entries that a pull request saves can be read by this pull request only.
pub static SAVE_ON_MAIN_ONLY: Strategy = Strategy {
    name: "save-on-main-only",
    title: "Save from the default branch only",
    summary: "Only runs on the default branch save rust-cache, actions/cache and image layers; pull \
        requests restore what they saved.",
    edit: "rust-cache: `save-if: ${{ github.ref == 'refs/heads/main' }}`; actions/cache: `actions/cache/restore` with `id: restore` and, on main, `actions/cache/save` with `if: steps.restore.outputs.cache-hit != 'true'`; BuildKit: `cache-to` only on main.",
    evidence: "Helps when pull requests hold more than main: 6.5 GB against 1.5 GB \
        (basecamp/basecamp-sdk#870). Hurts pull requests that change the lock file, because each push \
        compiles the change again. Entries that are no longer evicted grow, from 1.2 to 2.4 GB in two \
        weeks (Swatinem/rust-cache#181).",
    applies_to: &["rust-cache", "actions-cache", "buildkit"],
    parameter: None,
    not_applicable_because: "no rust-cache, actions/cache or image build saves from pull requests what a run on main saves, too",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let clients = [&["rust-cache", "actions-cache"][..], &EXPORTERS].concat();
    let jobs = jobs(scenario);
    let is_other = |job: &&JobSettings| job.is_started_by(&["pull_request", "merge_group"]);
    // Where main saves nothing that the job may read, nobody would save at all.
    let of_others = jobs.iter().filter(|job| is_other(job) && job.is_served_from_main(&jobs));
    of_others.flat_map(|job| job.save_if(&clients, "default-branch")).collect()
}
