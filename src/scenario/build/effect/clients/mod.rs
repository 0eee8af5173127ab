//! Settings of cache clients that change nothing. Each client of a job is one step of its workflow. What only
//! rust-cache has is in `rust_cache`, what sccache and BuildKit have in `builders`.

mod saving;
mod unchanging;

use super::uses::{compiles, lacks_server, names_push, reads, saves, writes};
use super::{IdleKey, Scene};
use crate::ci::{Job, Workflow};
use crate::client::{ACTIONS, ActionArchive, Cache, KeptFiles, KeyTemplate, RunsBeside, SaveIf};
use crate::diagnostic::printable;
use crate::project::InputId;
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::units::Duration;
use crate::workload::{LoggedPush, PushSource};
use std::collections::BTreeSet;

pub(super) const FOUND_NOWHERE: &str = "no run saves an archive that this one could find";

/// Settings of cache clients.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("workflow") {
        let Some(workflow) = scene.running.iter().find(|workflow| workflow.name == name) else { continue };
        for (group, view) in view.map("job") {
            let legs = scene.reached(workflow, group);
            if !legs.is_empty() {
                of_job(scene, workflow, view, &legs, found);
            }
        }
    }
}

/// Settings of the clients of a job, or of some of its legs.
pub(super) fn of_job(scene: &Scene, workflow: &Workflow, view: View, legs: &[&Job], found: &mut IdleKey) {
    let cache = view.table("cache");
    let Some(group) = legs.first().map(|job| &job.group) else { return };
    for client in cache.keys() {
        let path = format!("workflow.{}.job.{group}.cache.{client}", workflow.name);
        let steps: Vec<View> = match client {
            "actions-cache" => cache.tables(client),
            _ => cache.table_or_none(client).into_iter().collect(),
        };
        for (index, view) in steps.into_iter().enumerate() {
            ClientStep { scene, workflow, client, view, legs, index }.remark(&path, found);
        }
    }
}

/// A client of a job, as one step of its workflow.
pub(super) struct ClientStep<'a> {
    pub scene: &'a Scene<'a>,
    pub workflow: &'a Workflow,
    pub client: &'a str,
    pub view: View<'a>,
    /// The job's legs.
    pub legs: &'a [&'a Job],
    /// Which of the job's steps with this client it is.
    index: usize,
}

