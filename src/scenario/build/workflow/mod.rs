//! Builds the workflows: their events, their filters, and their jobs in an order in which needed jobs come
//! first.

mod action;
mod actions_cache;
mod client;
mod concurrency;
mod foresight;
pub(super) mod gap;
mod job;
mod leg;
pub(super) mod matrix;
mod measured;
mod placeholder;

use super::event;
use super::names::{KnownNames, position};
use crate::ci::{FollowedRuns, Job, PathFilters, Workflow};
use crate::diagnostic::{Diagnostic, Report};
use crate::project::System;
use crate::scenario::view::{Override, View};
use crate::workload::PathSet;
use concurrency::{GROUP_OF_RUNS, concurrency, refuse_deadlocks};
use foresight::foresee;
use leg::{JobDraft, Leg, axis_position, cache_mode};
use placeholder::Placeholders;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The most jobs of a scenario, counting each leg of a matrix.
const JOBS_MAX: usize = 10_000;
const WORKFLOWS_MAX: usize = 100;

/// The workflows, in the order of the scenario.
pub(super) fn workflows(root: View, names: &mut KnownNames) -> Vec<Workflow> {
    let views = root.map("workflow");
    if views.is_empty() || views.len() > WORKFLOWS_MAX {
        let message = format!("the scenario has {} workflows, not 1 to {WORKFLOWS_MAX}", views.len());
        names.report.push(Diagnostic::error("limit-exceeded", message).at(root.span("workflow")));
    }
    // Counted before jobs are ordered and multiplied, which could take long for a hostile scenario.
    let count: usize = views.iter().map(|(_, view)| view.map("job").len()).sum();
    if count > JOBS_MAX {
        names.report.push(too_many_jobs(count, root));
        return Vec::new();
    }
    let known: Vec<&str> = views.iter().map(|(name, _)| *name).collect();
    let branches = names.branches;
    let with_after = |workflow: Workflow, view: View, report: &mut Report| {
        let after = event::after(view, &known, branches, report);
        Workflow { after, ..workflow }
    };
    let mut count = 0;
    let mut all = Vec::new();
    for (name, view) in views {
        all.push(with_after(workflow(name, view, names, &mut count), view, names.report));
    }
    if count > JOBS_MAX {
        names.report.push(too_many_jobs(count, root));
    }
    all
}

/// The error for more jobs than a model may have.
fn too_many_jobs(count: usize, root: View) -> Diagnostic {
    let message = format!("{count} jobs are more than {JOBS_MAX}, counting each leg of a matrix");
    Diagnostic::error("limit-exceeded", message).at(root.span("workflow"))
}

/// A workflow. `count` is the number of jobs so far, each leg by itself; beyond the limit, none are built.
fn workflow(name: &str, view: View, names: &mut KnownNames, count: &mut usize) -> Workflow {
    let paths = path_filters(view, names.classes, names.report);
    let cache_mode = cache_mode(view);
    let on = event::events(view, names.branches, names.report);
    let mut jobs: Vec<Job> = Vec::new();
    // The range of each job's legs among the legs of all jobs.
    let mut legs: Vec<std::ops::Range<usize>> = Vec::new();
    for (group, view, needs) in needed_first(view.map("job"), names.report) {
        let start = jobs.len();
        let needs: Arc<[usize]> = needs.into_iter().flat_map(|job| legs[job].clone()).collect();
        let mut own = matrix::legs(view, names.report);
        *count += own.len();
        if *count > JOBS_MAX {
            own.clear();
        }
        refuse_idle_overrides(view, &own, names.report);
        for leg in own {
            let over: Vec<Override> =
                view.overrides("leg").into_iter().filter(|over| leg.is_meant(&over.when())).collect();
            let node = (!over.is_empty()).then(|| view.overridden(&over));
            let view = node.as_ref().map_or(view, |node| view.replaced(node));
            jobs.extend(JobDraft { group, view, leg, cache_mode, needs: Arc::clone(&needs) }.job(names));
        }
        foresee(group, view, &jobs[start..], names);
        if jobs[start..].iter().any(|job| job.on.is_some_and(|own| !own.meets(on))) {
            let message = format!("`{group}` never runs: its workflow runs on none of these events");
            names.report.push(Diagnostic::warning("no-effect", message).at(view.span("on")));
        }
        legs.push(start..jobs.len());
    }
    let leg = &Leg::default();
    let places = Placeholders { leg, job_id: None, system: System::default(), inputs: names.inputs };
    let group = concurrency(view, GROUP_OF_RUNS, &places, names.report);
    if let Some(group) = &group {
        refuse_deadlocks(name, group, &jobs, view, names.report);
    }
    Workflow {
        name: name.to_owned(),
        on,
        after: FollowedRuns::default(),
        has_cron: !view.texts("cron").is_empty(),
        paths,
        concurrency: group,
        required: view.flag("required"),
        jobs,
    }
}

