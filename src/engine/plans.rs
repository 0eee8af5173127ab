//! Prepares the jobs of a model for one replication: units and images with their costs drawn, and the past
//! runs in which archives have grown. The simulation calls it once, before the first event.

use super::model::Model;
use crate::ci::{Build, Compiles, Job, PlannedJob, Runner, Work, Workflow};
use crate::client::{BuildPlan, PastRun, Target};
use crate::event::{JobId, StepId};
use crate::project::{Compilation, Image, UnitRole, makespan};
use crate::random::{Draws, mix_str};
use crate::service::Sweep;
use crate::units::SimTime;
use crate::workload::{Push, PushKind};
use std::rc::Rc;

/// The jobs of each workflow, with costs and sizes drawn.
pub(super) fn planned_jobs(model: &Model, draws: &Draws) -> Vec<Vec<PlannedJob>> {
    let images = Images::new(model);
    let past = past(model, draws);
    let mut ids = (0..).map(JobId);
    let of = |(index, workflow): (usize, &Workflow)| {
        let seen = seen_by(index, workflow, &past, model);
        let planned = |job: &Job| PlannedJob {
            job: Rc::new(job.clone()),
            work: images.work(model, job, &seen, draws),
            id: ids.next().expect("there are fewer jobs than numbers"),
            identity: mix_str(mix_str(0, &workflow.name), &job.name),
        };
        workflow.jobs.iter().map(planned).collect()
    };
    model.workflows.iter().enumerate().map(of).collect()
}

struct Images {
    images: Vec<(Rc<Image>, StepId)>,
}

impl Images {
    fn new(model: &Model) -> Images {
        let mut first = 0;
        let number = |image: &Image| {
            let own = first;
            first += image.steps.len() as StepId;
            (Rc::new(image.clone()), own)
        };
        Images { images: model.images.iter().map(number).collect() }
    }

    fn work(&self, model: &Model, job: &Job, past: &Seen, draws: &Draws) -> Work {
        match &job.build {
            Build::Nothing => Work::Nothing,
            Build::Compile(compiles) => Work::Compile(Rc::new(plan(model, job, compiles, past, draws))),
            Build::Image { image, arch } => {
                let (image, first_step) = self.images[*image].clone();
                Work::Image(
                    image,
                    Target { arch: arch.clone(), base_period: model.base_image_period, first_step },
                )
            }
        }
    }
}

/// The runs of a workflow on main before the simulation began, oldest first.
type Seen = Rc<[PastRun]>;

/// The pushes before the simulation began. They are only drawn if some archive grows.
fn past(model: &Model, draws: &Draws) -> Vec<Push> {
    let mut jobs = model.workflows.iter().flat_map(|workflow| &workflow.jobs);
    match jobs.any(|job| job.caches.iter().any(|cache| cache.grows())) {
        true => model.workload.past(&model.graph, draws),
        false => Vec::new(),
    }
}

/// The runs of a workflow on main in the past. A run on any ref uses main's entries, so each of them keeps
/// the entries from expiring.
fn seen_by(index: usize, workflow: &Workflow, past: &[Push], model: &Model) -> Seen {
    let retention = Some(model.cache.retention).filter(|_| model.cache.sweep != Sweep::Never);
    let mut seen: Vec<PastRun> = Vec::new();
    let (mut used, mut idle) = (None::<SimTime>, false);
    for push in past.iter().filter(|push| !workflow.started_by(index, push).is_empty()) {
        let since = used.replace(push.at).map(|used| push.at - used);
        idle |= since.zip(retention).is_some_and(|(since, retention)| since > retention);
        if matches!(push.kind, PushKind::Main | PushKind::Schedule) {
            seen.push(PastRun { push: push.id.address(), checkout: push.checkout.clone(), idle });
            idle = false;
        }
    }
    seen.into()
}

fn plan(model: &Model, job: &Job, compiles: &Compiles, past: &Seen, draws: &Draws) -> BuildPlan {
    let Runner { cores, system, .. } = model.runners[job.runner];
    let flavour = &model.flavours[compiles.flavour];
    let mut compilation = Compilation::new(&model.graph, flavour, &compiles.selection, system, draws);
    if let Some(cold) = compiles.dependencies_cold {
        let external: Vec<bool> = compilation.units.iter().map(|u| u.role != UnitRole::Workspace).collect();
        let nominal = makespan(&compilation, &external, cores, 1.0);
        compilation = compilation.scaled(cold.0 as f64 / nominal.0.max(1) as f64);
    }
    BuildPlan::new(compilation, cores, past.clone())
}
