//! Reads saved results. Reading a file restores what it was written from, so that a later report is
//! identical to the command's own.
//!
//! A result may come from a stranger. Its size and all of its contents are limited, and each problem is
//! reported with its position. First the format is checked, then whether the parts fit together.
//! Nothing is opened here: `cli` passes the bytes.

use super::comparison::ComparisonResult;
use super::diagnosis::Diagnosis;
use super::head::SCHEMA_VERSION;
use super::problems::Problems;
use super::run::RunResult;
use super::sweep::SweepResult;
use crate::diagnostic::FileKind;
use crate::engine::MODEL_REVISION;
use crate::statistics::Study;
use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

/// The largest result that is read, in bytes. This limits everything in a result, since every row and
/// letter takes some of it.
pub const RESULT_BYTES_MAX: u64 = 256_000_000;

/// A result, by the command that wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum SavedResult {
    /// A result of `run`.
    Run(Box<RunResult>),
    /// A result of `compare`.
    Compare(Box<ComparisonResult>),
    /// A result of `sweep`.
    Sweep(Box<SweepResult>),
    /// A result of `diagnose`.
    Diagnose(Box<Diagnosis>),
}

/// A result that was read, with remarks.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadResult {
    /// The result.
    pub saved: SavedResult,
    /// Sentences about what was left out because this program does not know it.
    pub remarks: Vec<String>,
}

impl SavedResult {
    /// The study of the scenario itself; `None` for a sweep, which has only points, and for a diagnosis, of
    /// which nothing is simulated.
    pub fn study(&self) -> Option<&Study> {
        match self {
            SavedResult::Run(result) => Some(&result.study),
            SavedResult::Compare(result) => Some(&result.base),
            SavedResult::Sweep(_) | SavedResult::Diagnose(_) => None,
        }
    }

    /// The scenario's name, or `diagnosis`.
    pub fn name(&self) -> &str {
        match self {
            SavedResult::Run(result) => &result.name,
            SavedResult::Compare(result) => &result.name,
            SavedResult::Sweep(result) => &result.plan.name,
            SavedResult::Diagnose(_) => "diagnosis",
        }
    }
}

/// Reads a result.
///
/// # Errors
/// All problems, each with its position in the file.
pub fn read(bytes: &[u8]) -> Result<ReadResult, Vec<String>> {
    if bytes.len() as u64 > RESULT_BYTES_MAX {
        return Err(vec![format!("is larger than {} MB, the limit", RESULT_BYTES_MAX / 1_000_000)]);
    }
    if let Some(told) = FileKind::stranger(bytes, &[FileKind::Result, FileKind::Output]) {
        return Err(vec![told]);
    }
    let root: Value = serde_json::from_slice(bytes).map_err(|error| vec![no_json(&error)])?;
    let mut problems = Problems::default();
    problems.numbers(&root, "");
    let saved = saved(&root, &mut problems);
    let (problems, mut remarks) = problems.finish();
    remarks.extend(of_another_revision(&root));
    match saved {
        Some(saved) if problems.is_empty() => Ok(ReadResult { saved, remarks }),
        _ => Err(problems),
    }
}

/// A remark if the result is of another revision of the model. Results without one are from before there were any.
fn of_another_revision(root: &Value) -> Option<String> {
    let revision = root["tool"]["revision"].as_u64().filter(|number| *number != u64::from(MODEL_REVISION))?;
    Some(format!(
        "was simulated with model revision {revision}, this program has {MODEL_REVISION}: the same scenario may \
         give other numbers now"
    ))
}

fn no_json(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let what = match error.classify() {
        Category::Eof => "the file is incomplete: was all of it copied?".to_owned(),
        _ => error.to_string(),
    };
    format!("{line}:{column}: is not JSON: {what}")
}

/// The fields that identify the command that wrote the result.
#[derive(Deserialize)]
struct Form {
    schema_version: u64,
    #[serde(default)]
    command: String,
}

fn saved(root: &Value, problems: &mut Problems) -> Option<SavedResult> {
    problems.unless(root.is_object(), "", "is not an object").then_some(())?;
    let Form { schema_version: version, command } = problems.part(root)?;
    if version != u64::from(SCHEMA_VERSION) {
        problems.add(
            "schema_version",
            format_args!(
                "is {version}, and this program reads {SCHEMA_VERSION}: use the cache-budget that wrote it"
            ),
        );
        return None;
    }
    match command.as_str() {
        "run" => RunResult::read(root, problems).map(|result| SavedResult::Run(Box::new(result))),
        "compare" => {
            ComparisonResult::read(root, problems).map(|result| SavedResult::Compare(Box::new(result)))
        }
        "sweep" => SweepResult::read(root, problems).map(|result| SavedResult::Sweep(Box::new(result))),
        "diagnose" => Diagnosis::read(root, problems).map(|result| SavedResult::Diagnose(Box::new(result))),
        other => {
            let what = "which `report` cannot show: it takes run, compare, sweep and diagnose";
            problems.add("command", format_args!("is `{other}`, {what}"));
            None
        }
    }
}
