//! Settings of rust-cache that change nothing.

use super::IdleKey;
use super::Scene;
use super::clients::{ClientStep, FOUND_NOWHERE};
use super::failures;
use super::uses::{compiles, has_failing_step, is_measured};
use crate::ci::{Build, Job};
use crate::client::Cache;
use crate::scenario::build::workflow::gap::{keeps_targets, registry};
use crate::units::Bytes;

impl ClientStep<'_> {
    /// True if a step of the job may fail.
    pub fn may_fail(&self) -> bool {
        let ClientStep { scene, workflow, legs, .. } = *self;
        legs.iter().any(|job| has_failing_step(scene.model, &scene.traffic, workflow, job))
    }

    /// True if a run of the job may be cancelled, or run out of time.
    pub fn is_cancelled(&self) -> bool {
        let ClientStep { scene, workflow, legs, .. } = *self;
        legs.iter().any(|job| failures::may_be_cancelled(scene, workflow, job))
    }

    /// Settings of the contents of its archive, and of when it is saved.
    pub fn rust_cache(&self, found: &mut IdleKey) {
        let ClientStep { scene, view, legs, .. } = *self;
        if !self.may_fail() && !self.is_cancelled() {
            found.value(view, "on-failure", "the job never fails, and nothing cancels it");
        }
        for (key, idle) in
            [("cache-workspace-crates", self.idle_members()), ("cache-all-crates", self.idle_downloads())]
        {
            if let Some(why) = idle.filter(|_| view.flag_or(key, false)) {
                found.value(view, key, why);
            }
        }
        if keeps_targets(view) {
            if view.has("size") && !self.caches().any(|(job, cache)| sees_parts(scene, job, cache)) {
                let why =
                    "it is a part of `size`, and the job does not depend on the unpacked size of the entry";
                found.value(view, "registry", why);
            }
            return;
        }
        let compiled = legs.iter().any(|job| compiles(job));
        let all = !view.has("size") || view.bytes("size") <= registry(view);
        if !compiled && all && !self.has_another() {
            found.value(
                view,
                "cache-targets",
                "the job compiles nothing, and its entry contains only `registry`",
            );
        }
        let matters = if compiled { legs.iter().any(|job| needs_size(scene, job)) } else { all };
        if view.has("registry") && !matters {
            found.value(view, "size", "with `cache-targets = false`, the entry contains only `registry`");
        }
    }

    /// Why it changes nothing to store the workspace's own crates.
    fn idle_members(&self) -> Option<&'static str> {
        let ClientStep { scene, view, legs, .. } = *self;
        let archive = |job: &&Job| match &job.build {
            Build::Compile(of) => scene.model.flavours[of.flavour].workspace_archive,
            Build::Nothing | Build::Image { .. } => Bytes::ZERO,
        };
        if !self.is_used() {
            Some(FOUND_NOWHERE)
        } else if !keeps_targets(view) {
            Some("with `cache-targets = false`, nothing compiled is stored")
        } else if legs.iter().all(|job| archive(job) == Bytes::ZERO) {
            Some(
                "their size is not given: in a measured job, `size` includes everything, and in a \
                 modelled job, `workspace-archive` is 0 B",
            )
        } else {
            None
        }
    }

    /// Why it changes nothing to store the registry as it is.
    fn idle_downloads(&self) -> Option<&'static str> {
        if !self.is_used() {
            Some(FOUND_NOWHERE)
        } else if !self.legs.iter().any(|job| compiles(job)) {
            Some("the job compiles nothing, so its entry has exactly the stated size")
        } else {
            None
        }
    }

    /// True if another job has a rust-cache, too: which paths they cache decides whether they share entries.
    fn has_another(&self) -> bool {
        let is_leg = |job: &Job| self.legs.iter().any(|leg| std::ptr::eq(*leg, job));
        let has = |job: &Job| job.caches.iter().any(|cache| matches!(cache, Cache::RustCache(_)));
        self.scene.any_job(|job| !is_leg(job) && has(job))
    }
}

/// True if the size of compiled crates that are not stored matters: a measured job divides its times by it, or
/// has them on its disk. (For other jobs that compile, the reader of the client warns.)
fn needs_size(scene: &Scene, job: &Job) -> bool {
    !is_measured(job) || job.caches.len() > 1 || scene.has_disk(job)
}

/// True if it matters which part of an entry of a stated size is compiled crates: they have another ratio of
/// unpacked to compressed size, they grow, and other caches have their share of the gap and of the objects.
fn sees_parts(scene: &Scene, job: &Job, cache: &Cache) -> bool {
    let of_crates = match &job.build {
        Build::Compile(_) => !is_measured(job) || job.caches.len() > 1 || scene.steps.restores(cache),
        Build::Nothing | Build::Image { .. } => false,
    };
    of_crates || scene.counts_files(job, cache)
}
