//! `summary.csv`: every metric of each point. `cli` writes it point by point.

use super::super::csv::LongTable;
use crate::result::SweepResult;
use crate::statistics::Estimate;
use crate::statistics::sweep::Plan;

/// All points with their metrics.
pub fn csv(swept: &SweepResult) -> String {
    let points = swept.points.iter().enumerate();
    let rows: String = points.map(|(point, estimates)| summary_rows(&swept.plan, point, estimates)).collect();
    summary_head(&swept.plan) + &rows
}

/// The header of `summary.csv`.
pub fn summary_head(plan: &Plan) -> String {
    let mut table = LongTable::new();
    let first: Vec<&str> = std::iter::once("point").chain(columns(plan)).collect();
    table.head(&first, &["unit", "mean", "low", "high", "n"]);
    table.text()
}

/// The lines of one point: every metric with its interval.
pub fn summary_rows(plan: &Plan, point: usize, estimates: &[Estimate]) -> String {
    let mut table = LongTable::new();
    let number = (point + 1).to_string();
    let settings = std::iter::once(&number).chain(&plan.points[point].settings).map(String::as_str);
    let mut first: Vec<&str> = settings.collect();
    for Estimate { metric, labels, mean, low, high, n } in estimates {
        first.push(metric.name);
        table.row(&first, labels, &[&metric.unit, mean, low, high, n]);
        first.pop();
    }
    table.text()
}

/// The names of the columns from the first axis to the metric.
pub(super) fn columns(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.axes.iter().map(|axis| axis.name.as_str()).chain(["metric"])
}
