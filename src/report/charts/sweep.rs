//! The chart `sweep`: the metric of a sweep along one axis, with a line for each setting of the others.

use super::axis::ChartAxis;
use super::canvas::{Anchor, Canvas, LegendKey, TITLE, draw, keys_height};
use super::color::Color;
use super::figure::Figure;
use super::plot::{Plot, aside};
use super::room::Room;
use super::setting::along;
use super::{Chart, titled};
use crate::report::number::{amount, scale};
use crate::report::sweep::{noun, settings};
use crate::result::{SavedResult, SweepResult};
use crate::statistics::Estimate;

pub(super) const CHART: Chart = Chart {
    name: "sweep",
    title: "The sweep, line by line",
    how: "Each panel has one varied input on its horizontal axis, and each line is one setting of the \
        other inputs. Bars are 95 % intervals of the mean. Where a line is flat, the input does not \
        matter. Where it bends, more stops helping; a ring marks an elbow that is distinguishable from \
        chance. If the points are not a grid, each dot is one point.",
    draw: |results, room| results.iter().filter_map(|saved| figure(saved, room)).collect(),
};

const PANEL: i32 = 270;
/// The most lines in a panel. If there are more, only the points are drawn.
const LINES_MAX: usize = 7;
/// The most axes that are shown.
const PANELS_MAX: usize = 6;

fn figure(saved: &SavedResult, room: Room) -> Option<Figure> {
    let SavedResult::Sweep(sweep) = saved else { return None };
    let panels: Vec<(usize, Vec<SettingsLine>)> = (0..sweep.plan.axes.len())
        .map(|axis| (axis, lines(sweep, axis)))
        .filter(|(_, lines)| !lines.is_empty())
        .collect();
    // With lines, a panel for the first axis is enough; dots are shown along each axis.
    let lined = panels.first().is_some_and(|(_, lines)| lines.iter().all(|line| line.name.is_some()));
    let panels = &panels[..panels.len().min(if lined { 1 } else { PANELS_MAX })];
    let (_, first) = panels.first()?;
    let named = |(place, line): (usize, &SettingsLine)| Some((line.name.clone()?, Color::nth(place)));
    let mut keys: Vec<LegendKey> = first.iter().enumerate().filter_map(named).collect();
    keys.retain(|(name, _)| !name.is_empty());
    let name = format!("{}-{}", CHART.name, sweep.plan.name);
    let height = TITLE + keys_height(&keys, room) + panels.len() as i32 * PANEL;
    Some(draw(room, &name, &titled(CHART.title, &sweep.plan.name), height, |canvas| {
        let top = canvas.keys(&keys);
        for (row, (axis, lines)) in panels.iter().enumerate() {
            panel(canvas, sweep, *axis, lines, top + row as i32 * PANEL);
        }
    }))
}

/// Points along one axis. With a name, they share the settings of all other axes; without a name, they are
/// all points.
struct SettingsLine<'a> {
    name: Option<String>,
    points: Vec<(&'a [String], &'a Estimate)>,
}

fn lines(sweep: &SweepResult, axis: usize) -> Vec<SettingsLine<'_>> {
    let mut lines: Vec<SettingsLine> = vec![];
    let settings = |point: usize| sweep.plan.points[point].settings.as_slice();
    let measured =
        || (0..sweep.points.len()).filter_map(|point| Some((settings(point), sweep.estimate(point)?)));
    for (point, estimate) in measured() {
        let name = others(sweep, axis, point);
        match lines.iter_mut().find(|line| line.name.as_ref() == Some(&name)) {
            Some(line) => line.points.push((point, estimate)),
            None => lines.push(SettingsLine { name: Some(name), points: vec![(point, estimate)] }),
        }
        if lines.len() > LINES_MAX {
            return vec![SettingsLine { name: None, points: measured().collect() }];
        }
    }
    lines
}

fn others(sweep: &SweepResult, axis: usize, point: &[String]) -> String {
    settings(sweep, point.iter().enumerate().filter(|(other, _)| *other != axis))
}

fn panel(canvas: &mut Canvas, sweep: &SweepResult, axis: usize, lines: &[SettingsLine], top: i32) {
    let points = || lines.iter().flat_map(|line| &line.points);
    let most = points().map(|(_, estimate)| estimate.high.max(estimate.mean)).fold(0.0, f64::max);
    let (times, unit) = scale(sweep.measure.metric.unit, most);
    let x = along(points().map(|(point, _)| point[axis].as_str()), canvas.room);
    let y = ChartAxis::up_to(most * times, 5);
    let unit = if unit.is_empty() { sweep.measure.metric.unit } else { unit.trim() };
    let unit = format!("{}, {unit}", noun(&sweep.measure));
    let plot = Plot::drawn(canvas, [0, top, canvas.room.width(), PANEL - 16], &unit, x.axis.clone(), y);
    let [left, upper, width, height] = plot.area;
    canvas.small(
        (left + width, upper + height + 29),
        &sweep.plan.axes[axis].name,
        Color::MUTED,
        Anchor::Right,
    );
    let elbows = elbows(sweep, axis);
    for (place, line) in lines.iter().enumerate() {
        let mut placed: Vec<(f64, &[String], &Estimate)> =
            line.points.iter().map(|(point, estimate)| (x.place(&point[axis]), *point, *estimate)).collect();
        placed.sort_by(|a, b| a.0.total_cmp(&b.0));
        let color = Color::nth(place);
        let aside = aside(place, lines.len());
        if line.name.is_some() {
            let means: Vec<(f64, f64)> = placed.iter().map(|(x, _, e)| (*x, e.mean * times)).collect();
            plot.line(canvas, &means, color, 2);
            let bent = placed.iter().zip(&means).filter(|((_, point, _), _)| elbows.contains(point));
            bent.for_each(|(_, (x, y))| canvas.ring((plot.px(*x) + aside, plot.py(*y)), 7, color));
        }
        placed.iter().for_each(|(x, point, estimate)| {
            dot(canvas, &plot, (*x, times, aside), (point, estimate), color)
        });
    }
}

/// The points at which the metric bends along an axis.
fn elbows(sweep: &SweepResult, axis: usize) -> Vec<&[String]> {
    let along = sweep.curves.iter().filter(|along| along.axis == axis);
    let places = along.filter_map(|along| Some(along.points[along.elbow()?.at]));
    places.map(|point| sweep.plan.points[point].settings.as_slice()).collect()
}

fn dot(
    canvas: &mut Canvas,
    plot: &Plot,
    (x, times, aside): (f64, f64, i32),
    (point, estimate): (&[String], &Estimate),
    color: Color,
) {
    let [low, mean, high] = [estimate.low, estimate.mean, estimate.high].map(|value| plot.py(value * times));
    let x = plot.px(x) + aside;
    canvas.line(&[(x, low), (x, high)], color, 1);
    [low, high].into_iter().for_each(|y| canvas.line(&[(x - 3, y), (x + 3, y)], color, 1));
    canvas.dot((x, mean), 3, color);
    canvas.tip([x - 6, mean - 6, 12, 12], format!("{}\n{}", point.join(", "), amount(estimate)));
}
