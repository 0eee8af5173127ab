use super::uses::{keeps_compiled, keeps_crates, uses_github, wraps_compiler};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job};
use crate::client::{Cache, Paths};
use crate::project::{CrateKind, HostCopy, LayerContent};
use crate::scenario::view::View;

/// What is compiled, and in which ways.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("project");
    let compiles = |job: &Job| matches!(job.build, Build::Compile(_));
    if !scene.any_job(compiles) {
        found.values(view, &["crates", "external-crates"], "no job that runs compiles anything");
    } else if !scene.any_job(|job| modelled(job) || keeps_crates(job)) {
        found.values(view, &["crates", "external-crates"], "no job keeps what it compiles");
    }
    let moving = |job: &Job| match &job.build {
        Build::Image { image, .. } => {
            scene.model.images[*image].steps.iter().any(|step| step.content == LayerContent::Base)
        }
        _ => false,
    };
    if !scene.any_job(moving) {
        found.value(view, "base-image-period", "no image that is built has a step of content \"base\"");
    }
    flavours(scene, found);
}

fn modelled(job: &Job) -> bool {
    matches!(&job.build, Build::Compile(compiles) if compiles.dependencies_cold.is_none())
}

fn flavours(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.table("project").map("flavour") {
        let of = |job: &&Job| match &job.build {
            Build::Compile(compiles) => modelled(job) && scene.model.flavours[compiles.flavour].name == name,
            _ => false,
        };
        let jobs: Vec<&Job> = scene.jobs().filter(of).collect();
        if jobs.is_empty() {
            found.table(&format!("project.flavour.{name}"), view, "no job that runs compiles it");
            continue;
        }
        let any = |is: &dyn Fn(&Job) -> bool| jobs.iter().any(|job| is(job));
        if !any(&wraps_compiler) {
            let keys = [
                "profile",
                "dependency-objects",
                "workspace-objects",
                "native-cacheable",
                "workspace-cacheable",
                "cacheable-share",
            ];
            found.values(view, &keys, "no job that compiles it has sccache");
        }
        let on_disk = any(&|job| scene.model.runners[job.runner].disk.is_some());
        let target = any(&|job| job.caches.iter().any(holds_workspace) && uses_github(job));
        if !(on_disk || target) {
            let why = "no job that compiles it archives the workspace's own crates, or has a `disk`";
            found.value(view, "workspace-archive", why);
            of_jobs(scene, name).into_iter().for_each(|own| found.value(own, "workspace-archive", why));
        }
        let archived = any(&|job| uses_github(job) && job.caches.iter().any(|cache| cache.kept().crates));
        if !(on_disk || archived) {
            found.value(view, "unpacked-ratio", "no job that compiles it archives anything, or has a `disk`");
        }
        if scene.model.graph.crates.iter().all(|krate| krate.host != HostCopy::WhenChecked) {
            found.value(view, "checks-only", "no crate of the graph is used by a macro or a build script");
        }
        if !scene.model.flavours.iter().any(|flavour| flavour.name == name && flavour.workspace_cacheable) {
            found.value(view, "workspace-objects", "sccache does not cache them (`workspace-cacheable`)");
        }
        let compiles = of_jobs(scene, name);
        for key in ["tail", "workspace-archive"] {
            if compiles.iter().all(|compile| compile.has(key)) {
                found.value(view, key, "every job that compiles it has its own");
            }
        }
        if !any(&keeps_compiled) {
            let why = "no job keeps what it compiles";
            found.value(view, "object-sigma", why);
            // How work is spread decides how well several cores are used.
            let shared = any(&|job| scene.model.runners[job.runner].cores > 1);
            if !shared {
                found.value(view, "work-sigma", why);
            }
            if !(shared && has_edges(scene)) {
                found.value(view, "work-slope", why);
            }
        }
    }
}

/// Whether the graph says which external crate depends on which.
fn has_edges(scene: &Scene) -> bool {
    let mut external = scene.model.graph.crates.iter().filter(|krate| krate.kind != CrateKind::Workspace);
    external.any(|krate| !krate.dependencies.is_empty())
}

/// What the jobs say that compile this flavour.
fn of_jobs<'a>(scene: &Scene<'a>, flavour: &str) -> Vec<View<'a>> {
    let jobs = scene.root.map("workflow").into_iter().flat_map(|(_, workflow)| workflow.map("job"));
    let compiles = jobs.filter_map(|(_, job)| job.table_or_none("compile"));
    compiles.filter(|compile| compile.text("flavour") == flavour).collect()
}

fn holds_workspace(cache: &Cache) -> bool {
    match cache {
        Cache::ActionsCache(step) => step.paths == Paths::Target,
        _ => cache.kept().members,
    }
}
