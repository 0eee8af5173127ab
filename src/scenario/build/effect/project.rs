//! Values of the project and its ways of compiling that change nothing.

use super::uses::{compiles, holds_workspace, is_of_crates, stores_objects, wraps_compiler};
use super::{IdleKey, Scene};
use crate::ci::{Build, Compiles, Job};
use crate::client::Cache;
use crate::project::{CrateKind, HostCopy, LayerContent};
use crate::scenario::view::View;

/// The project and its flavours.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    let view = scene.root.table("project");
    if !scene.any_job(compiles) {
        found.values(view, &["crates", "external-crates"], "none of the jobs that run compile anything");
    } else if view.has("crates") {
        found.value(view, "external-crates", "the file of `crates` has them");
    }
    let moving = |job: &Job| match &job.build {
        Build::Image { image, .. } => {
            let steps = &scene.model.images[*image].steps;
            scene.depends_on_steps(job) && steps.iter().any(|step| step.content == LayerContent::Base)
        }
        _ => false,
    };
    if !scene.any_job(moving) {
        let why = "no job caches layers of an image that has a step with `content = \"base\"`";
        found.value(view, "base-image-period", why);
    }
    flavours(scene, found);
}

fn modelled(job: &Job) -> bool {
    matches!(&job.build, Build::Compile(of) if of.dependencies_cold.is_none()) && compiles(job)
}

fn flavours(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.table("project").map("flavour") {
        let of = |job: &&Job| match &job.build {
            Build::Compile(compiles) => modelled(job) && scene.model.flavours[compiles.flavour].name == name,
            _ => false,
        };
        let jobs: Vec<&Job> = scene.jobs().filter(of).collect();
        if jobs.is_empty() {
            found.table(&format!("project.flavour.{name}"), view, "none of the jobs that run compile it");
            continue;
        }
        objects(scene, name, view, &jobs, found);
        files(scene, view, &jobs, found);
        graph(scene, view, found);
        let compiles = of_jobs(scene, name);
        for key in ["tail", "workspace-archive"] {
            if compiles.iter().all(|compile| compile.has(key)) {
                found.value(view, key, "every job that compiles it sets its own");
            }
        }
        if !jobs.iter().any(|job| scene.keeps_compiled(job) || stores_objects(job)) {
            found.value(view, "object-sigma", "no job keeps what it compiles");
        }
        if !jobs.iter().any(|job| sees_spread(scene, job)) {
            let why = "the jobs that compile it cache nothing compiled and compile all crates on one core";
            found.values(view, &["work-sigma", "work-slope"], why);
        }
    }
}

/// True if the spread of the work over crates matters to the job: it compiles only some of them, or several
/// at a time.
fn sees_spread(scene: &Scene, job: &Job) -> bool {
    let Build::Compile(compiles) = &job.build else { return false };
    let some = !compiles.selection.packages.is_empty();
    some || scene.keeps_compiled(job) || scene.model.runners[job.runner].cores > 1
}

/// Values about the objects that sccache stores.
fn objects(scene: &Scene, name: &str, view: View, jobs: &[&Job], found: &mut IdleKey) {
    if !jobs.iter().any(|job| wraps_compiler(job)) {
        let keys = [
            "profile",
            "dependency-objects",
            "workspace-objects",
            "native-cacheable",
            "workspace-cacheable",
            "cacheable-share",
        ];
        found.values(view, &keys, "no job that compiles it uses sccache");
    } else if scene.model.graph.crates.iter().all(|krate| krate.native_objects == 0) {
        let why = "flavours share only C and C++ files, and no crate of the graph has any";
        found.value(view, "profile", why);
        found.value(view, "native-cacheable", "no crate of the graph has C or C++ files");
    } else if !scene.any_job(|job| wraps_another(scene, name, job)) {
        found.value(view, "profile", "no job with sccache compiles another flavour");
    }
    if !scene.model.flavours.iter().any(|flavour| flavour.name == name && flavour.workspace_cacheable) {
        found.value(view, "workspace-objects", "sccache does not cache them (`workspace-cacheable`)");
    }
}

/// True if the job compiles another flavour than this one with sccache.
fn wraps_another(scene: &Scene, name: &str, job: &Job) -> bool {
    let is_other = |of: &Compiles| scene.model.flavours[of.flavour].name != name;
    modelled(job) && wraps_compiler(job) && matches!(&job.build, Build::Compile(of) if is_other(of))
}

/// Values about the files in archives and on the disk.
fn files(scene: &Scene, view: View, jobs: &[&Job], found: &mut IdleKey) {
    if jobs.iter().any(|job| scene.has_disk(job)) {
        return;
    }
    let any = |is: &dyn Fn(&Job, &Cache) -> bool| {
        jobs.iter().any(|job| job.caches.iter().any(|cache| is(job, cache)))
    };
    if !any(&|job, cache| holds_workspace(cache) && scene.moves(job, cache)) {
        let why = "no job that compiles it archives the workspace's own crates or runs where `disk` is set";
        found.value(view, "workspace-archive", why);
    }
    if !any(&|job, cache| is_of_crates(cache) && scene.counts_files(job, cache)) {
        let why = "nothing in the jobs that compile it depends on the unpacked size";
        found.value(view, "unpacked-ratio", why);
    }
}

/// Values that matter only to some graphs of crates.
fn graph(scene: &Scene, view: View, found: &mut IdleKey) {
    let crates = &scene.model.graph.crates;
    if crates.iter().all(|krate| krate.host != HostCopy::WhenChecked) {
        found.value(view, "checks-only", "no crate of the graph is used by a macro or a build script");
    }
    let external = crates.iter().filter(|krate| krate.kind != CrateKind::Workspace);
    let mut dependencies = external.map(|krate| krate.dependencies.len());
    let first = dependencies.next();
    if dependencies.all(|count| Some(count) == first) {
        let why = "all external crates of the graph have the same number of dependencies";
        found.value(view, "work-slope", why);
    }
}

/// The `compile` tables of the jobs that compile this flavour.
fn of_jobs<'a>(scene: &Scene<'a>, flavour: &str) -> Vec<View<'a>> {
    let jobs = scene.root.map("workflow").into_iter().flat_map(|(_, workflow)| workflow.map("job"));
    let compiles = jobs.filter_map(|(_, job)| job.table_or_none("compile"));
    compiles.filter(|compile| compile.text("flavour") == flavour).collect()
}