/// Refuses values for legs that the matrix does not have.
fn refuse_idle_overrides(view: View, legs: &[Leg], report: &mut Report) {
    for over in view.overrides("leg") {
        let when = over.when();
        let before = report.len();
        for (key, _, span) in &when {
            axis_position(key, *span, legs.first().unwrap_or(&Leg::default()), report);
        }
        if report.len() == before && !legs.iter().any(|leg| leg.is_meant(&when)) {
            let message = "no leg of the matrix has these values";
            let at = when.first().map_or(view.span("leg"), |(_, _, span)| *span);
            report.push(Diagnostic::error("unknown-name", message).at(at));
        }
    }
}

/// The workflow's filters by paths: one for all events, or one for each.
fn path_filters(view: View, classes: &[String], report: &mut Report) -> PathFilters {
    match view.table_or_none("paths") {
        None => PathFilters::of_all(path_set(view, "paths", classes, report)),
        Some(view) => PathFilters {
            push: path_set(view, "push", classes, report),
            pull_request: path_set(view, "pull_request", classes, report),
            pull_request_target: path_set(view, "pull_request_target", classes, report),
        },
    }
}

/// The path classes under `key`; `None` if it is missing or empty.
pub(super) fn path_set(view: View, key: &str, classes: &[String], report: &mut Report) -> Option<PathSet> {
    if !view.has(key) {
        return None;
    }
    let mut find =
        |(name, span)| position(name, span, "path class", classes.iter().map(String::as_str), report);
    let bits = view.texts(key).into_iter().filter_map(&mut find);
    Some(PathSet(bits.fold(0, |set, bit| set | 1 << bit.min(63)))).filter(|set| *set != PathSet::default())
}

/// The jobs of a workflow, needed ones first and otherwise in the order of the file. Each has the indices
/// of the jobs it needs.
pub(super) fn needed_first<'a>(
    jobs: Vec<(&'a str, View<'a>)>,
    report: &mut Report,
) -> Vec<(&'a str, View<'a>, Vec<usize>)> {
    let known: BTreeMap<&str, usize> = jobs.iter().enumerate().map(|(job, (name, _))| (*name, job)).collect();
    let needs: Vec<Vec<usize>> = jobs
        .iter()
        .map(|(_, view)| {
            let names = jobs.iter().map(|(name, _)| *name);
            let find = |(name, span)| match known.get(name) {
                Some(job) => Some(*job),
                None => position(name, span, "job in this workflow", names.clone(), report),
            };
            view.texts("needs").into_iter().filter_map(find).collect()
        })
        .collect();
    let placed = first_to_last(&needs);
    if placed.len() < jobs.len() {
        report.push(circle(&jobs, &needs, &placed));
        return Vec::new();
    }
    let mut at = vec![0; jobs.len()];
    (0..).zip(&placed).for_each(|(place, job)| at[*job] = place);
    let needs_of = |job: usize| needs[job].iter().map(|need| at[*need]).collect();
    placed.iter().map(|&job| (jobs[job].0, jobs[job].1, needs_of(job))).collect()
}

/// The jobs in an order in which needed ones come first: always the first of those whose needs are placed. Jobs
/// that wait for each other are missing.
fn first_to_last(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (job, needs) in needs.iter().enumerate() {
        needs.iter().for_each(|need| needed_by[*need].push(job));
    }
    let mut ready: BTreeSet<usize> = (0..needs.len()).filter(|job| open[*job] == 0).collect();
    let mut placed = Vec::with_capacity(needs.len());
    while let Some(job) = ready.pop_first() {
        placed.push(job);
        for next in &needed_by[job] {
            open[*next] -= 1;
            if open[*next] == 0 {
                ready.insert(*next);
            }
        }
    }
    placed
}

/// The error for jobs that wait for each other. It follows `needs` from one of them until a job repeats.
fn circle(jobs: &[(&str, View)], needs: &[Vec<usize>], placed: &[usize]) -> Diagnostic {
    let mut path: Vec<usize> = Vec::new();
    let mut job = (0..jobs.len()).find(|job| !placed.contains(job)).expect("some job is not placed");
    while !path.contains(&job) {
        path.push(job);
        job = *needs[job].iter().find(|need| !placed.contains(need)).expect("it waits for one that waits");
    }
    let from = path.iter().position(|&other| other == job).expect("it came up before");
    let names: Vec<_> = path[from..].iter().chain([&job]).map(|&job| format!("`{}`", jobs[job].0)).collect();
    let message = format!("jobs wait for each other: {}", names.join(" needs "));
    Diagnostic::error("needs-cycle", message).at(jobs[job].1.span("needs")).help("remove one of the `needs`")
}
