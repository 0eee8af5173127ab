//! Settings of steps with actions/cache that change nothing.

use super::clients::{ClientStep, FOUND_NOWHERE};
use super::uses::{compiles, names_push, reads, saves};
use super::{IdleKey, Scene};
use crate::ci::Job;
use crate::client::{ActionsCache, ArchiveStep, Cache};
use crate::diagnostic::{Diagnostic, printable};
use crate::engine::Model;
use crate::project::{InputId, Os};
use crate::scenario::grammar::words;
use crate::units::Duration;
use crate::workload::PushSource;
use std::collections::BTreeSet;

impl ClientStep<'_> {
    /// A step with actions/cache.
    pub fn actions_cache(&self, found: &mut IdleKey) {
        let ClientStep { scene, view, .. } = *self;
        let step = view.choice("action", &words::ARCHIVE_STEPS);
        if step != ArchiveStep::Save {
            self.restore_keys(found);
        }
        // Legs may have different ones.
        let is_fixed = view.has("path") && !view.text("path").contains('{');
        if is_fixed
            && !self.keeps_files()
            && !self.caches().any(|(_, cache)| scene.steps.meets_another_step(cache))
        {
            found.value(
                view,
                "path",
                "no other step asks for its entries by their keys, nor it for those of others",
            );
        }
        // What belongs to the other step has been told where the step was read.
        if step != ArchiveStep::Save
            && let Some((table, why)) = view.table_or_none("ages").zip(self.ageless())
        {
            found.table("ages", table, why);
        }
        if step != ArchiveStep::Restore {
            self.after_what(found);
        }
        let overwrites = |cache| as_step(cache).is_some_and(|step| !names_push(step)) && saves(cache);
        if !self.caches().any(|(_, cache)| overwrites(cache)) {
            found.value(view, "overwrite", "no run saves under a key that an earlier one has saved");
        }
        if !self.caches().any(|(job, _)| shares_with_other_systems(scene, job)) {
            let why = "no job uses actions/cache both on Windows and on another system";
            found.value(view, "cross-os", why);
        } else if !self.caches().any(|(_, cache)| scene.steps.meets_across_windows(cache)) {
            let why = "no step on the other side, on Windows or not, has the same paths and a key that meets its own";
            found.value(view, "cross-os", why);
        }
        if !self.caches().any(|(job, cache)| scene.steps.is_restored_beside(job, cache)) {
            found.value(view, "skip-after-hit", "no step of the job restores its key");
        }
    }

    /// After which ends of the job's other steps it saves.
    fn after_what(&self, found: &mut IdleKey) {
        let view = self.view;
        if !self.caches().any(|(_, cache)| saves(cache)) {
            found.values(view, &["on-failure", "on-cancel"], "no run saves");
            return;
        }
        if !self.may_fail() {
            found.value(view, "on-failure", "the job never fails");
        } else if view.flag("on-cancel") {
            found.value(view, "on-failure", "`on-cancel` already saves after a failure");
        }
        if !self.may_fail() && !self.is_cancelled() {
            found.value(view, "on-cancel", "the job never fails, and nothing cancels it");
        }
    }

    /// Why what a hit is worth does not depend on the age of the entry.
    fn ageless(&self) -> Option<&'static str> {
        let steps = || self.caches().filter_map(|(_, cache)| as_step(cache));
        let changes = |input: InputId| match &self.scene.model.workload.source {
            PushSource::Stochastic(drawn) => drawn.changes.of(input) > 0.0 || drawn.bursts_per_week > 0.0,
            PushSource::Log(log) => log.pushes.iter().any(|push| push.change.has(input)),
        };
        let ages = |step: &ActionsCache| step.aging.is_some_and(|aging| changes(aging.input));
        if !self.caches().any(|(_, cache)| self.scene.finds(cache)) {
            Some(FOUND_NOWHERE)
        } else if steps().all(|step| step.lookup_only) {
            Some("the step does not use what it finds (`lookup-only`)")
        } else if steps().all(|step| step.miss == Duration::ZERO) {
            Some("a miss costs nothing (`miss`)")
        } else if !steps().any(ages) {
            Some("no push changes the input")
        } else if steps().all(|step| step.aging.is_none_or(|aging| aging.changed == 0.0)) {
            Some("`changed` is 0")
        } else {
            None
        }
    }

    /// The restore keys of a step with actions/cache.
    fn restore_keys(&self, found: &mut IdleKey) {
        let ClientStep { scene, view, .. } = *self;
        let texts = view.texts("restore-keys");
        if !self.keeps_files() && !self.caches().any(|(_, cache)| scene.steps.finds_by_prefix(cache)) {
            let why = match texts.is_empty() {
                true => "without `restore-keys`, only the key itself is looked up",
                false => "none of its restore keys finds anything",
            };
            found.value(view, "partial", why);
        }
        for (index, (text, span)) in texts.into_iter().enumerate() {
            if let Some(why) = self.idle_restore_key(index) {
                let message = format!("the restore key `{}` has no effect: {why}", printable(text));
                found.0.push(Diagnostic::warning("no-effect", message).at(span));
            }
        }
    }

    /// Why this restore key finds nothing that would not be found without it.
    fn idle_restore_key(&self, index: usize) -> Option<&'static str> {
        let all = |is: &dyn Fn(&Job, &Cache, &ActionsCache) -> bool| {
            self.caches()
                .all(|(job, cache)| matches!(cache, Cache::ActionsCache(step) if is(job, cache, step)))
        };
        // The last one names the family of an archive that has grown before the first instant.
        let names_family = |job: &Job, cache: &Cache, step: &ActionsCache| {
            compiles(job) && cache.grows() && index + 1 == step.restore_keys.len()
        };
        if all(&|job, _, _| !reads(job)) {
            Some("`cache-mode` does not let the job restore")
        } else if self
            .caches()
            .any(|(job, cache)| matches!(cache, Cache::ActionsCache(step) if names_family(job, cache, step)))
        {
            None
        } else if all(&|_, _, step| is_shadowed(step, index)) {
            Some("it begins with the key or an earlier restore key, which finds all that it could find")
        } else if all(&|_, cache, _| !self.scene.steps.finds_by_restore_key(cache, index)) {
            Some("no run stores an entry that begins with it where the job could find it")
        } else {
            None
        }
    }
}

fn as_step(cache: &Cache) -> Option<&ActionsCache> {
    match cache {
        Cache::ActionsCache(step) => Some(step),
        _ => None,
    }
}

/// True if this job or another one with such a step runs on Windows, and the other one does not.
fn shares_with_other_systems(scene: &Scene, job: &Job) -> bool {
    let is_windows = scene.model.runners[job.runner].system.os == Os::Windows;
    scene.archiving.iter().any(|os| (*os == Os::Windows) != is_windows)
}

/// The systems on which these jobs use actions/cache.
pub(super) fn systems(jobs: &[&Job], model: &Model) -> BTreeSet<Os> {
    let archiving = jobs.iter().filter(|job| job.caches.iter().any(|cache| as_step(cache).is_some()));
    archiving.map(|job| model.runners[job.runner].system.os).collect()
}

/// True if the key or an earlier restore key finds whatever this one could find.
fn is_shadowed(step: &ActionsCache, index: usize) -> bool {
    let mut earlier = std::iter::once(&step.key).chain(&step.restore_keys[..index]);
    earlier.any(|earlier| step.restore_keys[index].starts_with(earlier))
}
