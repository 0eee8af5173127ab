//! The chart `lives`: when the busiest entries were saved, found, evicted and missed.

use super::axis::ChartAxis;
use super::axis::moment;
use super::canvas::{Anchor, Canvas, KEY, LETTER, LegendKey, TITLE, draw, fit, keys_height, text_width};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::{Chart, NamedTimeline, timelines, titled};
use crate::observe::timeline::{Life, LifeEvent};
use crate::report::number::bytes;
use crate::units::Duration;

pub(super) const CHART: Chart = Chart {
    name: "lives",
    title: "The life of entries",
    how: "Each row is an entry. A bar shows while it is stored, and a tick marks a hit. A cross marks an \
        eviction, and a ring marks a job that missed the removed entry. A ring after a cross is the cost \
        of a cache that is too small. The chart shows the entries that moved the most bytes (size × \
        events) in the busiest fortnight, without objects named by a digest.",
    draw: |results, room| {
        timelines(results)
            .iter()
            .filter(|named| !named.timeline.lives.entries.is_empty())
            .map(|named| figure(named, room))
            .collect()
    },
};

/// What stands left of the lanes, and the height of a row. Where there is no room beside the lanes, keys stand above them.
const LEFT: i32 = 300;
const ROW: i32 = 20;
const LEFT_NARROW: i32 = 16;
const ROW_NARROW: i32 = 36;

fn sides(room: Room) -> (i32, i32) {
    if room.is_narrow() { (LEFT_NARROW, ROW_NARROW) } else { (LEFT, ROW) }
}

fn figure(named: &NamedTimeline, room: Room) -> Figure {
    let lives = &named.timeline.lives;
    let start = named.timeline.steps.start;
    let seconds = |at: crate::units::SimTime| (at - start).0 as f64 / 1e3;
    let keys = keys(named);
    let (left, lane_height) = sides(room);
    let marks = symbol_rows(room) * KEY;
    let height = TITLE + keys_height(&keys, room) + marks + lives.entries.len() as i32 * lane_height + 34;
    let name = format!("{}-{}", CHART.name, named.name);
    draw(room, &name, &titled(CHART.title, &named.name), height, |canvas| {
        let top = canvas.keys(&keys);
        symbols(canvas, top + 6);
        let top = top + marks + 2;
        let x = ChartAxis::time(start, seconds(lives.from), seconds(lives.until), room.ticks(7));
        let y = ChartAxis { from: 0.0, to: 1.0, ticks: vec![] };
        let area = [left, top, room.width() - left - 20, lives.entries.len() as i32 * lane_height];
        let plot = Plot::new(area, x, y);
        plot.draw_axes(canvas, "");
        for (row, life) in lives.entries.iter().enumerate() {
            lane(canvas, named, &plot, life, top + (row as i32 + 1) * lane_height - ROW / 2);
        }
    })
}

fn keys(named: &NamedTimeline) -> Vec<LegendKey> {
    let shown =
        |client: &usize| named.timeline.lives.entries.iter().any(|life| usize::from(life.client) == *client);
    let clients = (0..named.timeline.clients.len()).filter(shown);
    clients.map(|client| (named.timeline.clients[client].clone(), color_of(named, client))).collect()
}

fn color_of(named: &NamedTimeline, client: usize) -> Color {
    Color::client(&named.timeline.clients[client], client)
}

/// Draws a mark at this position.
type Mark = fn(&mut Canvas, i32, i32);

/// How many rows the legend of the marks has.
fn symbol_rows(room: Room) -> i32 {
    if room.is_narrow() { 2 } else { 1 }
}

