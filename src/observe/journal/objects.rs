//! Sums up the single objects and the image steps of each running job, for the job's line in the journal.
//! Archives, indexes and layers have lines of their own.

use super::line::{LostObjects, ObjectShare, ObjectsLine, StepLine};
use crate::event::{ClientId, GhostEntry, JobRun, Names, RunId, SaveOutcome, StepId};
use crate::service::RemovalReason;
use crate::units::{Bytes, SimTime};
use std::collections::BTreeMap;

/// The sums of all jobs in progress.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    jobs: BTreeMap<RunId, BTreeMap<ClientId, Tally>>,
    /// The steps that were executed because one of their layers was missing.
    layers_gone: BTreeMap<RunId, Vec<StepId>>,
}

#[derive(Debug, Default)]
struct Tally {
    lost: BTreeMap<(SimTime, &'static str), (u32, Bytes)>,
    never_stored: u32,
    pushed_out_by: Vec<f64>,
    stored: u32,
    refused: u32,
}

impl Tallies {
    /// Counts an object that was not found. `by` is what each client stored between the last access of the
    /// lost object and its removal.
    pub fn missed(&mut self, job: RunId, client: ClientId, lost: Option<&GhostEntry>, by: &[u64]) {
        let tally = self.tally(job, client);
        let Some(ghost) = lost else {
            tally.never_stored += 1;
            return;
        };
        let (objects, bytes) = tally.lost.entry((ghost.removed, ghost.reason.label())).or_default();
        *objects += 1;
        *bytes += ghost.size;
        let all: u64 = by.iter().sum();
        if ghost.reason == RemovalReason::Size && all > 0 {
            tally.pushed_out_by.resize(by.len(), 0.0);
            let parts = tally.pushed_out_by.iter_mut().zip(by);
            parts.for_each(|(part, bytes)| *part += *bytes as f64 / all as f64);
        }
    }

    /// Counts an object that was stored, or whose save was refused.
    pub fn saved(&mut self, job: RunId, client: ClientId, outcome: SaveOutcome) {
        let tally = self.tally(job, client);
        let stored = outcome == SaveOutcome::Stored;
        tally.stored += u32::from(stored);
        tally.refused += u32::from(!stored);
    }

    /// Records that a step was executed although an index listed its layers.
    pub fn layer_gone(&mut self, job: RunId, step: StepId) {
        self.layers_gone.entry(job).or_default().push(step);
    }

    /// The image steps of a job that has ended.
    pub fn steps(&mut self, job: RunId, run: &JobRun, names: &Names) -> Vec<StepLine> {
        let gone = self.layers_gone.remove(&job).unwrap_or_default();
        let outcome = |step: &StepId, cached: bool| match cached {
            true => "cached",
            false if gone.contains(step) => "layer_gone",
            false => "unknown",
        };
        let told = |(step, cached): &(StepId, bool)| StepLine {
            step: names.steps[*step as usize].clone(),
            outcome: outcome(step, *cached),
        };
        run.steps.iter().map(told).collect()
    }

    /// The single objects of a job that has ended.
    pub fn take(&mut self, job: RunId, run: &JobRun, names: &Names) -> Vec<ObjectsLine> {
        let tallies = self.jobs.remove(&job).unwrap_or_default();
        let objects = |(client, tally): (ClientId, Tally)| tally.told(client, run.objects_hit, names);
        tallies.into_iter().map(objects).collect()
    }

    fn tally(&mut self, job: RunId, client: ClientId) -> &mut Tally {
        self.jobs.entry(job).or_default().entry(client).or_default()
    }
}

impl Tally {
    fn told(self, client: ClientId, found: u32, names: &Names) -> ObjectsLine {
        let lost = self.lost.into_iter().map(|((at, reason), (objects, bytes))| LostObjects {
            at,
            reason,
            objects,
            bytes,
        });
        let shares = names.clients.iter().zip(self.pushed_out_by).filter(|(_, objects)| *objects > 0.0);
        let mut pushed_out_by: Vec<ObjectShare> =
            shares.map(|(client, objects)| ObjectShare { client: client.clone(), objects }).collect();
        pushed_out_by.sort_by(|a, b| b.objects.total_cmp(&a.objects));
        ObjectsLine {
            client: names.clients[usize::from(client.0)].clone(),
            found,
            lost: lost.collect(),
            never_stored: self.never_stored,
            pushed_out_by,
            stored: self.stored,
            refused: self.refused,
        }
    }
}
