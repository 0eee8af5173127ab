//! The JSON schema of results, derived from the structs that write and read them. `schema --results` prints
//! it, and with it the doc comments of those structs.

use super::comparison::ComparisonFile;
use super::diagnosis::Diagnosis;
use super::explanation::ExplanationFile;
use super::replay::{LimitsFile, ReplayFile, ShiftsFile, TraceFile};
use super::run::RunFile;
use super::sweep::file::SweepFile;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

/// The result of any command. Fields are only added within a version of the schema.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its form is of interest")]
enum CommandResult {
    /// The result of `run`.
    Run(RunFile),
    /// The result of `compare`.
    Compare(ComparisonFile),
    /// The result of `sweep` and `merge`.
    Sweep(SweepFile),
    /// The result of `explain`.
    Explain(ExplanationFile),
    /// The result of `diagnose`.
    Diagnose(Diagnosis),
    /// The result of `replay` with one limit.
    Replay(ReplayFile),
    /// The result of `replay` with several limits.
    ReplayLimits(LimitsFile),
    /// The result of `replay --shift A..B`.
    ReplayShifts(ShiftsFile),
    /// The result of `replay` with a trace of accesses.
    ReplayTrace(TraceFile),
}

/// The JSON schema of results, as they are written.
pub fn schema() -> Schema {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    generator.into_root_schema_for::<CommandResult>()
}
