//! Values of a job that decide how its legs run together, where that changes nothing.

use super::failures::{may_be_cancelled, never_fails};
use super::{IdleKey, Scene};
use crate::ci::{Job, Workflow};
use crate::scenario::view::View;

/// The values that concern all legs of a job together.
pub(super) fn together(scene: &Scene, workflow: &Workflow, view: View, legs: &[&Job], found: &mut IdleKey) {
    if legs.len() < 2 {
        found.values(view, &["fail-fast", "max-parallel"], "the job has one leg");
    } else if legs.iter().all(|job| job.max_parallel.is_some_and(|most| most as usize >= legs.len())) {
        found.value(view, "max-parallel", "the job has no more legs than that");
    }
    if legs.len() > 1 && legs.iter().all(|job| never_fails(scene, workflow, job)) {
        found.value(view, "fail-fast", "the job never fails");
    }
}

/// What follows a failure of the job, or of those that it needs.
pub(super) fn after_failures(
    scene: &Scene,
    workflow: &Workflow,
    view: View,
    legs: &[&Job],
    found: &mut IdleKey,
) {
    if legs.iter().all(|job| never_fails(scene, workflow, job)) {
        found.value(view, "continue-on-error", "the job never fails");
    }
    let mut needs = legs.iter().flat_map(|job| job.needs.iter()).map(|need| &workflow.jobs[*need]);
    // A job that runs after a failure only is told as a whole if there is never one.
    if view.text("if") == "failure()" {
        return;
    }
    if legs.iter().all(|job| job.needs.is_empty()) {
        found.value(view, "if", "the job needs no other job");
    } else {
        let always_runs = |job: &Job| job.on.is_none() && job.paths.is_none() && job.needs.is_empty();
        // A job may be replaced in its own group while the rest of its run goes on. In a cancelled run, only those go on
        // that run always.
        let runs_anyway = view.text("if") == "always()";
        let ends =
            |job: &Job| job.concurrency.is_none() && !(runs_anyway && may_be_cancelled(scene, workflow, job));
        if needs.all(|job| never_fails(scene, workflow, job) && always_runs(job) && ends(job)) {
            found.value(view, "if", "the jobs that it needs always succeed");
        }
    }
}
