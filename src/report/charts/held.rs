//! The chart `held`: for whom the cache holds entries over time, by kind of ref. What closed pull requests, merge queues
//! and tags hold is seldom wanted again.

use super::axis::{ChartAxis, byte_unit, moment};
use super::canvas::{Canvas, LegendKey, TITLE, draw, keys_height};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::thinned::ThinnedColumn;
use super::{Chart, NamedTimeline, timelines, titled};
use crate::event::HeldFor;
use crate::observe::timeline::{HeldForRef, Timeline};
use crate::report::answer::summary::whom;
use crate::report::number::{bytes, limit};
use crate::units::Duration;

pub(super) const CHART: Chart = Chart {
    name: "held",
    title: "For whom the cache holds entries",
    how: "Colours show what the entries of each kind of ref hold, those of main at the bottom; the dashed line is the \
        limit. Every run can restore what main has stored. What a pull request has stored only its own runs can \
        restore, and after it is closed nobody does: space above main's that stays full of closed pull requests is \
        space that main could use. Between two sweeps the cache may exceed its limit.",
    draw: |results, room| {
        timelines(results)
            .iter()
            .filter(|named| !named.timeline.held_for.is_empty())
            .map(|named| figure(named, room))
            .collect()
    },
};

const HEIGHT: i32 = 280;

/// Several steps of the timeline, drawn as one.
struct HeldColumn {
    from: f64,
    to: f64,
    /// What each kind of ref holds on average, in bytes.
    held: Vec<f64>,
}

fn figure(named: &NamedTimeline, room: Room) -> Figure {
    let timeline = named.timeline;
    let columns = columns(timeline, room);
    let keys = keys(timeline);
    let name = format!("{}-{}", CHART.name, named.name);
    let height = TITLE + keys_height(&keys, room) + HEIGHT;
    draw(room, &name, &titled(CHART.title, &named.name), height, |canvas| {
        let top = canvas.keys(&keys);
        let plot = areas(canvas, timeline, &columns, top);
        tips(canvas, timeline, &columns, &plot);
    })
}

fn keys(timeline: &Timeline) -> Vec<LegendKey> {
    let key = |row: &HeldForRef| (words(row).to_owned(), color(row));
    let kinds = timeline.held_for.iter().map(key);
    kinds.chain([(format!("limit {}", limit(timeline.limit)), Color::RED)]).collect()
}

fn kind(row: &HeldForRef) -> Option<HeldFor> {
    HeldFor::ALL.into_iter().find(|kind| kind.label() == row.of)
}

fn words(row: &HeldForRef) -> &str {
    match kind(row) {
        Some(HeldFor::ClosedPull) => "closed pull requests",
        Some(HeldFor::MergeQueue) => "merge queue",
        Some(kind) => whom(kind),
        None => &row.of,
    }
}

/// A colour for each kind. What nobody restores any more is grey.
fn color(row: &HeldForRef) -> Color {
    match kind(row) {
        Some(HeldFor::Main) => Color::BLUE,
        Some(HeldFor::OpenPull) => Color::SKY,
        Some(HeldFor::MergeQueue) => Color::ORANGE,
        Some(HeldFor::Tag) => Color::PURPLE,
        Some(HeldFor::OtherBranch) => Color::GREEN,
        Some(HeldFor::ClosedPull) | None => Color::GREY,
    }
}

fn areas(canvas: &mut Canvas, timeline: &Timeline, columns: &[HeldColumn], top: i32) -> Plot {
    let all = |column: &HeldColumn| column.held.iter().sum::<f64>();
    let most = columns.iter().map(all).fold(timeline.limit.as_f64(), f64::max);
    let (unit, size) = byte_unit(most);
    let x = ChartAxis::time(
        timeline.steps.start,
        0.0,
        columns.last().map_or(1.0, |column| column.to),
        canvas.room.ticks(9),
    );
    let y = ChartAxis::up_to(most / size, 5);
    let plot = Plot::drawn(canvas, [0, top, canvas.room.width(), HEIGHT], &format!("{unit} held"), x, y);
    let up_to = |kinds: usize| -> Vec<(f64, f64)> {
        let held = |column: &HeldColumn| column.held[..kinds].iter().sum::<f64>() / size;
        columns.iter().flat_map(|column| [column.from, column.to].map(|x| (x, held(column)))).collect()
    };
    for (place, row) in timeline.held_for.iter().enumerate() {
        plot.band(canvas, &up_to(place), &up_to(place + 1), color(row), 1.0);
    }
    plot.level(canvas, timeline.limit.as_f64() / size, Color::RED);
    plot
}

fn tips(canvas: &mut Canvas, timeline: &Timeline, columns: &[HeldColumn], plot: &Plot) {
    let [_, top, _, height] = plot.area;
    for column in columns {
        let (left, right) = (plot.px(column.from), plot.px(column.to));
        let at = timeline.steps.start + Duration((column.from * 1e3) as i64);
        let mut text = format!("from {}\n{} in all", moment(at), bytes(column.held.iter().sum()));
        for (row, held) in timeline.held_for.iter().zip(&column.held).filter(|(_, held)| **held > 0.0) {
            text += &format!("\n{} for {}", bytes(*held), words(row));
        }
        canvas.tip([left, top, (right - left).max(1), height], text);
    }
}

fn columns(timeline: &Timeline, room: Room) -> Vec<HeldColumn> {
    let column = |thinned: ThinnedColumn| {
        let mean = |row: &HeldForRef| thinned.mean(timeline, &row.held);
        let held = timeline.held_for.iter().map(mean).collect();
        HeldColumn { from: thinned.from, to: thinned.to, held }
    };
    ThinnedColumn::all(timeline, room).into_iter().map(column).collect()
}
