//! The chart `budget`: what each client holds over time, the limit, the overshoot above it, and what sweeps
//! evict.

use super::axis::ChartAxis;
use super::axis::{byte_unit, moment, span};
use super::canvas::{Canvas, LegendKey, TITLE, draw, keys_height};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::thinned::ThinnedColumn;
use super::{Chart, NamedTimeline, timelines, titled};
use crate::observe::timeline::{Moved, Timeline};
use crate::report::number::{bytes, limit};
use crate::units::Duration;

pub(super) const CHART: Chart = Chart {
    name: "budget",
    title: "What the cache holds",
    how: "Colours show what each client's entries hold. The grey area above shows the peak in each step, \
        and the dashed line is the limit. Between two sweeps the cache may exceed its limit: this is the \
        overshoot. The lower panel shows what sweeps evicted. A cache that is always at its limit and \
        evicts all the time is too small, or too much is stored in it.",
    draw: |results, room| timelines(results).iter().map(|named| figure(named, room)).collect(),
};

const UPPER: i32 = 250;
const LOWER: i32 = 130;

/// Several steps of the timeline, drawn as one.
struct Column {
    from: f64,
    to: f64,
    /// What each client holds on average, in bytes.
    held: Vec<f64>,
    peak: f64,
    /// What sweeps evicted of each client, for size, in bytes.
    evicted: Vec<f64>,
}

fn figure(named: &NamedTimeline, room: Room) -> Figure {
    let timeline = named.timeline;
    let columns = columns(timeline, room);
    let clients = holding(timeline);
    let keys = keys(timeline, &clients);
    let name = format!("{}-{}", CHART.name, named.name);
    let height = TITLE + keys_height(&keys, room) + UPPER + LOWER;
    draw(room, &name, &titled(CHART.title, &named.name), height, |canvas| {
        let top = canvas.keys(&keys);
        let upper = held(canvas, timeline, &columns, &clients, top);
        evicted(canvas, timeline, &columns, &clients, top + UPPER);
        tips(canvas, timeline, &columns, &clients, &upper);
    })
}

fn keys(timeline: &Timeline, clients: &[usize]) -> Vec<LegendKey> {
    let key = |client: &usize| {
        let name = &timeline.clients[*client];
        (name.clone(), Color::client(name, *client))
    };
    let mut keys: Vec<LegendKey> = clients.iter().map(key).collect();
    keys.push(("peak in each step".into(), Color::GREY));
    keys.push((format!("limit {}", limit(timeline.limit)), Color::RED));
    keys
}

fn held(canvas: &mut Canvas, timeline: &Timeline, columns: &[Column], clients: &[usize], top: i32) -> Plot {
    let most = columns.iter().map(|column| column.peak).fold(timeline.limit.as_f64(), f64::max);
    let (unit, size) = byte_unit(most);
    let y = ChartAxis::up_to(most / size, 5);
    let plot = Plot::drawn(
        canvas,
        [0, top, canvas.room.width(), UPPER],
        &format!("{unit} held"),
        time(timeline, columns, canvas.room),
        y,
    );
    let mut low: Vec<(f64, f64)> = corners(columns, |_| 0.0);
    for client in clients {
        let base = low.clone();
        let own = corners(columns, |column| column.held[*client] / size);
        low.iter_mut().zip(own).for_each(|(point, own)| point.1 += own.1);
        plot.band(canvas, &base, &low, Color::client(&timeline.clients[*client], *client), 1.0);
    }
    let peaks = corners(columns, |column| column.peak / size);
    plot.band(canvas, &low, &peaks, Color::GREY, 0.45);
    plot.level(canvas, timeline.limit.as_f64() / size, Color::RED);
    plot
}

fn evicted(canvas: &mut Canvas, timeline: &Timeline, columns: &[Column], clients: &[usize], top: i32) {
    let most = columns.iter().map(|column| column.evicted.iter().sum::<f64>()).fold(0.0, f64::max);
    let (unit, size) = byte_unit(most);
    let y = ChartAxis::up_to(most / size, 3);
    let each = columns.first().map_or(0.0, |column| column.to - column.from);
    let label = format!("{unit} evicted by sweeps, each {}", span(each as i64));
    let plot = Plot::drawn(
        canvas,
        [0, top, canvas.room.width(), LOWER],
        &label,
        time(timeline, columns, canvas.room),
        y,
    );
    for column in columns {
        let mut low = 0.0;
        for client in clients {
            let high = low + column.evicted[*client] / size;
            let color = Color::client(&timeline.clients[*client], *client);
            plot.bar(canvas, (column.from, column.to), (low, high), color);
            low = high;
        }
    }
}

fn tips(canvas: &mut Canvas, timeline: &Timeline, columns: &[Column], clients: &[usize], plot: &Plot) {
    let [_, top, _, _] = plot.area;
    for column in columns {
        let (left, right) = (plot.px(column.from), plot.px(column.to));
        let at = timeline.steps.start + Duration((column.from * 1e3) as i64);
        let mut text = format!("from {}\npeak {}", moment(at), bytes(column.peak));
        for client in clients {
            let name = &timeline.clients[*client];
            text += &format!("\n{name} holds {}", bytes(column.held[*client]));
            if column.evicted[*client] > 0.0 {
                text += &format!(", {} evicted", bytes(column.evicted[*client]));
            }
        }
        canvas.tip([left, top, (right - left).max(1), UPPER + LOWER - 40], text);
    }
}

/// The clients that hold anything at any time.
pub(in crate::report) fn holding(timeline: &Timeline) -> Vec<usize> {
    let holds = |client: &usize| {
        let stores = |moved: &Moved| usize::from(moved.client) == *client;
        timeline.held[*client].iter().any(|held| *held > 0) || timeline.stored.iter().any(stores)
    };
    (0..timeline.clients.len()).filter(holds).collect()
}

fn time(timeline: &Timeline, columns: &[Column], room: Room) -> ChartAxis {
    let to = columns.last().map_or(1.0, |column| column.to);
    ChartAxis::time(timeline.steps.start, 0.0, to, room.ticks(9))
}

/// A line through the columns, horizontal over each.
fn corners(columns: &[Column], of: impl Fn(&Column) -> f64) -> Vec<(f64, f64)> {
    columns.iter().flat_map(|column| [(column.from, of(column)), (column.to, of(column))]).collect()
}

fn columns(timeline: &Timeline, room: Room) -> Vec<Column> {
    let column = |thinned: ThinnedColumn| Column {
        from: thinned.from,
        to: thinned.to,
        held: timeline.held.iter().map(|row| thinned.mean(timeline, row)).collect(),
        peak: thinned.most(timeline, &timeline.peak),
        evicted: vec![0.0; timeline.clients.len()],
    };
    let mut columns: Vec<Column> = ThinnedColumn::all(timeline, room).into_iter().map(column).collect();
    for Moved { step, client, size, .. } in &timeline.evicted {
        let number = ThinnedColumn::of_step(timeline, *step as usize, room);
        columns[number].evicted[usize::from(*client)] += *size as f64 * timeline.unit.as_f64();
    }
    columns
}