/// Draws the legend of the marks.
fn symbols(canvas: &mut Canvas, y: i32) {
    let marks: [(&str, Mark); 4] = [
        ("found", |canvas, x, y| canvas.line(&[(x, y - 6), (x, y + 6)], Color::TEXT, 2)),
        ("evicted", |canvas, x, y| cross(canvas, x, y, Color::RED)),
        ("expired or deleted", |canvas, x, y| cross(canvas, x, y, Color::MUTED)),
        ("missed", |canvas, x, y| canvas.ring((x, y), 4, Color::RED)),
    ];
    let (mut x, mut y) = (21, y);
    for (name, mark) in marks {
        if x + text_width(name, LETTER) + 16 > canvas.room.width() {
            (x, y) = (21, y + KEY);
        }
        mark(canvas, x, y);
        canvas.text((x + 11, y), name, Color::TEXT, Anchor::Left);
        x += text_width(name, LETTER) + 34;
    }
}

fn lane(canvas: &mut Canvas, named: &NamedTimeline, plot: &Plot, life: &Life, y: i32) {
    let [left, _, width, _] = plot.area;
    let color = color_of(named, life.client.into());
    let scope = life.scope.trim_start_matches("refs/heads/").trim_start_matches("refs/");
    let scope = fit(scope.trim_end_matches("/merge"), LETTER - 1.0, 70);
    let (end, above) = if canvas.room.is_narrow() { (left + width, 17) } else { (LEFT - 8, 0) };
    let key = fit(&life.key, LETTER - 1.0, end - 16 - 70 - 8);
    canvas.small((16, y - above), &key, Color::TEXT, Anchor::Left);
    canvas.small((end, y - above), &scope, Color::MUTED, Anchor::Right);
    canvas.line(&[(left, y), (left + width, y)], Color::GRID, 1);
    let mut saved: Option<i32> = None;
    for (at, event) in &life.events {
        let x = plot.px(*at as f64);
        if matches!(event, LifeEvent::Saved | LifeEvent::Touched) {
            saved = saved.or(Some(x));
        } else if let Some(from) = saved.take_if(|_| *event != LifeEvent::Missed) {
            canvas.rect([from, y - 5, (x - from).max(1), 10], color, 0.75);
        }
    }
    if let Some(from) = saved {
        canvas.rect([from, y - 5, (left + width - from).max(1), 10], color, 0.75);
    }
    marks(canvas, plot, life, y);
    canvas.tip([left, y - ROW / 2, width, ROW], tip(named, life));
}

fn marks(canvas: &mut Canvas, plot: &Plot, life: &Life, y: i32) {
    let from = plot.area[0];
    let events = life.events.iter().map(|(at, event)| (plot.px(*at as f64), event));
    for (x, event) in events.filter(|(x, _)| *x > from) {
        match event {
            LifeEvent::Saved => {}
            LifeEvent::Touched => canvas.line(&[(x, y - 6), (x, y + 6)], Color::TEXT, 1),
            LifeEvent::Evicted => cross(canvas, x, y, Color::RED),
            LifeEvent::Expired | LifeEvent::Deleted => cross(canvas, x, y, Color::MUTED),
            LifeEvent::Missed => canvas.ring((x, y), 4, Color::RED),
        }
    }
}

fn cross(canvas: &mut Canvas, x: i32, y: i32, color: Color) {
    canvas.line(&[(x - 4, y - 4), (x + 4, y + 4)], color, 2);
    canvas.line(&[(x - 4, y + 4), (x + 4, y - 4)], color, 2);
}

fn tip(named: &NamedTimeline, life: &Life) -> String {
    let count = |wanted: LifeEvent| life.events.iter().filter(|(_, event)| *event == wanted).count();
    let from = named.timeline.steps.start;
    let first = life.events.first().map_or(from, |(at, _)| from + Duration(at * 1000));
    format!(
        "{}\nof {} by {}, {}\nfirst event {}\nsaved {}×, found {}×, evicted {}×, missed after removal {}×",
        life.key,
        life.scope,
        named.timeline.clients[usize::from(life.client)],
        bytes(life.bytes.as_f64()),
        moment(first),
        count(LifeEvent::Saved),
        count(LifeEvent::Touched),
        count(LifeEvent::Evicted),
        count(LifeEvent::Missed)
    )
}
