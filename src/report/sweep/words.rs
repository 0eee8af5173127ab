//! Metrics, settings and intervals of a sweep in words. The sentences, tables and charts of sweeps use
//! them.

use super::super::number::{amount, decimals, signed};
use crate::observe::{Measure, Metric, metric};
use crate::result::SweepResult;
use crate::statistics::Estimate;
use crate::statistics::sweep::{AxisCurve, Interval};

/// A metric as a noun phrase for a sentence.
pub(in crate::report) fn noun(measure: &Measure) -> String {
    let is =
        |metric: &Metric, labels: &[(&str, &str)]| metric.is_with(labels, measure.metric, &measure.labels);
    if is(&metric::PUSH_GREEN, &[("stat", "mean")]) {
        "time to green".into()
    } else if is(&metric::PUSH_WAITING, &[("stat", "mean")]) {
        "waiting per push".into()
    } else if is(&metric::RUNNER_MINUTES, &[]) {
        "runner minutes a day".into()
    } else if is(&metric::PUSH_RUNNER_MINUTES, &[]) {
        "runner time per push".into()
    } else if is(&metric::RUNNER_COST, &[]) {
        "the cost of runners per 30 days".into()
    } else {
        measure.to_string()
    }
}

/// An estimate, or a dash if there is none.
pub(super) fn shown(estimate: Option<&Estimate>) -> String {
    estimate.map_or("-".into(), amount)
}

/// A size without sign, with its unit, for example `10 s`. Short times are in seconds.
pub(super) fn size(unit: &str, value: f64) -> String {
    let (scale, name) = scale(unit, value);
    let scaled = value.abs() * scale;
    format!("{scaled:.*}{name}", decimals(scaled))
}

/// A size with its interval, for example `94 s (80–107)`.
pub(in crate::report) fn interval(unit: &str, of: Interval, replications: u32) -> String {
    let (scale, name) = scale(unit, of.value);
    let decimals = decimals(of.value * scale);
    let number = |value: f64| signed(value * scale, decimals);
    let (value, low, high) = (number(of.value), number(of.low), number(of.high));
    if replications < 2 { format!("{value}{name}") } else { format!("{value}{name} ({low} to {high})") }
}

/// An upper bound with two or three digits: the value rounded up.
pub(super) fn above(unit: &str, value: f64) -> String {
    let (scale, name) = scale(unit, value);
    let scaled = value.abs() * scale;
    let decimals = decimals(scaled);
    let step = [1.0, 10.0, 100.0][decimals.min(2)];
    format!("{:.decimals$}{name}", libm::ceil(scaled * step) / step)
}

fn scale(unit: &str, value: f64) -> (f64, &'static str) {
    match unit {
        "minutes" if value.abs() < 2.0 => (60.0, " s"),
        "minutes" => (1.0, " min"),
        _ => super::super::number::scale(unit, value),
    }
}

/// The amount of an axis that a sentence speaks of: the largest power of ten that is not above the usual
/// step between points, as a factor of the axis's unit and in words.
pub(super) fn portion(along: &AxisCurve) -> (f64, String) {
    let mut steps: Vec<f64> = along.curve.x.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_by(f64::total_cmp);
    let step = steps[steps.len() / 2];
    let portion = libm::pow(10.0, libm::floor(libm::log10(step) + 1e-9));
    // A power of ten that is not exact is not what a reader expects.
    let portion: f64 = format!("{portion:.0e}").parse().unwrap_or(portion);
    let unit = if along.unit.is_empty() { String::new() } else { format!(" {}", along.unit) };
    match portion == 1.0 && !along.unit.is_empty() {
        true => (1.0, along.unit.clone()),
        false => (portion, format!("{portion}{unit}")),
    }
}

/// The settings of some axes, for example `limit = 5 GB, strategy = none`.
pub(in crate::report) fn settings<'a>(
    swept: &SweepResult,
    of: impl Iterator<Item = (usize, &'a String)>,
) -> String {
    let all: Vec<String> = of.map(|(axis, value)| format!("{} = {value}", short(swept, axis, 1))).collect();
    all.join(", ")
}

/// The settings of a point, in words.
pub(in crate::report) fn point(swept: &SweepResult, index: usize) -> String {
    settings(swept, swept.plan.points[index].settings.iter().enumerate())
}

/// The end of an axis's path, of at least `parts` parts, that no other axis shares.
pub(in crate::report) fn short(swept: &SweepResult, axis: usize, parts: usize) -> &str {
    let axes = &swept.plan.axes;
    let name = axes[axis].name.as_str();
    let starts = name.rmatch_indices('.').skip(parts - 1).map(|(at, _)| at + 1).chain([0]);
    let alone = |start: &usize| {
        let end = &name[*start..];
        let same = |other: &str| other == end || other.ends_with(&format!(".{end}"));
        // Within quotes a dot does not end a part, and a number names nothing.
        !end.starts_with(|first: char| first.is_ascii_digit())
            && end.matches('"').count().is_multiple_of(2)
            && axes.iter().filter(|axis| same(&axis.name)).count() == 1
    };
    starts.into_iter().find(alone).map_or(name, |start| &name[start..])
}
