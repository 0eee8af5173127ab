//! Results: what an experiment found, as plain data, and its form in a file.
//!
//! Each command has two structs. One is the result itself (such as [`RunResult`]); the other one is its
//! `result.json` (such as [`RunFile`]), made of rows that are written and read by the same definition. The
//! file also contains what follows from the rest, so that others need not compute it, and the answer in
//! sentences, which `report` writes. [`read()`] turns a file back into a result, or lists all problems with
//! their positions.
//!
//! `experiment` makes results, `report` shows them, and `cli` reads and writes the files.

mod back_test;
mod certainty;
mod checked;
mod comparison;
mod diagnosis;
mod expectation;
mod explanation;
mod head;
mod inventory;
mod metric;
mod origin;
mod problems;
mod read;
mod replay;
mod run;
mod schema;
mod sweep;
mod timeline;
mod write;

pub use back_test::{BackTest, BackTestRow};
pub use certainty::{AssumptionsRow, BatchesRow, DependenceRow, PrecisionRow};
pub(crate) use checked::{Against, Checked};
pub(crate) use comparison::base_name;
pub use comparison::{
    Alternative, AlternativeRow, Attribution, ComparisonFile, ComparisonPart, ComparisonResult,
    InapplicableStrategy, LimitCosts, LimitVariant, LimitVariantRow, PushCounts, RankMetric, StrategyEdit,
};
pub use diagnosis::{
    ClientHolding, Diagnosis, EvictableEntry, FamilyHolding, FamilyInScenario, FindingRow, KeepNewest,
    ListingChange, ListingRow, RefHolding, SingleRef, UnreachableRow,
};
pub use expectation::{ExpectationRow, RivalRow};
pub use explanation::{
    ExplainedRun, Explanation, ExplanationFile, MissExplanation, RemedyRow, StoryRow, StoryWords,
    StrategyEffect, TriedStrategy,
};
pub use head::{Head, ScenarioSource};
pub use inventory::{ClientItem, Inventory, InventoryNote, JobItem, WorkflowCaller, WorkflowItem};
pub use metric::{DifferenceRow, LabelMap, MetricRow, PredictionRow, ShareRow};
pub use origin::{EvictionRow, FirstReplication, Repository, ResultOrigin};
pub use read::{RESULT_BYTES_MAX, ReadResult, SavedResult, read};
pub use replay::{
    LimitRow, LimitsFile, Removals, ReplayCounts, ReplayFile, ReplayHead, ReplaySummary, ShiftResultRow,
    ShiftsFile, StoredBytes, TraceFile, TraceResultRow,
};
pub use run::advice::{Advice, AdviceRow, AdvisedRemedy};
pub(crate) use run::cause::lost;
pub use run::cause::{CauseRow, MeanRow};
pub(crate) use run::evictor::evicted_of_others;
pub use run::evictor::{Evictor, EvictorRow, Evictors};
pub use run::failing::FailureRow;
pub(crate) use run::failing::{Failing, failing};
pub use run::{BESIDE, RunFile, RunPart, RunResult};
pub use schema::schema;
pub use sweep::elbow::{ElbowRow, Findings, NextRow, SensitivityRow};
pub use sweep::file::{MeasureRow, PointRow, SweepFile, SweepPart};
pub use sweep::{InterruptedSweep, SweepResult};
