//! Counts what clients did, by the client that a key is recognised as, and whose writes evicted what.
//!
//! The rule of blame is that of a simulation (`observe/metrics/blame.rs`): an entry that was last used at A and is
//! evicted at T was pushed out by everything stored in between, and its bytes are attributed to the clients in
//! proportion to what each of them stored then.

use crate::diagnose::KeyWriter;
use crate::replay::{RestoreAnswer, SaveAnswer};
use crate::units::{Bytes, SimTime};
use indexmap::IndexMap;
use std::fmt;

/// What one client did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientTraffic {
    restores: [u64; RestoreAnswer::ALL.len()],
    saves: [u64; SaveAnswer::ALL.len()],
    /// Bytes of the entries that its restores found.
    pub restored: u128,
    /// Bytes of the entries that it stored.
    pub stored: u128,
    /// Number and bytes of its entries that were evicted for size.
    pub evicted: (u64, u128),
    /// Number of its entries that expired.
    pub expired: u64,
}

impl ClientTraffic {
    /// Number of restores with this answer.
    pub fn restores(&self, answer: RestoreAnswer) -> u64 {
        self.restores[answer as usize]
    }

    /// Number of saves with this answer.
    pub fn saves(&self, answer: SaveAnswer) -> u64 {
        self.saves[answer as usize]
    }
}

/// Who wrote an entry or asked for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Writer {
    /// The client's name.
    pub client: &'static str,
    /// True if it is one of the scenario around the real clients.
    pub is_simulated: bool,
}

impl Writer {
    /// The real client that this key is recognised as.
    pub fn of_key(key: &str) -> Writer {
        Writer { client: KeyWriter::of(key).client, is_simulated: false }
    }

    /// A client of the scenario.
    pub fn simulated(client: &'static str) -> Writer {
        Writer { client, is_simulated: true }
    }
}

impl fmt::Display for Writer {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.is_simulated {
            true => write!(f, "{} (scenario)", self.client),
            false => f.write_str(self.client),
        }
    }
}

/// Counts by client.
#[derive(Debug, Clone, Default)]
pub struct ServedTraffic {
    clients: IndexMap<Writer, ClientTraffic>,
    /// Bytes stored until an instant, by client: a row for each instant at which something was stored.
    totals: Vec<(SimTime, Vec<u128>)>,
    /// Bytes evicted for size, by evictor and victim.
    blamed: IndexMap<(Writer, Writer), u128>,
}

/// Beyond this number every second row of the totals is dropped: blame is then less exact.
const ROWS_MAX: usize = 20_000;

impl ServedTraffic {
    fn of(&mut self, writer: Writer) -> &mut ClientTraffic {
        self.clients.entry(writer).or_default()
    }

    /// A restore was answered; `size` is that of the entry it found.
    pub fn restored(&mut self, writer: Writer, answer: RestoreAnswer, size: Option<Bytes>) {
        let client = self.of(writer);
        client.restores[answer as usize] += 1;
        client.restored += size.map_or(0, |size| u128::from(size.0));
    }

    /// A save was answered.
    pub fn saved(&mut self, writer: Writer, answer: SaveAnswer) {
        self.of(writer).saves[answer as usize] += 1;
    }

    /// A save was finalised.
    pub fn stored(&mut self, writer: Writer, size: Bytes, at: SimTime) {
        let client = self.of(writer);
        client.saves[SaveAnswer::Stored as usize] += 1;
        client.stored += u128::from(size.0);
        let totals: Vec<u128> = self.clients.values().map(|client| client.stored).collect();
        match self.totals.last_mut() {
            Some((last, row)) if *last == at => *row = totals,
            _ => self.totals.push((at, totals)),
        }
        if self.totals.len() > ROWS_MAX {
            let mut is_second = false;
            self.totals.retain(|_| {
                is_second = !is_second;
                !is_second
            });
        }
    }

    /// The mean size of what the client of this key has stored.
    pub fn mean_stored(&self, key: &str) -> Bytes {
        let client = self.clients.get(&Writer::of_key(key));
        client.map_or(Bytes::ZERO, |client| {
            let count = u128::from(client.saves(SaveAnswer::Stored)).max(1);
            Bytes((client.stored / count) as u64)
        })
    }

    /// An entry expired.
    pub fn expired(&mut self, writer: Writer) {
        self.of(writer).expired += 1;
    }

    /// An entry that was last used at `accessed` was evicted for size.
    pub fn evicted(&mut self, writer: Writer, size: Bytes, accessed: SimTime) {
        let gone = &mut self.of(writer).evicted;
        *gone = (gone.0 + 1, gone.1 + u128::from(size.0));
        // What was stored in the instant of its last use is its own, or came before.
        let before = self.totals.partition_point(|(at, _)| *at <= accessed).checked_sub(1);
        let before = before.map_or(&[][..], |row| &self.totals[row].1);
        let since = self.clients.values().enumerate();
        let since: Vec<u128> =
            since.map(|(place, client)| client.stored - before.get(place).copied().unwrap_or(0)).collect();
        let sum: u128 = since.iter().sum();
        let names: Vec<Writer> = self.clients.keys().copied().collect();
        for (evictor, stored) in names.into_iter().zip(since).filter(|(_, stored)| *stored > 0) {
            *self.blamed.entry((evictor, writer)).or_default() += u128::from(size.0) * stored / sum;
        }
    }

    /// The clients that did something, in the order in which they appeared.
    pub fn clients(&self) -> impl Iterator<Item = (Writer, &ClientTraffic)> {
        self.clients.iter().map(|(name, traffic)| (*name, traffic))
    }

    /// Evictor, victim and the bytes of it, the most first.
    pub fn blamed(&self) -> Vec<(Writer, Writer, u128)> {
        let mut rows: Vec<_> =
            self.blamed.iter().map(|((evictor, victim), bytes)| (*evictor, *victim, *bytes)).collect();
        rows.sort_by_key(|(evictor, victim, bytes)| (std::cmp::Reverse(*bytes), *evictor, *victim));
        rows
    }
}
