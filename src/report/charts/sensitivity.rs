//! The chart `sensitivity`: which inputs of a sample matter, by Sobol's indices as bars or by Morris's effects as dots.

use super::axis::ChartAxis;
use super::canvas::{Anchor, Canvas, LETTER, LegendKey, TITLE, draw, fit, keys_height, text_width};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::{Chart, titled};
use crate::report::number::scale;
use crate::report::sweep::{noun, ranked, share, short};
use crate::result::{SavedResult, SweepResult};
use crate::statistics::sweep::{Effect, Explained, Interval, Sensitivity};

pub(super) const CHART: Chart = Chart {
    name: "sensitivity",
    title: "Which inputs matter",
    how: "Of a Sobol design, each bar is the share of the variance of the metric that an input explains: \
        the solid part by itself, the pale one with its interactions. Of a Morris design, each dot is an input: the farther \
        right, the more it changes the metric over its range; above the dashed line, how much depends on \
        the other inputs or on where it stands. Thin lines are 95 % intervals: where they overlap, the \
        order may be chance.",
    draw: |results, room| results.iter().filter_map(|saved| figure(saved, room)).collect(),
};

/// The most inputs that are drawn; those that matter most come first.
const INPUTS_MAX: usize = 20;
const LEFT: i32 = 230;
const LEFT_NARROW: i32 = 16;
const ROW: i32 = 24;
const ROW_NARROW: i32 = 40;
/// The height of the plot of effects.
const PLOT: i32 = 380;

fn figure(saved: &SavedResult, room: Room) -> Option<Figure> {
    let SavedResult::Sweep(sweep) = saved else { return None };
    match &sweep.sensitivity {
        Sensitivity::Unknown => None,
        Sensitivity::Explained(explained) => Some(bars(sweep, explained, room)),
        Sensitivity::Effects(effects) => Some(dots(sweep, effects, room)),
    }
}

/// The largest inputs, the largest first.
fn largest(sizes: impl Iterator<Item = f64>) -> Vec<usize> {
    ranked(sizes).into_iter().take(INPUTS_MAX).collect()
}

fn named(sweep: &SweepResult, kind: &str) -> (String, String) {
    (format!("{kind}-{}", sweep.plan.name), titled(CHART.title, &sweep.plan.name))
}

fn bars(sweep: &SweepResult, explained: &[Explained], room: Room) -> Figure {
    let order = largest(explained.iter().map(|input| input.in_all.value));
    let (left, row) = if room.is_narrow() { (LEFT_NARROW, ROW_NARROW) } else { (LEFT, ROW) };
    let keys: [LegendKey; 2] =
        [("alone".into(), Color::nth(0)), ("with its interactions".into(), Color::nth(1))];
    let top = TITLE + keys_height(&keys, room) + 18;
    let (name, title) = named(sweep, CHART.name);
    let rows = order.len() as i32 * row;
    draw(room, &name, &title, top + rows + 28, |canvas| {
        canvas.keys(&keys);
        let unit = format!("share of the variance of {}", noun(&sweep.measure));
        let area = [left, top, room.width() - left - 24, rows];
        let plot = Plot::new(area, ChartAxis::percent(), ChartAxis { from: 0.0, to: 1.0, ticks: vec![] });
        plot.draw_axes(canvas, &unit);
        for (place, input) in order.iter().enumerate() {
            let y = top + (place as i32 + 1) * row - ROW / 2;
            canvas.name(short(sweep, *input, 2), left, y);
            let of = explained[*input];
            bar(canvas, &plot, of.alone, y - 4, Color::nth(0));
            bar(canvas, &plot, of.in_all, y + 5, Color::nth(1));
            let axis = &sweep.plan.axes[*input];
            let text =
                format!("{}\nalone {}\nwith interactions {}", axis.name, share(of.alone), share(of.in_all));
            canvas.tip([left, y - ROW / 2, area[2], ROW], text);
        }
    })
}

