//! The folder of a sweep that is being played.

#![expect(clippy::disallowed_types, reason = "points are appended to a file as they are done")]

use super::blocks::{Blocks, POINTS};
use crate::cli::output::write;
use crate::cli::output_folder::OutputFolder;
use crate::experiment::sweep::Store;
use crate::observe::Value;
use crate::report::sweep::{head, rows};
use crate::study::sweep::Plan;
use anyhow::Context;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The plan beside the points, by which another process knows what they are.
const PLAN: &str = "sweep.json";
/// The longest plan that is read, in bytes.
const PLAN_BYTES_MAX: u64 = 256_000_000;

/// A sweep's folder while it is played: what is done is in `points.csv`, whatever happens next.
pub(super) struct Ledger {
    path: PathBuf,
    file: File,
    /// How much of the file is whole.
    length: u64,
    done: Vec<(usize, u32)>,
}

/// What a folder holds of a sweep.
pub(super) enum Found {
    Nothing,
    Unfinished(Box<Plan>),
    Finished(Box<Plan>),
}

/// What was found in a folder; a plan that cannot be read is an error.
pub(super) fn found(folder: &Path) -> anyhow::Result<Found> {
    let path = folder.join(PLAN);
    let cannot = || format!("cannot read {}", path.display());
    let length = match path.metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        metadata => metadata.with_context(cannot)?.len(),
    };
    anyhow::ensure!(length <= PLAN_BYTES_MAX, "{} is no plan of a sweep: it is too large", path.display());
    let text = std::fs::read_to_string(&path).with_context(cannot)?;
    let plan: Plan =
        serde_json::from_str(&text).with_context(|| format!("{} is no plan of a sweep", path.display()))?;
    anyhow::ensure!(plan.is_sound(), "{} is no plan that this version could have written", path.display());
    Ok(if plan.finished { Found::Finished(Box::new(plan)) } else { Found::Unfinished(Box::new(plan)) })
}

/// Writes the plan down.
pub(super) fn record(folder: &OutputFolder, plan: &Plan) -> anyhow::Result<()> {
    let text = serde_json::to_string(plan).context("a plan has no JSON form")?;
    // A point a line, so that two plans can be compared.
    write(&folder.file(PLAN)?, &(text.replace("{\"settings\"", "\n{\"settings\"") + "\n"))
}

/// Removes a plan, so that nothing vouches for the points of another sweep.
pub(super) fn forget(folder: &OutputFolder) -> anyhow::Result<()> {
    let path = folder.file(PLAN)?;
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Whether the folder keeps something of a sweep that is not finished.
pub(super) fn unfinished(folder: &Path) -> anyhow::Result<bool> {
    let Found::Unfinished(plan) = found(folder)? else { return Ok(false) };
    let kept = Blocks::read(&folder.join(POINTS), &plan, true).map_or(0, |blocks| blocks.count());
    Ok(kept > 0)
}

/// The points, to write to; nobody else does until they are dropped.
fn opened(path: &Path) -> anyhow::Result<File> {
    let cannot = || format!("cannot write {}", path.display());
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).with_context(cannot)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "another sweep is being written to {}: wait for it, or name another --output",
            path.display()
        ),
        // Not every file system knows locks; then it is up to the user.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

impl Ledger {
    /// Begins: nothing is done.
    pub fn begin(folder: &OutputFolder, plan: &Plan) -> anyhow::Result<Ledger> {
        let path = folder.file(POINTS)?;
        let cannot = || format!("cannot write {}", path.display());
        let mut file = opened(&path)?;
        forget(folder)?;
        if path.metadata().with_context(cannot)?.len() > 0 {
            file.set_len(0).with_context(cannot)?;
        }
        let head = head(plan);
        file.write_all(head.as_bytes()).with_context(cannot)?;
        // The plan last: it vouches for the points beside it.
        record(folder, plan)?;
        Ok(Ledger { file, length: head.len() as u64, path, done: vec![] })
    }

    /// Goes on with what is done, if it is of this plan.
    pub fn resume(folder: &OutputFolder, plan: &Plan, finished: bool) -> anyhow::Result<Ledger> {
        let path = folder.file(POINTS)?;
        let cannot = || format!("cannot write {}", path.display());
        let length = path.metadata().map_or(0, |metadata| metadata.len());
        if length < head(plan).len() as u64 {
            return Ledger::begin(folder, plan);
        }
        let mut file = opened(&path)?;
        let blocks = Blocks::read(&path, plan, !finished)?;
        file.set_len(blocks.end).with_context(cannot)?;
        file.seek(SeekFrom::End(0)).with_context(cannot)?;
        let all = (0..plan.points.len()).flat_map(|point| (0..plan.replications).map(move |n| (point, n)));
        let done = all.filter(|(point, replication)| blocks.has(plan, *point, *replication)).collect();
        Ok(Ledger { file, length: blocks.end, path, done })
    }
}

impl Store for Ledger {
    fn count(&self) -> u64 {
        self.done.len() as u64
    }

    fn missing(&self, plan: &Plan) -> Vec<(usize, Vec<u32>)> {
        let mut done = self.done.clone();
        done.sort_unstable();
        let missing = |point: usize| {
            let replications = (0..plan.replications).filter(|n| done.binary_search(&(point, *n)).is_err());
            (point, replications.collect::<Vec<_>>())
        };
        let played = (0..plan.points.len()).filter(|point| plan.plays(*point)).map(missing);
        played.filter(|(_, replications)| !replications.is_empty()).collect()
    }

    fn add(&mut self, plan: &Plan, point: usize, replication: u32, values: &[Value]) -> anyhow::Result<()> {
        let text = rows(plan, point, replication, values);
        if let Err(error) = self.file.write_all(text.as_bytes()) {
            // Nothing more can be done than to take back what was written of it.
            let _ = self.file.set_len(self.length);
            return Err(error).with_context(|| format!("cannot write {}", self.path.display()));
        }
        self.length += text.len() as u64;
        self.done.push((point, replication));
        Ok(())
    }
}
