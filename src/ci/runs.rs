//! The workflow runs that are going on, or may be run again. Other runs are dropped, so each run of a long simulation costs
//! eight bytes in the end.

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

    /// Marks a run as over. It stays until the next instant, because other steps of this one may still read it.
    pub fn end(&mut self, run: usize) {
        self.ended.push(run);
    }

    /// Drops the runs that are over. Reading one of them afterwards panics.
    pub fn forget_ended(&mut self) {
        self.ended.drain(..).for_each(|run| self.runs[run] = None);
    }
}

impl Index<usize> for Runs {
    type Output = Run;

    fn index(&self, run: usize) -> &Run {
        self.runs[run].as_deref().expect("a run is read before it is dropped")
    }
}

impl IndexMut<usize> for Runs {
    fn index_mut(&mut self, run: usize) -> &mut Run {
        self.runs[run].as_deref_mut().expect("a run is read before it is dropped")
    }
}