/// A thin bar from 0, with its interval.
fn bar(canvas: &mut Canvas, plot: &Plot, of: Interval, y: i32, color: Color) {
    let [zero, value, low, high] = [0.0, of.value, of.low, of.high].map(|share| plot.px(share));
    canvas.rect([zero, y - 3, (value - zero).max(1), 7], color, 0.8);
    canvas.line(&[(low, y), (high, y)], Color::TEXT, 1);
    [low, high].into_iter().for_each(|x| canvas.line(&[(x, y - 3), (x, y + 3)], Color::TEXT, 1));
}

fn dots(sweep: &SweepResult, effects: &[Effect], room: Room) -> Figure {
    let order = largest(effects.iter().map(|effect| effect.size.value));
    let most = effects.iter().map(|effect| effect.size.high.max(effect.size.value)).fold(0.0, f64::max);
    let spread = effects.iter().map(|effect| effect.spread).fold(0.0, f64::max);
    let (times, unit) = scale(sweep.measure.metric.unit, most);
    let unit = if unit.is_empty() { sweep.measure.metric.unit } else { unit.trim() };
    let (name, title) = named(sweep, CHART.name);
    draw(room, &name, &title, TITLE + PLOT + 20, |canvas| {
        let x = ChartAxis::up_to(most * times, room.ticks(8));
        let y = ChartAxis::up_to(spread.max(most / 4.0) * times, 5);
        let above = format!("spread of the change between places (σ), {unit}");
        let area = [0, TITLE, room.width(), PLOT];
        let plot = Plot::drawn(canvas, area, &above, x, y);
        let below = format!("change of {} over its range (μ*), {unit}", noun(&sweep.measure));
        let [left, upper, width, height] = plot.area;
        let below = fit(&below, LETTER - 1.0, width);
        canvas.small((left + width, upper + height + 29), &below, Color::MUTED, Anchor::Right);
        let end = most.min(spread.max(most / 4.0)) * times;
        canvas.dashes(plot.at((0.0, 0.0)), plot.at((end, end)), Color::MUTED, 1);
        let mut taken: Vec<[i32; 4]> = vec![];
        for (place, input) in order.iter().enumerate() {
            dot(canvas, &plot, sweep, (*input, effects[*input], times), Color::nth(place));
            label(canvas, &plot, short(sweep, *input, 1), (effects[*input], times), &mut taken);
        }
    })
}

fn dot(
    canvas: &mut Canvas,
    plot: &Plot,
    sweep: &SweepResult,
    (input, effect, times): (usize, Effect, f64),
    color: Color,
) {
    let (x, y) = plot.at((effect.size.value * times, effect.spread * times));
    let [low, high] = [effect.size.low, effect.size.high].map(|end| plot.px(end * times));
    canvas.line(&[(low, y), (high, y)], color, 1);
    [low, high].into_iter().for_each(|x| canvas.line(&[(x, y - 3), (x, y + 3)], color, 1));
    canvas.dot((x, y), 4, color);
    let unit = sweep.measure.metric.unit;
    let interval = crate::report::sweep::interval(unit, effect.size, 2).replace('+', "");
    canvas.tip([x - 8, y - 8, 16, 16], format!("{}\n{interval}", sweep.plan.axes[input].name));
}

/// The name of an input beside its dot, where no other name stands. The rest are found by pointing.
fn label(
    canvas: &mut Canvas,
    plot: &Plot,
    name: &str,
    (effect, times): (Effect, f64),
    taken: &mut Vec<[i32; 4]>,
) {
    let (x, y) = plot.at((effect.size.value * times, effect.spread * times));
    let width = text_width(name, LETTER - 1.0);
    let [left, _, across, _] = plot.area;
    let from = if x + 8 + width <= left + across { x + 8 } else { x - 8 - width };
    let own = [from, y - 15, from + width, y - 3];
    let meets =
        |other: &[i32; 4]| own[0] < other[2] && other[0] < own[2] && own[1] < other[3] && other[1] < own[3];
    if from >= left && !taken.iter().any(meets) {
        canvas.small((from, y - 9), name, Color::TEXT, Anchor::Left);
        taken.push(own);
    }
}
