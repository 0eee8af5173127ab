//! The results of `replay`: an operation log under one limit, with the outcome of each operation; a log
//! under several limits; and a trace of accesses. `report` prints them; [`read()`](super::read())
//! does not take them.

use super::head::SCHEMA_VERSION;
use super::write;
use crate::mrc::{Mrc, MrcPoint};
use crate::replay::listing::{Listed, gh};
use crate::replay::{
    CAUTION, ComparisonRow, LoggedRequests, OperationOutcome, ReplayTally, RestoreAnswer, SaveAnswer,
    ShiftRow, StatedEntry,
};
use crate::statistics::sweep::Tool;
use crate::units::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The result of a log that is replayed under one limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplayFile {
    /// Its beginning.
    #[serde(flatten)]
    pub head: ReplayHead,
    /// The outcome of each operation and the evictions of sweeps, in order.
    pub outcomes: Vec<OperationOutcome>,
    /// Its end.
    #[serde(flatten)]
    pub summary: ReplaySummary,
}

/// The first fields of the result of every replay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplayHead {
    /// The version of this format: 1. Fields are only added within a version.
    pub schema_version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// The command that produced the result.
    pub command: String,
}

/// How a replay under one limit ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplaySummary {
    /// The limit.
    pub limit_bytes: u64,
    /// The share of restores that found an entry.
    pub hit_ratio: f64,
    /// How many operations ended in each way.
    pub counts: ReplayCounts,
    /// The bytes that were stored.
    pub bytes: StoredBytes,
    /// The entries that are stored at the end, as `gh cache list --json` prints them.
    pub r#final: Vec<Listed>,
}

/// How many operations ended in each way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplayCounts {
    /// Entries that were deleted.
    pub delete: u64,
    /// Entries that sweeps removed.
    pub evict: Removals,
    /// Restores by their outcome.
    pub restore: BTreeMap<String, u64>,
    /// Saves by their outcome.
    pub save: BTreeMap<String, u64>,
    /// Malformed lines that were skipped.
    pub skipped_lines: u64,
}

/// Number of entries that sweeps removed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Removals {
    /// Entries removed because they were idle.
    pub idle: u64,
    /// Entries evicted for size.
    pub size: u64,
}

/// The size of everything that a cache holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoredBytes {
    /// At the end.
    pub r#final: Bytes,
    /// At its peak.
    pub peak: Bytes,
}

/// The result of a log that is replayed under several limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitsFile {
    /// Its beginning.
    #[serde(flatten)]
    pub head: ReplayHead,
    /// Malformed lines that were skipped.
    pub skipped_lines: u64,
    /// Misses of entries whose size is not in the log: the byte hit ratios leave them out.
    pub unsized_misses: u64,
    /// The result for each limit.
    pub results: Vec<LimitRow>,
    /// The result of a cache without a limit: no limit can avoid its misses.
    pub unlimited: LimitRow,
}

/// The result at one limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LimitRow {
    /// The share of requested bytes that were restored.
    pub byte_hit_ratio: f64,
    /// The bytes that were stored.
    pub bytes: StoredBytes,
    /// Entries that were evicted for size.
    pub evictions: u64,
    /// Restores that found an entry of their key.
    pub exact_hits: u64,
    /// Entries that expired because they were idle.
    pub expired: u64,
    /// The share of restores that found an entry.
    pub hit_ratio: f64,
    /// Restores that found an entry.
    pub hits: u64,
    /// The limit; null for the cache without one.
    pub limit_bytes: Option<Bytes>,
    /// All restores.
    pub restores: u64,
}

/// The result of a log that is replayed at several phases of the minute.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShiftsFile {
    /// Its beginning.
    #[serde(flatten)]
    pub head: ReplayHead,
    /// Malformed lines that were skipped.
    pub skipped_lines: u64,
    /// The result for each shift.
    pub results: Vec<ShiftResultRow>,
}

/// The result of a log that began later by some time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShiftResultRow {
    /// Restores that found an entry.
    pub hits: u64,
    /// The share of saves that the rate limit refused.
    pub refused_share: f64,
    /// All restores.
    pub restores: u64,
    /// Restores that the rate limit refused.
    pub restores_refused: u64,
    /// All saves.
    pub saves: u64,
    /// Saves that the rate limit refused.
    pub saves_refused: u64,
    /// How much later the log began.
    pub shift_seconds: f64,
}

/// The result of a trace of accesses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TraceFile {
    /// Its beginning.
    #[serde(flatten)]
    pub head: ReplayHead,
    /// The result for each limit, in the order given.
    pub results: Vec<TraceResultRow>,
    /// Distinct keys.
    pub objects: u64,
    /// Bytes of all distinct keys: from this limit on, nothing is evicted.
    pub footprint_bytes: u64,
    /// Malformed rows that were skipped.
    pub skipped: u64,
    /// Rows that gave a known key a different size; the first size counts.
    pub resized: u64,
    /// What the accesses are in the operation log that the curve is of; absent for a trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<LoggedRequests>,
    /// A note on what a replay of a trace cannot know.
    pub note: String,
}

/// The result at one limit, for an access trace.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TraceResultRow {
    /// The limit.
    pub limit_bytes: u64,
    /// All accesses.
    pub requests: u64,
    /// Accesses that found their entry.
    pub hits: u64,
    /// Accesses that did not find their entry.
    pub misses: u64,
    /// The hit ratio of accesses.
    pub hit_ratio: f64,
    /// The hit ratio of bytes.
    pub byte_hit_ratio: f64,
    /// Entries that were removed.
    pub evictions: u64,
    /// Bytes that misses wrote.
    pub written_bytes: u64,
    /// How long an entry stays after its last access; null if nothing is evicted.
    pub lifetime_hours: Option<f64>,
}

