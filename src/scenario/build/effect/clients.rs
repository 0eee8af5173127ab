//! Settings of cache clients that change nothing. Each client of a job is one step of its workflow.

use super::uses::{names_push, reads, saves, stores_objects, writes};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job, Workflow};
use crate::client::{Cache, ObjectStore, SaveIf};
use crate::project::{CrateKind, Flavour, InputId};
use crate::scenario::build::gap::{keeps_targets, registry};
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::units::Bytes;
use crate::workload::PushSource;

const FOUND_NOWHERE: &str = "no job saves such an archive";

/// Settings of cache clients.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("workflow") {
        let Some(workflow) = scene.running.iter().find(|workflow| workflow.name == name) else { continue };
        for (group, view) in view.map("job") {
            let legs: Vec<&Job> = workflow.jobs.iter().filter(|job| job.group == group).collect();
            let cache = view.table("cache");
            for client in cache.keys() {
                let path = format!("workflow.{name}.job.{group}.cache.{client}");
                let steps: Vec<View> = match client {
                    "actions-cache" => cache.tables(client),
                    _ => cache.table_or_none(client).into_iter().collect(),
                };
                for (index, view) in steps.into_iter().enumerate() {
                    ClientStep { scene, workflow, client, view, legs: &legs, index }.remark(&path, found);
                }
            }
        }
    }
}

/// A client of a job, as one step of its workflow.
struct ClientStep<'a> {
    scene: &'a Scene<'a>,
    workflow: &'a Workflow,
    client: &'a str,
    view: View<'a>,
    /// The job's legs.
    legs: &'a [&'a Job],
    /// Which of the job's steps with this client it is.
    index: usize,
}

