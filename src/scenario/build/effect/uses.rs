//! Questions that a workflow, a job or a client answers by itself: whether it saves, looks up, packs or wraps the
//! compiler. `Scene` answers those that need the whole scenario.

use super::traffic::{ClassSet, ExpectedTraffic, Occasions};
use crate::ci::{Build, Condition, Job, On, Workflow};
use crate::client::{ActionsCache, Cache, Paths, SaveAfter};
use crate::engine::Model;
use crate::event::RefClass;
use crate::project::InputId;
use crate::random::Distribution;
use crate::service::CacheMode;
use crate::units::Duration;

/// The workflow without the things that its caches never do: sccache where nothing is compiled, and saves on
/// refs that a job never runs on, after runs that always fail, or without the right to save. (BuildKit learns of
/// its rights when it is refused.) A job that never runs has no event left.
pub(super) fn as_it_runs(workflow: &Workflow, model: &Model, traffic: &ExpectedTraffic) -> Workflow {
    let mut meant = workflow.clone();
    // For each job, whether it and all jobs before it may succeed: found in one pass, however long the chain.
    let mut passes: Vec<bool> = Vec::new();
    for index in 0..meant.jobs.len() {
        let job = &meant.jobs[index];
        let shared = traffic.classes(common_occasions(&meant, job));
        let may_pass =
            |need: &usize| passes[*need] && may_succeed(&meant, &meant.jobs[*need], shared, traffic);
        let may_follow = job.needs.iter().all(may_pass);
        let is_skipped = job.condition == Condition::Success && !may_follow;
        if is_skipped || waits_in_vain(model, traffic, &meant, job) {
            meant.jobs[index].on = Some(On::default());
        }
        let occasions = Occasions::of_job(&meant, &meant.jobs[index]);
        drop_unused(&mut meant.jobs[index], occasions, traffic);
        let classes = traffic.classes(occasions);
        passes.push(may_follow && may_succeed(&meant, &meant.jobs[index], classes, traffic));
    }
    meant
}

/// True if a job runs after a failure of one of its ancestors only, and there is never one where it runs.
pub(super) fn waits_in_vain(
    model: &Model,
    traffic: &ExpectedTraffic,
    workflow: &Workflow,
    job: &Job,
) -> bool {
    let own = Occasions::of_job(workflow, job);
    let fails = |other: usize| {
        let need = &workflow.jobs[other];
        let of_need = Occasions::of_job(workflow, need);
        let meets = !traffic.common_classes(own, of_need).is_empty();
        !need.continue_on_error && meets && has_failing_step_on(model, traffic, own.and(of_need), need)
    };
    job.condition == Condition::Failure && !workflow.ancestors(job).any(fails)
}

/// True if a run of the job may end without success and without a cancellation.
pub(super) fn may_fail(model: &Model, traffic: &ExpectedTraffic, workflow: &Workflow, job: &Job) -> bool {
    // Whether a short time-out is ever reached is not known before.
    has_failing_step(model, traffic, workflow, job) || ends_late(model, job) || has_short_timeout(job)
}

/// True if a step of the job may fail: by itself, because a cache refuses or lacks something, or because the disk is
/// full. (A job that runs out of time is cancelled.)
pub(super) fn has_failing_step(
    model: &Model,
    traffic: &ExpectedTraffic,
    workflow: &Workflow,
    job: &Job,
) -> bool {
    has_failing_step_on(model, traffic, Occasions::of_job(workflow, job), job)
}

/// The same of its runs on these occasions.
fn has_failing_step_on(model: &Model, traffic: &ExpectedTraffic, of: Occasions, job: &Job) -> bool {
    let may_be_refused = |cache: &Cache| {
        let fails_then = cache.layers().is_some_and(|settings| !settings.ignore_error);
        fails_then && cache.is_on_github() && saves(cache)
    };
    let fails = (job.fails > 0.0 && traffic.proposes(of))
        || (job.fails_in_queue > 0.0 && traffic.queues(of))
        || (job.fails_on_main > 0.0 && traffic.runs_accepted(of));
    fails
        || lacks_server(job)
        || model.runners[job.runner].disk.is_some()
        || job.caches.iter().any(|cache| cache.fails_on_miss() || may_be_refused(cache))
}