impl ReplayHead {
    /// The fields that identify this program.
    pub fn new() -> ReplayHead {
        ReplayHead { schema_version: SCHEMA_VERSION, tool: Tool::this(), command: "replay".to_owned() }
    }

    /// Writes it as JSON, up to the list of outcomes that follows.
    pub fn json(&self) -> String {
        let text = write::text(self, &[], 0);
        format!("{},\n  \"outcomes\": [", text.trim_end_matches("\n}\n"))
    }
}

impl Default for ReplayHead {
    fn default() -> ReplayHead {
        ReplayHead::new()
    }
}

impl ReplaySummary {
    /// The counts under a limit, and what is stored at the end.
    pub fn of(
        tally: &ReplayTally,
        limit: Bytes,
        bytes: Bytes,
        entries: &[StatedEntry],
        skipped: u64,
    ) -> ReplaySummary {
        ReplaySummary {
            limit_bytes: limit.0,
            hit_ratio: tally.hit_ratio(),
            counts: ReplayCounts {
                delete: tally.deleted,
                evict: Removals { idle: tally.expired.0, size: tally.evicted.0 },
                restore: RestoreAnswer::ALL
                    .iter()
                    .map(|how| (how.name().to_owned(), tally.found(*how)))
                    .collect(),
                save: SaveAnswer::ALL.iter().map(|how| (how.name().to_owned(), tally.saved(*how))).collect(),
                skipped_lines: skipped,
            },
            bytes: StoredBytes { r#final: bytes, peak: tally.peak },
            r#final: entries.iter().map(gh).collect(),
        }
    }

    /// Writes it as JSON, after the list of outcomes.
    pub fn json(&self) -> String {
        let text = write::text(self, &[], 0);
        format!("],{}", text.trim_start_matches('{'))
    }
}

impl LimitsFile {
    /// Makes the file from a row per limit. The last row has no limit.
    ///
    /// # Panics
    /// If there is no row.
    pub fn of(rows: &[ComparisonRow], skipped_lines: u64, unsized_misses: u64) -> LimitsFile {
        let (unlimited, limited) = rows.split_last().expect("there is a row without a limit");
        let results = limited.iter().map(LimitRow::of).collect();
        let unlimited = LimitRow::of(unlimited);
        LimitsFile { head: ReplayHead::new(), skipped_lines, unsized_misses, results, unlimited }
    }

    /// The file as JSON.
    pub fn json(&self) -> String {
        write::text(self, &[], 0)
    }
}

impl ShiftsFile {
    /// Makes the file from a row per shift.
    pub fn of(rows: &[ShiftRow], skipped_lines: u64) -> ShiftsFile {
        let results = rows.iter().map(ShiftResultRow::of).collect();
        ShiftsFile { head: ReplayHead::new(), skipped_lines, results }
    }

    /// The file as JSON.
    pub fn json(&self) -> String {
        write::text(self, &[], 0)
    }
}

impl ShiftResultRow {
    fn of(row: &ShiftRow) -> ShiftResultRow {
        let tally = &row.tally;
        let (saves, saves_refused) = (tally.saves(), tally.saved(SaveAnswer::RateLimited));
        ShiftResultRow {
            hits: tally.hits(),
            refused_share: saves_refused as f64 / saves.max(1) as f64,
            restores: tally.restores(),
            restores_refused: tally.found(RestoreAnswer::RateLimited),
            saves,
            saves_refused,
            shift_seconds: row.shift.as_secs_f64(),
        }
    }
}

impl LimitRow {
    fn of(row: &ComparisonRow) -> LimitRow {
        let tally = &row.tally;
        LimitRow {
            byte_hit_ratio: row.byte_hit_ratio,
            bytes: StoredBytes { r#final: row.bytes, peak: tally.peak },
            evictions: tally.evicted.0,
            exact_hits: tally.found(RestoreAnswer::Exact),
            expired: tally.expired.0,
            hit_ratio: tally.hit_ratio(),
            hits: tally.hits(),
            limit_bytes: row.limit,
            restores: tally.restores(),
        }
    }
}

impl TraceFile {
    /// Makes the file from the miss-ratio curve of a trace, or of a log with these requests.
    pub fn of(replayed: &Mrc, log: Option<LoggedRequests>) -> TraceFile {
        TraceFile {
            head: ReplayHead::new(),
            results: replayed.results.iter().map(TraceResultRow::of).collect(),
            objects: replayed.objects,
            footprint_bytes: replayed.footprint.0,
            skipped: replayed.skipped,
            resized: replayed.resized,
            log,
            note: CAUTION.to_owned(),
        }
    }

    /// The file as JSON. Only this format has spaces between the fields about the program.
    pub fn json(&self) -> String {
        let text = write::text(self, &[], 0);
        let (head, rest) = text.split_at(text.find("\"command\"").expect("it is a field"));
        head.replace("\":\"", "\": \"").replace("\",\"", "\", \"") + rest
    }
}

impl TraceResultRow {
    /// The row for one limit.
    pub fn of(result: &MrcPoint) -> TraceResultRow {
        TraceResultRow {
            limit_bytes: result.limit.0,
            requests: result.requests,
            hits: result.hits,
            misses: result.misses(),
            hit_ratio: result.hit_ratio(),
            byte_hit_ratio: result.byte_hit_ratio(),
            evictions: result.evictions,
            written_bytes: result.written().0,
            lifetime_hours: result.lifetime.map(|lifetime| lifetime.as_hours_f64()),
        }
    }
}
