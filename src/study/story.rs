//! Why a job missed: the lines of a journal that belong to one job run.

use crate::event::{Conclusion, FailureCause, RefClass};
use crate::observe::journal::{JobLine, Line, RestoreLine, SaveLine, Stored, SweepLine};
use crate::units::SimTime;
use std::collections::BTreeMap;

/// Why one job missed what it wanted: the lines of a journal that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The job.
    pub job: JobLine,
    /// Its look-ups of archives and indexes, in order.
    pub restores: Vec<RestoreLine>,
    /// The saves of the entries those found, or would have found, as far as they are in the journal.
    pub saves: Vec<SaveLine>,
    /// The sweeps that took them, or the objects it missed.
    pub sweeps: Vec<SweepLine>,
}

/// Which stories are asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
    /// Of this job, by its name with or without its matrix leg.
    pub job: Option<String>,
    /// On this ref: `main`, `pull_request`, `other`, or a ref's whole name.
    pub ref_name: Option<String>,
    /// Where this client missed something.
    pub client: Option<String>,
    /// Of jobs that started at or after this and before that.
    pub from: Option<SimTime>,
    /// See `from`.
    pub until: Option<SimTime>,
}

/// A journal, as far as stories need it.
#[derive(Debug, Default)]
pub struct Stories {
    jobs: Vec<JobLine>,
    restores: BTreeMap<(u32, String), Vec<RestoreLine>>,
    saves: BTreeMap<(String, String, SimTime), SaveLine>,
    sweeps: BTreeMap<SimTime, SweepLine>,
}

impl Story {
    /// Minutes it built longer than it would have, had every look-up found what it wanted.
    pub fn lost_minutes(&self) -> f64 {
        lost_minutes(&self.job)
    }

    /// The look-ups that came back without what they wanted.
    pub fn missed_restores(&self) -> impl Iterator<Item = &RestoreLine> {
        self.restores.iter().filter(|restore| is_missed(restore))
    }

    /// Whether it did not succeed for what it ran in: the disk, the time, or a cache that refused it. That
    /// some steps fail, and that newer runs cancel it, is nothing a cache could change.
    pub fn was_let_down(&self) -> bool {
        was_let_down(&self.job)
    }

    /// Whether any look-up came back without what it wanted.
    pub fn missed(&self) -> bool {
        let steps = self.job.steps.iter().any(|step| step.outcome != "cached");
        let objects = self.job.objects.iter().any(|objects| objects.missed() > 0);
        self.restores.iter().any(is_missed) || steps || objects
    }

    /// The save of an entry.
    pub fn save_of(&self, entry: &Stored) -> Option<&SaveLine> {
        self.saves.iter().find(|save| save.key == entry.key && save.at == entry.saved_at)
    }

    /// The sweep at this moment.
    pub fn sweep_at(&self, at: SimTime) -> Option<&SweepLine> {
        self.sweeps.iter().find(|sweep| sweep.at == at)
    }
}

impl Stories {
    /// Keeps a line.
    pub fn hear(&mut self, line: Line) {
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

    /// The job runs that are asked for, in the order they started.
    pub fn runs(&self, wanted: &Wanted) -> Vec<&JobLine> {
        let mut runs: Vec<&JobLine> = self.jobs.iter().filter(|job| wanted.allows(job)).collect();
        runs.sort_by(|a, b| (a.started_at, &a.actor.job).cmp(&(b.started_at, &b.actor.job)));
        runs
    }

    /// The stories of those of them that missed something or were let down: these first, then most minutes
    /// lost first; of equals the one that started first.
    pub fn worst(&self, wanted: &Wanted) -> Vec<Story> {
        let missed = |story: &Story| match &wanted.client {
            Some(client) => story.missed_of(client),
            None => story.missed() || story.was_let_down(),
        };
        let mut runs: Vec<(bool, f64, &JobLine)> =
            self.runs(wanted).into_iter().map(|job| (was_let_down(job), lost_minutes(job), job)).collect();
        runs.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)));
        runs.into_iter().map(|(.., job)| self.story(job)).filter(missed).collect()
    }

    fn story(&self, job: &JobLine) -> Story {
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
        Story { job: job.clone(), restores, saves, sweeps }
    }
}

impl Story {
    fn missed_of(&self, client: &str) -> bool {
        let restored = self.restores.iter().any(|restore| restore.client == client && is_missed(restore));
        let objects = self.job.objects.iter().any(|o| o.client == client && o.missed() > 0);
        let steps = client == "buildkit" && self.job.steps.iter().any(|step| step.outcome != "cached");
        restored || objects || steps
    }
}

impl Wanted {
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

/// Whether a look-up came back without what it wanted, or with something older. BuildKit's indexes
/// are numbered, and it always asks for the newest.
fn is_missed(restore: &RestoreLine) -> bool {
    match restore.outcome {
        "exact" => false,
        "prefix" => restore.client != "buildkit",
        _ => true,
    }
}

fn was_let_down(job: &JobLine) -> bool {
    let ended = |how: Conclusion| job.conclusion == how.label();
    let refused = job.cause.is_some_and(|cause| cause != FailureCause::Step);
    ended(Conclusion::OutOfDisk) || ended(Conclusion::TimedOut) || refused
}

fn lost_minutes(job: &JobLine) -> f64 {
    (job.build_minutes - job.perfect_minutes).max(0.0)
}