/// True if the job has less time than GitHub gives one by default.
pub(super) fn has_short_timeout(job: &Job) -> bool {
    job.timeout < Duration(6 * Duration::HOUR.0)
}

/// What lets the job and all that it needs run.
pub(super) fn common_occasions(workflow: &Workflow, job: &Job) -> Occasions {
    let needs = job.needs.iter().map(|need| Occasions::of_job(workflow, &workflow.jobs[*need]));
    needs.fold(Occasions::of_job(workflow, job), Occasions::and)
}

/// False if the job never runs on these classes of refs, or all its runs there fail.
fn may_succeed(workflow: &Workflow, job: &Job, classes: ClassSet, traffic: &ExpectedTraffic) -> bool {
    let passes = |class: RefClass| {
        let share = least_failures(job, class);
        let refused = |cache: &Cache| {
            let ignores = cache.layers().is_none_or(|settings| settings.ignore_error);
            let saving = traffic.classes(Occasions::of_job(workflow, job).saving(cache));
            let saves = cache.saves_on(class) && saving.has(class);
            cache.is_on_github() && !ignores && saves && !writable(workflow, job, traffic).has(class)
        };
        share < 1.0 && !lacks_server(job) && !job.caches.iter().any(refused)
    };
    !classes.is_empty() && (job.continue_on_error || !classes.filter(passes).is_empty())
}

/// The classes of refs on which runs of the job may store in GitHub's cache.
fn writable(workflow: &Workflow, job: &Job, traffic: &ExpectedTraffic) -> ClassSet {
    let occasions = Occasions::of_job(workflow, job);
    match job.cache_mode {
        None => traffic.writable(occasions),
        Some(_) => traffic.classes(occasions).filter(|_| writes(job)),
    }
}

/// Removes what the caches of a job that runs on these occasions never do.
fn drop_unused(job: &mut Job, occasions: Occasions, traffic: &ExpectedTraffic) {
    if traffic.classes(occasions).is_empty() {
        job.caches.clear();
        job.build = Build::Nothing;
    }
    let compiles = matches!(job.build, Build::Compile(_));
    job.caches.retain(|cache| compiles || cache.wrapper().is_none());
    let as_written = job.clone();
    for cache in &mut job.caches {
        let refused = !writes(&as_written) && cache.is_on_github() && cache.layers().is_none();
        let saves = |class| cache.saves_on(class) && !fails_surely(&as_written, cache, class);
        // BuildKit asks, and is refused.
        let by_trigger = cache.is_on_github() && cache.layers().is_none() && as_written.cache_mode.is_none();
        let saving = occasions.saving(cache);
        let classes = if by_trigger { traffic.writable(saving) } else { traffic.classes(saving) };
        if refused || classes.filter(saves).is_empty() {
            *cache = cache.clone().without_saves();
        }
    }
}

/// True if no run of the job that finds nothing can end before its `timeout`, however fast its machine is. It
/// then saves nothing at its end.
pub(super) fn ends_late(model: &Model, job: &Job) -> bool {
    let runner = &model.runners[job.runner];
    let built = match &job.build {
        Build::Nothing => Duration::ZERO,
        Build::Compile(compiles) => {
            compiles.dependencies_cold.unwrap_or(Duration::ZERO) + model.flavours[compiles.flavour].tail
        }
        Build::Image { image, .. } => model.images[*image].cold(runner.cores),
    };
    // Whatever else is drawn can be very short.
    let boot = match runner.boot {
        Distribution::Constant(seconds) | Distribution::Uniform { low: seconds, .. } => {
            Duration::from_secs_f64(seconds)
        }
        Distribution::LogNormal { .. } | Distribution::Exponential { .. } => Duration::ZERO,
    };
    let least = job.setup + job.prepare + job.finish + built;
    let stores_only_at_the_end = job.caches.iter().all(|cache| cache.wrapper().is_none());
    let at_least = boot + least.scaled(1.0 / runner.speed_noise.utmost().max(0.01));
    stores_only_at_the_end && at_least > job.timeout
}

