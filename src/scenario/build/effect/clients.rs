use super::uses::{acts, on_github, reads, writes};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job};
use crate::client::{Cache, ExportMode, ImageStore, ObjectStore, SaveIf};
use crate::scenario::build::gap::{keeps_targets, registry};
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::units::Bytes;
use crate::workload::PushSource;

const SAVES_NOTHING: &str = "`cache-mode` lets the job save nothing";

/// Settings of cache clients.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("workflow") {
        let Some(workflow) = scene.running.iter().find(|workflow| workflow.name == name) else { continue };
        for (group, view) in view.map("job") {
            let legs: Vec<&Job> = workflow.jobs.iter().filter(|job| job.group == group).collect();
            let cache = view.table("cache");
            for client in cache.keys() {
                let steps: Vec<View> = match client {
                    "actions-cache" => cache.tables(client),
                    _ => cache.table_or_none(client).into_iter().collect(),
                };
                for step in steps {
                    if client.starts_with("buildkit") && legs.iter().all(|job| exports_nothing(scene, job)) {
                        let path = format!("workflow.{name}.job.{group}.cache.{client}");
                        found.table(
                            &path,
                            step,
                            "no layer of the image is `in-final`, and `mode = \"min\"` exports no others",
                        );
                    }
                    rights(client, step, &legs, found);
                    of_client(scene, client, step, &legs, found);
                }
            }
        }
    }
}

/// What a job may not do with GitHub's cache needs no settings.
fn rights(client: &str, view: View, legs: &[&Job], found: &mut IdleKey) {
    let outside = matches!(client, "buildkit-registry" | "buildkit-s3" | "buildkit-inline")
        || (client == "sccache" && view.choice("store", &words::STORES) == ObjectStore::External);
    if !outside && !legs.iter().any(|job| writes(job)) {
        let keys: &[&str] = match client {
            "rust-cache" => &["save-if", "on-failure"],
            "buildkit-gha" => &["mode", "export", "save-if"],
            _ => &["save-if"],
        };
        found.values(view, keys, SAVES_NOTHING);
    }
    if !outside && client == "actions-cache" && !legs.iter().any(|job| reads(job)) {
        found.value(view, "lookup-only", "`cache-mode` lets the job restore nothing");
    }
}

/// Whether an image of steps has no layer that its exporter would export.
fn exports_nothing(scene: &Scene, job: &Job) -> bool {
    let Build::Image { image, .. } = &job.build else { return false };
    let steps = &scene.model.images[*image].steps;
    let min = |cache: &Cache| match cache {
        Cache::Buildkit(settings) => settings.mode == ExportMode::Min || settings.store == ImageStore::Inline,
        _ => false,
    };
    job.caches.iter().any(min) && !steps.iter().any(|step| step.in_final && step.layer > Bytes::ZERO)
}

fn of_client(scene: &Scene, client: &str, view: View, legs: &[&Job], found: &mut IdleKey) {
    match client {
        "rust-cache" => rust_cache(scene, view, legs, found),
        "actions-cache" if view.texts("restore-keys").is_empty() => {
            found.value(view, "partial", "without `restore-keys` nothing but the key itself is found");
        }
        "setup-python" if !requirements_change(scene) => {
            found.value(
                view,
                "partial",
                "what its key hashes never changes (`workload.changes.requirements`)",
            );
        }
        "sccache" => sccache(view, legs, found),
        _ if client.starts_with("buildkit") => buildkit(client, view, found),
        _ => {}
    }
}

fn rust_cache(scene: &Scene, view: View, legs: &[&Job], found: &mut IdleKey) {
    if legs.iter().all(|job| job.fails == 0.0 && job.fails_on_main == 0.0) {
        found.value(view, "on-failure", "the job never fails");
    }
    for (key, idle) in [
        ("cache-workspace-crates", idle_members(scene, view, legs)),
        ("cache-all-crates", idle_downloads(legs)),
    ] {
        if let Some(why) = idle.filter(|_| view.flag_or(key, false)) {
            found.value(view, key, why);
        }
    }
    if keeps_targets(view) {
        return;
    }
    let compiles = legs.iter().any(compiles);
    let all = !view.has("size") || view.bytes("size") <= registry(view);
    if !compiles && all && !has_another(scene, legs) {
        found.value(view, "cache-targets", "the job compiles nothing, and its entry is all `registry`");
    }
    let matters = if compiles { legs.iter().any(|job| needs_size(scene, job)) } else { all };
    if view.has("registry") && !matters {
        found.value(view, "size", "with `cache-targets = false` the entry holds `registry` alone");
    }
}

