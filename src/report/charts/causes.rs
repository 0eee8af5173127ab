//! The chart `causes`: what a day's runner minutes go to. First what a perfect cache would need as well, then what is
//! lost to each cause.

use super::axis::ChartAxis;
use super::canvas::{Anchor, Canvas, TITLE, draw};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use super::{Chart, titled};
use crate::observe::metric;
use crate::report::answer::causes::by_client;
use crate::report::number::plain;
use crate::result::SavedResult;
use crate::statistics::Study;

pub(super) const CHART: Chart = Chart {
    name: "causes",
    title: "What a day's runner minutes go to",
    how: "The first bar is the time that a perfect cache would need as well. Each bar below it continues where the \
        one above ends and is what one cause costs one client: read from top to bottom, they add up to all \
        runner minutes of a day. Transfer is the time of restoring and saving themselves.",
    draw: |results, room| results.iter().filter_map(|saved| figure(saved, room)).collect(),
};

/// What stands left of the bars, and the height of a row. Where there is no room beside the bars, names stand above them.
const LEFT: i32 = 250;
const ROW: i32 = 24;
const LEFT_NARROW: i32 = 16;
const ROW_NARROW: i32 = 40;

fn sides(room: Room) -> (i32, i32) {
    if room.is_narrow() { (LEFT_NARROW, ROW_NARROW) } else { (LEFT, ROW) }
}
/// How many causes have a bar of their own.
const ROWS_MAX: usize = 10;

/// One bar: what it is for, where, its minutes a day, and its colour.
struct CauseShare {
    name: String,
    place: String,
    minutes: f64,
    color: Color,
}

fn figure(saved: &SavedResult, room: Room) -> Option<Figure> {
    let shares = shares(saved.study()?)?;
    let name = format!("{}-{}", CHART.name, saved.name());
    let height = TITLE + shares.len() as i32 * sides(room).1 + 62;
    Some(draw(room, &name, &titled(CHART.title, saved.name()), height, |canvas| waterfall(canvas, &shares)))
}

/// The shares of the runner minutes, what is needed first; `None` if nothing is lost or nothing runs.
fn shares(study: &Study) -> Option<Vec<CauseShare>> {
    let all = study.estimate(&metric::RUNNER_MINUTES, &[])?.mean;
    let causes: Vec<CauseShare> = by_client(study)
        .iter()
        .filter(|loss| loss.minutes() > 0.0)
        .enumerate()
        .map(|(place, loss)| CauseShare {
            name: loss.name(),
            place: loss.place(),
            minutes: loss.minutes(),
            color: Color::nth(place),
        })
        .collect();
    let lost: f64 = causes.iter().map(|share| share.minutes).sum();
    if lost <= 0.0 || all <= 0.0 {
        return None;
    }
    let needed = (all - lost).max(0.0);
    let first = CauseShare {
        name: "needed anyway".into(),
        place: String::new(),
        minutes: needed,
        color: Color::MUTED,
    };
    let rest: Vec<&CauseShare> = causes.iter().skip(ROWS_MAX).collect();
    let more = CauseShare {
        name: format!("{} more causes", rest.len()),
        place: String::new(),
        minutes: rest.iter().map(|share| share.minutes).sum(),
        color: Color::MUTED,
    };
    let more = (!rest.is_empty()).then_some(more);
    Some(std::iter::once(first).chain(causes.into_iter().take(ROWS_MAX)).chain(more).collect())
}

fn waterfall(canvas: &mut Canvas, shares: &[CauseShare]) {
    let all: f64 = shares.iter().map(|share| share.minutes).sum();
    let (top, room) = (TITLE + 22, canvas.room);
    let (left, height) = sides(room);
    let area = [left, top, room.width() - left - 110, shares.len() as i32 * height];
    let plot = Plot::new(
        area,
        ChartAxis::up_to(all, room.ticks(6)),
        ChartAxis { from: 0.0, to: 1.0, ticks: vec![] },
    );
    canvas.small((left, TITLE + 8), "minutes a day", Color::MUTED, Anchor::Left);
    plot.draw_axes(canvas, "");
    let mut from = 0.0;
    for (row, share) in shares.iter().enumerate() {
        let y = top + (row as i32 + 1) * height - ROW / 2;
        let [from_px, to_px] = [from, from + share.minutes].map(|minutes| plot.px(minutes));
        canvas.rect([from_px, y - 8, (to_px - from_px).max(1), 16], share.color, 0.85);
        canvas.name(&share.name, left, y);
        let part = format!("{} min, {:.0} %", plain(share.minutes), share.minutes / all * 100.0);
        canvas.text((canvas.room.width() - 14, y), &part, Color::TEXT, Anchor::Right);
        let place = if share.place.is_empty() { String::new() } else { format!("\n{}", share.place) };
        canvas.tip(
            [16, y + ROW / 2 - height, room.width() - 30, height],
            format!("{}: {part} a day{place}", share.name),
        );
        from += share.minutes;
    }
}
