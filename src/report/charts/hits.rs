//! The chart `hits`: the hit ratio of each client over time, with a line per kind of ref.

use super::axis::ChartAxis;
use super::axis::{moment, span};
use super::canvas::{Anchor, Canvas, LegendKey, TITLE, draw, keys_height};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::{Chart, NamedTimeline, timelines, titled};
use crate::event::RefClass;
use crate::observe::timeline::LookUps;
use crate::report::answer::hits::hits_of;
use crate::report::number::percent;

pub(super) const CHART: Chart = Chart {
    name: "hits",
    title: "Hit ratio of each client",
    how: "There is one panel per client and one line per kind of ref. A point is the hit ratio in that \
        period: of archives (by key or restore key), of sccache objects, or of BuildKit image steps. A \
        period without look-ups has no point. The warm-up is not shown. Main matters most, because pull \
        requests can restore its entries.",
    draw: |results, room| {
        timelines(results)
            .iter()
            .filter(|named| !named.timeline.look_ups.is_empty())
            .map(|named| figure(named, room))
            .collect()
    },
};

const PANEL: i32 = 130;
/// The most points in a line.
const POINTS_MAX: usize = 60;

fn figure(named: &NamedTimeline, room: Room) -> Figure {
    let rows = &named.timeline.look_ups;
    let mut clients: Vec<u16> = rows.iter().map(|row| row.client).collect();
    clients.dedup();
    let shown = RefClass::ALL.into_iter().filter(|class| rows.iter().any(|row| row.class == class.label()));
    let keys: Vec<LegendKey> =
        shown.map(|class| (spoken(class.label()).into(), color_of(class.label()))).collect();
    let name = format!("{}-{}", CHART.name, named.name);
    let height = TITLE + keys_height(&keys, room) + clients.len() as i32 * PANEL;
    draw(room, &name, &titled(CHART.title, &named.name), height, |canvas| {
        let top = canvas.keys(&keys);
        for (panel, client) in clients.iter().enumerate() {
            let top = top + panel as i32 * PANEL;
            let own = rows.iter().filter(|row| row.client == *client);
            draw_panel(canvas, named, *client, own, top);
        }
    })
}

fn draw_panel<'a>(
    canvas: &mut Canvas,
    named: &NamedTimeline,
    client: u16,
    rows: impl Iterator<Item = &'a LookUps>,
    top: i32,
) {
    let periods = named.timeline.periods;
    let from = (named.timeline.steps.start - periods.start).0 as f64 / 1e3;
    let x = ChartAxis::time(
        periods.start,
        from,
        (periods.seconds * periods.count as i64) as f64,
        canvas.room.ticks(9),
    );
    let plot = Plot::drawn(canvas, [0, top, canvas.room.width(), PANEL], "", x, ChartAxis::percent());
    let [left, upper, _, _] = plot.area;
    let name = &named.timeline.clients[usize::from(client)];
    let title = format!("{name}: {} found", hits_of(name).1);
    canvas.text((left, upper - 13), &title, Color::TEXT, Anchor::Left);
    for row in rows {
        line(canvas, named, &plot, row);
    }
}

fn line(canvas: &mut Canvas, named: &NamedTimeline, plot: &Plot, row: &LookUps) {
    let periods = named.timeline.periods;
    let each = periods.count.div_ceil(POINTS_MAX);
    let mut stretch: Vec<(f64, f64)> = vec![];
    let color = color_of(&row.class);
    let name = &named.timeline.clients[usize::from(row.client)];
    for (number, (found, all)) in row.found.chunks(each).zip(row.all.chunks(each)).enumerate() {
        let length = all.len();
        let (found, all): (u64, u64) = (found.iter().sum(), all.iter().sum());
        if all == 0 {
            plot.line(canvas, &std::mem::take(&mut stretch), color, 2);
            continue;
        }
        let middle = (number * each) as f64 + length as f64 / 2.0;
        let point = (middle * periods.seconds as f64, found as f64 / all as f64);
        stretch.push(point);
        let (x, y) = plot.at(point);
        canvas.dot((x, y), 2, color);
        let span = span(periods.seconds * length as i64);
        let text = format!(
            "{name}, {}\n{span} from {}\n{} of {all} {} found",
            spoken(&row.class),
            moment(periods.begin(number * each)),
            percent(found as f64 / all as f64),
            hits_of(name).1
        );
        canvas.tip([x - 5, y - 5, 10, 10], text);
    }
    plot.line(canvas, &stretch, color, 2);
}

fn spoken(class: &str) -> &str {
    if class == "pull_request" { "pull requests" } else { class }
}

fn color_of(class: &str) -> Color {
    match class {
        "main" => Color::BLUE,
        "pull_request" => Color::ORANGE,
        _ => Color::GREEN,
    }
}
