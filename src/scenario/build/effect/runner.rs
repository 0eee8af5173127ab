//! Values of runners that change nothing, because no job on them does what they make faster or slower.

use super::janitor::is_billed_on;
use super::uses::{compiles, reads, saves, saves_archives, stores_objects, wraps_compiler};
use super::{IdleKey, Scene};
use crate::ci::{Build, Job, Runner};
use crate::client::{ArchiveRate, Cache, FileArea, KeptFiles};
use crate::diagnostic::Diagnostic;
use crate::project::{StepWork, System};
use crate::random::Distribution;
use crate::scenario::grammar::{Kind, RUNNERS};
use crate::scenario::view::View;
use crate::units::Duration;

/// All keys of a runner except its price. The clean-up does nothing that they affect.
const OF_JOBS: [&str; 16] = [
    "os",
    "arch",
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
    "keeps",
    "disk",
];

/// The machines that jobs run on.
pub(super) fn idle(scene: &Scene, found: &mut IdleKey) {
    organisation(scene, found);
    for (name, view) in scene.root.map("runner") {
        let index = scene.model.runners.iter().position(|runner| runner.name == name);
        let jobs: Vec<&Job> = scene.jobs().filter(|job| Some(job.runner) == index).collect();
        let Some(runner) = index.map(|index| &scene.model.runners[index]) else { continue };
        if !jobs.is_empty() {
            of_jobs(scene, runner, &jobs, view, found);
        } else if is_billed_on(scene, index) {
            found.values(view, &OF_JOBS, "only the clean-up of the cache runs on it");
            let on_it = scene.model.janitors.iter().filter(|janitor| Some(janitor.runner) == index);
            if on_it.map(|janitor| janitor.time).all(|time| time == Duration::ZERO) {
                found.value(view, "price", "only the clean-up of the cache runs on it, and takes no time");
            }
        } else {
            found.table(&format!("runner.{name}"), view, "no job runs on it");
        }
    }
}

/// What `[ci]` says of GitHub's own runners.
fn organisation(scene: &Scene, found: &mut IdleKey) {
    let ci = scene.root.table("ci");
    let runners = || scene.jobs().map(|job| &scene.model.runners[job.runner]);
    let limits = scene.model.macos_concurrency.zip(scene.model.job_concurrency);
    let is_limited = runners().filter(|runner| runner.is_hosted_mac()).all(Runner::is_standard);
    if !runners().any(Runner::is_standard) {
        found.value(ci, "job-concurrency", "no job runs on one of GitHub's standard runners");
    }
    if !runners().any(Runner::is_hosted_mac) {
        found.value(ci, "macos-concurrency", "no job runs on one of GitHub's macOS runners");
    } else if is_limited && limits.is_some_and(|(macs, all)| macs >= all) {
        found.value(ci, "macos-concurrency", "`ci.job-concurrency` lets fewer jobs, or as many, run at once");
    }
    let all = scene.model.runners.iter().enumerate();
    let cleaners = all.filter(|(index, _)| is_billed_on(scene, Some(*index))).map(|(_, runner)| runner);
    if !runners().chain(cleaners).any(|runner| depends_on_visibility(scene, runner)) {
        let why = "no job runs on one of GitHub's standard runners without `cores` and `price` of its own";
        found.value(ci, "visibility", why);
    }
}

/// True if `ci.visibility` decides a value of this runner.
fn depends_on_visibility(scene: &Scene, runner: &Runner) -> bool {
    let Kind::Map { presets, .. } = RUNNERS else { unreachable!("runners are a map") };
    let written = scene.root.map("runner").into_iter().find(|(name, _)| *name == runner.name);
    let is_open = |key: &str| written.as_ref().is_none_or(|(_, view)| !view.is_written(key));
    let preset = presets.iter().find(|preset| preset.name == runner.name);
    preset.is_some_and(|preset| preset.private.iter().any(|(key, _)| is_open(key)))
}

