//! Summarises the values of a sweep, point by point, so that not all of them are in memory at once.

use crate::observe::{Measure, Value};
use crate::result::SweepResult;
use crate::statistics::Estimate;
use crate::statistics::sweep::{Plan, estimated, summarises};
use anyhow::Context;

/// Summarises a sweep. `values` gives the values of each replication of a point. All estimates of a point
/// are passed to `each`; the result keeps only those it needs.
///
/// # Errors
/// If `values` or `each` fails, or if this version does not know the plan's metric.
pub fn summarise(
    plan: &Plan,
    mut values: impl FnMut(usize) -> anyhow::Result<Vec<Vec<Value>>>,
    mut each: impl FnMut(usize, &[Estimate]) -> anyhow::Result<()>,
) -> anyhow::Result<SweepResult> {
    let measure = plan.measure().context("the sweep's metric is not one that this version knows")?;
    let (mut points, mut results) = (vec![], vec![]);
    for point in 0..plan.points.len() {
        let mut played = if plan.plays(point) { values(point)? } else { vec![] };
        played.iter_mut().for_each(|values| count_nothing(&measure, values));
        let (series, mut estimates) = estimated(played);
        let own = series.into_iter().find(|series| measure.is(series.metric, &series.labels));
        results.push(own.map_or_else(Vec::new, |series| series.parts()));
        each(point, &estimates)?;
        estimates.retain(|e| measure.is(e.metric, &e.labels) || summarises(&e.labels));
        points.push(estimates);
    }
    Ok(SweepResult::new(plan.clone(), measure, points, results))
}

/// Adds a count of 0 if nothing was counted.
fn count_nothing(measure: &Measure, values: &mut Vec<Value>) {
    if measure.metric.zero_when_absent && !values.iter().any(|value| measure.matches(value)) {
        let Measure { metric, labels } = measure.clone();
        values.push(Value { metric, labels, value: 0.0, weight: None, samples: None });
    }
}
