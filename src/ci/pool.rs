use super::runner::Runner;
use std::collections::VecDeque;

/// The runners: which job gets one, and who waits. First come, first served; a job whose kind is
/// full does not hold up one of another kind.
#[derive(Debug, Clone)]
pub struct Pool<T> {
    busy: Vec<u32>,
    limits: Vec<Option<u32>>,
    total: u32,
    total_limit: Option<u32>,
    waiting: VecDeque<(usize, T)>,
}

impl<T> Pool<T> {
    /// Idle runners of these kinds, of which the organisation may use `total_limit` at once.
    pub fn new(runners: &[Runner], total_limit: Option<u32>) -> Pool<T> {
        Pool {
            busy: vec![0; runners.len()],
            limits: runners.iter().map(|r| r.concurrency).collect(),
            total: 0,
            total_limit,
            waiting: VecDeque::new(),
        }
    }

    /// A job asks for a runner of a kind.
    pub fn ask(&mut self, kind: usize, job: T) {
        self.waiting.push_back((kind, job));
    }

    /// The next waiting job that can have a runner now; it has it from here on.
    pub fn take(&mut self) -> Option<T> {
        if self.total_limit.is_some_and(|limit| self.total >= limit) {
            return None;
        }
        let free = |kind: usize| self.limits[kind].is_none_or(|limit| self.busy[kind] < limit);
        let place = self.waiting.iter().position(|(kind, _)| free(*kind))?;
        let (kind, job) = self.waiting.remove(place)?;
        self.busy[kind] += 1;
        self.total += 1;
        Some(job)
    }

    /// A runner of a kind is free again.
    pub fn give_back(&mut self, kind: usize) {
        self.busy[kind] -= 1;
        self.total -= 1;
    }

    /// Drops waiting jobs.
    pub fn withdraw(&mut self, gone: impl Fn(&T) -> bool) {
        self.waiting.retain(|(_, job)| !gone(job));
    }

    /// Number of jobs waiting.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Number of runners in use.
    pub fn busy(&self) -> u32 {
        self.total
    }
}
