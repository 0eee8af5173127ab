//! The chart `pressure`: requests to upload per minute, against the rate limit.

use super::axis::ChartAxis;
use super::axis::{moment, span};
use super::canvas::{Canvas, LegendKey, TITLE, draw, keys_height};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::{Chart, NamedTimeline, timelines, titled};
use crate::observe::timeline::Pressure;
use crate::units::{Duration, counted};

pub(super) const CHART: Chart = Chart {
    name: "pressure",
    title: "Upload requests in a minute",
    how: "The upper panel shows the busiest minute of each period; the lower panel shows every minute \
        around the busiest one. Requests above the dashed line are refused: it is the service's limit of \
        uploads per minute, and most clients do not retry. Many small objects reach this limit long before \
        the size limit matters.",
    draw: |results, room| {
        timelines(results)
            .iter()
            .filter(|named| asks(&named.timeline.uploads))
            .map(|named| figure(named, room))
            .collect()
    },
};

const UPPER: i32 = 210;
const LOWER: i32 = 180;
/// The most bars in the upper plot.
const BARS_MAX: usize = 200;

fn asks(uploads: &Pressure) -> bool {
    uploads.peak.iter().any(|peak| *peak > 0)
}

fn figure(named: &NamedTimeline, room: Room) -> Figure {
    let mut keys: Vec<LegendKey> = vec![("admitted".into(), Color::BLUE), ("refused".into(), Color::RED)];
    keys.extend(named.timeline.uploads.limit.map(|limit| (format!("limit {limit} a minute"), Color::TEXT)));
    let name = format!("{}-{}", CHART.name, named.name);
    let height = TITLE + keys_height(&keys, room) + UPPER + LOWER;
    draw(room, &name, &titled(CHART.title, &named.name), height, |canvas| {
        let top = canvas.keys(&keys);
        spans(canvas, named, top);
        minutes(canvas, named, top + UPPER);
    })
}

fn spans(canvas: &mut Canvas, named: &NamedTimeline, top: i32) {
    let (periods, uploads) = (named.timeline.periods, &named.timeline.uploads);
    let each = periods.count.div_ceil(BARS_MAX);
    let bars = uploads.peak.chunks(each).zip(uploads.refused.chunks(each)).enumerate();
    let length = periods.seconds * each as i64;
    let bars: Vec<RequestBar> = bars
        .map(|(number, (peak, refused))| {
            let peak = peak.iter().max().copied().unwrap_or(0);
            let from = moment(periods.begin(number * each));
            let refused: u64 = refused.iter().sum();
            RequestBar {
                from: ((number * each) as i64 * periods.seconds) as f64,
                to: ((number * each) as i64 * periods.seconds + length) as f64,
                asked: peak,
                text: format!(
                    "{} from {from}\nbusiest minute {}\n{refused} refused in all",
                    span(length),
                    counted(peak, "request", "requests")
                ),
            }
        })
        .collect();
    let x = ChartAxis::time(
        periods.start,
        0.0,
        (periods.seconds * periods.count as i64) as f64,
        canvas.room.ticks(9),
    );
    let unit = format!("requests in the busiest minute of each {}", span(length));
    bars_with_limit(canvas, ([0, top, canvas.room.width(), UPPER], &unit), x, uploads.limit, &bars);
}

fn minutes(canvas: &mut Canvas, named: &NamedTimeline, top: i32) {
    let uploads = &named.timeline.uploads;
    let bar = |(minute, asked): (usize, &u32)| RequestBar {
        from: minute as f64 * 60.0,
        to: minute as f64 * 60.0 + 60.0,
        asked: *asked,
        text: format!(
            "{}\n{}",
            moment(uploads.around_start + Duration(minute as i64 * 60_000)),
            counted(*asked, "request", "requests")
        ),
    };
    let bars: Vec<RequestBar> = uploads.around.iter().enumerate().map(bar).collect();
    let x = ChartAxis::time(uploads.around_start, 0.0, bars.len() as f64 * 60.0, canvas.room.ticks(9));
    let from = moment(uploads.around_start);
    let unit = match canvas.room.is_narrow() {
        true => format!("a minute, around the busiest, {from}"),
        false => format!("requests in each minute around the busiest, from {from}"),
    };
    bars_with_limit(canvas, ([0, top, canvas.room.width(), LOWER], &unit), x, uploads.limit, &bars);
}

struct RequestBar {
    from: f64,
    to: f64,
    asked: u32,
    text: String,
}

fn bars_with_limit(
    canvas: &mut Canvas,
    (area, unit): ([i32; 4], &str),
    x: ChartAxis,
    limit: Option<u32>,
    bars: &[RequestBar],
) {
    let most = bars.iter().map(|bar| bar.asked).chain(limit).max().unwrap_or(0);
    let plot = Plot::drawn(canvas, area, unit, x, ChartAxis::up_to(most.into(), 4));
    let [_, top, _, height] = plot.area;
    for RequestBar { from, to, asked, text } in bars {
        let asked = f64::from(*asked);
        let admitted = limit.map_or(asked, |limit| asked.min(limit.into()));
        plot.bar(canvas, (*from, *to), (0.0, admitted), Color::BLUE);
        plot.bar(canvas, (*from, *to), (admitted, asked), Color::RED);
        let left = plot.px(*from);
        canvas.tip([left, top, (plot.px(*to) - left).max(1), height], text.clone());
    }
    if let Some(limit) = limit {
        plot.level(canvas, limit.into(), Color::TEXT);
    }
}
