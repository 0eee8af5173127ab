//! Values of the workload that change nothing: events that start nothing, changes that no job depends on.

use super::cache::{asks_for_rights, of_pulls};
use super::janitor::depends_on_closing;
use super::uses::{asks_for_objects, pins_lock, reads, saves, wraps_compiler};
use super::{IdleKey, Scene};
use crate::ci::{Build, Janitor, JanitorStart, Job, On, Workflow};
use crate::client::{Cache, ImageStore};
use crate::diagnostic::Diagnostic;
use crate::event::RefClass;
use crate::project::{InputId, LayerContent, RECIPE};
use crate::scenario::view::View;
use crate::units::Duration;
use crate::workload::{Branch, BranchId, PathSet, PushSource, RebaseWhen, Stochastic};

/// Who pushes what when.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload");
    crates(scene, found);
    inputs(scene, found);
    let is_scheduled = |janitor: &Janitor| matches!(janitor.starts, JanitorStart::Cron(_));
    if scene.model.workload.crons.is_empty() && !scene.model.janitors.iter().any(is_scheduled) {
        found.value(view, "cron-delay", "no workflow has a `cron`");
    }
    if !scene.traffic.pulls || !scene.any_workflow(|on| on.pull_request || on.push_heads) {
        found.value(view, "pull-request-lag", "no workflow that runs is started by a pull request");
    }
    other_events(scene, found);
    let PushSource::Stochastic(drawn) = &scene.model.workload.source else { return of_log(scene, found) };
    events(scene, found);
    let pulls = view.table("pull-requests");
    if drawn.bursts_per_week == 0.0 {
        found.values(view, &["burst-size", "burst-merged", "burst-paths"], "`bursts-per-week` is 0");
    }
    if !scene.traffic.opened {
        let keys = ["pushes-each", "merged", "hours-between", "hours-to-merge", "forks", "stacked"];
        let why = match scene.traffic.pulls {
            true => "only bots open pull requests",
            false => "no push goes to a pull request",
        };
        found.values(pulls, &keys, why);
    } else if drawn.pull_requests.pushes_each <= 1.0 && drawn.pull_requests.hours_to_merge.is_some() {
        found.value(pulls, "hours-between", "each pull request has one push");
    } else if drawn.pull_requests.pushes_each <= 1.0
        && drawn.pull_requests.merged == 0.0
        && !depends_on_closing(scene)
    {
        found.value(pulls, "hours-between", "each pull request has one push, and none is merged");
    }
    if scene.traffic.opened && scene.traffic.only_forks {
        found.value(pulls, "stacked", "every pull request comes from a fork");
    }
    rebases(scene, drawn, found);
    changes(scene, found);
    branches(scene, drawn, found);
    growth(drawn, view, found);
}

/// What a log of pushes says itself.
fn of_log(scene: &Scene, found: &mut IdleKey) {
    for (_, view) in scene.root.map("branch") {
        let why = "`workload.events` says what is pushed to the branch, and which pull requests are for it";
        found.values(view, &["pushes-per-day", "pull-requests"], why);
    }
}

/// Rebases of bots that never come.
fn rebases(scene: &Scene, drawn: &Stochastic, found: &mut IdleKey) {
    let view = scene.root.table("workload").table("burst-rebases");
    let (all, how) = (["when", "after", "at-most"], ["after", "at-most"]);
    let Some(rebases) = drawn.rebases.filter(|_| drawn.bursts_per_week > 0.0) else {
        let (keys, why) = match drawn.bursts_per_week > 0.0 {
            true => (&how[..], "bots rebase nothing (`when = \"never\"`)"),
            false => (&all[..], "`bursts-per-week` is 0"),
        };
        return found.values(view, keys, why);
    };
    let is_committed = is_committed(scene);
    let changes_lock = drawn.changes.of(InputId::LOCK) > 0.0 || drawn.burst_merged > 0.0;
    if !scene.traffic.main {
        found.values(view, &all, "nothing is pushed to the default branch");
    } else if rebases.when == RebaseWhen::Conflicted && !is_committed {
        let why = "the lock file is not committed in the simulated time (`lock-committed-from`)";
        found.values(view, &all, why);
    } else if rebases.when == RebaseWhen::Conflicted && !changes_lock {
        found.values(view, &all, "no push to the default branch changes the lock file");
    }
}