fn of_jobs(scene: &Scene, runner: &Runner, jobs: &[&Job], view: View, found: &mut IdleKey) {
    let any = |is: &dyn Fn(&Job) -> bool| jobs.iter().any(|job| is(job));
    let packs = any(&saves_archives);
    let restores = any(&|job| scene.restores_archives(job));
    let (uploads, downloads) =
        (any(&|job| scene.uploads_layers(job)), any(&|job| scene.downloads_layers(job)));
    let finds =
        |job: &Job, is: fn(&Cache) -> bool| job.caches.iter().any(|cache| is(cache) && scene.finds(cache));
    let objects = any(&|job| wraps_compiler(job) && finds(job, |cache| cache.wrapper().is_some()));
    // Its index is downloaded even where it names no layer.
    let indexes = any(&|job| finds(job, |cache| cache.layers().is_some() && cache.is_on_github()));
    if !(restores || objects || downloads || indexes) {
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
    if !(packs || restores || uploads || downloads) {
        found.value(view, "transfer-noise", "no job on it moves archives or layers");
    }
    let by_cores = matches!(runner.pack, ArchiveRate::Unpacked(_)) && packs;
    if !(by_cores || any(&|job| shares_work(scene, job))) {
        found.value(view, "cores", "no job on it would be faster with more cores");
    }
    if !any(&|job| scene.fills_disk(job)) {
        found.value(view, "disk", "no job on it puts anything on the disk");
    } else if !any(&outgrows_room) {
        found.value(view, "disk", "its jobs free (`frees`) more than they put on the disk");
    }
    at_most(scene, runner, view, found);
    disks(runner, jobs, view, found);
    system(scene, runner, jobs, view, found);
}

/// How many jobs run at once on it, and on all standard runners together.
fn at_most(scene: &Scene, runner: &Runner, view: View, found: &mut IdleKey) {
    let Some(all) = scene.model.job_concurrency else { return };
    if runner.is_standard() && runner.concurrency.is_some_and(|most| most >= all) {
        found.value(view, "concurrency", "`ci.job-concurrency` lets fewer jobs, or as many, run at once");
    }
}

/// What its jobs leave on machines that keep files.
fn disks(runner: &Runner, jobs: &[&Job], view: View, found: &mut IdleKey) {
    if runner.keeps == KeptFiles::Nothing {
        return;
    }
    if jobs.iter().any(|job| matches!(job.build, Build::Image { .. })) {
        let message = "layers of images do not stay on its machines: each image is built by a new builder";
        let help = "setup-buildx-action removes the builder with its layers at the end of a job (`cleanup`, `keep-state`)";
        let warning = Diagnostic::warning("not-simulated", message).at(view.span("keeps"));
        found.0.push(warning.help(help));
    }
    let leaves = |area: FileArea| jobs.iter().any(|job| leaves_in(job, area));
    let kept = [FileArea::Home, FileArea::Workspace].into_iter().filter(|area| runner.keeps.keeps(*area));
    if !kept.into_iter().any(leaves) {
        let why = match leaves(FileArea::Workspace) {
            true => {
                "what its jobs leave lies in the workspace, which actions/checkout cleans; `all` keeps it"
            }
            false => "its jobs leave nothing that would save time",
        };
        found.value(view, "keeps", why);
    }
}

/// True if the job leaves files in this area of its machine that save the next one time.
fn leaves_in(job: &Job, area: FileArea) -> bool {
    let saves_time = |cache: &Cache| match cache {
        Cache::RustCache(client) => client.refetch > Duration::ZERO,
        _ => cache.miss() > Duration::ZERO,
    };
    let builds = area == FileArea::Workspace && compiles(job);
    builds || job.caches.iter().any(|cache| cache.has_archive() && cache.area() == area && saves_time(cache))
}

/// The system matters to keys that name it, and to what one system compiles and another one finds.
fn system(scene: &Scene, runner: &Runner, jobs: &[&Job], view: View, found: &mut IdleKey) {
    let label = System::of_label(&runner.name);
    let matters = |placeholder: &str| {
        let named = scene.root.map("workflow").iter().any(|(_, workflow)| workflow.mentions(placeholder));
        named || jobs.iter().any(|job| depends_on_system(scene, runner, job))
    };
    let why = "no key contains it, and nothing is shared with jobs on other runners";
    if runner.system.os != label.os && !matters("{os}") {
        found.value(view, "os", why);
    }
    if runner.system.arch != label.arch && !matters("{arch}") {
        found.value(view, "arch", why);
    }
}

fn depends_on_system(scene: &Scene, runner: &Runner, job: &Job) -> bool {
    let is_drawn = |of: &Distribution| !matches!(of, Distribution::Constant(_));
    let transfers_are_drawn = is_drawn(&runner.transfer_noise);
    job.caches.iter().any(|cache| {
        // What is drawn for an archive is drawn for its key: the time of a look-up, of an upload, and a size.
        let size_is_drawn = cache.stated_size().is_some_and(|(size, _)| is_drawn(size));
        let by_key = reads(job) || (saves(cache) && (size_is_drawn || transfers_are_drawn));
        // And what is drawn for a layer, for its digest: the time of a check, and of a transfer.
        let by_layers = (cache.is_on_github() || transfers_are_drawn) && scene.draws_for_layers(job);
        let is_addressed = (cache.names_system() && by_key) || (cache.layers().is_some() && by_layers);
        let acts = saves(cache) || reads(job) || !cache.is_on_github();
        is_addressed || (acts && scene.steps.is_on_other_runners(cache))
    })
}

/// True if the job may put more on the disk than it frees there. An archive is there packed and unpacked.
fn outgrows_room(job: &Job) -> bool {
    let most = |cache: &Cache| match cache.stated_size() {
        Some((size, ratio)) => size.utmost() * (1.0 + ratio),
        None if cache.has_archive() => f64::INFINITY,
        None => 0.0,
    };
    job.build != Build::Nothing || job.caches.iter().map(most).sum::<f64>() > job.frees.as_f64()
}

/// True if the job does what several cores do faster.
fn shares_work(scene: &Scene, job: &Job) -> bool {
    match &job.build {
        Build::Compile(_) => compiles(job),
        Build::Image { image, .. } => {
            let spread = |work: &StepWork| work.cores.0 > 0;
            scene.model.images[*image].steps.iter().any(|step| spread(&step.work))
        }
        Build::Nothing => false,
    }
}
