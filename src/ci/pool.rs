//! The runners of an organisation and the jobs that wait for them. GitHub assigns runners in order of
//! arrival, within the limits per kind and in total. The scheduler asks for a runner per job; the pool does
//! not know what a job is.

use super::runner::Runner;
use std::collections::VecDeque;

/// The runners in use and the queue of waiting jobs. First come, first served, but a job that waits for one
/// kind of runner does not hold up a job that needs another kind.
#[derive(Debug, Clone)]
pub struct Pool<T> {
    busy: Vec<u32>,
    limits: Vec<Option<u32>>,
    total: u32,
    total_limit: Option<u32>,
    /// True for each kind that counts towards the limit of macOS.
    macs: Vec<bool>,
    mac_limit: Option<u32>,
    waiting: VecDeque<(usize, T)>,
}

impl<T> Pool<T> {
    /// A pool in which all runners are idle. `total_limit` is how many of them the organisation may use at
    /// once, `mac_limit` how many of GitHub's macOS runners.
    pub fn new(runners: &[Runner], total_limit: Option<u32>, mac_limit: Option<u32>) -> Pool<T> {
        Pool {
            busy: vec![0; runners.len()],
            limits: runners.iter().map(|r| r.concurrency).collect(),
            total: 0,
            total_limit,
            macs: runners.iter().map(Runner::is_hosted_mac).collect(),
            mac_limit,
            waiting: VecDeque::new(),
        }
    }

    /// Adds a job to the queue for a kind of runner.
    pub fn ask(&mut self, kind: usize, job: T) {
        self.waiting.push_back((kind, job));
    }

    /// Assigns a runner to the next waiting job that can have one, and returns the job.
    pub fn take(&mut self) -> Option<T> {
        if self.total_limit.is_some_and(|limit| self.total >= limit) {
            return None;
        }
        let no_mac = self.mac_limit.is_some_and(|limit| self.busy_macs() >= limit);
        let below = |kind: usize| self.limits[kind].is_none_or(|limit| self.busy[kind] < limit);
        let free = |kind: usize| below(kind) && !(no_mac && self.macs[kind]);
        let place = self.waiting.iter().position(|(kind, _)| free(*kind))?;
        let (kind, job) = self.waiting.remove(place)?;
        self.busy[kind] += 1;
        self.total += 1;
        Some(job)
    }

    fn busy_macs(&self) -> u32 {
        self.busy.iter().zip(&self.macs).filter(|(_, is_mac)| **is_mac).map(|(busy, _)| busy).sum()
    }

    /// Returns a runner of this kind to the pool.
    pub fn give_back(&mut self, kind: usize) {
        self.busy[kind] -= 1;
        self.total -= 1;
    }

    /// Removes waiting jobs from the queue.
    pub fn withdraw(&mut self, gone: impl Fn(&T) -> bool) {
        self.waiting.retain(|(_, job)| !gone(job));
    }

    /// Number of waiting jobs.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Number of runners in use.
    pub fn busy(&self) -> u32 {
        self.total
    }
}
