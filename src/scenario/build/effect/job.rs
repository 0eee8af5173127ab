use super::uses::{on_github, uses_github};
use super::{IdleKey, Scene};
use crate::ci::{Job, Workflow};
use crate::scenario::view::View;
use crate::workload::PushSource;

/// Workflows and their jobs.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("workflow") {
        let Some(workflow) = scene.model.workflows.iter().find(|workflow| workflow.name == name) else {
            continue;
        };
        if !scene.traffic.starts(workflow) {
            found.table(&format!("workflow.{name}"), view, "none of the events that start it happens");
            continue;
        }
        filters(scene, workflow, view, found);
        if !workflow.jobs.iter().any(|job| job.caches.iter().any(on_github)) {
            found.value(view, "cache-mode", "none of its jobs uses GitHub's cache");
        }
        for (group, view) in view.map("job") {
            let legs: Vec<&Job> = workflow.jobs.iter().filter(|job| job.group == group).collect();
            if !scene.traffic.off_main(workflow) {
                found.value(view, "fails", "its workflow runs on the default branch only");
            }
            if !scene.traffic.on_main(workflow) {
                found.value(view, "fails-on-main", "its workflow never runs on the default branch");
            }
            if !legs.iter().any(|job| job.caches.iter().any(on_github)) {
                found.value(view, "cache-mode", "it does not use GitHub's cache");
            }
            if !legs.iter().any(|job| uses_github(job)) {
                found.value(view, "build-axes", "nothing that it compiles is kept in GitHub's cache");
            }
        }
    }
}

/// Whether its path filter ever filters.
fn filters(scene: &Scene, workflow: &Workflow, view: View, found: &mut IdleKey) {
    let Some(paths) = workflow.paths else { return };
    if !(workflow.on.push_main && scene.traffic.main || workflow.on.pull_request && scene.traffic.pulls) {
        return found.value(view, "paths", "GitHub filters pushes and pull requests only");
    }
    let PushSource::Stochastic(drawn) = &scene.model.workload.source else { return };
    let shares = drawn.changes.paths.iter().enumerate().filter(|(index, _)| paths.0 >> index & 1 == 1);
    let always = shares.map(|(_, share)| *share).fold(0.0, f64::max) >= 1.0;
    if always && (drawn.bursts_per_week == 0.0 || paths.meets(drawn.burst_paths)) {
        found.value(view, "paths", "every push touches one of them (`workload.changes.paths`)");
    }
}
