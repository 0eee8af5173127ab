//! The checkpoint of a sweep in its folder: the plan in `sweep.json`, and every finished replication in
//! `points.csv`, with its sum in `points.sum`. A sweep that was interrupted continues from it.

#![expect(clippy::disallowed_types, reason = "points are appended to a file as they are done")]

use super::block_sums::{BlockId, BlockSum, BlockSums, SUMS, line};
use super::points_file::{POINTS, PointsFile, kept};
use crate::cli::output::fault::next_call;
use crate::cli::output::folder::OutputFolder;
use crate::cli::output::write;
use crate::experiment::sweep::Store;
use crate::observe::Value;
use crate::report::sweep::{points_head, points_rows};
use crate::statistics::sweep::Plan;
use anyhow::Context;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// The file with the plan. It tells another process what the points are.
const PLAN: &str = "sweep.json";
/// The longest plan that is read, in bytes.
const PLAN_BYTES_MAX: u64 = 256_000_000;

/// The folder of a sweep while it is played. Everything that was done is in `points.csv` and confirmed by
/// `points.sum`, however the process ends.
pub(super) struct Checkpoint {
    points: Appended,
    sums: Appended,
    done: Vec<BlockId>,
}

/// What a folder contains of a sweep.
pub(super) enum SweepFolder {
    Nothing,
    Unfinished(Box<Plan>),
    Finished(Box<Plan>),
}

/// Looks for a sweep in a folder. A plan that cannot be read is an error.
pub(super) fn found(folder: &Path) -> anyhow::Result<SweepFolder> {
    let path = folder.join(PLAN);
    let cannot = || format!("cannot read {}", path.display());
    let length = match path.metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(SweepFolder::Nothing),
        metadata => metadata.with_context(cannot)?.len(),
    };
    anyhow::ensure!(length <= PLAN_BYTES_MAX, "{} is not a sweep plan: it is too large", path.display());
    let text = std::fs::read_to_string(&path).with_context(cannot)?;
    let plan: Plan =
        serde_json::from_str(&text).with_context(|| format!("{} is not a sweep plan", path.display()))?;
    anyhow::ensure!(
        plan.is_sound(),
        "{} is not a sweep plan that this version could have \
        written",
        path.display()
    );
    Ok(if plan.finished {
        SweepFolder::Finished(Box::new(plan))
    } else {
        SweepFolder::Unfinished(Box::new(plan))
    })
}

/// Writes the plan.
pub(super) fn record(folder: &OutputFolder, plan: &Plan) -> anyhow::Result<()> {
    let text = serde_json::to_string(plan).context("a plan has no JSON form")?;
    // A point per line, so that two plans can be compared.
    write(&folder.file(PLAN)?, &(text.replace("{\"settings\"", "\n{\"settings\"") + "\n"))
}

