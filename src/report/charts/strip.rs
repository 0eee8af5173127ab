//! The chart `strip`: the differences of a comparison at other limits. What helps under one limit can hurt
//! under another.

use super::axis::ChartAxis;
use super::canvas::{Canvas, LegendKey, TITLE, draw, keys_height};
use super::color::Color;
use super::figure::Figure;
use super::plot::{Plot, aside};
use super::room::Room;
use super::{Chart, titled};
use crate::report::number::signed;
use crate::result::{Alternative, ComparisonResult, SavedResult};
use crate::statistics::{Difference, HEADLINES};

pub(super) const CHART: Chart = Chart {
    name: "strip",
    title: "The difference at other limits",
    how: "Each line compares one alternative with the base at half, one, two and four times the limit. \
        Bars are 95 % intervals of the paired difference. Values below zero are better. A bar that touches \
        zero is not distinguishable from chance. A line that crosses zero helps at one limit and hurts at another.",
    draw: |results, room| results.iter().filter_map(|saved| figure(saved, room)).collect(),
};

const PANEL: i32 = 190;
const TITLES: [&str; 2] = ["push to green, difference in minutes", "runner minutes a day, difference"];
/// How many alternatives are shown.
const OTHERS_MAX: usize = 7;

fn figure(saved: &SavedResult, room: Room) -> Option<Figure> {
    let SavedResult::Compare(compared) = saved else { return None };
    let others: Vec<&Alternative> =
        compared.others.iter().filter(|other| !other.strip.is_empty()).take(OTHERS_MAX).collect();
    if others.is_empty() {
        return None;
    }
    let name = format!("{}-{}", CHART.name, compared.name);
    let keys: Vec<LegendKey> =
        others.iter().enumerate().map(|(place, other)| (other.name.clone(), Color::nth(place))).collect();
    let height = TITLE + keys_height(&keys, room) + 2 * PANEL;
    Some(draw(room, &name, &titled(CHART.title, &compared.name), height, |canvas| {
        let top = canvas.keys(&keys);
        for (place, title) in TITLES.into_iter().enumerate() {
            let top = top + place as i32 * PANEL;
            panel(canvas, compared, &others, (place, title), top);
        }
    }))
}

fn panel(
    canvas: &mut Canvas,
    compared: &ComparisonResult,
    others: &[&Alternative],
    (place, title): (usize, &str),
    top: i32,
) {
    let ends = || {
        others.iter().flat_map(|other| points(other, place)).flat_map(|(_, d)| [d.low, d.high, d.difference])
    };
    let (low, high) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    let plot = Plot::drawn(
        canvas,
        [0, top, canvas.room.width(), PANEL],
        title,
        factors(others, canvas.room),
        ChartAxis::around_zero(low, high, 4),
    );
    plot.line(canvas, &[(f64::MIN, 0.0), (f64::MAX, 0.0)], Color::TEXT, 1);
    for (index, other) in others.iter().enumerate() {
        line(canvas, &plot, (compared, other), place, (aside(index, others.len()), Color::nth(index)));
    }
}

fn line(
    canvas: &mut Canvas,
    plot: &Plot,
    (compared, other): (&ComparisonResult, &Alternative),
    place: usize,
    (aside, color): (i32, Color),
) {
    let points: Vec<(f64, &Difference)> = points(other, place).collect();
    let line: Vec<(f64, f64)> =
        points.iter().map(|(factor, d)| (libm::log2(*factor), d.difference)).collect();
    plot.line(canvas, &line, color, 2);
    for (factor, difference) in points {
        let x = plot.px(libm::log2(factor)) + aside;
        let [low, mean, high] = [difference.low, difference.difference, difference.high].map(|y| plot.py(y));
        canvas.line(&[(x, low), (x, high)], color, 2);
        [low, high].into_iter().for_each(|y| canvas.line(&[(x - 3, y), (x + 3, y)], color, 2));
        canvas.dot((x, mean), 3, color);
        let [mean_text, least, most] =
            [difference.difference, difference.low, difference.high].map(|value| signed(value, 2));
        let text = format!(
            "{} against {}, {factor} × the limit\n{mean_text} min ({least} to {most})",
            other.name,
            compared.base_name()
        );
        canvas.tip([x - 5, high.min(mean) - 4, 10, (low - high).abs() + 8], text);
    }
}

fn points(other: &Alternative, place: usize) -> impl Iterator<Item = (f64, &Difference)> {
    let (metric, labels) = HEADLINES[place];
    other.strip.iter().filter(|stripe| stripe.factor > 0.0).filter_map(move |stripe| {
        Some((stripe.factor, stripe.differences.iter().find(|difference| difference.is(metric, labels))?))
    })
}

fn factors(others: &[&Alternative], room: Room) -> ChartAxis {
    let mut factors: Vec<f64> =
        others.iter().flat_map(|other| &other.strip).map(|stripe| stripe.factor).collect();
    factors.retain(|factor| *factor > 0.0);
    factors.sort_by(f64::total_cmp);
    factors.dedup();
    let place = |factor: &f64| libm::log2(*factor);
    let (first, last) = (factors.first().map_or(0.0, place), factors.last().map_or(1.0, place));
    let of = if room.is_narrow() { "" } else { " the limit" };
    let ticks = factors.iter().map(|factor| (place(factor), format!("{factor} ×{of}"))).collect();
    ChartAxis { from: first - 0.4, to: last + 0.4, ticks }
}
