//! Results: what a command found out, as plain data, and the form in which a file holds it.
//!
//! For each command there is one struct of what is known (such as [`RunResult`]) and one of what its
//! `result.json` says ([`RunFile`]), made of rows that are written and read by the same definition: the file
//! also has what follows from the rest, so that others need not compute it, and the answer in sentences,
//! which `report` words. [`read`] takes a file and gives back the former, or every problem with its place.
//!
//! `cli` makes results, `report` shows them.

mod certainty;
mod checked;
mod comparison;
mod elbow;
mod expectation;
mod explanation;
mod failing;
mod head;
mod metric;
mod origin;
mod problems;
mod read;
mod replay;
mod run;
mod schema;
mod sweep;
mod sweep_file;
mod timeline;
mod write;

pub use certainty::{BatchesRow, DependenceRow, PrecisionRow};
pub(crate) use checked::{Against, Checked};
pub use comparison::{
    Alternative, AlternativeRow, Attribution, ComparisonFile, ComparisonPart, ComparisonResult, LimitCosts,
    LimitVariant, LimitVariantRow, PushCounts,
};
pub use elbow::{ElbowRow, Findings, NextRow, SensitivityRow};
pub use expectation::{ExpectationRow, RivalRow};
pub use explanation::{
    ExplainedRun, Explanation, ExplanationFile, Remedy, RemedyEffect, RemedyRow, StoryRow, StoryWords,
};
pub use failing::FailureRow;
pub(crate) use failing::{Failing, failing};
pub use head::{Head, ScenarioSource};
pub use metric::{DifferenceRow, LabelMap, MetricRow, ShareRow};
pub use origin::{EvictionRow, FirstReplication, Repository, ResultOrigin};
pub use read::{RESULT_BYTES_MAX, ReadResult, SavedResult, read};
pub use replay::{
    LimitRow, LimitsFile, Removals, ReplayCounts, ReplayFile, ReplayHead, ReplaySummary, StoredBytes,
    TraceFile, TraceResultRow,
};
pub use run::{BESIDE, RunFile, RunPart, RunResult};
pub use schema::schema;
pub use sweep::SweepResult;
pub use sweep_file::{MeasureRow, PointRow, SweepFile, SweepPart};
