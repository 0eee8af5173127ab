use super::blocks::{Blocks, POINTS, values};
use super::ledger::record;
use crate::cli::output::{Draft, write_result, write_with};
use crate::cli::output_folder::OutputFolder;
use crate::outcome::{Measure, Value};
use crate::report::sweep::{self as report};
use crate::result::SweepResult;
use crate::study::Estimate;
use crate::study::sweep::{Plan, estimated, summarises};
use anyhow::Context;
use std::io::{self, Write};

/// The name of the file with the metrics of each point.
pub(super) const SUMMARY: &str = "summary.csv";

/// Puts everything that was played in order and says what it comes to: `points.csv`, `summary.csv`
/// and `result.json`. All of it follows from the blocks alone, so it is the same however they came.
pub(super) fn conclude(
    folder: &OutputFolder,
    plan: &Plan,
    sources: &[Blocks],
) -> anyhow::Result<SweepResult> {
    let measure = plan.measure().context("the sweep's metric is not one that this version knows")?;
    put_in_order(folder, plan, sources)?;
    let ordered = Blocks::read(&folder.file(POINTS)?, plan, false)?;
    let swept = summarised(folder, plan, measure, &ordered)?;
    write_result(&folder.file("result.json")?, &report::json(&swept))?;
    record(folder, &Plan { finished: true, ..plan.clone() })?;
    Ok(swept)
}

fn put_in_order(folder: &OutputFolder, plan: &Plan, sources: &[Blocks]) -> anyhow::Result<()> {
    let mut missing = vec![];
    write_with(&folder.file(POINTS)?, |file| {
        file.write_all(report::head(plan).as_bytes())?;
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

/// Writes `summary.csv` point by point and keeps what the answer needs.
fn summarised(
    folder: &OutputFolder,
    plan: &Plan,
    measure: Measure,
    ordered: &Blocks,
) -> anyhow::Result<SweepResult> {
    let mut draft = Draft::at(&folder.file(SUMMARY)?)?;
    let cannot = || format!("cannot write to {}", folder.path().display());
    draft.write_all(report::summary_head(plan).as_bytes()).with_context(cannot)?;
    let (mut points, mut results) = (vec![], vec![]);
    for point in 0..plan.points.len() {
        let played = if plan.plays(point) { replications(plan, &measure, point, ordered)? } else { vec![] };
        let (series, mut estimates) = estimated(played);
        let own = series.into_iter().find(|series| measure.is(series.metric, &series.labels));
        results.push(own.map_or_else(Vec::new, |series| series.parts()));
        draft.write_all(report::summary_rows(plan, point, &estimates).as_bytes()).with_context(cannot)?;
        let told = |e: &Estimate| measure.is(e.metric, &e.labels) || summarises(&e.labels);
        estimates.retain(told);
        points.push(estimates);
    }
    draft.publish()?;
    Ok(SweepResult::new(plan.clone(), measure, points, results))
}

/// The values of every replication of a point. Where something that is counted did not occur, its
/// count is 0.
fn replications(
    plan: &Plan,
    measure: &Measure,
    point: usize,
    ordered: &Blocks,
) -> anyhow::Result<Vec<Vec<Value>>> {
    let read = |replication| {
        let block = ordered.open(plan, point, replication)?;
        let mut values = block.map_or(Ok(vec![]), |block| values(plan, block))?;
        if measure.metric.zero_when_absent && !values.iter().any(|value| measure.matches(value)) {
            let Measure { metric, labels } = measure.clone();
            values.push(Value { metric, labels, value: 0.0, weight: None });
        }
        Ok(values)
    };
    (0..plan.replications).map(read).collect()
}
