//! The machines of the kinds of runners that keep files between jobs, with their disks. How many jobs run at once is
//! the [`Pool`](super::Pool)'s; here is which machine a job gets.

use super::runner::Runner;
use crate::client::{Disk, KeptFiles};
use std::collections::VecDeque;

/// The idle machines of each kind. Other kinds have a new machine for each job, and none here.
#[derive(Debug)]
pub struct Machines(Vec<IdleMachines>);

#[derive(Debug)]
struct IdleMachines {
    kept: KeptFiles,
    /// How many have never had a job. Their disks are made when they get one.
    unused: u32,
    /// The others; that which has been idle longest comes first.
    used: VecDeque<Disk>,
}

impl Machines {
    /// Machines on which nothing has been left yet, as many of a kind as it may run jobs at once.
    pub fn new(runners: &[Runner]) -> Machines {
        let idle = |runner: &Runner| IdleMachines {
            kept: runner.keeps,
            unused: runner.concurrency.unwrap_or_default(),
            used: VecDeque::new(),
        };
        Machines(runners.iter().map(idle).collect())
    }

    /// The disk of the machine that a job on this kind gets: the one that has been idle longest. `None` if its
    /// machines keep nothing.
    pub fn take(&mut self, kind: usize) -> Option<Disk> {
        let idle = &mut self.0[kind];
        if idle.kept == KeptFiles::Nothing {
            return None;
        }
        if idle.unused > 0 {
            idle.unused -= 1;
            return Some(Disk::empty(idle.kept));
        }
        Some(idle.used.pop_front().expect("as many jobs run as there are machines"))
    }

    /// A job has left its machine.
    pub fn give_back(&mut self, kind: usize, disk: Disk) {
        self.0[kind].used.push_back(disk);
    }
}
