//! The runners of an organisation and the jobs that wait for them. GitHub assigns runners in order of
//! arrival, within the limits per kind and in total. The scheduler asks for a runner per job; the pool does
//! not know what a job is.

use super::runner::Runner;
use std::collections::BTreeMap;

/// The runners in use and the queue of waiting jobs. First come, first served, but a job that waits for one
/// kind of runner does not hold up a job that needs another kind.
#[derive(Debug, Clone)]
pub struct Pool<T> {
    busy: Vec<u32>,
    limits: Vec<Option<u32>>,
    total: u32,
    /// The limits on GitHub's standard runners, and on its macOS runners.
    shared: [SharedLimit; 2],
    /// The jobs that wait for each kind, by their tickets.
    queues: Vec<BTreeMap<Ticket, T>>,
    next: Ticket,
}

/// A job's place among all that have ever asked for a runner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Ticket(u64);

/// A limit that several kinds of runners share.
#[derive(Debug, Clone)]
struct SharedLimit {
    most: Option<u32>,
    /// True for each kind that counts towards it.
    counts: Vec<bool>,
    busy: u32,
}

impl SharedLimit {
    fn new(most: Option<u32>, runners: &[Runner], counts: fn(&Runner) -> bool) -> SharedLimit {
        SharedLimit { most, counts: runners.iter().map(counts).collect(), busy: 0 }
    }

    fn is_reached(&self) -> bool {
        self.most.is_some_and(|most| self.busy >= most)
    }
}

impl<T> Pool<T> {
    /// A pool in which all runners are idle. `standard` is how many of GitHub's standard runners the organisation may
    /// use at once, `macs` how many of GitHub's macOS runners.
    pub fn new(runners: &[Runner], standard: Option<u32>, macs: Option<u32>) -> Pool<T> {
        Pool {
            busy: vec![0; runners.len()],
            limits: runners.iter().map(|r| r.concurrency).collect(),
            total: 0,
            shared: [
                SharedLimit::new(standard, runners, Runner::is_standard),
                SharedLimit::new(macs, runners, Runner::is_hosted_mac),
            ],
            queues: runners.iter().map(|_| BTreeMap::new()).collect(),
            next: Ticket::default(),
        }
    }

    /// Adds a job to the queue for a kind of runner.
    pub fn ask(&mut self, kind: usize, job: T) -> Ticket {
        let ticket = self.next;
        self.next = Ticket(ticket.0 + 1);
        self.queues[kind].insert(ticket, job);
        ticket
    }

    /// Assigns a runner to the next waiting job that can have one, and returns the job.
    pub fn take(&mut self) -> Option<T> {
        let free = (0..self.queues.len()).filter(|kind| self.is_free(*kind));
        let first = free.filter_map(|kind| Some((*self.queues[kind].first_key_value()?.0, kind)));
        let (_, kind) = first.min()?;
        let (_, job) = self.queues[kind].pop_first()?;
        self.limits_of(kind).for_each(|limit| limit.busy += 1);
        self.busy[kind] += 1;
        self.total += 1;
        Some(job)
    }

    /// True if another job may have a runner of this kind.
    fn is_free(&self, kind: usize) -> bool {
        let is_below = self.limits[kind].is_none_or(|limit| self.busy[kind] < limit);
        is_below && !self.shared.iter().any(|limit| limit.counts[kind] && limit.is_reached())
    }

    /// The shared limits that a kind counts towards.
    fn limits_of(&mut self, kind: usize) -> impl Iterator<Item = &mut SharedLimit> {
        self.shared.iter_mut().filter(move |limit| limit.counts[kind])
    }

    /// Returns a runner of this kind to the pool.
    pub fn give_back(&mut self, kind: usize) {
        self.limits_of(kind).for_each(|limit| limit.busy -= 1);
        self.busy[kind] -= 1;
        self.total -= 1;
    }

    /// Removes a job that waits for this kind of runner.
    pub fn withdraw(&mut self, kind: usize, ticket: Ticket) {
        self.queues[kind].remove(&ticket);
    }

    /// Number of waiting jobs.
    pub fn waiting(&self) -> usize {
        self.queues.iter().map(BTreeMap::len).sum()
    }

    /// Number of runners in use.
    pub fn busy(&self) -> u32 {
        self.total
    }
}
