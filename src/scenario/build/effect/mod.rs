//! Values that change nothing in this scenario, because it does not contain what they describe. Their author
//! believes that they matter, so each gets a warning, unless it only repeats the default.
//!
//! Only reasons that follow from the scenario itself count. If nothing happens to be evicted in a year of
//! pushes, that is an answer and not a fault. Warnings that need only a single client or job are given where
//! that is read.

mod cache;
mod clients;
mod image;
mod job;
mod project;
mod runner;
mod uses;
mod workload;

use crate::ci::{Build, Job, On, Workflow};
use crate::client::{ArchiveRate, Buildkit, Cache};
use crate::diagnostic::{Diagnostic, Report};
use crate::engine::Model;
use crate::project::{Image, LayerContent};
use crate::scenario::view::View;
use crate::units::Bytes;
use uses::{ExpectedTraffic, as_it_runs, is_same_store, names_push, reads, saves};

/// Warns of each written value that cannot change any result.
pub(super) fn warn_of_idle(root: View, model: &Model, report: &mut Report) {
    let traffic = ExpectedTraffic::of(&model.workload);
    let running = model.workflows.iter().filter(|workflow| traffic.starts(workflow));
    let running = running.map(|workflow| as_it_runs(workflow, &traffic)).collect();
    let scene = Scene { root, model, traffic, running };
    let rules =
        [cache::idle, workload::idle, runner::idle, project::idle, image::idle, job::idle, clients::idle];
    for rule in rules {
        let mut found = IdleKey(Vec::new());
        rule(&scene, &mut found);
        let own = found.0.into_iter().filter(|warning| is_own(warning, report));
        own.collect::<Vec<_>>().into_iter().for_each(|warning| report.push(warning));
    }
}

/// True if the value is written in the scenario's own file or in an option. Inherited values were written for
/// another scenario.
fn is_own(warning: &Diagnostic, report: &Report) -> bool {
    warning
        .span
        .is_some_and(|span| span.file.index() == 0 || report.sources.name(span.file).starts_with("--"))
}

/// A scenario, and what happens in it.
struct Scene<'a> {
    root: View<'a>,
    model: &'a Model,
    traffic: ExpectedTraffic,
    /// The workflows that something starts, without what their caches never do there.
    running: Vec<Workflow>,
}

