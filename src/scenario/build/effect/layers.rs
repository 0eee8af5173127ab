//! Which layers of the images that jobs build are stored, found and used again.

use super::Scene;
use super::uses::saves;
use crate::ci::{Build, Job, Workflow};
use crate::client::{Buildkit, Cache, ImageStore};
use crate::project::{Image, LayerContent};

impl Scene<'_> {
    /// True if one of the job's caches keeps steps of the image that it builds for a later run.
    pub(super) fn keeps_layers(&self, job: &Job) -> bool {
        !self.is_new_each_push(job)
            && self.has_layers(job, |cache, image, settings| settings.keeps_any(image) && self.is_used(cache))
    }

    /// True if a run of the job uploads layers of the image that it builds, which takes time. An inline cache
    /// is part of the image.
    pub(super) fn uploads_layers(&self, job: &Job) -> bool {
        self.has_layers(job, |cache, image, settings| {
            self.steps.stores(cache) && settings.moves_any(image) && settings.store != ImageStore::Inline
        })
    }

    /// True if a draw for a layer of the image matters to the job: it uploads layers, would if it were allowed
    /// to, or downloads some.
    pub(super) fn draws_for_layers(&self, job: &Job) -> bool {
        self.downloads_layers(job)
            || self.has_layers(job, |cache, image, settings| {
                saves(cache) && settings.moves_any(image) && settings.store != ImageStore::Inline
            })
    }

    /// True if the keys of the image's steps matter to the job, for what it finds or for what is drawn.
    pub(super) fn depends_on_steps(&self, job: &Job) -> bool {
        self.keeps_layers(job) || self.draws_for_layers(job)
    }

    /// True if a run of the job can download layers of the image that it builds.
    pub(super) fn downloads_layers(&self, job: &Job) -> bool {
        let moves = |image: &Image| {
            self.caches().filter_map(|cache| cache.layers()).any(|settings| settings.moves_any(image))
        };
        !self.is_new_each_push(job)
            && self.has_layers(job, |cache, image, _| self.finds(cache) && moves(image))
    }

    /// True if the final image contains the layer of every step.
    pub(super) fn is_all_final(&self, job: &Job) -> bool {
        let Build::Image { image, .. } = &job.build else { return false };
        self.model.images[*image].steps.iter().all(|step| step.in_final)
    }

    fn has_layers(&self, job: &Job, is: impl Fn(&Cache, &Image, &Buildkit) -> bool) -> bool {
        let Build::Image { image, .. } = &job.build else { return false };
        let image = &self.model.images[*image];
        job.caches.iter().any(|cache| cache.layers().is_some_and(|settings| is(cache, image, settings)))
    }

    /// True if each run of the job builds every step from a tree that no other run has.
    pub(super) fn is_new_each_push(&self, job: &Job) -> bool {
        let Build::Image { image, .. } = &job.build else { return false };
        let builds =
            |other: &&Job| matches!(&other.build, Build::Image { image: other, .. } if other == image);
        let steps = &self.model.images[*image];
        let sees_tree = |step: u32| {
            steps.chain(step).iter().any(|at| steps.steps[*at as usize].content == LayerContent::Context)
        };
        let of_pushes = |workflow: &Workflow| {
            self.has_each_tree_once(workflow) || !workflow.jobs.iter().any(|job| builds(&job))
        };
        (0..steps.steps.len() as u32).all(sees_tree)
            && self.jobs().filter(builds).count() == 1
            && self.running.iter().all(of_pushes)
    }

    /// True if no two runs of the workflow have the same tree. A merge has the tree of its pull request; a
    /// release and a schedule have that of the default branch.
    fn has_each_tree_once(&self, workflow: &Workflow) -> bool {
        let (on, traffic) = (workflow.on, self.traffic);
        let again = traffic.builds_again(workflow);
        let of_change = [on.push_main, on.pull_request, on.has_queue() && traffic.queue];
        let merged = traffic.merges && of_change.into_iter().filter(|is_on| *is_on).count() > 1;
        !(again || merged)
    }
}
