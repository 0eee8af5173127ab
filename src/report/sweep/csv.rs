//! The two tables of a sweep as CSV. `points.csv` has a line for each value of a metric in one replication of
//! a point; `cli` writes it during a sweep, and reads it to resume, merge and summarise. `summary.csv` has
//! every metric of each point; `cli` writes it point by point.

use crate::observe::metric::find;
use crate::observe::{Label, Value, Weight};
use crate::report::csv::{LABELS, LongTable, original};
use crate::result::SweepResult;
use crate::statistics::Estimate;
use crate::statistics::sweep::Plan;
use crate::units::{Bytes, Duration};
use std::fmt::Display;

/// The header of `points.csv`.
pub fn points_head(plan: &Plan) -> String {
    let mut table = LongTable::new();
    let first = ["point", "replication"].into_iter().chain(columns(plan));
    table.head(&first.collect::<Vec<_>>(), &["unit", "value", "whole", "trials"]);
    table.text()
}

/// The lines of one replication of a point. Both numbers count from 0 here and from 1 in the file.
pub fn points_rows(plan: &Plan, point: usize, replication: u32, values: &[Value]) -> String {
    let mut table = LongTable::new();
    let numbers = [(point + 1).to_string(), (replication + 1).to_string()];
    let settings = numbers.iter().chain(&plan.points[point].settings).map(String::as_str);
    let mut first: Vec<&str> = settings.collect();
    for Value { metric, labels, value, weight, .. } in values {
        first.push(metric.name);
        match weight {
            Some(weight) => {
                table.row(&first, labels, &[&metric.unit, value, &weight.whole, &weight.trials]);
            }
            None => table.row(&first, labels, &[&metric.unit, value, &"", &""]),
        }
        first.pop();
    }
    table.text()
}

/// Parses a line: the value, its point and its replication, both counted from 0. `None` if the line does
/// not belong to this plan.
pub fn read_point(plan: &Plan, row: &csv::StringRecord) -> Option<(usize, u32, Value)> {
    let axes = plan.axes.len();
    let point = row.get(0)?.parse::<usize>().ok()?.checked_sub(1)?;
    let replication = row.get(1)?.parse::<u32>().ok()?.checked_sub(1)?;
    let settings = &plan.points.get(point)?.settings;
    let same = |(at, setting): (usize, &String)| row.get(2 + at).map(original) == Some(setting);
    let whole = row.len() == axes + LABELS.len() + 7 && replication < plan.replications;
    if !whole || !settings.iter().enumerate().all(same) {
        return None;
    }
    let metric = find(row.get(2 + axes)?)?;
    let text = |label: &str| row.get(3 + axes + LABELS.iter().position(|known| *known == label)?);
    let present = metric.labels.iter().filter_map(|label| Some((*label, text(label)?)));
    let present = present.filter(|(_, text)| !text.is_empty());
    let labels: Vec<Label> = present.map(|(label, text)| (label, original(text).into())).collect();
    let [unit, value, wholes, trials] = [4, 3, 2, 1].map(|from_end| row.get(row.len() - from_end));
    let number = |text: Option<&str>| text?.parse::<f64>().ok().filter(|number| number.is_finite());
    let value = number(value)?;
    let weight = match (wholes, trials) {
        (Some(""), Some("")) => None,
        _ => Some(Weight { whole: number(wholes)?, trials: number(trials)? }),
    };
    let fits = unit == Some(metric.unit) && weight.is_none_or(|weight| weight.whole > 0.0);
    fits.then_some((point, replication, Value { metric, labels, value, weight, samples: None }))
}

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
    let amounts =
        amounts(plan).map(|(axis, amount)| format!("{} in {}", plan.axes[axis].name, amount.unit()));
    let amounts: Vec<String> = amounts.collect();
    let last = ["unit", "mean", "low", "high", "n"].into_iter().chain(amounts.iter().map(String::as_str));
    table.head(&first, &last.collect::<Vec<_>>());
    table.text()
}

/// What a setting is an amount of, if it is a text with a unit: a spreadsheet does not take `5 GB` for a number.
#[derive(Debug, Clone, Copy)]
enum SettingAmount {
    Size,
    Time,
}

impl SettingAmount {
    fn of(setting: &str) -> Option<SettingAmount> {
        let is_plain = setting.parse::<f64>().is_ok();
        let is = |amount: &SettingAmount| !is_plain && amount.number(setting).is_some();
        [SettingAmount::Size, SettingAmount::Time].into_iter().find(is)
    }

    fn unit(self) -> &'static str {
        match self {
            SettingAmount::Size => "bytes",
            SettingAmount::Time => "seconds",
        }
    }

    fn number(self, setting: &str) -> Option<String> {
        match self {
            SettingAmount::Size => setting.parse().ok().map(|Bytes(bytes)| bytes.to_string()),
            SettingAmount::Time => {
                setting.parse::<Duration>().ok().map(|time| time.as_secs_f64().to_string())
            }
        }
    }
}

/// The axes of amounts, as their first settings tell.
fn amounts(plan: &Plan) -> impl Iterator<Item = (usize, SettingAmount)> {
    let first = plan.points.first().into_iter().flat_map(|point| point.settings.iter().enumerate());
    first.filter_map(|(axis, setting)| Some((axis, SettingAmount::of(setting)?)))
}

/// The lines of one point: every metric with its interval.
pub fn summary_rows(plan: &Plan, point: usize, estimates: &[Estimate]) -> String {
    let mut table = LongTable::new();
    let number = (point + 1).to_string();
    let settings = std::iter::once(&number).chain(&plan.points[point].settings).map(String::as_str);
    let mut first: Vec<&str> = settings.collect();
    let amount = |(axis, amount): (usize, SettingAmount)| amount.number(&plan.points[point].settings[axis]);
    let amounts: Vec<String> = amounts(plan).map(|of| amount(of).unwrap_or_default()).collect();
    for Estimate { metric, labels, mean, low, high, n, .. } in estimates {
        first.push(metric.name);
        let mut last: Vec<&dyn Display> = vec![&metric.unit, mean, low, high, n];
        last.extend(amounts.iter().map(|amount| amount as &dyn Display));
        table.row(&first, labels, &last);
        first.pop();
    }
    table.text()
}

/// The names of the columns from the first axis to the metric.
fn columns(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.axes.iter().map(|axis| axis.name.as_str()).chain(["metric"])
}
