//! Reads from a journal why job runs missed: selects the lines that belong to each. `observe` writes the
//! journal; `report` puts the explanations into words.

use crate::event::RefClass;
use crate::observe::journal::{JobLine, Line, RestoreLine, SaveLine, Stored, SweepLine};
use crate::result::MissExplanation;
use crate::units::SimTime;
use std::collections::BTreeMap;

/// A filter for job runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JobFilter {
    /// Only this job, named with or without its matrix leg.
    pub job: Option<String>,
    /// Only this ref: `main`, `pull_request`, `other`, or the full name of a ref.
    pub ref_name: Option<String>,
    /// Only runs in which this client missed something.
    pub client: Option<String>,
    /// Only jobs started at or after this instant.
    pub from: Option<SimTime>,
    /// Only jobs started before this instant.
    pub until: Option<SimTime>,
}

/// The parts of a journal that explanations need.
#[derive(Debug, Default)]
pub struct Explanations {
    /// When measuring begins; everything is measured unless this is said.
    measured_from: SimTime,
    jobs: Vec<JobLine>,
    restores: BTreeMap<(u32, String), Vec<RestoreLine>>,
    saves: BTreeMap<(String, String, SimTime), SaveLine>,
    sweeps: BTreeMap<SimTime, SweepLine>,
}

impl Explanations {
    /// Explanations of a replication that is measured from this instant.
    pub fn measured_from(measured_from: SimTime) -> Explanations {
        Explanations { measured_from, ..Explanations::default() }
    }

    /// Adds a line of the journal.
    pub fn add(&mut self, line: Line) {
        match line {
            Line::Job(job) => self.jobs.push(*job),
            Line::Restore(restore) => {
                let place = (restore.actor.push, restore.actor.job.clone());
                self.restores.entry(place).or_default().push(*restore);
            }
            Line::Save(save) => {
                let place = (save.actor.ref_name.clone(), save.key.clone(), save.at);
                self.saves.insert(place, save);
            }
            Line::Sweep(sweep) => {
                self.sweeps.insert(sweep.at, sweep);
            }
            Line::Evict(_) | Line::Expire(_) | Line::Delete(_) | Line::CleanUp(_) => {}
        }
    }

    /// The job runs that match the filter, in the order in which they started.
    pub fn runs(&self, filter: &JobFilter) -> Vec<&JobLine> {
        let mut runs: Vec<&JobLine> = self.jobs.iter().filter(|job| filter.allows(job)).collect();
        runs.sort_by(|a, b| (a.started_at, &a.actor.job).cmp(&(b.started_at, &b.actor.job)));
        runs
    }

    /// The explanations of those matching runs that missed something or were let down. Those let
    /// down come first, then those that lost the most minutes; of equals, the one that started
    /// first. Those of the warm-up come after all others.
    pub fn worst(&self, filter: &JobFilter) -> Vec<MissExplanation> {
        let client = filter.client.as_deref();
        let missed =
            |why: &MissExplanation| why.missed(client) || (client.is_none() && why.job.was_let_down());
        let mut runs: Vec<_> =
            self.runs(filter).into_iter().map(|job| self.explanation(job)).filter(missed).collect();
        // What happens in the warm-up is the start of a cache, and explained only if there is nothing else.
        let is_measured = |job: &JobLine| job.queued_at >= self.measured_from;
        runs.sort_by(|a, b| {
            let measured = is_measured(&b.job).cmp(&is_measured(&a.job));
            let let_down = b.job.was_let_down().cmp(&a.job.was_let_down());
            measured.then(let_down).then(b.lost_minutes().total_cmp(&a.lost_minutes()))
        });
        runs
    }

    fn explanation(&self, job: &JobLine) -> MissExplanation {
        let restores = self.restores.get(&(job.actor.push, job.actor.job.clone())).cloned();
        let restores = restores.unwrap_or_default();
        let lost = || restores.iter().filter_map(|restore| restore.lost.as_ref());
        let found = restores.iter().filter_map(|restore| restore.found.as_ref());
        let entries = lost().map(|gone| &gone.entry).chain(found);
        let place = |entry: &Stored| (entry.ref_name.clone(), entry.key.clone(), entry.saved_at);
        let saves = entries.filter_map(|entry| self.saves.get(&place(entry)).cloned()).collect();
        let objects = job.objects.iter().flat_map(|objects| objects.lost.iter().map(|lost| lost.at));
        let mut moments: Vec<SimTime> = lost().map(|gone| gone.at).chain(objects).collect();
        moments.sort();
        moments.dedup();
        let sweeps = moments.iter().filter_map(|at| self.sweeps.get(at).cloned()).collect();
        MissExplanation { job: job.clone(), restores, saves, sweeps }
    }
}

impl JobFilter {
    fn allows(&self, job: &JobLine) -> bool {
        let of_job = |name: &String| {
            let actual = &job.actor.job;
            actual == name || actual.strip_prefix(name.as_str()).is_some_and(|leg| leg.starts_with(" ("))
        };
        let on_ref =
            |name: &String| *name == job.actor.ref_name || RefClass::of(&job.actor.ref_name).label() == *name;
        self.job.as_ref().is_none_or(of_job)
            && self.ref_name.as_ref().is_none_or(on_ref)
            && self.from.is_none_or(|from| job.started_at >= from)
            && self.until.is_none_or(|until| job.started_at < until)
    }
}