/// Changes of the rate of pushes that change nothing.
fn growth(drawn: &Stochastic, view: View, found: &mut IdleKey) {
    let mut before = 1.0;
    for (change, view) in drawn.growth.iter().zip(view.tables("growth")) {
        let why = match () {
            () if drawn.people_per_day() == 0.0 => Some("nobody pushes"),
            () if change.at >= drawn.end() => Some("it begins after the last push"),
            () if change.factor == before => Some("the rate is the same before"),
            () => None,
        };
        if let Some(why) = why {
            found.whole(view, format!("a change in `workload.growth` has no effect: {why}"));
        }
        before = change.factor;
    }
}

/// Branches whose pushes and pull requests start nothing.
fn branches(scene: &Scene, drawn: &Stochastic, found: &mut IdleKey) {
    for (index, (name, view)) in (1..).zip(scene.root.map("branch")) {
        let branch = BranchId(index);
        let is_pushed = scene.any_workflow(|on| on.push_branches.has(branch));
        let is_base = |on: &On| on.pull_request && (on.bases.is_every() || on.bases.branches.has(branch));
        let asks = scene.traffic.opened && scene.any_workflow(is_base);
        if !is_pushed && !asks && !takes_from_main(scene, drawn.branches.get(usize::from(index) - 1)) {
            found.table(&format!("branch.{name}"), view, "no workflow that runs is started by it");
        }
    }
}

/// True if pull requests for this branch would otherwise be for the default branch, and something starts there.
fn takes_from_main(scene: &Scene, branch: Option<&Branch>) -> bool {
    let takes = scene.traffic.opened && branch.is_some_and(|branch| branch.pull_requests > 0.0);
    let merges = scene.traffic.merges;
    let is_started =
        |on: &On| on.pull_request || on.pull_request_target || (merges && (on.push_main || on.has_queue()));
    takes && scene.any_workflow(is_started)
}

/// Settings of the merge queue that never decide when it merges.
fn merge_rules(scene: &Scene, view: View, found: &mut IdleKey) {
    if view.integer("merge-queue-min") == 1 {
        let why = "with `merge-queue-min = 1` no pull request waits for others";
        found.value(view, "merge-queue-wait", why);
    } else if view.duration("merge-queue-wait") == Duration::ZERO {
        found.value(
            view,
            "merge-queue-min",
            "with `merge-queue-wait = \"0 s\"` no pull request waits for others",
        );
    }
    let is_check = |workflow: &Workflow| workflow.required && workflow.on.has_queue();
    if !scene.running.iter().any(is_check) {
        let why = "no workflow that is required runs in the merge queue";
        found.value(view, "merge-queue-timeout", why);
    }
}

/// True if such an event starts a job of the workflow: one whose jobs all run on other events does nothing.
fn runs_on(workflow: &Workflow, is: fn(&On) -> bool) -> bool {
    is(&workflow.on) && workflow.jobs.iter().any(|job| job.on.is_none_or(|own| is(&own)))
}

/// True if such an event starts anything.
fn starts_any(scene: &Scene, is: fn(&On) -> bool) -> bool {
    scene.model.workflows.iter().any(|workflow| runs_on(workflow, is))
}

/// Events that are no pushes and start nothing. They also happen beside a log.
fn other_events(scene: &Scene, found: &mut IdleKey) {
    let others = scene.root.table("workload").table("events-per-day");
    if !starts_any(scene, |on| on.workflow_dispatch) {
        found.value(others, "workflow_dispatch", "no workflow runs on it");
    }
    if !starts_any(scene, |on| on.repository_dispatch) {
        found.value(others, "repository_dispatch", "no workflow runs on it");
    }
    if !starts_any(scene, |on| on.issue_comment) {
        found.value(others, "issue_comment", "no workflow runs on it");
    }
}

