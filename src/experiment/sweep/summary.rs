//! Summarises the values of a sweep, point by point, so that not all of them are in memory at once.

use crate::observe::{Measure, Value};
use crate::result::{InterruptedSweep, SweepResult};
use crate::statistics::Estimate;
use crate::statistics::sweep::{Plan, estimated, summarises};
use anyhow::Context;

/// Summarises a sweep. `values` gives the values of each replication of a point, in their order; of a sweep that
/// was interrupted, some may be missing. All estimates of a point are passed to `each`; the result keeps only
/// those it needs.
///
/// # Errors
/// If `values` or `each` fails, or if this version does not know the plan's metric.
pub fn summarise(
    plan: &Plan,
    mut values: impl FnMut(usize) -> anyhow::Result<Vec<Option<Vec<Value>>>>,
    mut each: impl FnMut(usize, &[Estimate]) -> anyhow::Result<()>,
) -> anyhow::Result<SweepResult> {
    let measure = plan.measure().context("the sweep's metric is not one that this version knows")?;
    let (mut points, mut results, mut finished) = (vec![], vec![], vec![]);
    for point in 0..plan.points.len() {
        let all = if plan.plays(point) { values(point)? } else { vec![] };
        let numbered = all.into_iter().enumerate().filter_map(|(number, values)| Some((number, values?)));
        let (numbers, mut played): (Vec<usize>, Vec<_>) = numbered.unzip();
        finished.push(numbers.len() as u64);
        played.iter_mut().for_each(|values| count_nothing(&measure, values));
        let (series, mut estimates) = estimated(played);
        let own = series.into_iter().find(|series| measure.is(series.metric, &series.labels));
        results.push(own.map_or_else(Vec::new, |series| placed(series.parts(), &numbers, plan.replications)));
        each(point, &estimates)?;
        estimates.retain(|e| measure.is(e.metric, &e.labels) || summarises(&e.labels));
        points.push(estimates);
    }
    let interrupted = InterruptedSweep::of(plan, &finished);
    Ok(SweepResult { interrupted, ..SweepResult::new(plan.clone(), measure, points, results) })
}

/// The results of the replications with these numbers, each in its place among all.
fn placed(parts: Vec<Option<f64>>, numbers: &[usize], replications: u32) -> Vec<Option<f64>> {
    let mut all = vec![None; replications as usize];
    numbers.iter().zip(parts).for_each(|(number, part)| all[*number] = part);
    all
}

/// Adds a count of 0 if nothing was counted.
fn count_nothing(measure: &Measure, values: &mut Vec<Value>) {
    if measure.metric.zero_when_absent && !values.iter().any(|value| measure.matches(value)) {
        let Measure { metric, labels } = measure.clone();
        values.push(Value { metric, labels, value: 0.0, weight: None, samples: None });
    }
}
