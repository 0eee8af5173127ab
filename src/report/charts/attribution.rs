//! The chart `attribution`: the effect of several strategies, attributed to each, as a waterfall. It is
//! drawn for a comparison that was made with `--attribute`.

use super::axis::ChartAxis;
use super::canvas::{Anchor, Canvas, TITLE, draw};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::{Chart, titled};
use crate::report::number::signed;
use crate::result::{Attribution, ComparisonResult, SavedResult};
use crate::statistics::{AttributedShare, HEADLINES};

pub(super) const CHART: Chart = Chart {
    name: "attribution",
    title: "What each strategy contributes",
    how: "Each bar shows what one strategy adds to the strategies before it, averaged over all orders in \
        which they can be applied (Shapley values). The bars add up to the effect of all strategies \
        together. Thin lines are 95 % intervals. Green is better, red is worse.",
    draw: |results, room| results.iter().filter_map(|saved| figure(saved, room)).collect(),
};

/// What stands left of the bars, and the height of a row. Where there is no room beside the bars, names stand above them.
const LEFT: i32 = 230;
const ROW: i32 = 24;
const LEFT_NARROW: i32 = 16;
const ROW_NARROW: i32 = 40;

fn sides(room: Room) -> (i32, i32) {
    if room.is_narrow() { (LEFT_NARROW, ROW_NARROW) } else { (LEFT, ROW) }
}
const HEADLINE_TITLES: [&str; 3] = ["push to green, minutes", "runner minutes a day", "cost in 30 days, USD"];

/// One bar of the waterfall.
struct Contribution<'a> {
    name: &'a str,
    from: f64,
    to: f64,
    interval: (f64, f64),
}

fn figure(saved: &SavedResult, room: Room) -> Option<Figure> {
    let SavedResult::Compare(compared) = saved else { return None };
    let attribution = compared.attribution.as_ref()?;
    let panels: Vec<(&str, Vec<Contribution>)> = (0..HEADLINES.len())
        .map(|place| (HEADLINE_TITLES[place], bars(compared, attribution, place)))
        .filter(|(_, bars)| bars.iter().any(|bar| bar.to != bar.from))
        .collect();
    let panel = (attribution.strategies.len() as i32 + 1) * sides(room).1 + 62;
    let name = format!("{}-{}", CHART.name, compared.name);
    let height = TITLE + panels.len() as i32 * panel + 6;
    let drawn = draw(room, &name, &titled(CHART.title, &compared.name), height, |canvas| {
        for (place, (title, bars)) in panels.iter().enumerate() {
            waterfall(canvas, title, bars, TITLE + place as i32 * panel);
        }
    });
    (!panels.is_empty()).then_some(drawn)
}

fn bars<'a>(
    compared: &'a ComparisonResult,
    attribution: &'a Attribution,
    place: usize,
) -> Vec<Contribution<'a>> {
    let (metric, _) = HEADLINES[place];
    let mut sum = 0.0;
    let mut bars = vec![];
    for (index, name) in attribution.strategies.iter().enumerate() {
        let is = |share: &&AttributedShare| share.strategy == index && share.metric == metric;
        let Some(share) = attribution.shares.iter().find(is) else { continue };
        let interval = (sum + share.low, sum + share.high);
        bars.push(Contribution { name, from: sum, to: sum + share.share, interval });
        sum += share.share;
    }
    let whole = compared.others.first().and_then(|other| {
        other.differences.iter().find(|difference| difference.is(metric, HEADLINES[place].1))
    });
    if let Some(whole) = whole.filter(|_| !bars.is_empty()) {
        let interval = (whole.low, whole.high);
        bars.push(Contribution { name: "together", from: 0.0, to: whole.difference, interval });
    }
    bars
}

fn waterfall(canvas: &mut Canvas, title: &str, bars: &[Contribution], top: i32) {
    let ends = || bars.iter().flat_map(|bar| [bar.from, bar.to, bar.interval.0, bar.interval.1]);
    let (low, high) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    let (left, height) = sides(canvas.room);
    let area = [left, top + 30, canvas.room.width() - left - 90, bars.len() as i32 * height];
    let plot = Plot::new(
        area,
        ChartAxis::around_zero(low, high, canvas.room.ticks(6)),
        ChartAxis { from: 0.0, to: 1.0, ticks: vec![] },
    );
    canvas.text((16, top + 14), title, Color::TEXT, Anchor::Left);
    plot.draw_axes(canvas, "");
    let zero = plot.px(0.0);
    canvas.line(&[(zero, area[1]), (zero, area[1] + area[3])], Color::MUTED, 1);
    for (row, bar) in bars.iter().enumerate() {
        hang(canvas, &plot, bar, area[1] + (row as i32 + 1) * height - ROW / 2, row + 1 == bars.len());
    }
}

fn hang(canvas: &mut Canvas, plot: &Plot, bar: &Contribution, y: i32, is_whole: bool) {
    let change = bar.to - bar.from;
    // For every headline metric, less is better.
    let color = if change < 0.0 { Color::GREEN } else { Color::RED };
    let (left, right) = (plot.px(bar.from.min(bar.to)), plot.px(bar.from.max(bar.to)));
    canvas.rect([left, y - 8, (right - left).max(1), 16], color, if is_whole { 1.0 } else { 0.75 });
    let (low, high) = (plot.px(bar.interval.0), plot.px(bar.interval.1));
    canvas.line(&[(low, y), (high, y)], Color::TEXT, 1);
    [low, high].into_iter().for_each(|x| canvas.line(&[(x, y - 4), (x, y + 4)], Color::TEXT, 1));
    canvas.name(bar.name, plot.area[0], y);
    canvas.text((canvas.room.width() - 14, y), &signed(change, 2), Color::TEXT, Anchor::Right);
    let [least, most] =
        [bar.interval.0, bar.interval.1].map(|end| end - if is_whole { 0.0 } else { bar.from });
    let text = format!("{}: {} ({} to {})", bar.name, signed(change, 2), signed(least, 2), signed(most, 2));
    let left = plot.area[0];
    canvas.tip([left, y - ROW / 2, canvas.room.width() - left - 14, ROW], text);
}