/// The least share of the job's runs on this class of ref that fail. On other branches, some are for pull requests or
/// the merge queue.
fn least_failures(job: &Job, class: RefClass) -> f64 {
    match class {
        RefClass::Main => job.fails_on_main,
        RefClass::PullRequest => job.fails,
        RefClass::Other => job.fails.min(job.fails_on_main).min(job.fails_in_queue),
    }
}

/// True if this cache saves nothing on this class of ref, because every run of the job fails there. sccache
/// stores objects while the job runs.
pub(super) fn fails_surely(job: &Job, cache: &Cache, class: RefClass) -> bool {
    (least_failures(job, class) >= 1.0 || lacks_server(job))
        && cache.wrapper().is_none()
        && cache.saves_after() == SaveAfter::Success
}

/// True if every run of the job fails because sccache's server may not read its store, and does not start.
pub(super) fn lacks_server(job: &Job) -> bool {
    let is_refused = |cache: &Cache| cache.wrapper().is_some() && cache.is_on_github() && !reads(job);
    matches!(job.build, Build::Compile(_)) && job.caches.iter().any(is_refused)
}

/// True if the job compiles anything.
pub(super) fn compiles(job: &Job) -> bool {
    matches!(job.build, Build::Compile(_)) && !lacks_server(job)
}

/// True if the job looks compiled objects up in GitHub's cache. Found or not, what changes them decides whether a miss
/// is one of a new key.
pub(super) fn asks_for_objects(job: &Job) -> bool {
    compiles(job) && job.caches.iter().any(|cache| cache.wrapper().is_some() && cache.is_on_github())
}

/// True if any run saves with it.
pub(super) fn saves(cache: &Cache) -> bool {
    RefClass::ALL.into_iter().any(|class| cache.saves_on(class))
}

/// True if the step can find only what the same push has stored.
pub(super) fn names_push(step: &ActionsCache) -> bool {
    step.restore_keys.is_empty() && step.key.names_push()
}

/// True if what the cache finds always has the crates of the lock file that the job has checked out.
pub(super) fn pins_lock(cache: &Cache) -> bool {
    let pins = |step: &ActionsCache| step.key.depends_on(InputId::LOCK) || step.key.names_push();
    matches!(cache, Cache::ActionsCache(step) if step.restore_keys.is_empty() && pins(step))
}

/// True if the job's token may look entries up.
pub(super) fn reads(job: &Job) -> bool {
    !matches!(job.cache_mode, Some(CacheMode::WriteOnly | CacheMode::None))
}

/// True if the job's token may store entries.
pub(super) fn writes(job: &Job) -> bool {
    !matches!(job.cache_mode, Some(CacheMode::Read | CacheMode::None))
}

/// True if a client of the job uses GitHub's cache and is allowed to.
pub(super) fn uses_github(job: &Job) -> bool {
    job.cache_mode != Some(CacheMode::None) && job.caches.iter().any(|cache| cache.is_on_github())
}

/// True if an archive of this client holds what the job compiles.
pub(super) fn is_of_crates(cache: &Cache) -> bool {
    cache.kept().crates
}

/// True if it holds the workspace's own crates.
pub(super) fn holds_workspace(cache: &Cache) -> bool {
    match cache {
        Cache::ActionsCache(step) => step.paths == Paths::Target,
        _ => cache.kept().members,
    }
}

/// True if the job saves archives.
pub(super) fn saves_archives(job: &Job) -> bool {
    job.caches.iter().any(|cache| cache.has_archive() && saves(cache))
}

/// True if the job compiles with sccache.
pub(super) fn wraps_compiler(job: &Job) -> bool {
    compiles(job) && job.caches.iter().any(|cache| cache.wrapper().is_some())
}

/// True if the job stores the objects that it compiles.
pub(super) fn stores_objects(job: &Job) -> bool {
    compiles(job) && job.caches.iter().any(|cache| cache.wrapper().is_some() && saves(cache))
}

/// True if the job is described by its measured times and compiles.
pub(super) fn is_measured(job: &Job) -> bool {
    matches!(&job.build, Build::Compile(compiles) if compiles.dependencies_cold.is_some())
}