/// Events that start nothing.
fn events(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload");
    let on = |is: fn(&On) -> bool| starts_any(scene, is);
    let mut workflows = scene.model.workflows.iter();
    if !workflows.any(|workflow| !workflow.has_cron && runs_on(workflow, |on| on.schedule)) {
        found.value(view, "schedules-per-day", "no workflow runs on `schedule` without `cron`");
    }
    if !on(|on| on.release || on.push_tags) {
        found.value(view, "releases-per-month", "no workflow runs on `release` or `push tags`");
    }
    if !on(|on| on.has_queue()) {
        found.value(view, "merge-queue", "no workflow runs on `merge_group` or on every `push`");
    } else if !scene.traffic.merges {
        found.value(view, "merge-queue", "no pull request is merged");
    }
    if !scene.traffic.queue {
        let keys = ["time", "min", "max", "wait", "timeout"].map(|key| format!("merge-queue-{key}"));
        let keys = keys.each_ref().map(String::as_str);
        found.values(view, &keys, "no merge waits in a queue");
    } else {
        merge_rules(scene, view, found);
    }
    let pulls = view.table("pull-requests");
    if on(|on| on.push_heads) {
        // A fork's branches are not in this repository: pushes to them start nothing.
    } else if !on(|on| on.pull_request) {
        found.value(pulls, "forks", "no workflow runs on `pull_request`");
    } else if !of_pulls(scene).flat_map(|workflow| &workflow.jobs).any(|job| exports_outside(scene, job)) {
        if scene.model.forks_write {
            found.value(
                pulls,
                "forks",
                "forks have the same rights as other pull requests (`cache.forks-write`)",
            );
        } else if !asks_for_rights(scene) {
            let why = "no job of a pull request depends on its trigger for the right to save";
            found.value(pulls, "forks", why);
        }
    }
    // Each class by itself passes a filter by all of them.
    let classes = scene.model.workload.path_classes.len();
    let keeps_some_out = |paths: &PathSet| (0..classes).any(|class| paths.0 >> class & 1 == 0);
    let all: Vec<PathSet> = scene.running.iter().flat_map(|workflow| filters(scene, workflow)).collect();
    if all.is_empty() {
        found.value(view, "burst-paths", "none of the workflows that run filter by `paths`");
    } else if !all.iter().any(keeps_some_out) {
        found.value(view, "burst-paths", "no filter by `paths` keeps a path class out");
    }
}

/// A fork's pull request has no credentials for another store. An export inline takes no time of its own.
fn exports_outside(scene: &Scene, job: &Job) -> bool {
    let outside = |cache: &Cache| match cache {
        Cache::Buildkit(settings) => {
            let shows = settings.store != ImageStore::Inline || scene.keeps_layers(job);
            !cache.is_on_github() && cache.saves_on(RefClass::PullRequest) && shows
        }
        _ => false,
    };
    job.caches.iter().any(outside)
}

/// Values that matter only to the crate graph.
fn crates(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload");
    if !scene.any_job(|job| scene.keeps_crates(job)) {
        let why = "no job restores what it compiles";
        found.values(view, &["crates-per-lock-change", "drift-per-day"], why);
    } else if is_always_committed(scene) && !scene.any_job(|job| outlives_lock(scene, job)) {
        let why = "a lock file's archive is only found by jobs with the same lock file";
        found.value(view, "crates-per-lock-change", why);
    }
    if !scene.any_job(|job| scene.keeps_crates(job) || depends_on(scene, job, InputId::LOCK, true)) {
        found.value(view, "lock-committed-from", "no job depends on the lock file");
    }
    if !scene.any_job(|job| sees_sources(scene, job)) {
        found.value(view, "crates-per-source-change", "no cache keeps the workspace's own crates");
    } else if scene.model.graph.members().len() == 1 {
        found.value(view, "crates-per-source-change", "the project has one workspace crate");
    }
    // Archives start with the contents that pushes before the first instant left in them.
    if !view.is_changed("lock-committed-from") {
        found.value(view, "drift-per-day", "the lock file is always committed");
    }
    if let PushSource::Stochastic(drawn) = &scene.model.workload.source
        && drawn.changes.of(InputId::LOCK) == 0.0
        && drawn.bursts_per_week == 0.0
    {
        found.value(view, "crates-per-lock-change", "no push changes the lock file");
    }
    if let PushSource::Stochastic(drawn) = &scene.model.workload.source
        && drawn.changes.of(InputId::SOURCE) == 0.0
    {
        found.value(view, "crates-per-source-change", "no push changes sources");
    }
}

