//! What a job leaves on the disk of a machine that keeps files between jobs.

use super::loss::share_there;
use super::{Built, JobProcess, JobStage};
use crate::client::{Compile, Disk, Session, World};
use crate::event::{Conclusion, FailureCause};
use crate::units::SimTime;

impl JobProcess {
    /// Takes the disk of the machine from a job that ends at `now`, with what it leaves there.
    pub fn leave_disk(&mut self, now: SimTime, world: &mut World) -> Option<Disk> {
        let mut disk = self.disk.take()?;
        if let JobStage::Compile(_, compile) = &mut self.stage {
            compile.stop(&Session::new(now, world, &self.context, &mut self.run));
        }
        let Some(share) = self.share_left() else { return Some(disk) };
        let caches = self.job.caches.iter().zip(&self.restored).enumerate();
        for (index, (cache, found)) in caches {
            if let Some((toolkit, restored)) = found {
                let left_to_do = disk.cost_of_miss(&**cache, (toolkit, restored), &self.context, index);
                let share = share_there(&**cache, restored, left_to_do, share);
                disk.leave(&**cache, toolkit, &self.context, (index, share));
            }
        }
        if let Some(compile) = self.compiled() {
            compile.leave_on(&mut disk);
        }
        Some(disk)
    }

    /// The share (0–1) of the archived files that are there at the end; `None` if the job has made nothing. Files
    /// that only a part of a step has made are those that it would save.
    fn share_left(&self) -> Option<f64> {
        match &self.stage {
            JobStage::Boot | JobStage::Restore(_) | JobStage::Prepare(..) => None,
            _ if self.run.failure == Some(FailureCause::CacheMiss) => None,
            _ if self.conclusion == Conclusion::Success => Some(1.0),
            _ => Some(self.failure.unwrap_or(1.0)),
        }
    }

    fn compiled(&self) -> Option<&Compile> {
        match &self.stage {
            JobStage::Compile(_, compile)
            | JobStage::Finish(Built::Compiled(compile))
            | JobStage::Ended(Built::Compiled(compile))
            | JobStage::ArchiveSave(_, _, Built::Compiled(compile)) => Some(compile),
            _ => None,
        }
    }
}