/// Removes a plan, so that it is not taken for the plan of another sweep's points.
pub(super) fn forget(folder: &OutputFolder) -> anyhow::Result<()> {
    let path = folder.file(PLAN)?;
    match next_call().and_then(|()| std::fs::remove_file(&path)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// True if the folder contains a sweep that is not finished.
pub(super) fn unfinished(folder: &Path) -> anyhow::Result<bool> {
    let SweepFolder::Unfinished(plan) = found(folder)? else { return Ok(false) };
    let kept = PointsFile::read(folder, &plan).map_or(0, |blocks| blocks.count());
    Ok(kept > 0)
}

/// Opens a file for writing. Every write goes to its end, also after a failed one was cut off.
fn appendable(path: &Path) -> anyhow::Result<File> {
    let cannot = || format!("cannot write {}", path.display());
    let file = next_call().and_then(|()| OpenOptions::new().append(true).create(true).open(path));
    file.with_context(cannot)
}

/// Opens the file of points for writing, and locks it until it is dropped.
pub(super) fn opened(path: &Path) -> anyhow::Result<File> {
    let file = appendable(path)?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => anyhow::bail!(
            "another sweep is writing to {}: wait for it to end, or give another --output",
            path.display()
        ),
        // Some file systems do not support locks. Then the user has to take care.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

impl Checkpoint {
    /// Starts a sweep with nothing done.
    pub fn begin(folder: &OutputFolder, plan: &Plan) -> anyhow::Result<Checkpoint> {
        let file = opened(&folder.file(POINTS)?)?;
        // A process that was killed while it began may have left one before there was a plan to resume.
        folder.remove_drafts()?;
        forget(folder)?;
        let points = Appended::emptied(file, folder.file(POINTS)?, &points_head(plan))?;
        let sums = folder.file(SUMS)?;
        BlockSums::default().write(&sums)?;
        // The plan comes last, because it confirms what the files next to it are.
        record(folder, plan)?;
        Ok(Checkpoint { points, sums: Appended::at_end(appendable(&sums)?, sums)?, done: vec![] })
    }

    /// Continues a sweep with every block that is as it was written. Whatever else is in the file of points is
    /// removed. The damaged blocks are returned; they are played again.
    pub fn resume(folder: &OutputFolder, plan: &Plan) -> anyhow::Result<(Checkpoint, Vec<BlockId>)> {
        let path = folder.file(POINTS)?;
        let mut file = opened(&path)?;
        folder.remove_drafts()?;
        let blocks = PointsFile::read(folder.path(), plan)?;
        let all = (0..plan.points.len()).flat_map(|point| (0..plan.replications).map(move |n| (point, n)));
        let done: Vec<BlockId> = all.filter(|id| blocks.has(plan, *id)).collect();
        if blocks.are_first(plan, &done) {
            file.set_len(blocks.end).with_context(|| format!("cannot write {}", path.display()))?;
        } else {
            kept(folder, plan, std::slice::from_ref(&blocks), &done)?;
            // The lock was of the file that this one has replaced.
            file = opened(&path)?;
        }
        let sums = folder.file(SUMS)?;
        blocks.sums.write(&sums)?;
        let checkpoint = Checkpoint {
            points: Appended::at_end(file, path)?,
            sums: Appended::at_end(appendable(&sums)?, sums)?,
            done,
        };
        Ok((checkpoint, blocks.damaged))
    }
}

/// A file to which whole pieces are appended.
struct Appended {
    path: PathBuf,
    file: File,
    /// The length of the file up to which it is complete.
    length: u64,
}

impl Appended {
    /// A file with this text alone.
    fn emptied(mut file: File, path: PathBuf, text: &str) -> anyhow::Result<Appended> {
        let cannot = || format!("cannot write {}", path.display());
        if path.metadata().with_context(cannot)?.len() > 0 {
            next_call().and_then(|()| file.set_len(0)).with_context(cannot)?;
        }
        next_call().and_then(|()| file.write_all(text.as_bytes())).with_context(cannot)?;
        Appended::at_end(file, path)
    }

    fn at_end(file: File, path: PathBuf) -> anyhow::Result<Appended> {
        let length = file.metadata().with_context(|| format!("cannot read {}", path.display()))?.len();
        Ok(Appended { path, file, length })
    }

    /// Appends a piece, or nothing.
    fn add(&mut self, text: &str) -> anyhow::Result<()> {
        if let Err(error) = next_call().and_then(|()| self.file.write_all(text.as_bytes())) {
            self.cut();
            return Err(error).with_context(|| format!("cannot write {}", self.path.display()));
        }
        self.length += text.len() as u64;
        Ok(())
    }

    /// Removes what was written of a piece. If that fails as well, its sum tells on the next resume.
    fn cut(&mut self) {
        let _ = self.file.set_len(self.length);
    }
}

impl Store for Checkpoint {
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
        let (id, text) = ((point, replication), points_rows(plan, point, replication, values));
        let before = self.points.length;
        self.points.add(&text)?;
        // The sum comes last: a block without one was not finished.
        if let Err(problem) = self.sums.add(&line(id, BlockSum::of(plan, id, &text))) {
            self.points.length = before;
            self.points.cut();
            return Err(problem);
        }
        self.done.push(id);
        Ok(())
    }
}