impl ClientStep<'_> {
    fn remark(&self, path: &str, found: &mut IdleKey) {
        let ClientStep { scene, client, view, legs, .. } = *self;
        if client == "sccache" && legs.iter().all(|job| lacks_server(job)) {
            let why = "`cache-mode` does not let its server read the store, so it does not start";
            return found.table(path, view, &format!("except that the job fails: {why}"));
        }
        if client == "sccache" && !legs.iter().any(|job| compiles(job)) {
            return found.table(path, view, "the job compiles nothing");
        }
        if let Some(needs) = self.makes_none() {
            return found.table(path, view, &format!("without {needs} the action makes no archive"));
        }
        if self.never_acts() {
            let why = "`cache-mode` does not let the job restore, and no run saves";
            return found.whole(view, format!("`{path}` has no effect on the cache: {why}"));
        }
        if client.starts_with("buildkit") && self.caches().all(|(job, cache)| fails_build(job, cache)) {
            let why =
                "`cache-mode` does not let it export, which fails each build that tries to (`ignore-error`)";
            return found.table(path, view, &format!("except that the job fails: {why}"));
        }
        if client.starts_with("buildkit") && !legs.iter().any(|job| scene.keeps_layers(job)) {
            self.keeps_nothing(path, found);
        }
        self.save_if(path, found);
        self.rights(path, found);
        self.unchanging(found);
        let finds = |job: &&Job| job.caches.iter().any(|cache| scene.finds(cache));
        // With several caches, it decides whose loss that is.
        let alone = legs.iter().all(|job| job.caches.len() == 1);
        if alone && !client.starts_with("buildkit") && !legs.iter().any(finds) {
            found.value(
                view,
                "gap-share",
                "no cache of the job finds anything, so that every run takes `cold`",
            );
        }
        self.of_archive(found);
        match client {
            "rust-cache" => self.rust_cache(found),
            "actions-cache" => self.actions_cache(found),
            "sccache" => self.sccache(found),
            _ if client.starts_with("buildkit") => self.buildkit(found),
            _ => self.key_of_action(found),
        }
    }

    /// An action's archive under a key that never changes.
    fn key_of_action(&self, found: &mut IdleKey) {
        let ClientStep { scene, view, .. } = *self;
        let archives = || {
            let all = self.caches().filter_map(|(_, cache)| action_archive(cache));
            all.filter(|archive| has_restore_keys(archive))
        };
        if archives().any(|archive| changes(scene, &archive.key)) || archives().next().is_none() {
            return;
        }
        let inputs = InputId::all(scene.model.workload.inputs.len());
        let hashed = inputs.filter(|input| archives().any(|archive| archive.key.depends_on(*input)));
        let paths = hashed.map(|input| match InputId::BUILT_IN.get(input.index()) {
            Some(name) => format!("`workload.changes.{name}`"),
            None => {
                format!("`input.{}.changes`", printable(&scene.model.workload.inputs[input.index()].name))
            }
        });
        let paths = paths.collect::<Vec<_>>().join(", ");
        found.value(view, "partial", &format!("the files that its key hashes never change ({paths})"));
    }

    /// The settings of an action without which it makes no archive, if none of them is there.
    fn makes_none(&self) -> Option<String> {
        let action = ACTIONS.iter().find(|action| action.name == self.client)?;
        let entries = action.variants.iter().flat_map(|variant| variant.entries);
        let needs: BTreeSet<_> = entries.map(|entry| format!("`{}`", entry.needs)).collect();
        let is_missing = self.legs.iter().all(|job| self.of_job(job).is_none());
        (is_missing && !needs.contains("``")).then(|| needs.into_iter().collect::<Vec<_>>().join(" or "))
    }

    /// True if the client neither looks up nor saves, in any leg. (BuildKit tries, and sccache fails.)
    fn never_acts(&self) -> bool {
        let is_idle = |job: &Job, cache: &Cache| cache.is_on_github() && !reads(job) && !saves(cache);
        self.caches().all(|(job, cache)| cache.has_archive() && is_idle(job, cache))
    }

    /// Why no build is shorter for BuildKit's cache. (It costs requests all the same.)
    fn keeps_nothing(&self, path: &str, found: &mut IdleKey) {
        let ClientStep { scene, view, legs, .. } = *self;
        let why = if !self.is_used() {
            "no run exports anything that the job could find"
        } else if legs.iter().any(|job| scene.is_new_each_push(job)) {
            "every step depends on the pushed tree, so no later build can reuse one"
        } else {
            "its exports contain no layers: no step is `in-final` or built by `export = \"dependencies\"`"
        };
        found.whole(view, format!("`{path}` has no effect on builds: {why}"));
    }

    /// The step in each leg.
    pub fn caches(&self) -> impl Iterator<Item = (&Job, &Cache)> {
        self.legs.iter().filter_map(|job| Some((*job, self.of_job(job)?)))
    }

    /// The step in this job, which may be a leg.
    pub fn of_job<'j>(&self, job: &'j Job) -> Option<&'j Cache> {
        let name = if self.client.starts_with("buildkit") { "buildkit" } else { self.client };
        job.caches.iter().filter(|cache| cache.name() == name).nth(self.index)
    }

    /// True if any leg saves what a later run can use, or finds what another job has saved.
    pub fn is_used(&self) -> bool {
        self.caches().any(|(_, cache)| self.scene.is_used(cache))
    }

    /// Settings for what a job may not do with GitHub's cache. (BuildKit learns of its rights when it is
    /// refused, and then it fails.)
    fn rights(&self, path: &str, found: &mut IdleKey) {
        let ClientStep { workflow, client, view, legs, .. } = *self;
        let has_choice = view.keys().any(|key| key == "save-if");
        let queues = workflow.on.merge_group;
        let may_save = legs.iter().any(|job| writes(job));
        if has_choice && may_save && !queues && view.choice("save-if", &words::SAVE_IF) == SaveIf::NotQueue {
            let why = "the workflow does not run on `merge_group`, so every run saves";
            found.value(view, "save-if", why);
        }
        self.save_on(path, found);
        if client.starts_with("buildkit") || !self.caches().any(|(_, cache)| cache.is_on_github()) {
            return;
        }
        if !legs.iter().any(|job| writes(job)) {
            let keys: &[&str] = match client {
                "rust-cache" => &["save-if", "save-on", "on-failure"],
                "sccache" => &["save-if", "save-on", "read-only"],
                "actions-cache" => {
                    &["save-if", "save-on", "on-failure", "on-cancel", "skip-after-hit", "overwrite"]
                }
                _ => &["save-if", "save-on"],
            };
            found.values(view, keys, "`cache-mode` does not let the job save");
        }
        if matches!(client, "rust-cache" | "actions-cache") {
            if !legs.iter().any(|job| reads(job)) {
                found.values(
                    view,
                    &["lookup-only", "background"],
                    "`cache-mode` does not let the job restore",
                );
            }
            if !self.caches().any(|(job, cache)| restores_beside_something(job, cache)) {
                let why = "nothing runs beside it: the job has neither `prepare` nor a restore behind it";
                found.value(view, "background", why);
            } else if self.caches().all(|(job, cache)| waits_for_nothing(job, cache)) {
                let why = "no other restore runs beside it, and the job waits for it before `prepare`";
                found.value(view, "background", why);
            }
        }
    }

    /// True if a machine on which the step runs keeps files from job to job.
    pub(super) fn keeps_files(&self) -> bool {
        let runners = &self.scene.model.runners;
        self.legs.iter().any(|job| runners[job.runner].keeps != KeptFiles::Nothing)
    }

    /// Settings that matter only if an archive is saved or found.
    fn of_archive(&self, found: &mut IdleKey) {
        let ClientStep { scene, client, view, .. } = *self;
        if !self.caches().any(|(_, cache)| cache.has_archive()) {
            return;
        }
        if client != "actions-cache" && !self.caches().any(|(_, cache)| scene.steps.looks_up(cache)) {
            let why = "only runs of pull requests look its entries up, and there are none";
            return found.values(view, &["miss", "partial"], why);
        }
        let alone = |cache: &Cache| matches!(cache, Cache::ActionsCache(step) if names_push(step));
        if !self.caches().any(|(_, cache)| scene.finds(cache)) {
            let why = match self.caches().any(|(_, cache)| alone(cache)) {
                true => "its key contains `{sha}`, and no other step saves an entry for the same push",
                false => FOUND_NOWHERE,
            };
            if matches!(client, "rust-cache" | "actions-cache") {
                found.value(view, "lookup-only", why);
            }
            let falls_back =
                self.caches().any(|(_, cache)| action_archive(cache).is_some_and(has_restore_keys));
            // On a machine that keeps its files, an entry of another key is what a job finds there.
            if falls_back && client != "actions-cache" && !self.keeps_files() {
                found.value(view, "partial", why);
            }
        }
        let compiles_nothing = !self.legs.iter().any(|job| compiles(job));
        if client == "actions-cache" && compiles_nothing {
            let mut steps = self.caches();
            if !steps.any(|(_, cache)| scene.steps.meets_by_key(cache)) {
                let why = "the job compiles nothing, and no other job uses such a key";
                found.value(view, "paths", why);
            }
        }
        if client != "rust-cache" && !self.caches().any(|(job, cache)| scene.counts_files(job, cache)) {
            found.value(
                view,
                "unpacked-ratio",
                "nothing in the job depends on the unpacked size of the archive",
            );
        }
    }
}

