//! Values that change nothing in this scenario, because it does not contain what they describe. Their author
//! believes that they matter, so each gets a warning, unless it only repeats the default.
//!
//! Only reasons that follow from the scenario itself count. If nothing happens to be evicted in a year of
//! pushes, that is an answer and not a fault. Warnings that need only a single client or job are given where
//! that is read.

mod actions_cache;
mod builders;
mod cache;
mod clients;
mod failures;
mod followed;
mod image;
mod janitor;
mod job;
mod layers;
mod legs;
mod overrides;
mod patterns;
mod project;
mod runner;
mod rust_cache;
mod steps;
mod survivors;
mod traffic;
mod uses;
mod workload;

use crate::ci::{Build, CancelInProgress, Job, On, Workflow};
use crate::client::{ArchiveRate, Cache, SaveAfter};
use crate::diagnostic::{Diagnostic, Report};
use crate::engine::Model;
use crate::project::Os;
use crate::scenario::view::View;
use crate::units::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use steps::CacheSteps;
pub(super) use steps::run_context;
use traffic::ExpectedTraffic;
use uses::{as_it_runs, compiles, ends_late, reads, saves};

/// Warns of each written value that cannot change any result.
pub(super) fn warn_of_idle(root: View, model: &Model, report: &mut Report) {
    let traffic = ExpectedTraffic::of(&model.workload);
    let started = followed::as_started(model, &traffic);
    let running = started.iter().filter(|workflow| traffic.starts(workflow));
    let mut running: Vec<Workflow> = running.map(|workflow| as_it_runs(workflow, model, &traffic)).collect();
    drop_saves_of_late_jobs(&mut running, model, traffic);
    let steps = CacheSteps::of(&running, model, traffic);
    let jobs = running.iter().flat_map(|workflow| workflow.jobs.iter().map(move |job| (workflow, job)));
    let jobs = jobs.filter(|(workflow, job)| traffic.reaches(workflow, job)).map(|(_, job)| job);
    let jobs: Vec<&Job> = jobs.collect();
    let archiving = actions_cache::systems(&jobs, model);
    let (groups, written) = (groups(&running), groups(&model.workflows));
    let mut concurrency = running.iter().flat_map(Workflow::concurrency_groups);
    let cancels = concurrency.any(|group| group.cancel != CancelInProgress::Never);
    let (started, running) = (&started, &running);
    let scene =
        Scene { root, model, traffic, started, running, groups, written, cancels, jobs, archiving, steps };
    let rules = [
        cache::idle,
        janitor::idle,
        survivors::idle,
        workload::idle,
        runner::idle,
        project::idle,
        image::idle,
        job::idle,
        failures::idle,
        patterns::idle,
        clients::idle,
    ];
    for rule in rules {
        let mut found = IdleKey(Vec::new());
        rule(&scene, &mut found);
        let own = found.0.into_iter().filter(|warning| is_own(warning, report));
        own.collect::<Vec<_>>().into_iter().for_each(|warning| report.push(warning));
    }
}

/// Removes the saves of each job that never ends in time without a cache, and whose caches no other job fills.
fn drop_saves_of_late_jobs(running: &mut [Workflow], model: &Model, traffic: ExpectedTraffic) {
    let steps = CacheSteps::of(running, model, traffic);
    let saves_late = |cache: &Cache| cache.saves_after() == SaveAfter::Cancellation;
    let is_late = |job: &Job| {
        let has_one = |is: &dyn Fn(&Cache) -> bool| job.caches.iter().any(is);
        ends_late(model, job) && !has_one(&saves_late) && !has_one(&|cache| steps.is_shared(cache))
    };
    let late: Vec<Vec<bool>> =
        running.iter().map(|workflow| workflow.jobs.iter().map(is_late).collect()).collect();
    for (workflow, late) in running.iter_mut().zip(late) {
        for (job, _) in workflow.jobs.iter_mut().zip(late).filter(|(_, late)| *late) {
            job.caches = std::mem::take(&mut job.caches).into_iter().map(Cache::without_saves).collect();
        }
    }
}

/// True if the value is written in the scenario's own file or in an option. Inherited values were written for
/// another scenario.
fn is_own(warning: &Diagnostic, report: &Report) -> bool {
    warning
        .span
        .is_some_and(|span| span.file.index() == 0 || report.sources.name(span.file).starts_with("--"))
}

/// The legs of each job, which stand side by side, by the names of its workflow and of the job. Without them, to find those
/// of 10,000 jobs would take seconds.
type LegGroups<'a> = BTreeMap<(&'a str, &'a str), &'a [Job]>;

fn groups(workflows: &[Workflow]) -> LegGroups<'_> {
    let jobs = workflows.iter().flat_map(|workflow| {
        let legs = workflow.jobs.chunk_by(|one, other| one.group == other.group);
        legs.map(|legs| ((workflow.name.as_str(), legs[0].group.as_str()), legs))
    });
    jobs.collect()
}

/// A scenario, and what happens in it.
struct Scene<'a> {
    root: View<'a>,
    model: &'a Model,
    traffic: ExpectedTraffic,
    /// All workflows, without the starts that never come.
    started: &'a [Workflow],
    /// The workflows that something starts, without what their caches never do there.
    running: &'a [Workflow],
    /// The legs of each of their jobs, and of each job as the scenario writes it.
    groups: LegGroups<'a>,
    written: LegGroups<'a>,
    /// True if a concurrency group cancels what runs in it.
    cancels: bool,
    /// Their jobs that run, each leg by itself.
    jobs: Vec<&'a Job>,
    /// The systems that they use actions/cache on.
    archiving: BTreeSet<Os>,
    /// Their caches.
    steps: CacheSteps<'a>,
}