/// True if the job can restore crates that were compiled for another lock file.
fn outlives_lock(scene: &Scene, job: &Job) -> bool {
    let keeps =
        |cache: &Cache| cache.wrapper().is_some() || cache.kept().crates || cache.kept().downloads.is_some();
    scene.keeps(job, |cache| keeps(cache) && !pins_lock(cache))
}

/// True if a lock file is committed from the first instant on.
fn is_always_committed(scene: &Scene) -> bool {
    scene.model.window().is_some_and(|(first, _)| scene.model.workload.lock_committed_from <= first)
}

/// Shares of pushes that change something on which nothing depends.
fn changes(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload").table("changes");
    for (input, name) in InputId::all(InputId::BUILT_IN.len()).zip(InputId::BUILT_IN) {
        if let Some(why) = unread(scene, input) {
            found.value(view, name, why);
        }
    }
    paths(scene, found);
}

/// Inputs on which nothing depends, or that never change.
fn inputs(scene: &Scene, found: &mut IdleKey) {
    let known = &scene.model.workload.inputs;
    for (name, view) in scene.root.map("input") {
        let Some(index) = known.iter().position(|input| input.name == name) else { continue };
        let input = InputId(index as u8);
        match &scene.model.workload.source {
            PushSource::Log(_) => found.value(view, "changes", "the log of pushes says what each changes"),
            PushSource::Stochastic(drawn) if drawn.changes.of(input) == 0.0 => {
                found.value(view, "reverts", "no push changes it");
            }
            PushSource::Stochastic(_) => {}
        }
        if let Some(why) = unread(scene, input) {
            match index < InputId::BUILT_IN.len() {
                true => found.values(view, &["changes", "reverts"], why),
                false => found.table(&format!("input.{name}"), view, why),
            }
        }
    }
}

/// Why no result depends on an input; `None` if one does.
fn unread(scene: &Scene, input: InputId) -> Option<&'static str> {
    if scene.any_job(|job| depends_on(scene, job, input, is_committed(scene))) || decides(scene, input) {
        return None;
    }
    Some(match input {
        InputId::LOCK if scene.any_job(|job| depends_on(scene, job, input, true)) => {
            "the lock file is not committed in the simulated time (`lock-committed-from`)"
        }
        InputId::SOURCE => "no cache keeps the workspace's own crates, and images see every push anyway",
        InputId::DOCKERFILE => {
            "no key contains `{dockerfile}`, and image steps depend only on their `content`"
        }
        _ => "no key depends on it, and no job builds anything that does",
    })
}

/// Shares of pushes that touch a class that matters to no filter.
fn paths(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("workload").table("changes");
    let PushSource::Stochastic(drawn) = &scene.model.workload.source else { return };
    for (index, class) in scene.model.workload.path_classes.iter().enumerate() {
        let named =
            view.named_numbers("paths").into_iter().find(|(name, share, _)| name == class && *share != 1.0);
        let Some((_, _, span)) = named else { continue };
        let others = |filter: u64| {
            let mut shares = drawn.changes.paths.iter().enumerate();
            shares.any(|(other, share)| other != index && filter >> other & 1 == 1 && *share >= 1.0)
        };
        let named_by: Vec<u64> = scene
            .running
            .iter()
            .filter(|workflow| is_filtered(scene, &workflow.on))
            .flat_map(|workflow| filters(scene, workflow))
            .map(|paths| paths.0)
            .filter(|filter| filter >> index & 1 == 1)
            .collect();
        let why = match named_by.as_slice() {
            [] => "none of the workflows that run filter by it",
            filters if filters.iter().all(|filter| others(*filter)) => {
                "every push touches another class of the same filters"
            }
            _ => continue,
        };
        let message = format!("the share of `{class}` has no effect: {why}");
        found.0.push(Diagnostic::warning("no-effect", message).at(span));
    }
}

