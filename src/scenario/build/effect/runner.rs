use super::uses::{moves_archives, on_github, reads, restores_archives, wraps_compiler, writes};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job};
use crate::client::{ArchiveRate, Cache};
use crate::project::StepWork;

/// The machines that jobs run on.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    for (name, view) in scene.root.map("runner") {
        let index = scene.model.runners.iter().position(|runner| runner.name == name);
        let jobs: Vec<&Job> = scene.jobs().filter(|job| Some(job.runner) == index).collect();
        let cleans = scene.model.clean_up.as_ref().is_some_and(|clean_up| Some(clean_up.runner) == index);
        let Some(runner) = index.map(|index| &scene.model.runners[index]) else { continue };
        if jobs.is_empty() {
            if !cleans {
                found.table(&format!("runner.{name}"), view, "no job runs on it");
                continue;
            }
            let keys = [
                "download",
                "upload",
                "compress",
                "extract",
                "pack",
                "unpack",
                "transfer-noise",
                "stall",
                "disk",
            ];
            found.values(view, &keys, "only the clean-up of closed pull requests runs on it");
            continue;
        }
        let any = |is: &dyn Fn(&Job) -> bool| jobs.iter().any(|job| is(job));
        let packs = any(&|job| moves_archives(job) && writes(job));
        let restores = any(&|job| restores_archives(job));
        let objects = any(&wraps_compiler);
        let builds_image = any(&|job| matches!(job.build, Build::Image { .. }));
        let layers = any(&|job| job.caches.iter().any(|cache| matches!(cache, Cache::Buildkit(_))));
        if !(restores || objects || layers) {
            found.value(view, "download", "no job on it downloads from a cache");
        }
        if !(packs || objects) {
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
            found.value(view, "cores", "no job on it does anything that more cores make faster");
        }
        let stores = any(&|job| job.caches.iter().any(on_github) && reads(job));
        if !(stores || builds_image || any(&|job| matches!(job.build, Build::Compile(_)))) {
            found.value(view, "disk", "no job on it needs any");
        }
    }
}

/// Whether the job does what several cores do faster.
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