impl ClientStep<'_> {
    fn remark(&self, path: &str, found: &mut IdleKey) {
        let ClientStep { scene, client, view, legs, .. } = *self;
        if client == "sccache" && !legs.iter().any(|job| compiles(job)) {
            return found.table(path, view, "the job compiles nothing");
        }
        if client.starts_with("buildkit") && !legs.iter().any(|job| scene.keeps_layers(job)) {
            self.keeps_nothing(path, found);
        }
        self.rights(found);
        self.of_archive(found);
        match client {
            "rust-cache" => self.rust_cache(found),
            "actions-cache" if view.texts("restore-keys").is_empty() => {
                found.value(view, "partial", "without `restore-keys`, only the key itself is looked up");
            }
            "setup-python" if !requirements_change(scene) => {
                let why = "the files that its key hashes never change (`workload.changes.requirements`)";
                found.value(view, "partial", why);
            }
            "sccache" => self.sccache(found),
            _ if client.starts_with("buildkit") => self.buildkit(found),
            _ => {}
        }
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
    fn caches(&self) -> impl Iterator<Item = (&Job, &Cache)> {
        let name = if self.client.starts_with("buildkit") { "buildkit" } else { self.client };
        self.legs.iter().filter_map(move |job| {
            let cache = job.caches.iter().filter(|cache| cache.name() == name).nth(self.index)?;
            Some((*job, cache))
        })
    }

    /// True if any leg saves what a later run can use, or finds what another job has saved.
    fn is_used(&self) -> bool {
        self.caches().any(|(job, cache)| self.scene.is_used(job, cache))
    }

    /// Settings for what a job may not do with GitHub's cache. (BuildKit learns of its rights when it is
    /// refused, and then it fails.)
    fn rights(&self, found: &mut IdleKey) {
        let ClientStep { workflow, client, view, legs, .. } = *self;
        let has_choice = view.keys().any(|key| key == "save-if");
        let queues = workflow.on.merge_group || workflow.on.release;
        let saves = legs.iter().any(|job| writes(job));
        if has_choice && saves && !queues && view.choice("save-if", &words::SAVE_IF) == SaveIf::NotQueue {
            let why = "the workflow runs neither on `merge_group` nor on `release`, so every run saves";
            found.value(view, "save-if", why);
        }
        if client.starts_with("buildkit") || !self.caches().any(|(_, cache)| cache.is_on_github()) {
            return;
        }
        if !legs.iter().any(|job| writes(job)) {
            let keys: &[&str] = match client {
                "rust-cache" => &["save-if", "on-failure"],
                "sccache" => &["save-if", "read-only"],
                _ => &["save-if"],
            };
            found.values(view, keys, "`cache-mode` does not let the job save");
        }
        if matches!(client, "rust-cache" | "actions-cache") && !legs.iter().any(|job| reads(job)) {
            found.value(view, "lookup-only", "`cache-mode` does not let the job restore");
        }
    }

    /// Settings that matter only if an archive is saved or found.
    fn of_archive(&self, found: &mut IdleKey) {
        let ClientStep { scene, client, view, .. } = *self;
        if !self.caches().any(|(_, cache)| cache.has_archive()) {
            return;
        }
        let alone = |cache: &Cache| matches!(cache, Cache::ActionsCache(step) if names_push(step));
        if !self.caches().any(|(job, cache)| scene.finds(job, cache)) {
            let why = match self.caches().any(|(_, cache)| alone(cache)) {
                true => "its key contains `{sha}`, and no other step saves an entry for the same push",
                false => FOUND_NOWHERE,
            };
            if matches!(client, "rust-cache" | "actions-cache") {
                found.value(view, "lookup-only", why);
            }
            if matches!(client, "setup-python" | "actions-cache") {
                found.value(view, "partial", why);
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

    fn fails(&self) -> bool {
        let ClientStep { scene, workflow, legs, .. } = *self;
        let (main, others) = (scene.traffic.on_main(workflow), scene.traffic.off_main(workflow));
        legs.iter().any(|job| (others && job.fails > 0.0) || (main && job.fails_on_main > 0.0))
    }

    /// Settings of the contents of its archive, and of when it is saved.
    fn rust_cache(&self, found: &mut IdleKey) {
        let ClientStep { scene, view, legs, .. } = *self;
        if !self.fails() {
            found.value(view, "on-failure", "the job never fails");
        }
        for (key, idle) in
            [("cache-workspace-crates", self.idle_members()), ("cache-all-crates", self.idle_downloads())]
        {
            if let Some(why) = idle.filter(|_| view.flag_or(key, false)) {
                found.value(view, key, why);
            }
        }
        if keeps_targets(view) {
            return;
        }
        let compiles = legs.iter().any(|job| compiles(job));
        let all = !view.has("size") || view.bytes("size") <= registry(view);
        if !compiles && all && !self.has_another() {
            found.value(
                view,
                "cache-targets",
                "the job compiles nothing, and its entry contains only `registry`",
            );
        }
        let matters = if compiles { legs.iter().any(|job| needs_size(scene, job)) } else { all };
        if view.has("registry") && !matters {
            found.value(view, "size", "with `cache-targets = false`, the entry contains only `registry`");
        }
    }

    /// Why it changes nothing to store the workspace's own crates.
    fn idle_members(&self) -> Option<&'static str> {
        let ClientStep { scene, view, legs, .. } = *self;
        let archive = |job: &&Job| match &job.build {
            Build::Compile(compiles) => scene.model.flavours[compiles.flavour].workspace_archive,
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

    fn sccache(&self, found: &mut IdleKey) {
        let ClientStep { scene, view, legs, .. } = *self;
        if !legs.iter().any(|job| stores_objects(job)) {
            found.values(view, &["write", "deterministic"], "the job stores no objects");
        }
        if view.flag("read-only") {
            found.value(view, "save-if", "with `read-only = true`, nothing is stored");
        } else if view.choice("save-if", &words::SAVE_IF) == SaveIf::Never {
            found.value(view, "read-only", "with `save-if = \"never\"`, nothing is stored");
        }
        let shared = |cache: &&Cache| matches!(cache, Cache::Sccache(of) if of.store == ObjectStore::Gha);
        if view.choice("store", &words::STORES) == ObjectStore::External {
            found.value(view, "releases", "an external store keeps its objects across releases");
        } else if !scene.caches().filter(shared).any(saves) {
            found.value(view, "releases", "no job stores objects in GitHub's cache");
        }
        if legs.iter().all(|job| is_measured(job)) {
            let why = "a measured job does not describe which crates depend on each other";
            found.value(view, "deterministic", why);
        } else if !legs.iter().any(|job| has_edges(scene, job)) {
            found.value(view, "deterministic", "no crate that sccache caches depends on another");
        }
    }

    fn buildkit(&self, found: &mut IdleKey) {
        let ClientStep { scene, client, view, legs, .. } = *self;
        let inline = client == "buildkit-inline";
        // Only exports to GitHub's cache get into each other's way.
        let shared: &[&str] = if client == "buildkit-gha" { &["contention"] } else { &[] };
        if !self.caches().any(|(_, cache)| saves(cache)) {
            let keys = [&["mode", "export", "export-rate", "ignore-error"][..], shared].concat();
            found.values(view, &keys, "no run of the job exports anything");
        } else if inline {
            let keys = ["mode", "export", "export-rate"];
            found.values(view, &keys, "an image with an inline cache always contains its own layers");
        }
        if legs.iter().all(|job| scene.is_all_final(job)) {
            found.value(view, "mode", "every layer of the image is part of the final image");
        }
        if !legs.iter().any(|job| scene.moves_layers(job)) {
            let keys: &[&str] = if inline { &[] } else { &["export-rate"] };
            found.values(view, &[keys, &["unpack-rate"], shared].concat(), "no layer is exported");
        }
        if client != "buildkit-gha" {
            found.values(view, &["check", "timeout"], "only GitHub's cache limits and refuses requests");
        }
    }
}

fn compiles(job: &Job) -> bool {
    matches!(job.build, Build::Compile(_))
}

/// True if the size of compiled crates that are not stored matters: a measured job divides its times by it, or
/// has them on its disk. (For other jobs that compile, the reader of the client warns.)
fn needs_size(scene: &Scene, job: &Job) -> bool {
    !is_measured(job) || job.caches.len() > 1 || scene.has_disk(job)
}

fn is_measured(job: &Job) -> bool {
    matches!(&job.build, Build::Compile(compiles) if compiles.dependencies_cold.is_some())
}

/// True if the key of one object depends on the bytes of another.
fn has_edges(scene: &Scene, job: &Job) -> bool {
    let Build::Compile(compiles) = &job.build else { return false };
    let Flavour { workspace_cacheable, .. } = scene.model.flavours[compiles.flavour];
    let cached = |kind: CrateKind| match kind {
        CrateKind::Library | CrateKind::Native => true,
        CrateKind::ProcMacro => false,
        CrateKind::Workspace => workspace_cacheable,
    };
    scene.model.graph.crates.iter().any(|krate| cached(krate.kind) && !krate.dependencies.is_empty())
}

/// True if any push changes what pip installs from.
fn requirements_change(scene: &Scene) -> bool {
    match &scene.model.workload.source {
        PushSource::Stochastic(drawn) => drawn.changes.of(InputId::REQUIREMENTS) > 0.0,
        PushSource::Log(log) => log.pushes.iter().any(|push| push.change.has(InputId::REQUIREMENTS)),
    }
}