fn compiles(job: &&Job) -> bool {
    matches!(job.build, Build::Compile(_))
}

/// Why it changes nothing to store the workspace's own crates.
fn idle_members(scene: &Scene, view: View, legs: &[&Job]) -> Option<&'static str> {
    let archive = |job: &&Job| match &job.build {
        Build::Compile(compiles) => scene.model.flavours[compiles.flavour].workspace_archive,
        Build::Nothing | Build::Image { .. } => Bytes::ZERO,
    };
    if !legs.iter().any(|job| writes(job)) {
        Some(SAVES_NOTHING)
    } else if !keeps_targets(view) {
        Some("with `cache-targets = false` nothing compiled is stored")
    } else if legs.iter().all(|job| archive(job) == Bytes::ZERO) {
        Some(
            "nothing says how large they are: a measured job's `size` holds all, and the `workspace-archive` \
             of what the job compiles is 0 B",
        )
    } else {
        None
    }
}

/// Why it changes nothing to store the registry as it is.
fn idle_downloads(legs: &[&Job]) -> Option<&'static str> {
    if !legs.iter().any(|job| writes(job)) {
        Some(SAVES_NOTHING)
    } else if !legs.iter().any(compiles) {
        Some("the job compiles nothing: its entry is as large as stated")
    } else {
        None
    }
}

/// Whether the size of compiled crates that are not stored matters: a measured job divides its times by it, or
/// has them on its disk. (Of any other job that compiles it is told where the client is read.)
fn needs_size(scene: &Scene, job: &Job) -> bool {
    let measured = matches!(&job.build, Build::Compile(compiles) if compiles.dependencies_cold.is_some());
    !measured || job.caches.len() > 1 || scene.model.runners[job.runner].disk.is_some()
}

/// Whether another job has a rust-cache, too: which paths they cache decides whether they share entries.
fn has_another(scene: &Scene, legs: &[&Job]) -> bool {
    let is_leg = |job: &Job| legs.iter().any(|leg| std::ptr::eq(*leg, job));
    scene.any_job(|job| !is_leg(job) && job.caches.iter().any(|cache| matches!(cache, Cache::RustCache(_))))
}

/// Whether any push changes what pip installs from.
fn requirements_change(scene: &Scene) -> bool {
    match &scene.model.workload.source {
        PushSource::Stochastic(drawn) => drawn.changes.requirements > 0.0,
        PushSource::Log(log) => log.pushes.iter().any(|push| push.change.requirements),
    }
}

fn sccache(view: View, legs: &[&Job], found: &mut IdleKey) {
    if !legs.iter().any(|job| stores_objects(job)) {
        found.values(view, &["write", "deterministic"], "the job stores no objects");
    }
    let has_edges =
        |job: &&Job| matches!(&job.build, Build::Compile(compiles) if compiles.dependencies_cold.is_none());
    if !legs.iter().any(has_edges) {
        let why = "a measured job says nothing of which crate depends on which";
        found.value(view, "deterministic", why);
    }
}

fn stores_objects(job: &Job) -> bool {
    let stores = |cache: &Cache| match cache {
        Cache::Sccache(settings) => settings.save_if != SaveIf::Never && !settings.read_only,
        _ => false,
    };
    let may = |cache: &Cache| acts(job, cache) && (writes(job) || !on_github(cache));
    job.caches.iter().any(|cache| stores(cache) && may(cache))
}

fn buildkit(client: &str, view: View, found: &mut IdleKey) {
    if view.choice("save-if", &words::SAVE_IF) == SaveIf::Never {
        let keys = ["mode", "export", "export-rate", "ignore-error"];
        found.values(view, &keys, "with `save-if = \"never\"` nothing is exported");
    }
    if client == "buildkit-inline" {
        let keys = ["mode", "export", "export-rate"];
        found.values(view, &keys, "an image pushed with its cache inline holds its own layers in any case");
    }
    if client != "buildkit-gha" {
        let keys = ["check", "timeout"];
        found.values(view, &keys, "only GitHub's cache limits requests, and refuses them");
    }
}