impl Scene<'_> {
    /// The jobs that run, each leg by itself.
    fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.iter().copied()
    }

    /// The legs of one of the workflow's jobs that ever run.
    fn reached(&self, workflow: &Workflow, group: &str) -> Vec<&Job> {
        self.legs(workflow, group).iter().filter(|job| self.traffic.reaches(workflow, job)).collect()
    }

    /// The legs of one of the jobs of a workflow that runs.
    fn legs(&self, workflow: &Workflow, group: &str) -> &[Job] {
        self.groups.get(&(workflow.name.as_str(), group)).copied().unwrap_or_default()
    }

    /// The caches of all jobs that run.
    fn caches(&self) -> impl Iterator<Item = &Cache> {
        self.jobs().flat_map(|job| &job.caches)
    }

    /// True if this cache can find what one of the jobs that run has stored, or what is there from the start.
    fn finds(&self, cache: &Cache) -> bool {
        self.steps.finds(cache) || (cache.has_archive() && self.begins_full())
    }

    /// True if the cache holds what a listing shows when the simulation begins.
    fn begins_full(&self) -> bool {
        !self.model.initial.is_empty()
    }

    /// True if the cache keeps anything that a later run can use, or finds it.
    fn is_used(&self, cache: &Cache) -> bool {
        self.steps.finds(cache) || self.steps.is_found(cache)
    }

    /// True if one of the job's caches keeps what it compiles for a later run.
    fn keeps_compiled(&self, job: &Job) -> bool {
        self.keeps(job, |cache| cache.wrapper().is_some() || cache.kept().crates)
    }

    /// True if one of them keeps the crates of what it compiles, compiled or as they were downloaded.
    fn keeps_crates(&self, job: &Job) -> bool {
        self.keeps_compiled(job) || self.keeps(job, |cache| cache.kept().downloads.is_some())
    }

    /// True if a later run restores what such a cache of the job keeps of what it compiles.
    fn keeps(&self, job: &Job, keeps: impl Fn(&Cache) -> bool) -> bool {
        compiles(job) && job.caches.iter().any(|cache| keeps(cache) && self.steps.restores(cache))
    }

    /// True if the size of this archive matters to the job. What a look-up misses counts by its size.
    fn moves(&self, job: &Job, cache: &Cache) -> bool {
        cache.has_archive() && (saves(cache) || reads(job))
    }

    /// True if the unpacked size of this archive matters to the job.
    fn counts_files(&self, job: &Job, cache: &Cache) -> bool {
        let runner = &self.model.runners[job.runner];
        let by_files = |rate: &ArchiveRate| matches!(rate, ArchiveRate::Unpacked(_));
        let restores = !cache.only_looks() && self.finds(cache);
        (cache.has_archive() && runner.disk.is_some())
            || (cache.has_archive() && saves(cache) && by_files(&runner.pack))
            || (cache.has_archive() && restores && by_files(&runner.unpack))
    }

    /// True if the job restores an archive that some job stores.
    fn restores_archives(&self, job: &Job) -> bool {
        job.caches.iter().any(|cache| cache.has_archive() && !cache.only_looks() && self.finds(cache))
    }

    /// True if a run of the job has anything on the disk.
    fn fills_disk(&self, job: &Job) -> bool {
        let built = match &job.build {
            Build::Nothing => false,
            Build::Compile(_) => compiles(job),
            Build::Image { image, .. } => self.model.images[*image].unpacked() > Bytes::ZERO,
        };
        built || job.caches.iter().any(|cache| cache.has_archive())
    }

    /// True if disk space is counted where the job runs.
    fn has_disk(&self, job: &Job) -> bool {
        self.model.runners[job.runner].disk.is_some()
    }

    /// True if events of such a kind start a workflow that runs.
    fn any_workflow(&self, is: impl Fn(&On) -> bool) -> bool {
        self.running.iter().any(|workflow| is(&workflow.on))
    }

    /// True if such a job runs.
    fn any_job(&self, is: impl FnMut(&Job) -> bool) -> bool {
        self.jobs().any(is)
    }
}

/// The warnings.
struct IdleKey(Vec<Diagnostic>);

impl IdleKey {
    /// The value of `key` changes nothing, because of this.
    fn value(&mut self, view: View, key: &str, why: &str) {
        if view.is_changed(key) {
            self.push(format!("`{key}` has no effect: {why}"), view, key);
        }
    }

    /// The values of these keys change nothing, because of this.
    fn values(&mut self, view: View, keys: &[&str], why: &str) {
        keys.iter().for_each(|key| self.value(view, key, why));
    }

    /// This whole table changes nothing, because of this.
    fn table(&mut self, path: &str, view: View, why: &str) {
        if view.stands() {
            self.whole(view, format!("`{path}` has no effect: {why}"));
        }
    }

    /// Warns with this message about a table.
    fn whole(&mut self, view: View, message: String) {
        self.0.push(Diagnostic::warning("no-effect", message).at(view.opened_at()));
    }

    fn push(&mut self, message: String, view: View, key: &str) {
        self.0.push(Diagnostic::warning("no-effect", message).at(view.span(key)));
    }
}
