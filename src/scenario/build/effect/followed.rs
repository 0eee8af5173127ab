//! Starts of workflows that never come: at the ends of runs that never occur or never end so (`workflow_run`), and by
//! crons at times that are not simulated.

use super::traffic::{ExpectedTraffic, Occasions};
use super::uses::may_fail;
use super::{IdleKey, Scene};
use crate::ci::{FollowedEnd, FollowedRuns, Workflow};
use crate::engine::Model;
use crate::scenario::view::View;
use crate::units::SimTime;

/// How many workflows GitHub starts one after the other by `workflow_run`.
pub(super) const FOLLOWING_MAX: u32 = 3;

/// The workflows of the model without the starts that never come.
pub(super) fn as_started(model: &Model, traffic: &ExpectedTraffic) -> Vec<Workflow> {
    let mut all = model.workflows.clone();
    for (index, workflow) in all.iter_mut().enumerate() {
        workflow.on.schedule &= !workflow.has_cron || is_scheduled(model, index);
        workflow.after = FollowedRuns::default();
    }
    // Each round adds the workflows that follow those of the round before.
    for _ in 0..FOLLOWING_MAX {
        for (index, written) in model.workflows.iter().enumerate() {
            if never_follows(model, traffic, &all, &written.after).is_none() {
                all[index].after = written.after.clone();
            }
        }
    }
    all
}

/// True if one of the crons of the workflow with this index names a time that is simulated.
fn is_scheduled(model: &Model, index: usize) -> bool {
    let window = model.simulated();
    let start = model.workload.drawn_from().map_or(window.start, |from| from.min(window.start));
    let crons = model.workload.crons.iter().filter(|cron| usize::from(cron.workflow) == index);
    let mut first = crons.filter_map(|cron| cron.next(SimTime(start.0 - 1)));
    first.any(|first| first < window.end)
}

/// Why no run is followed, with the key that says so; `None` if one may be. `all` are the workflows as far as they start.
fn never_follows(
    model: &Model,
    traffic: &ExpectedTraffic,
    all: &[Workflow],
    after: &FollowedRuns,
) -> Option<(&'static str, &'static str)> {
    let runs = || after.workflows.iter().map(|of| &all[*of]).filter(|of| traffic.starts(of));
    let is_for = |of: &&Workflow| branches(model, traffic, of).into_iter().any(|name| after.is_for(name));
    let ends_so = |of: &Workflow| after.end != FollowedEnd::Failure || gets_red(model, traffic, of);
    if runs().next().is_none() {
        Some(("after", "none of the workflows that it follows ever runs"))
    } else if !runs().any(|of| is_for(&of)) {
        Some(("after-branches", "no run that it follows is for such a branch"))
    } else if !runs().filter(is_for).any(ends_so) {
        Some(("after-conclusion", "no run that it follows ever fails"))
    } else {
        None
    }
}

/// True if a run of the workflow may fail.
fn gets_red(model: &Model, traffic: &ExpectedTraffic, workflow: &Workflow) -> bool {
    let mut counted = workflow.jobs.iter().filter(|job| !job.continue_on_error);
    counted.any(|job| traffic.reaches(workflow, job) && may_fail(model, traffic, workflow, job))
}

/// Branches of its runs, one of each kind: the one that a push or a pull request comes from (`Origin` in `ci`).
fn branches<'a>(model: &'a Model, traffic: &ExpectedTraffic, of: &Workflow) -> Vec<&'a str> {
    let on = of.on;
    let kinds = [
        (traffic.classes(Occasions::of(of)).main, "main"),
        (on.pull_request || on.pull_request_target || on.push_heads, "pull-1"),
        (on.release || on.push_tags, "release-1"),
        (on.has_queue(), "gh-readonly-queue/main/pr-1-1"),
    ];
    let known = kinds.into_iter().filter(|(has, _)| *has).map(|(_, name)| name);
    let others = model.workload.branches.iter().enumerate();
    let others = others.filter(|(index, _)| on.push_branches.0 >> (index + 1) & 1 == 1);
    known.chain(others.map(|(_, name)| name.as_str())).collect()
}

/// Why nothing ever starts the workflow of this name.
pub(super) fn never_starts(scene: &Scene, name: &str) -> &'static str {
    let written = scene.model.workflows.iter().find(|of| of.name == name);
    let followed = written.filter(|of| of.on.workflow_run);
    let why = followed.and_then(|of| never_follows(scene.model, &scene.traffic, scene.started, &of.after));
    match why {
        Some((_, why)) => why,
        None if written.is_some_and(|of| of.has_cron) => "its `cron` names no time that is simulated",
        None => "no event that starts it ever happens",
    }
}

/// Starts of a workflow that something else starts.
pub(super) fn idle(scene: &Scene, workflow: &Workflow, view: View, found: &mut IdleKey) {
    let Some(written) = scene.model.workflows.iter().find(|of| of.name == workflow.name) else { return };
    if workflow.has_cron && !workflow.on.schedule && written.on.schedule {
        found.values(view, &["cron", "timezone"], "it names no time that is simulated");
    } else if workflow.has_cron && !workflow.jobs.iter().any(|job| job.on.is_none_or(|on| on.schedule)) {
        found.values(view, &["cron", "timezone"], "none of its jobs runs on `schedule`");
    }
    let followed = Some(&written.after).filter(|_| written.on.workflow_run);
    let why = followed.and_then(|after| never_follows(scene.model, &scene.traffic, scene.started, after));
    if let Some((key, why)) = why {
        found.value(view, key, why);
    }
}
