//! `no-save-from-merge-queue`: runs of the merge queue save nothing.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{EXPORTERS, jobs};

/// The ref of a merge queue disappears after the merge, and then no run can read what was saved on it.
pub static NO_SAVE_FROM_MERGE_QUEUE: Strategy = Strategy {
    name: "no-save-from-merge-queue",
    title: "No save from the merge queue",
    summary: "Runs of the merge queue restore and do not save.",
    edit: "`save-if: ${{ github.event_name != 'merge_group' }}`, and the like for actions/cache, sccache and `cache-to`.",
    evidence: "An entry can be read from its own ref and, if that is the default branch, from all refs \
        (GitHub's documentation); a merge queue's ref exists for one run. Does not hurt: the merge itself \
        saves on main.",
    applies_to: &["rust-cache", "actions-cache", "sccache", "buildkit"],
    parameter: None,
    not_applicable_because: "no client saves from runs of a merge queue",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let clients = [&["rust-cache", "actions-cache", "sccache"][..], &EXPORTERS].concat();
    let queued = jobs(scenario).into_iter().filter(|job| job.is_started_by(&["merge_group"]));
    queued.flat_map(|job| job.save_if(&clients, "not-queue")).collect()
}
