//! The chart `curve`: the miss-ratio curve, with rings where whole simulations of other limits were made.

use super::axis::ChartAxis;
use super::canvas::{Anchor, Canvas, LegendKey, TITLE, draw, keys_height};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::{Chart, NamedTimeline, timelines};
use crate::observe::{SCREENED, metric};
use crate::report::number::{limit, percent};
use crate::result::SavedResult;
use crate::units::Bytes;
use std::collections::BTreeSet;

pub(super) const CHART: Chart = Chart {
    name: "curve",
    title: "Miss-ratio curve",
    how: "The line is the miss-ratio curve: the share of accesses that would miss at each limit, computed \
        in one pass over the simulated accesses. The dashed line marks the current limit. Where the curve \
        falls steeply, a little more space helps a lot. It is only a first look: at another limit, the CI \
        would make different accesses. Rings, where shown, are full simulations at those limits; trust \
        them over the curve.",
    draw: |results, room| figure(results, room).into_iter().collect(),
};

const HEIGHT: i32 = 330;

fn figure(results: &[SavedResult], room: Room) -> Option<Figure> {
    let timelines: Vec<NamedTimeline> =
        timelines(results).into_iter().filter(|named| named.timeline.curve.len() > 1).collect();
    let limits = || timelines.iter().flat_map(|named| &named.timeline.curve).map(|point| point.limit);
    let (least, most) = (limits().min()?.as_f64().max(1.0), limits().max()?.as_f64().max(2.0));
    let x =
        ChartAxis { from: libm::log2(least), to: libm::log2(most), ticks: doublings(&timelines[0], room) };
    let mut keys: Vec<LegendKey> =
        timelines.iter().enumerate().map(|(place, named)| (named.name.clone(), Color::nth(place))).collect();
    let limits = timelines.iter().map(|named| named.timeline.limit);
    keys.extend(
        limits
            .collect::<BTreeSet<Bytes>>()
            .into_iter()
            .map(|size| (format!("limit {}", limit(size)), Color::RED)),
    );
    if results.iter().any(is_simulated) {
        keys.push(("rings: simulated".into(), Color::TEXT));
    }
    Some(draw(room, CHART.name, CHART.title, TITLE + keys_height(&keys, room) + HEIGHT + 16, |canvas| {
        let top = canvas.keys(&keys);
        let plot = Plot::drawn(
            canvas,
            [0, top, canvas.room.width(), HEIGHT],
            "accesses that miss",
            x,
            ChartAxis::percent(),
        );
        let [left, upper, width, height] = plot.area;
        canvas.small((left + width, upper + height + 30), "limit (logarithmic)", Color::MUTED, Anchor::Right);
        for (place, named) in timelines.iter().enumerate() {
            let x = plot.px(libm::log2(named.timeline.limit.as_f64().max(1.0)));
            canvas.dashes((x, upper), (x, upper + height), Color::RED, 2);
            line(canvas, &plot, named, Color::nth(place));
        }
        simulated(canvas, &plot, results);
    }))
}

fn line(canvas: &mut Canvas, plot: &Plot, named: &NamedTimeline, color: Color) {
    let curve = &named.timeline.curve;
    let place = |limit: Bytes| libm::log2(limit.as_f64().max(1.0));
    let points: Vec<(f64, f64)> = curve.iter().map(|point| (place(point.limit), point.miss_ratio)).collect();
    plot.line(canvas, &points, color, 2);
    for (point, (x, y)) in curve.iter().zip(&points) {
        let (x, y) = plot.at((*x, *y));
        canvas.dot((x, y), 2, color);
        let text = format!(
            "{}: {} of accesses miss at {}",
            named.name,
            percent(point.miss_ratio),
            limit(point.limit)
        );
        canvas.tip([x - 6, y - 6, 12, 12], text);
    }
}

fn is_simulated(saved: &SavedResult) -> bool {
    let SavedResult::Run(answer) = saved else { return false };
    answer.study.estimates.iter().any(|estimate| estimate.metric == &metric::SCREEN_SIMULATED_HIT_RATIO)
}

/// Draws the simulated miss ratios, if a run made any.
fn simulated(canvas: &mut Canvas, plot: &Plot, results: &[SavedResult]) {
    for saved in results {
        let SavedResult::Run(answer) = saved else { continue };
        for (tenths, label) in SCREENED {
            let Some(hits) = answer.study.estimate(&metric::SCREEN_SIMULATED_HIT_RATIO, &[("stat", label)])
            else {
                continue;
            };
            let size = Bytes(answer.study.first.limit.0 / 10 * tenths);
            let (x, y) = plot.at((libm::log2(size.as_f64().max(1.0)), 1.0 - hits.mean));
            canvas.ring((x, y), 5, Color::TEXT);
            let text = format!(
                "{}: simulated at {}, {} of accesses miss",
                answer.name,
                limit(size),
                percent(1.0 - hits.mean)
            );
            canvas.tip([x - 7, y - 7, 14, 14], text);
        }
    }
}

/// The current limit with its doublings and halvings, as ticks.
fn doublings(named: &NamedTimeline, room: Room) -> Vec<(f64, String)> {
    let own = named.timeline.limit.as_f64().max(1.0);
    let tick = |step: i32| {
        let size = Bytes(own as u64).scaled(libm::exp2(step.into()));
        (libm::log2(size.as_f64().max(1.0)), limit(size))
    };
    let each = if room.is_narrow() { 2 } else { 1 };
    (-3..=3).filter(|step| step % each == 0 || each == 1).map(tick).collect()
}
