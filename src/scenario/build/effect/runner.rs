//! Values of runners that change nothing, because no job on them does what they make faster or slower.

use super::uses::{saves_archives, stores_objects, uses_github, wraps_compiler};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job, Runner};
use crate::client::ArchiveRate;
use crate::project::StepWork;
use crate::scenario::view::View;

/// All keys of a runner except its price. The clean-up does nothing that they affect.
const OF_JOBS: [&str; 13] = [
    "cores",
    "download",
    "upload",
    "compress",
    "extract",
    "pack",
    "unpack",
    "transfer-noise",
    "stall",
    "speed-noise",
    "boot",
    "concurrency",
    "disk",
];

/// The machines that jobs run on.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("runner") {
        let index = scene.model.runners.iter().position(|runner| runner.name == name);
        let jobs: Vec<&Job> = scene.jobs().filter(|job| Some(job.runner) == index).collect();
        let clean_up = scene.model.clean_up.as_ref().filter(|_| scene.traffic.pulls);
        let Some(runner) = index.map(|index| &scene.model.runners[index]) else { continue };
        if !jobs.is_empty() {
            of_jobs(scene, runner, &jobs, view, found);
        } else if clean_up.is_some_and(|clean_up| Some(clean_up.runner) == index) {
            found.values(view, &OF_JOBS, "only the clean-up of closed pull requests runs on it");
        } else {
            found.table(&format!("runner.{name}"), view, "no job runs on it");
        }
    }
}

fn of_jobs(scene: &Scene, runner: &Runner, jobs: &[&Job], view: View, found: &mut IdleKey) {
    let any = |is: &dyn Fn(&Job) -> bool| jobs.iter().any(|job| is(job));
    let packs = any(&saves_archives);
    let restores = any(&|job| scene.restores_archives(job));
    let layers = any(&|job| scene.moves_layers(job));
    // Its index is downloaded even where it names no layer.
    let loads = any(&|job| job.caches.iter().any(|cache| cache.layers().is_some()) && uses_github(job));
    if !(restores || any(&wraps_compiler) || layers || loads) {
        found.value(view, "download", "no job on it downloads from a cache");
    }
    if !(packs || any(&stores_objects)) {
        found.value(view, "upload", "no job on it uploads archives or objects");
    }
    if !packs {
        found.values(view, &["compress", "pack"], "no job on it packs an archive");
    }
    if !restores {
        found.values(view, &["extract", "unpack", "stall"], "no job on it restores an archive");
    }
    if !(packs || restores || layers) {
        found.value(view, "transfer-noise", "no job on it moves archives or layers");
    }
    let by_cores = matches!(runner.pack, ArchiveRate::Unpacked(_)) && packs;
    if !(by_cores || any(&|job| shares_work(scene, job))) {
        found.value(view, "cores", "no job on it would be faster with more cores");
    }
    if !any(&|job| scene.fills_disk(job)) {
        found.value(view, "disk", "no job on it puts anything on the disk");
    }
}

/// True if the job does what several cores do faster.
fn shares_work(scene: &Scene, job: &Job) -> bool {
    match &job.build {
        Build::Compile(_) => true,
        Build::Image { image, .. } => {
            let spread = |work: &StepWork| work.cores.0 > 0;
            scene.model.images[*image].steps.iter().any(|step| spread(&step.work))
        }
        Build::Nothing => false,
    }
}
