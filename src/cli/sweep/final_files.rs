//! The final files of a sweep: `points.csv` in order, `summary.csv` and `result.json`. `sweep` writes them
//! at its end, `merge` after joining parts.

use super::checkpoint::record;
use super::points_file::{POINTS, PointsFile};
use crate::cli::output::{Draft, write_result, write_with};
use crate::cli::output_folder::OutputFolder;
use crate::experiment::sweep::summarise;
use crate::report::sweep as report;
use crate::result::SweepResult;
use crate::statistics::Estimate;
use crate::statistics::sweep::Plan;
use anyhow::Context;
use std::io::{self, Write};

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
    let ordered = PointsFile::read(&folder.file(POINTS)?, plan, false)?;
    let swept = summarised(folder, plan, &ordered)?;
    write_result(&folder.file("result.json")?, &report::json(&swept))?;
    record(folder, &Plan { finished: true, ..plan.clone() })?;
    Ok(swept)
}

fn put_in_order(folder: &OutputFolder, plan: &Plan, sources: &[PointsFile]) -> anyhow::Result<()> {
    let mut missing = vec![];
    write_with(&folder.file(POINTS)?, |file| {
        file.write_all(report::points_head(plan).as_bytes())?;
        for point in (0..plan.points.len()).filter(|point| plan.plays(*point)) {
            for replication in 0..plan.replications {
                let found = sources.iter().find(|blocks| blocks.has(plan, point, replication));
                let Some(blocks) = found else {
                    missing.push((point + 1, replication + 1));
                    continue;
                };
                let block = blocks.open(plan, point, replication).map_err(io::Error::other)?;
                io::copy(&mut block.expect("it has the block"), file)?;
            }
        }
        match missing.first() {
            None => Ok(()),
            Some((point, replication)) => {
                Err(io::Error::other(format!("replication {replication} of point {point} is missing")))
            }
        }
    })
}

/// Writes `summary.csv` point by point.
fn summarised(folder: &OutputFolder, plan: &Plan, ordered: &PointsFile) -> anyhow::Result<SweepResult> {
    let mut draft = Draft::at(&folder.file(SUMMARY)?)?;
    let cannot = || format!("cannot write to {}", folder.path().display());
    draft.write_all(report::summary_head(plan).as_bytes()).with_context(cannot)?;
    let read = |point| (0..plan.replications).map(|number| ordered.values(plan, point, number)).collect();
    let write = |point, estimates: &[Estimate]| {
        draft.write_all(report::summary_rows(plan, point, estimates).as_bytes()).with_context(cannot)
    };
    let swept = summarise(plan, read, write)?;
    draft.publish()?;
    Ok(swept)
}
