//! `no-cancel-on-main`: runs on the default branch are not cancelled by newer ones.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::includes;

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
    let includes_main = |event: &str| event == "schedule" || includes(event, "push main");
    let on_main = |view: &View| view.texts("on").iter().any(|(event, _)| includes_main(event));
    let workflows = scenario.map("workflow").into_iter().filter(|(_, view)| on_main(view));
    let groups = workflows.flat_map(|(name, view)| {
        let jobs = view.map("job").into_iter();
        let jobs = jobs.map(move |(job, view)| (vec!["workflow", name, "job", job], view));
        std::iter::once((vec!["workflow", name], view)).chain(jobs)
    });
    groups.filter_map(|(path, view)| let_main_finish(path, view)).collect()
}

/// The change of a workflow or a job at `path` that cancels what is in progress on main.
fn let_main_finish(mut path: Vec<&str>, view: View) -> Option<Change> {
    path.push("concurrency");
    let Some(group) = view.table_or_none("concurrency") else {
        return (view.text("concurrency") == "cancel").then(|| Change::new(path, "\"cancel-off-main\""));
    };
    path.push("cancel-in-progress");
    let cancels = group.word("cancel-in-progress").is_none() && group.flag("cancel-in-progress");
    cancels.then(|| Change::new(path, "\"off-main\""))
}
