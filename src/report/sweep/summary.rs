use super::super::csv::{LABELS, quoted};
use crate::result::SweepResult;
use crate::study::Estimate;
use crate::study::sweep::Plan;

/// Every point with the metrics that are kept of it.
pub fn csv(swept: &SweepResult) -> String {
    let points = swept.points.iter().enumerate();
    let rows: String = points.map(|(point, estimates)| summary_rows(&swept.plan, point, estimates)).collect();
    summary_head(&swept.plan) + &rows
}

/// The first line of `summary.csv`.
pub fn summary_head(plan: &Plan) -> String {
    let axes: String = plan.axes.iter().map(|axis| quoted(&axis.name) + ",").collect();
    format!("point,{axes}metric,{},unit,mean,low,high,n\n", LABELS.join(","))
}

/// The lines of one point: every metric that is kept of it, with its interval.
pub fn summary_rows(plan: &Plan, point: usize, estimates: &[Estimate]) -> String {
    let settings: String = plan.points[point].settings.iter().map(|setting| quoted(setting) + ",").collect();
    let row = |estimate: &Estimate| {
        let labels = LABELS.map(|label| quoted(estimate.label(label).unwrap_or("")));
        let Estimate { metric, mean, low, high, n, .. } = estimate;
        let labels = labels.join(",");
        format!("{},{settings}{},{labels},{},{mean},{low},{high},{n}\n", point + 1, metric.name, metric.unit)
    };
    estimates.iter().map(row).collect()
}
