//! Replays one log under several limits, each exactly. This is slower than
//! [`LogMrc`](super::LogMrc), which takes one pass but is too optimistic. `cli` prints the rows.

use super::operation::{Action, Operation, StatedEntry};
use super::outcome::OperationOutcome;
use super::player::{Player, Settings};
use super::problem::InputProblem;
use super::tally::{ReplayTally, ratio};
use crate::service::Limits;
use crate::units::{Bytes, SimTime};
use std::collections::BTreeMap;

/// Plays one log under several limits at once, each with a cache of its own, and also in a cache
/// without a limit. No limit can avoid the misses of the unlimited cache.
pub struct Comparison {
    rivals: Vec<ComparedPlayer>,
    unlimited: Player,
    sizes: Sizes,
    told: Vec<OperationOutcome>,
}

struct ComparedPlayer {
    limit: Bytes,
    player: Player,
    hit_bytes: u128,
    missed_bytes: u128,
}

/// Results under one limit.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonRow {
    /// The limit; `None` for the cache without a limit.
    pub limit: Option<Bytes>,
    /// Counts of what happened.
    pub tally: ReplayTally,
    /// Share of the requested bytes that were restored, 0–1.
    pub byte_hit_ratio: f64,
    /// Bytes stored at the end.
    pub bytes: Bytes,
}

/// The bytes that missed restores would have had: the size of the entry that the unlimited cache
/// restores, or, if that misses too, the size of the next save of the same key by the same ref.
#[derive(Default)]
struct Sizes {
    waiting: BTreeMap<(String, String, String), u64>,
    /// Bytes that even the unlimited cache missed.
    missed_bytes: u128,
    /// Misses that were not tracked because too many keys were waiting for their sizes.
    unsized_misses: u64,
}

/// The largest number of missed keys that wait for their sizes at once.
const WAITING_MAX: usize = 1_000_000;

impl Comparison {
    /// Empty caches with these limits. All other settings are shared.
    pub fn new(limits: &[Bytes], settings: &Settings) -> Comparison {
        let player = |limit| {
            let limits = Limits { limit, ..settings.limits.clone() };
            Player::new(&Settings { limits, ..settings.clone() })
        };
        let rival =
            |&limit: &Bytes| ComparedPlayer { limit, player: player(limit), hit_bytes: 0, missed_bytes: 0 };
        Comparison {
            rivals: limits.iter().map(rival).collect(),
            unlimited: player(Bytes(u64::MAX)),
            sizes: Sizes::default(),
            told: Vec::new(),
        }
    }

    fn players(&mut self) -> impl Iterator<Item = &mut Player> {
        self.rivals.iter_mut().map(|rival| &mut rival.player).chain([&mut self.unlimited])
    }

    /// Calls [`Player::state`] for each cache.
    ///
    /// # Errors
    /// As in [`Player::state`].
    pub fn state(&mut self, entry: &StatedEntry, line: u64) -> Result<(), InputProblem> {
        self.players().try_for_each(|player| player.state(entry, line))
    }

    /// Calls [`Player::play`] for each cache.
    ///
    /// # Errors
    /// As in [`Player::play`].
    pub fn play(&mut self, operation: &Operation) -> Result<(), InputProblem> {
        self.unlimited.play(operation, &mut self.told)?;
        let ideal = restored(&self.told);
        self.told.clear();
        self.sizes.note(operation, ideal);
        for rival in &mut self.rivals {
            rival.player.play(operation, &mut self.told)?;
            match restored(&self.told) {
                Some(size) => rival.hit_bytes += u128::from(size.0),
                None => rival.missed_bytes += ideal.map_or(0, |size| u128::from(size.0)),
            }
            self.told.clear();
        }
        Ok(())
    }

    /// Calls [`Player::finish`] for each cache.
    pub fn finish(&mut self, end: SimTime) {
        for player in self.players() {
            player.finish(end, &mut Vec::new());
        }
    }

    /// One row per limit in the given order, and a last row for the cache without a limit.
    pub fn rows(&self) -> Vec<ComparisonRow> {
        let missed = self.sizes.missed_bytes;
        let limited = self
            .rivals
            .iter()
            .map(|rival| row(Some(rival.limit), &rival.player, rival.hit_bytes, rival.missed_bytes + missed));
        let restored = self.unlimited.tally().restored_bytes;
        limited.chain([row(None, &self.unlimited, restored, missed)]).collect()
    }

    /// Misses whose size is unknown, because their keys are never saved or too many keys were
    /// waiting.
    pub fn unsized_misses(&self) -> u64 {
        self.sizes.unsized_misses + self.sizes.waiting.values().sum::<u64>()
    }
}

fn row(limit: Option<Bytes>, player: &Player, hit: u128, missed: u128) -> ComparisonRow {
    let byte_hit_ratio = ratio(hit as f64, (hit + missed) as f64);
    ComparisonRow { limit, tally: player.tally().clone(), byte_hit_ratio, bytes: player.bytes() }
}

/// Bytes of the restore among these outcomes; `None` if it missed.
fn restored(told: &[OperationOutcome]) -> Option<Bytes> {
    told.iter().find_map(|outcome| match outcome {
        OperationOutcome::Restore { size, .. } => *size,
        _ => None,
    })
}

impl Sizes {
    fn note(&mut self, operation: &Operation, ideal: Option<Bytes>) {
        match &operation.action {
            Action::Restore { run, key, version, .. } if ideal.is_none() => {
                let place = (run.reference.clone(), version.clone(), key.clone());
                if self.waiting.len() < WAITING_MAX || self.waiting.contains_key(&place) {
                    *self.waiting.entry(place).or_default() += 1;
                } else {
                    self.unsized_misses += 1;
                }
            }
            Action::Save { run, key, version, size } if !self.waiting.is_empty() => {
                let place = (run.reference.clone(), version.clone(), key.clone());
                let misses = self.waiting.remove(&place).unwrap_or(0);
                self.missed_bytes += u128::from(misses) * u128::from(size.0);
            }
            _ => {}
        }
    }
}
