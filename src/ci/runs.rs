//! The runs of a repository that somebody may still ask for. What has ended is forgotten, so that a year of pushes takes no
//! more memory than the runs of a day.

use super::run::Run;
use std::ops::{Index, IndexMut};

/// Runs by their number, which counts all that have been triggered.
#[derive(Debug, Default)]
pub struct Runs {
    runs: Vec<Option<Box<Run>>>,
    /// The runs that have ended since the last [`Runs::forget_ended`].
    ended: Vec<usize>,
}

impl Runs {
    /// The number that the next run will have.
    pub fn next(&self) -> usize {
        self.runs.len()
    }

    /// Adds a run.
    pub fn push(&mut self, run: Run) {
        self.runs.push(Some(Box::new(run)));
    }

    /// Nobody will ask for this run any more, once what goes on at this instant is over.
    pub fn end(&mut self, run: usize) {
        self.ended.push(run);
    }

    /// Forgets the runs that have ended. What asks for one of them later has a fault.
    pub fn forget_ended(&mut self) {
        self.ended.drain(..).for_each(|run| self.runs[run] = None);
    }
}

impl Index<usize> for Runs {
    type Output = Run;

    fn index(&self, run: usize) -> &Run {
        self.runs[run].as_deref().expect("a run is asked for before it is forgotten")
    }
}

impl IndexMut<usize> for Runs {
    fn index_mut(&mut self, run: usize) -> &mut Run {
        self.runs[run].as_deref_mut().expect("a run is asked for before it is forgotten")
    }
}
