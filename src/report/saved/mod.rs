//! Saved results, read back: `result.json` becomes again what it was written from, so that a report
//! made later says exactly what the run said.
//!
//! A result is a stranger's file. Its size and everything in it is limited, and every problem is
//! said at once, with its place. Nothing is opened here: `cli` hands over the bytes.

mod compare;
mod place;
mod run;
mod study;
mod sweep;
mod timeline;

use super::{Answer, compare::Compared, sweep::Swept};
use crate::study::Study;
use place::{Place, Problems};
use serde_json::Value;

/// The largest result that is read, in bytes. It limits all that a result can hold, since every row and
/// every letter takes some of it.
pub const RESULT_BYTES_MAX: u64 = 256_000_000;
/// The schema version this program reads.
const SCHEMA_VERSION: u64 = 1;

/// A result, by the command that wrote it.
#[derive(Debug, Clone, PartialEq)]
pub enum Saved {
    /// Of `run`.
    Run(Box<Answer>),
    /// Of `compare`.
    Compare(Box<Compared>),
    /// Of `sweep`.
    Sweep(Box<Swept>),
}

/// What was read, and what of it this program does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The result.
    pub saved: Saved,
    /// Things left out, for a person.
    pub remarks: Vec<String>,
}

impl Saved {
    /// The replications of the scenario itself; a sweep has only points.
    pub fn study(&self) -> Option<&Study> {
        match self {
            Saved::Run(answer) => Some(&answer.study),
            Saved::Compare(compared) => Some(&compared.base),
            Saved::Sweep(_) => None,
        }
    }

    /// The scenario's name.
    pub fn name(&self) -> &str {
        match self {
            Saved::Run(answer) => &answer.name,
            Saved::Compare(compared) => &compared.name,
            Saved::Sweep(swept) => &swept.plan.name,
        }
    }
}

/// Reads a result.
///
/// # Errors
/// Every problem, each with its place in the file.
pub fn read(bytes: &[u8]) -> Result<Read, Vec<String>> {
    if bytes.len() as u64 > RESULT_BYTES_MAX {
        return Err(vec![format!("is larger than {} MB, the limit", RESULT_BYTES_MAX / 1_000_000)]);
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| vec![no_json(&error)])?;
    let problems = Problems::default();
    let saved = saved(&Place::root(&value, &problems));
    let (problems, remarks) = problems.finish();
    match saved {
        Some(saved) if problems.is_empty() => Ok(Read { saved, remarks }),
        _ => Err(problems),
    }
}

fn no_json(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let what = match error.classify() {
        serde_json::error::Category::Eof => "the file ends in the middle: was it copied whole?".to_owned(),
        _ => error.to_string(),
    };
    format!("{line}:{column}: is not JSON: {what}")
}

fn saved(root: &Place) -> Option<Saved> {
    let version = root.field("schema_version")?.count(u64::MAX)?;
    if version != SCHEMA_VERSION {
        root.problem(&format!(
            "has schema version {version}, and this program reads {SCHEMA_VERSION}: use the cache-budget that wrote it"
        ));
        return None;
    }
    let command = root.field("command")?;
    match command.text()? {
        "run" => run::read(root).map(|answer| Saved::Run(Box::new(answer))),
        "compare" => compare::read(root).map(|compared| Saved::Compare(Box::new(compared))),
        "sweep" => sweep::read(root).map(|swept| Saved::Sweep(Box::new(swept))),
        other => {
            command.problem(&format!(
                "is `{other}`, of which there is no report: it takes run, compare and sweep"
            ));
            None
        }
    }
}
