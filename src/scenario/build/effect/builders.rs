//! Settings of sccache and BuildKit that change nothing. Both use the cache while the job builds.

use super::clients::ClientStep;
use super::traffic::Occasions;
use super::uses::{is_measured, saves, stores_objects, writes};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job};
use crate::client::{Cache, ObjectStore, SaveIf};
use crate::project::{CrateKind, Flavour};
use crate::scenario::grammar::words;
use crate::service::OverQuota;

impl ClientStep<'_> {
    pub fn sccache(&self, found: &mut IdleKey) {
        let ClientStep { scene, view, legs, .. } = *self;
        if !legs.iter().any(|job| stores_objects(job)) {
            found.values(view, &["write", "deterministic"], "the job stores no objects");
        }
        // Their size also divides a job's gap among its caches, unless that is stated, and lost time among those that
        // miss.
        let is_moved = legs.iter().any(|job| stores_objects(job) || job.caches.len() > 1)
            || self.caches().any(|(_, cache)| scene.finds(cache));
        if !is_moved && view.has("gap-share") {
            found.value(view, "object-bytes", "no run stores an object, and none is found");
        }
        if view.flag("read-only") {
            found.values(view, &["save-if", "save-on"], "with `read-only = true`, nothing is stored");
        }
        if view.choice("save-if", &words::SAVE_IF) == SaveIf::Never {
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

    /// Why no export of the job can fail.
    fn never_fails(&self) -> Option<&'static str> {
        let ClientStep { scene, workflow, client, legs, .. } = *self;
        if client != "buildkit-gha" {
            return Some("only GitHub's cache refuses an export");
        }
        let limits = &scene.model.cache;
        let is_full = limits.over_quota == OverQuota::Reject
            || limits.budget.is_some()
            || limits.monthly_budget.is_some();
        let by_trigger = |job: &Job| {
            !scene.model.forks_write || scene.traffic.has_untrusted(Occasions::of_job(workflow, job))
        };
        let is_refused = legs.iter().any(|job| !writes(job) || (job.cache_mode.is_none() && by_trigger(job)));
        let can_fail = is_limited(scene) || is_full || is_refused;
        (!can_fail).then_some("nothing limits or refuses its requests")
    }

    pub fn buildkit(&self, found: &mut IdleKey) {
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
        if !legs.iter().any(|job| scene.uploads_layers(job)) && !inline {
            found.values(view, &[&["export-rate"], shared].concat(), "no layer is exported");
        }
        if !self.is_used() {
            let name = ["scope", "tag", "name"].into_iter().find(|key| view.keys().any(|own| own == *key));
            if let Some(name) = name {
                found.value(view, name, "no run exports anything that another one looks for");
            }
        }
        if !legs.iter().any(|job| scene.downloads_layers(job)) {
            found.value(view, "unpack-rate", "no build can use a layer that another one has exported");
        }
        if let Some(why) = self.never_fails() {
            found.value(view, "ignore-error", why);
        }
        if client != "buildkit-gha" {
            found.values(view, &["check", "timeout"], "only GitHub's cache limits and refuses requests");
        } else if !is_limited(scene) {
            found.value(view, "timeout", "nothing limits its requests");
        }
    }
}

/// True if a request can be refused for its rate.
fn is_limited(scene: &Scene) -> bool {
    let limits = &scene.model.cache;
    limits.uploads_per_minute.is_some() || limits.downloads_per_minute.is_some()
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
