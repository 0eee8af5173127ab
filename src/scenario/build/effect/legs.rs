//! Values of a job that decide how its legs run together and what follows a failure, where that changes
//! nothing.

use super::uses::{ends_late, lacks_server};
use super::{IdleKey, Scene};
use crate::ci::{Job, Workflow};
use crate::client::Cache;
use crate::event::RefClass;
use crate::scenario::view::View;
use crate::units::Duration;

/// The values that concern all legs of a job together.
pub(super) fn together(scene: &Scene, workflow: &Workflow, view: View, legs: &[&Job], found: &mut IdleKey) {
    if legs.len() < 2 {
        found.values(view, &["fail-fast", "max-parallel"], "the job has one leg");
    } else if legs.iter().all(|job| job.max_parallel.is_some_and(|most| most as usize >= legs.len())) {
        found.value(view, "max-parallel", "the job has no more legs than that");
    }
    if legs.iter().all(|job| never_fails(scene, workflow, job)) {
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
    let mut needs = legs.iter().flat_map(|job| &job.needs).map(|need| &workflow.jobs[*need]);
    // A job that runs after a failure only is told as a whole if there is never one.
    if view.text("if") == "failure()" {
        return;
    }
    if legs.iter().all(|job| job.needs.is_empty()) {
        found.value(view, "if", "the job needs no other job");
    } else {
        let always_runs = |job: &Job| job.on.is_none() && job.paths.is_none() && job.needs.is_empty();
        if needs.all(|job| never_fails(scene, workflow, job) && always_runs(job)) {
            found.value(view, "if", "the jobs that it needs always succeed");
        }
    }
}

/// True if no run of the job can end without success, except by a cancellation.
pub(super) fn never_fails(scene: &Scene, workflow: &Workflow, job: &Job) -> bool {
    let may_be_refused = |cache: &Cache| {
        cache.layers().is_some() && RefClass::ALL.into_iter().any(|class| cache.saves_on(class))
    };
    // Whether a shorter one is ever reached is not known before.
    let is_short = job.timeout < Duration(6 * Duration::HOUR.0);
    !(scene.fails(workflow, job)
        || lacks_server(job)
        || ends_late(scene.model, job)
        || scene.has_disk(job)
        || is_short
        || job.caches.iter().any(may_be_refused))
}
