//! Build time: list scheduling of the units that no cache provides, in cargo's order (read in its
//! `dependency_queue.rs`). The only limits are cores and dependencies; transfers belong to
//! `client`.
//!
//! `client/compile.rs` drives a [`Schedule`] step by step as objects arrive; [`makespan`] computes
//! a build without interruption.

use super::compilation::Compilation;
use super::order::UnitOrder;
use crate::units::Duration;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// List scheduling of a compilation, one decision at a time. Of the units whose dependencies are
/// complete, the one with the most dependants, direct or not, goes first. That is cargo's rule
/// (`dependency_queue.rs`: every unit costs the same, and a unit's priority is the cost of all that
/// depends on it). It starts the many small crates at the bottom of the graph first. Rejected: the
/// longest chain first, which spreads the small crates, and with them sccache's uploads, over the
/// whole build.
///
/// A unit waits until its dependencies are completely built. Cargo lets it start once their
/// metadata is there; that is left out (assumed small: with few cores the work decides, not the
/// longest chain).
#[derive(Debug, Clone)]
pub struct Schedule {
    order: Arc<UnitOrder>,
    /// Number of needed dependencies that are not complete yet. `NOT_NEEDED` is added for a unit
    /// that is not needed.
    waiting: Vec<u32>,
    ready: Ready,
    left: usize,
}

/// A number greater than any count of dependencies.
const NOT_NEEDED: u32 = 1 << 31;

impl Schedule {
    /// A schedule of the `needed` units. All others count as complete.
    ///
    /// # Panics
    /// If `needed` does not have one flag for each unit.
    pub fn new(compilation: &Compilation, needed: &[bool]) -> Schedule {
        let order = Arc::clone(&compilation.order);
        let mut schedule = Schedule { order, waiting: Vec::new(), ready: Ready::default(), left: 0 };
        schedule.reset(compilation, needed);
        schedule
    }

    /// Starts over with another compilation and reuses the memory.
    ///
    /// # Panics
    /// If `needed` does not have one flag for each unit.
    pub fn reset(&mut self, compilation: &Compilation, needed: &[bool]) {
        assert_eq!(needed.len(), compilation.units.len(), "one flag for every unit");
        self.order = Arc::clone(&compilation.order);
        self.left = needed.iter().filter(|&&needed| needed).count();
        self.count_waiting(needed);
        self.ready.clear(needed.len());
        for (&waiting, &rank) in self.waiting.iter().zip(&self.order.rank) {
            if waiting == 0 {
                self.ready.insert(rank);
            }
        }
    }

    /// Counts up from the needed units or down from all units, whichever touches fewer.
    fn count_waiting(&mut self, needed: &[bool]) {
        let mostly = 2 * self.left > needed.len();
        self.waiting.clear();
        self.waiting.extend(needed.iter().zip(&self.order.waits_for).map(|(&needed, &waits_for)| {
            let all = if mostly { waits_for } else { 0 };
            if needed { all } else { all + NOT_NEEDED }
        }));
        let step = if mostly { u32::MAX } else { 1 };
        for unit in (0..needed.len()).filter(|&unit| needed[unit] != mostly) {
            for &dependant in self.order.dependants(unit as u32) {
                let waiting = &mut self.waiting[dependant as usize];
                *waiting = waiting.wrapping_add(step);
            }
        }
    }

    /// Takes the most urgent ready unit; `None` if no unit is ready.
    pub fn pop_ready(&mut self) -> Option<u32> {
        self.ready.take().map(|rank| self.order.by_rank[rank])
    }

    /// Marks a unit that was taken before as complete. Its dependants may become ready.
    pub fn complete(&mut self, unit: u32) {
        debug_assert_eq!(self.waiting[unit as usize], 0, "only a unit that was ready can complete");
        self.left -= 1;
        for &dependant in self.order.dependants(unit) {
            let waiting = &mut self.waiting[dependant as usize];
            *waiting -= 1;
            if *waiting == 0 {
                self.ready.insert(self.order.rank[dependant as usize]);
            }
        }
    }

    /// True if every needed unit is complete.
    pub fn is_done(&self) -> bool {
        self.left == 0
    }
}

/// Time that the `needed` units take on `cores` cores of the given speed (> 0; 1 = nominal). The
/// compilation's tail is not included.
///
/// # Panics
/// If `cores` is 0, the speed is not positive, or `needed` does not have one flag for each unit.
pub fn makespan(compilation: &Compilation, needed: &[bool], cores: u32, speed: f64) -> Duration {
    assert!(cores > 0 && speed > 0.0, "somebody must work");
    let mut end = Duration::ZERO;
    build(compilation, needed, cores, |at, _| end = at);
    end.scaled(1.0 / speed)
}

/// The units that are there `after` so much time of the same build: those that it did not need, and those that
/// were complete by then.
///
/// # Panics
/// As [`makespan`] does.
pub fn complete_after(
    compilation: &Compilation,
    needed: &[bool],
    cores: u32,
    speed: f64,
    after: Duration,
) -> Vec<bool> {
    assert!(cores > 0 && speed > 0.0, "somebody must work");
    let mut complete: Vec<bool> = needed.iter().map(|needed| !needed).collect();
    build(compilation, needed, cores, |at, unit| {
        complete[unit as usize] = at.scaled(1.0 / speed) <= after;
    });
    complete
}

/// Builds the `needed` units at nominal speed, and tells of each when it is complete, in order of time.
fn build(compilation: &Compilation, needed: &[bool], cores: u32, mut completed: impl FnMut(Duration, u32)) {
    let mut schedule = Schedule::new(compilation, needed);
    let mut running: BinaryHeap<Reverse<(Duration, u32)>> = BinaryHeap::new();
    let mut now = Duration::ZERO;
    loop {
        while running.len() < cores as usize {
            let Some(unit) = schedule.pop_ready() else { break };
            running.push(Reverse((now + compilation.units[unit as usize].work, unit)));
        }
        let Some(&Reverse((end, _))) = running.peek() else { break };
        now = end;
        // Complete all units that end now before starting any, so that priorities are final.
        while let Some(&Reverse((end, unit))) = running.peek()
            && end == now
        {
            running.pop();
            schedule.complete(unit);
            completed(now, unit);
        }
    }
    debug_assert!(schedule.is_done(), "every needed unit was reached");
}

/// A set of ranks from which the lowest is taken first.
#[derive(Debug, Clone, Default)]
struct Ready {
    /// One bit per rank. No bit is set in a word before `lowest`.
    words: Vec<u64>,
    lowest: usize,
}

impl Ready {
    fn clear(&mut self, ranks: usize) {
        self.words.clear();
        self.words.resize(ranks.div_ceil(64), 0);
        self.lowest = 0;
    }

    fn insert(&mut self, rank: u32) {
        let word = rank as usize / 64;
        self.words[word] |= 1 << (rank % 64);
        self.lowest = self.lowest.min(word);
    }

    fn take(&mut self) -> Option<usize> {
        while self.lowest < self.words.len() {
            let word = self.words[self.lowest];
            if word != 0 {
                self.words[self.lowest] = word & (word - 1);
                return Some(self.lowest * 64 + word.trailing_zeros() as usize);
            }
            self.lowest += 1;
        }
        None
    }
}
