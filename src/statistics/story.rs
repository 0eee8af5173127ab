//! Explains why a job missed: selects the lines of a journal that belong to one job run. `observe`
//! writes the journal; `report` prints the explanation.

use crate::event::{Conclusion, FailureCause, RefClass};
use crate::observe::journal::{JobLine, Line, RestoreLine, SaveLine, Stored, SweepLine};
use crate::units::SimTime;
use std::collections::BTreeMap;

/// The explanation of one job's misses: all lines of the journal that matter to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Story {
    /// The line of the job's end.
    pub job: JobLine,
    /// Its look-ups of archives and indexes, in order.
    pub restores: Vec<RestoreLine>,
    /// The saves of the entries that the look-ups found, or would have found, if they are in the
    /// journal.
    pub saves: Vec<SaveLine>,
    /// The sweeps that removed those entries, or the objects it missed.
    pub sweeps: Vec<SweepLine>,
}

/// A filter for job runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Wanted {
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
pub struct Stories {
    jobs: Vec<JobLine>,
    restores: BTreeMap<(u32, String), Vec<RestoreLine>>,
    saves: BTreeMap<(String, String, SimTime), SaveLine>,
    sweeps: BTreeMap<SimTime, SweepLine>,
}

impl Story {
    /// Build time in minutes in excess of what it would have been if every look-up had found what
    /// it wanted.
    pub fn lost_minutes(&self) -> f64 {
        lost_minutes(&self.job)
    }

    /// The look-ups that did not find what they wanted.
    pub fn missed_restores(&self) -> impl Iterator<Item = &RestoreLine> {
        self.restores.iter().filter(|restore| is_missed(restore))
    }

    /// True if the job did not succeed because of its environment: disk, time limit, or a cache
    /// that refused it. Steps that fail and newer runs that cancel it are left out, since a cache
    /// could not change them.
    pub fn was_let_down(&self) -> bool {
        was_let_down(&self.job)
    }

    /// True if some look-up did not find what it wanted.
    pub fn missed(&self) -> bool {
        let steps = self.job.steps.iter().any(|step| step.outcome != "cached");
        let objects = self.job.objects.iter().any(|objects| objects.missed() > 0);
        self.restores.iter().any(is_missed) || steps || objects
    }

    /// The save of this entry; `None` if it is not in the journal.
    pub fn save_of(&self, entry: &Stored) -> Option<&SaveLine> {
        self.saves.iter().find(|save| save.key == entry.key && save.at == entry.saved_at)
    }

    /// The sweep at this instant; `None` if there was none.
    pub fn sweep_at(&self, at: SimTime) -> Option<&SweepLine> {
        self.sweeps.iter().find(|sweep| sweep.at == at)
    }
}

impl Stories {
    /// Adds a line of the journal.
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

    /// The job runs that match the filter, in the order in which they started.
    pub fn runs(&self, wanted: &Wanted) -> Vec<&JobLine> {
        let mut runs: Vec<&JobLine> = self.jobs.iter().filter(|job| wanted.allows(job)).collect();
        runs.sort_by(|a, b| (a.started_at, &a.actor.job).cmp(&(b.started_at, &b.actor.job)));
        runs
    }

    /// The explanations of those matching runs that missed something or were let down. Those let
    /// down come first, then those that lost the most minutes; of equals, the one that started
    /// first.
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

/// True if a look-up did not find what it wanted, or found only something older. BuildKit's indexes
/// are numbered, and it always looks for the newest.
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
