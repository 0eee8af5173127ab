//! Bytes stored by each client over time. From it the journal says which clients' saves pushed an evicted
//! entry out, at exact instants; the metrics `blame.…` use steps of five minutes instead.

use super::line::Share;
use crate::event::{ClientId, Names};
use crate::units::{Bytes, SimTime};

/// A running total of the bytes that each client has stored, at each instant at which something was stored.
#[derive(Debug, Default)]
pub(super) struct StoredTotals {
    clients: usize,
    times: Vec<SimTime>,
    /// A row per time, after a first row of zeros. A row has one total per client.
    totals: Vec<u64>,
}

impl StoredTotals {
    pub fn new(clients: usize) -> StoredTotals {
        StoredTotals { clients, times: Vec::new(), totals: vec![0; clients] }
    }

    /// Adds stored bytes. `at` must not be earlier than in the previous call.
    pub fn add(&mut self, at: SimTime, client: ClientId, size: Bytes) {
        if self.times.last() != Some(&at) {
            self.times.push(at);
            let last = self.totals.len() - self.clients;
            self.totals.extend_from_within(last..);
        }
        let last = self.totals.len() - self.clients;
        self.totals[last + usize::from(client.0)] += size.0;
    }

    /// The bytes that each client stored after `from`, up to and including `to`.
    pub fn between(&self, from: SimTime, to: SimTime) -> Vec<u64> {
        let (before, until) = (self.row(from), self.row(to));
        until.iter().zip(before).map(|(until, before)| until - before).collect()
    }

    fn row(&self, at: SimTime) -> &[u64] {
        let row = self.times.partition_point(|time| *time <= at);
        &self.totals[row * self.clients..][..self.clients]
    }
}

/// The clients that stored something, the largest share first.
pub(super) fn shares(stored: &[u64], names: &Names) -> Vec<Share> {
    let mut shares: Vec<Share> = stored
        .iter()
        .zip(&names.clients)
        .filter(|(bytes, _)| **bytes > 0)
        .map(|(bytes, client)| Share { client: client.clone(), bytes: Bytes(*bytes) })
        .collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.bytes));
    shares
}