/// True if a filter by paths names the input.
fn decides(scene: &Scene, input: InputId) -> bool {
    let own = scene.model.workload.paths_of_input(input);
    scene.running.iter().flat_map(|workflow| filters(scene, workflow)).any(|filter| filter.meets(own))
}

/// The filters by paths of a workflow, and of those of its jobs that run.
fn filters(scene: &Scene, workflow: &Workflow) -> impl Iterator<Item = PathSet> {
    let running = workflow.jobs.iter().filter(|job| scene.traffic.reaches(workflow, job));
    workflow.paths.of_events(workflow.on).flatten().chain(running.filter_map(|job| job.paths))
}

/// True if some of these events happen that GitHub filters by paths.
pub(super) fn is_filtered(scene: &Scene, on: &On) -> bool {
    let traffic = &scene.traffic;
    let by_pulls = on.pull_request || on.push_heads || on.pull_request_target;
    let by_branches = on.push_branches.0 & traffic.branches.0 != 0;
    let by_queue = on.push_queue && traffic.queue;
    (on.push_main && traffic.main) || (by_pulls && traffic.pulls) || by_branches || by_queue
}

/// True if a lock file is committed at any simulated time.
fn is_committed(scene: &Scene) -> bool {
    scene.model.window().is_none_or(|(_, end)| scene.model.workload.lock_committed_from < end)
}

/// True if one of the job's results depends on this input of `changes`. Keys and recipes see a lock file only
/// if it is `committed`; a compiler sees every version.
fn depends_on(scene: &Scene, job: &Job, input: InputId, committed: bool) -> bool {
    let seen_by_key = committed || input != InputId::LOCK;
    // A look-up that never finds anything still takes time, and that time is drawn for the key.
    // What is saved under another key is another entry, whether or not it is ever found.
    let asks = |cache: &Cache| saves(cache) || (cache.has_archive() && reads(job)) || scene.is_used(cache);
    let ages = |cache: &Cache| cache.ages_with() == Some(input) && scene.finds(cache);
    let by_age = job.caches.iter().any(ages);
    let by_key = seen_by_key && job.caches.iter().any(|cache| asks(cache) && cache.depends_on(input));
    let by_build = match &job.build {
        Build::Nothing => false,
        Build::Compile(_) => compiled_from(scene, job, input),
        Build::Image { image, .. } => {
            let steps = &scene.model.images[*image].steps;
            seen_by_key && scene.depends_on_steps(job) && steps.iter().any(|step| seen(step.content, input))
        }
    };
    by_key || by_age || by_build
}

fn compiled_from(scene: &Scene, job: &Job, input: InputId) -> bool {
    let workload = &scene.model.workload;
    let uncommitted = scene.model.window().is_some_and(|(first, _)| first < workload.lock_committed_from);
    match input {
        InputId::LOCK | InputId::TOOLCHAIN => scene.keeps_crates(job) || asks_for_objects(job),
        InputId::MANIFESTS => (scene.keeps_crates(job) || asks_for_objects(job)) && uncommitted,
        InputId::SOURCE => sees_sources(scene, job),
        _ => false,
    }
}

fn seen(content: LayerContent, input: InputId) -> bool {
    match content {
        LayerContent::Fixed | LayerContent::Base | LayerContent::Context => false,
        LayerContent::Recipe => RECIPE.contains(&input),
        LayerContent::Input(seen) => seen == input,
    }
}

/// True if a change of the workspace's sources changes what a cache holds.
fn sees_sources(scene: &Scene, job: &Job) -> bool {
    let Build::Compile(compiles) = &job.build else { return false };
    let flavour = &scene.model.flavours[compiles.flavour];
    let members = !scene.model.graph.members().is_empty();
    let stores = |cache: &Cache| cache.wrapper().is_some() && scene.is_used(cache);
    members && flavour.workspace_cacheable && wraps_compiler(job) && job.caches.iter().any(stores)
}