impl Scene<'_> {
    /// The jobs that run, each leg by itself.
    fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.running.iter().flat_map(|workflow| &workflow.jobs)
    }

    /// The caches of all jobs that run.
    fn caches(&self) -> impl Iterator<Item = &Cache> {
        self.jobs().flat_map(|job| &job.caches)
    }

    /// True if a job that runs stores what this cache of `job` looks for, and the job may look.
    fn finds(&self, job: &Job, cache: &Cache) -> bool {
        (reads(job) || !cache.is_on_github())
            && !self.is_alone_with_its_push(cache)
            && self.caches().any(|other| saves(other) && is_same_store(cache, other))
    }

    /// True if the key names the push, and no other step of this kind can have stored it.
    fn is_alone_with_its_push(&self, cache: &Cache) -> bool {
        let of_push = matches!(cache, Cache::ActionsCache(step) if names_push(step));
        let others = self.caches().filter(|other| is_same_store(cache, other) && other.names_push());
        of_push && others.count() == 1
    }

    /// True if the cache keeps anything that a later run can use.
    fn is_used(&self, job: &Job, cache: &Cache) -> bool {
        self.finds(job, cache) || (saves(cache) && !self.is_alone_with_its_push(cache))
    }

    /// True if one of the job's caches keeps what it compiles for a later run.
    fn keeps_compiled(&self, job: &Job) -> bool {
        self.keeps(job, |cache| cache.wrapper().is_some() || cache.kept().crates)
    }

    /// True if one of them keeps the crates of what it compiles, compiled or as they were downloaded.
    fn keeps_crates(&self, job: &Job) -> bool {
        self.keeps_compiled(job) || self.keeps(job, |cache| cache.kept().downloads.is_some())
    }

    fn keeps(&self, job: &Job, keeps: fn(&Cache) -> bool) -> bool {
        let compiles = matches!(job.build, Build::Compile(_));
        compiles && job.caches.iter().any(|cache| keeps(cache) && self.is_used(job, cache))
    }

    /// True if one of the job's caches keeps steps of the image that it builds for a later run.
    fn keeps_layers(&self, job: &Job) -> bool {
        !self.is_new_each_push(job) && self.exports(job, Buildkit::keeps_any)
    }

    /// True if one of the job's caches moves layers of the image that it builds.
    fn moves_layers(&self, job: &Job) -> bool {
        self.exports(job, Buildkit::moves_any)
    }

    /// True if the final image contains the layer of every step.
    fn is_all_final(&self, job: &Job) -> bool {
        let Build::Image { image, .. } = &job.build else { return false };
        self.model.images[*image].steps.iter().all(|step| step.in_final)
    }

    fn exports(&self, job: &Job, any: fn(&Buildkit, &Image) -> bool) -> bool {
        let Build::Image { image, .. } = &job.build else { return false };
        let image = &self.model.images[*image];
        job.caches.iter().any(|cache| match cache {
            Cache::Buildkit(settings) => any(settings, image) && self.is_used(job, cache),
            _ => false,
        })
    }

    /// True if each run of the job builds every step from a tree that no other run has.
    fn is_new_each_push(&self, job: &Job) -> bool {
        let Build::Image { image, .. } = &job.build else { return false };
        let builds =
            |other: &&Job| matches!(&other.build, Build::Image { image: other, .. } if other == image);
        let steps = &self.model.images[*image];
        let sees_tree = |step: u32| {
            steps.chain(step).iter().any(|at| steps.steps[*at as usize].content == LayerContent::Context)
        };
        let of_pushes = |workflow: &Workflow| {
            let On { push_main, pull_request, release, merge_group, schedule, .. } = workflow.on;
            // A merge has the tree of its pull request, and a release has the tree of main.
            let once = push_main != pull_request && !(release || merge_group || schedule);
            once || !workflow.jobs.iter().any(|job| builds(&job))
        };
        (0..steps.steps.len() as u32).all(sees_tree)
            && self.jobs().filter(builds).count() == 1
            && self.running.iter().all(of_pushes)
    }

    /// True if the job saves or restores this archive.
    fn moves(&self, job: &Job, cache: &Cache) -> bool {
        cache.has_archive() && (saves(cache) || (!cache.only_looks() && self.finds(job, cache)))
    }

    /// True if the unpacked size of this archive matters to the job.
    fn counts_files(&self, job: &Job, cache: &Cache) -> bool {
        let runner = &self.model.runners[job.runner];
        let by_files = |rate: &ArchiveRate| matches!(rate, ArchiveRate::Unpacked(_));
        let restores = !cache.only_looks() && self.finds(job, cache);
        (cache.has_archive() && runner.disk.is_some())
            || (cache.has_archive() && saves(cache) && by_files(&runner.pack))
            || (cache.has_archive() && restores && by_files(&runner.unpack))
    }

    /// True if the job restores an archive that some job stores.
    fn restores_archives(&self, job: &Job) -> bool {
        job.caches.iter().any(|cache| cache.has_archive() && !cache.only_looks() && self.finds(job, cache))
    }

    /// True if a run of the job has anything on the disk.
    fn fills_disk(&self, job: &Job) -> bool {
        let built = match &job.build {
            Build::Nothing => false,
            Build::Compile(_) => true,
            Build::Image { image, .. } => self.model.images[*image].unpacked() > Bytes::ZERO,
        };
        built || job.caches.iter().any(|cache| cache.has_archive())
    }

    /// True if disk space is counted where the job runs.
    fn has_disk(&self, job: &Job) -> bool {
        self.model.runners[job.runner].disk.is_some()
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
