//! `no-cancel-on-main`: runs on the default branch are not cancelled by newer ones.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;

/// A cancelled run saves nothing.
pub static NO_CANCEL_ON_MAIN: Strategy = Strategy {
    name: "no-cancel-on-main",
    title: "Let runs on main finish",
    summary: "A newer push to the default branch no longer cancels the run of the one before; pull requests' runs are cancelled as before.",
    edit: "`cancel-in-progress: ${{ github.ref != 'refs/heads/main' }}`.",
    evidence: "Helps when pushes to main arrive faster than its runs finish: otherwise no run saves, and \
        every branch runs cold. Costs more, and a waiting run delays the one behind it.",
    applies_to: &[],
    parameter: None,
    not_applicable_because: "no workflow cancels runs on main",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let cancels = |view: &View| {
        let on_main = view.texts("on").iter().any(|(event, _)| ["push main", "schedule"].contains(event));
        on_main && view.text("concurrency") == "cancel"
    };
    let workflows = scenario.map("workflow").into_iter().filter(|(_, view)| cancels(view));
    workflows.map(|(name, _)| Change::new(["workflow", name, "concurrency"], "\"cancel-off-main\"")).collect()
}
