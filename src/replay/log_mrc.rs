//! Makes the miss-ratio curve of an operation log. The log is played once in a cache without a
//! limit, and `mrc` does the rest. `cli` calls it when a curve is requested for a log.

use super::operation::{Action, Operation, StatedEntry};
use super::outcome::{OperationOutcome, SaveAnswer};
use super::player::{Player, Settings};
use super::problem::InputProblem;
use crate::mrc::{Mrc, MrcBuilder, Rules, ServiceAccesses};
use crate::service::{Limits, Record};
use crate::units::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The miss-ratio curve of an operation log, in one pass. The accesses are what its restores find,
/// and what its saves store, in a cache without a limit.
///
/// This is fast but too optimistic: it assumes that a restore that misses under a limit saves what
/// it missed, and the log does not contain what else the miss would cause. [`super::Comparison`]
/// plays the log under each limit.
pub struct LogMrc {
    unlimited: Player,
    accesses: ServiceAccesses,
    /// Entries stated before the first operation. They come in no particular order.
    stated: Vec<Record>,
    /// The latest records. The vector is reused.
    records: Vec<Record>,
    told: Vec<OperationOutcome>,
}

/// Which operations of a log are the requests of its curve: restores that find an entry, and saves that are stored, each of
/// which stands for a miss. A restore that finds nothing has no size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LoggedRequests {
    /// All restores of the log.
    pub restores: u64,
    /// Restores that find an entry in a cache without a limit.
    pub found: u64,
    /// Saves that are stored there.
    pub stored: u64,
}

impl LogMrc {
    /// An empty cache without a limit, and a builder for these limits.
    pub fn new(limits: &[Bytes], settings: &Settings) -> LogMrc {
        let Limits { retention, sweep, .. } = settings.limits;
        let unlimited = Limits { limit: Bytes(u64::MAX), ..settings.limits.clone() };
        let mut unlimited = Player::new(&Settings { limits: unlimited, ..settings.clone() });
        unlimited.keep_records();
        let rules = Rules { retention: Some(retention), sweep };
        let accesses = ServiceAccesses::new(Some(MrcBuilder::new(limits, rules)));
        LogMrc { unlimited, accesses, stated: Vec::new(), records: Vec::new(), told: Vec::new() }
    }

    /// Calls [`Player::state`]. A stated entry counts as accessed at its last access, but no later
    /// than the start of the log.
    ///
    /// # Errors
    /// As in [`Player::state`].
    pub fn state(&mut self, entry: &StatedEntry, line: u64) -> Result<(), InputProblem> {
        self.unlimited.state(entry, line)?;
        self.unlimited.take_records(&mut self.records);
        self.stated.append(&mut self.records);
        Ok(())
    }

    /// Calls [`Player::play`].
    ///
    /// # Errors
    /// As in [`Player::play`].
    pub fn play(&mut self, operation: &Operation) -> Result<(), InputProblem> {
        self.stated.sort_by_key(|record| record.at);
        for record in self.stated.drain(..) {
            self.accesses.observe(&Record { at: record.at.min(operation.at), ..record });
        }
        let swept = matches!(operation.action, Action::Sweep);
        let played = self.unlimited.play(operation, &mut self.told);
        self.told.clear();
        self.unlimited.take_records(&mut self.records);
        for record in self.records.drain(..) {
            self.accesses.observe(&Record { at: operation.at, ..record });
        }
        if swept {
            self.accesses.sweep(operation.at);
        }
        played
    }

    /// What the requests of the curve are.
    pub fn requests(&self) -> LoggedRequests {
        let tally = self.unlimited.tally();
        LoggedRequests {
            restores: tally.restores(),
            found: tally.hits(),
            stored: tally.saved(SaveAnswer::Stored),
        }
    }

    /// The curve. `skipped` is the number of lines that the reader skipped.
    pub fn finish(self, skipped: u64) -> Mrc {
        self.accesses.finish(skipped).expect("there is a builder")
    }
}
