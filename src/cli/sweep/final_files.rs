//! The final files of a sweep: `points.csv` in order, `summary.csv` and `result.json`. `sweep` writes them
//! at its end, `merge` after joining parts.

use super::block_sums::BlockId;
use super::checkpoint::{opened, record};
use super::points_file::{POINTS, PointsFile, kept, named};
use crate::cli::output::folder::OutputFolder;
use crate::cli::output::{Draft, write_result};
use crate::experiment::sweep::summarise;
use crate::report::sweep as report;
use crate::result::SweepResult;
use crate::statistics::Estimate;
use crate::statistics::sweep::Plan;
use anyhow::Context;
use std::io::Write;

/// The name of the file with the metrics of each point.
pub(super) const SUMMARY: &str = "summary.csv";

/// Puts everything that was played in order and writes the final files. They depend only on the blocks, not
/// on the order in which these were played.
pub(super) fn write(
    folder: &OutputFolder,
    plan: &Plan,
    sources: &[PointsFile],
) -> anyhow::Result<SweepResult> {
    put_in_order(folder, plan, sources)?;
    // It is another file now, which the lock of the one before does not keep from other processes.
    let locked = opened(&folder.file(POINTS)?)?;
    let ordered = PointsFile::whole(folder.path(), plan)?;
    let mut summary = Draft::at(&folder.file(SUMMARY)?)?;
    let swept = summarised(plan, &ordered, &mut summary)?;
    summary.publish()?;
    write_result(&folder.file("result.json")?, &report::json(&swept))?;
    record(folder, &Plan { finished: true, ..plan.clone() })?;
    drop(locked);
    Ok(swept)
}

fn put_in_order(folder: &OutputFolder, plan: &Plan, sources: &[PointsFile]) -> anyhow::Result<()> {
    let played = (0..plan.points.len()).filter(|point| plan.plays(*point));
    let all: Vec<BlockId> =
        played.flat_map(|point| (0..plan.replications).map(move |n| (point, n))).collect();
    if let Some(id) = all.iter().find(|id| !sources.iter().any(|blocks| blocks.has(plan, **id))) {
        anyhow::bail!("{} missing", named(&[*id]));
    }
    kept(folder, plan, sources, &all)
}

/// Summarises the blocks point by point, and writes `summary.csv`.
pub(super) fn summarised(
    plan: &Plan,
    blocks: &PointsFile,
    file: &mut dyn Write,
) -> anyhow::Result<SweepResult> {
    let cannot = || format!("cannot write {SUMMARY}");
    file.write_all(report::summary_head(plan).as_bytes()).with_context(cannot)?;
    let values = |id| blocks.has(plan, id).then(|| blocks.values(plan, id)).transpose();
    let read = |point| (0..plan.replications).map(|number| values((point, number))).collect();
    let write = |point, estimates: &[Estimate]| {
        file.write_all(report::summary_rows(plan, point, estimates).as_bytes()).with_context(cannot)
    };
    summarise(plan, read, write)
}