/// True if the restore runs beside other restores only, and there is none behind it.
fn waits_for_nothing(job: &Job, cache: &Cache) -> bool {
    cache.restores_beside() == RunsBeside::Restores && !has_restore_behind(job, cache)
}

/// True if another restore or a fixed step can run beside the restore of this cache.
fn restores_beside_something(job: &Job, cache: &Cache) -> bool {
    job.prepare > Duration::ZERO || has_restore_behind(job, cache)
}

fn has_restore_behind(job: &Job, cache: &Cache) -> bool {
    let mut behind = job.caches.iter().skip_while(|other| !std::ptr::eq(*other, cache)).skip(1);
    behind.any(|other| !matches!(other, Cache::Sccache(_) | Cache::Buildkit(_)))
}

fn has_restore_keys(archive: &ActionArchive) -> bool {
    !archive.restore_keys.is_empty()
}

fn action_archive(cache: &Cache) -> Option<&ActionArchive> {
    match cache {
        Cache::Action(archive) => Some(archive),
        _ => None,
    }
}

/// True if the key changes with time or with any push.
fn changes(scene: &Scene, key: &KeyTemplate) -> bool {
    match &scene.model.workload.source {
        PushSource::Stochastic(drawn) => key.follows(&drawn.changes),
        PushSource::Log(log) => {
            let inputs = || InputId::all(scene.model.workload.inputs.len());
            let differs =
                |push: &LoggedPush| inputs().any(|input| key.depends_on(input) && push.change.has(input));
            key.names_push() || key.is_dated() || log.pushes.iter().any(differs)
        }
    }
}

/// True if a build fails because BuildKit may not export. (It asks, and is refused.)
fn fails_build(job: &Job, cache: &Cache) -> bool {
    let ignores = cache.layers().is_none_or(|settings| settings.ignore_error);
    cache.is_on_github() && !ignores && !writes(job) && saves(cache)
}
