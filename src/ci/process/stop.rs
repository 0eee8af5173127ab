//! What a job still does once it is cancelled or out of time: GitHub re-evaluates the conditions of its steps, and
//! those that hold even then (`if: always()`) run, for five minutes at most. Here these are saves.

use super::{Built, Conclusion, JobProcess, JobStage};
use crate::ci::work::Work;
use crate::client::{SaveAfter, Session, World};
use crate::units::{Duration, SimTime};

/// How long the steps of a cancelled job may still run (GitHub's "Workflow cancellation reference").
const GRACE: Duration = Duration(5 * Duration::MINUTE.0);

impl JobProcess {
    /// The instant at which the job times out.
    pub fn deadline(&self) -> SimTime {
        self.deadline
    }

    /// True once it is being stopped. It ends by itself, or at its deadline.
    pub fn is_stopping(&self) -> bool {
        self.stopped.is_some()
    }

    /// What it ends with at its deadline.
    pub fn at_deadline(&self) -> Conclusion {
        self.stopped.unwrap_or(Conclusion::TimedOut)
    }

    /// Stops the job for this reason. True if it has steps that run even so: then it goes on with them when it is
    /// woken. A job that has not restored everything yet has made nothing to save.
    pub fn stop(&mut self, now: SimTime, why: Conclusion, world: &mut World) -> bool {
        let saves = |after: SaveAfter| after.allows(why);
        let goes_on = self.stopped.is_none()
            && self.job.caches.iter().any(|cache| cache.has_archive() && saves(cache.saves_after()));
        if !goes_on || matches!(self.stage, JobStage::Boot | JobStage::Restore(_)) {
            return false;
        }
        self.stage = self.cut_short(now, world);
        self.conclusion = why;
        self.stopped = Some(why);
        self.deadline = now + GRACE;
        true
    }

    /// The stage at which a job goes on that is stopped now: its saves.
    fn cut_short(&mut self, now: SimTime, world: &mut World) -> JobStage {
        let last = self.job.caches.len();
        let (index, built) = match std::mem::replace(&mut self.stage, JobStage::Boot) {
            JobStage::Prepare(began, until) => {
                let share = (now - began).0.max(0) as f64 / (until - began).0.max(1) as f64;
                let whole = if matches!(self.work, Work::Nothing) { self.failure } else { None };
                self.failure = Some(share * whole.unwrap_or(1.0));
                (last, Built::Nothing)
            }
            JobStage::Compile(_, mut compile) => {
                compile.stop(&Session::new(now, world, &self.context, &mut self.run));
                self.failure = None;
                (last, Built::Compiled(compile))
            }
            JobStage::Image(_, build) | JobStage::Export(_, build) => {
                self.failure = None;
                (last, Built::Image(build))
            }
            JobStage::Finish(built) => (last, built),
            // A save that holds even now goes on.
            JobStage::ArchiveSave(index, Some(save), built)
                if self.job.caches[index].saves_after() == SaveAfter::Cancellation =>
            {
                return JobStage::ArchiveSave(index, Some(save), built);
            }
            JobStage::ArchiveSave(index, _, built) => (index, built),
            JobStage::Boot | JobStage::Restore(_) | JobStage::Ended(_) => {
                unreachable!("nothing is made before, and nothing done after")
            }
        };
        JobStage::ArchiveSave(index, None, built)
    }
}
