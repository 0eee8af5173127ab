//! Values about red runs and what follows them, where no run gets red.

use super::followed::FOLLOWING_MAX;
use super::uses::{has_short_timeout, may_fail};
use super::{IdleKey, Scene};
use crate::ci::{CancelInProgress, Job, On, Workflow};
use crate::scenario::view::View;

/// Re-runs, fixes, and the workflows that a push waits for.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    let gets_red = |workflow: &&Workflow| workflow.jobs.iter().any(|job| !never_fails(scene, workflow, job));
    let is_red = scene.running.iter().any(|workflow| gets_red(&workflow));
    let is_repeated = scene.running.iter().any(|workflow| gets_red(&workflow) && is_repeated(workflow));
    let is_mended = scene.running.iter().any(|workflow| gets_red(&workflow) && is_mended(scene, workflow));
    let view = scene.root.table("workload");
    let (re_runs, fixes) = (view.table("re-runs"), view.table("fixes"));
    if !is_red {
        found.value(re_runs, "share", "no job ever fails");
    } else if !is_repeated {
        found.value(re_runs, "share", "jobs fail in the merge queue only, and nobody runs these again");
    }
    if !is_mended {
        found.value(fixes, "share", "no job that a push to a branch or pull request starts ever fails");
    }
    if scene.model.re_runs.is_none() || !is_repeated {
        found.values(re_runs, &["after", "attempts"], "nobody runs failed jobs again (`share`)");
    }
    if scene.model.workload.fixes.is_none() || !is_mended {
        found.value(fixes, "after", "nobody mends a red run (`share`)");
    }
    for (name, view) in scene.root.map("workflow") {
        let Some(workflow) = scene.running.iter().find(|workflow| workflow.name == name) else { continue };
        if !runs_for(scene, workflow, FOLLOWING_MAX, On::has_pushes) {
            found.value(view, "required", "no push to a branch or a pull request starts the workflow");
        }
        for (_, job) in view.map("job") {
            group(workflow, job, found);
        }
        group(workflow, view, found);
    }
}

/// A concurrency group.
fn group(workflow: &Workflow, view: View, found: &mut IdleKey) {
    let Some(table) = view.table_or_none("concurrency") else { return };
    let only_pulls =
        workflow.concurrency_groups().any(|group| group.cancel == CancelInProgress::PullRequests);
    if only_pulls && !workflow.on.pull_request {
        found.value(table, "cancel-in-progress", "no pull request starts the workflow");
    }
}

/// What a re-run can mend in a job.
pub(super) fn chance(scene: &Scene, view: View, legs: &[&Job], found: &mut IdleKey) {
    if scene.model.re_runs.is_none() {
        found.value(view, "flaky", "nobody runs failed jobs again (`workload.re-runs`)");
    } else if legs.iter().all(|job| [job.fails, job.fails_on_main, job.fails_in_queue] == [0.0; 3]) {
        found.value(
            view,
            "flaky",
            "the job never fails by itself (`fails`, `fails-on-main`, `fails-in-queue`)",
        );
    }
}

/// True if somebody may run again what fails in it: not the merge queue alone starts it.
fn is_repeated(workflow: &Workflow) -> bool {
    workflow.on.without_queue() != On::default()
}

/// True if somebody may mend what fails in it: a push to a branch or a pull request starts it. What fails in the merge
/// queue is mended if it keeps a pull request from being merged.
fn is_mended(scene: &Scene, workflow: &Workflow) -> bool {
    let of_queue = workflow.required && workflow.on.has_queue();
    of_queue || runs_for(scene, workflow, FOLLOWING_MAX, |on| on.without_queue().has_pushes())
}

/// True if such events start the workflow, or a workflow that it follows, at most so many before it. Its run then is for
/// the same push.
fn runs_for(scene: &Scene, workflow: &Workflow, before: u32, is: fn(On) -> bool) -> bool {
    let follows = |followed: &usize| runs_for(scene, &scene.model.workflows[*followed], before - 1, is);
    let is_following = workflow.on.workflow_run && before > 0;
    is(workflow.on) || (is_following && workflow.after.workflows.iter().any(follows))
}

/// True if a run of the job may be cancelled or run out of time: by a newer one in its group, or by another leg
/// that fails.
pub(super) fn may_be_cancelled(scene: &Scene, workflow: &Workflow, job: &Job) -> bool {
    let is_grouped = workflow.concurrency.is_some() || job.concurrency.is_some();
    let legs = scene.legs(workflow, &job.group);
    let by_leg = legs.len() > 1 && legs.iter().any(|leg| leg.fail_fast && !never_fails(scene, workflow, leg));
    has_short_timeout(job) || by_leg || (is_grouped && scene.cancels)
}

/// True if no run of the job can end without success, except by a cancellation.
pub(super) fn never_fails(scene: &Scene, workflow: &Workflow, job: &Job) -> bool {
    !may_fail(scene.model, &scene.traffic, workflow, job)
}
