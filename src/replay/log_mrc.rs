use super::operation::{Action, Operation, StatedEntry};
use super::outcome::OperationOutcome;
use super::player::{Player, Settings};
use super::problem::InputProblem;
use crate::mrc::{Mrc, MrcBuilder, Rules, ServiceAccesses};
use crate::service::{Limits, Record};
use crate::units::Bytes;

/// The miss-ratio curve of an operation log, in one pass: what its restores find in a cache without
/// a limit, and what its saves store there, are the accesses.
///
/// It is quick and too optimistic: a restore that misses under a limit is taken to save what it
/// missed, and what else the miss causes is not in the log. [`super::Comparison`] plays the log
/// under each limit as it stands.
pub struct LogMrc {
    unlimited: Player,
    accesses: ServiceAccesses,
    /// Entries stated before the first operation: they come in no order.
    stated: Vec<Record>,
    /// What was recorded last; kept for its room.
    records: Vec<Record>,
    told: Vec<OperationOutcome>,
}

impl LogMrc {
    /// An empty cache.
    pub fn new(limits: &[Bytes], settings: &Settings) -> LogMrc {
        let Limits { retention, sweep, .. } = settings.limits;
        let unlimited = Limits { limit: Bytes(u64::MAX), ..settings.limits.clone() };
        let mut unlimited = Player::new(&Settings { limits: unlimited, ..settings.clone() });
        unlimited.keep_records();
        let rules = Rules { retention: Some(retention), sweep };
        let accesses = ServiceAccesses::new(Some(MrcBuilder::new(limits, rules)));
        LogMrc { unlimited, accesses, stated: Vec::new(), records: Vec::new(), told: Vec::new() }
    }

    /// As [`Player::state`]. An entry stated is accessed when it was accessed last, or when the log
    /// begins.
    ///
    /// # Errors
    /// As there.
    pub fn state(&mut self, entry: &StatedEntry, line: u64) -> Result<(), InputProblem> {
        self.unlimited.state(entry, line)?;
        self.unlimited.take_records(&mut self.records);
        self.stated.append(&mut self.records);
        Ok(())
    }

    /// As [`Player::play`].
    ///
    /// # Errors
    /// As there.
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

    /// What every limit would have done.
    pub fn finish(self, skipped: u64) -> Mrc {
        self.accesses.finish(skipped).expect("there is a builder")
    }
}
