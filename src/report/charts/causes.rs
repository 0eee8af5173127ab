//! The chart `causes`: what a day's runner minutes go to. First what a perfect cache would need as well, then what is
//! lost to each cause.

use super::axis::ChartAxis;
use super::canvas::{Anchor, Canvas, LETTER, TITLE, WIDTH, draw, fit};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
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
    draw: |results| results.iter().filter_map(figure).collect(),
};

const LEFT: i32 = 250;
const ROW: i32 = 24;
/// How many causes have a bar of their own.
const ROWS_MAX: usize = 10;

/// One bar: what it is for, where, its minutes a day, and its colour.
struct CauseShare {
    name: String,
    place: String,
    minutes: f64,
    color: Color,
}

fn figure(saved: &SavedResult) -> Option<Figure> {
    let shares = shares(saved.study()?)?;
    let name = format!("{}-{}", CHART.name, saved.name());
    let height = TITLE + shares.len() as i32 * ROW + 62;
    Some(draw(&name, &titled(CHART.title, saved.name()), height, |canvas| waterfall(canvas, &shares)))
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
    let top = TITLE + 22;
    let area = [LEFT, top, WIDTH - LEFT - 110, shares.len() as i32 * ROW];
    let plot = Plot::new(area, ChartAxis::up_to(all, 6), ChartAxis { from: 0.0, to: 1.0, ticks: vec![] });
    canvas.small((LEFT, TITLE + 8), "minutes a day", Color::MUTED, Anchor::Left);
    plot.draw_axes(canvas, "");
    let mut from = 0.0;
    for (row, share) in shares.iter().enumerate() {
        let y = top + row as i32 * ROW + ROW / 2;
        let [left, right] = [from, from + share.minutes].map(|minutes| plot.px(minutes));
        canvas.rect([left, y - 8, (right - left).max(1), 16], share.color, 0.85);
        canvas.text((LEFT - 10, y), &fit(&share.name, LETTER, LEFT - 26), Color::TEXT, Anchor::Right);
        let part = format!("{} min, {:.0} %", plain(share.minutes), share.minutes / all * 100.0);
        canvas.text((WIDTH - 14, y), &part, Color::TEXT, Anchor::Right);
        let place = if share.place.is_empty() { String::new() } else { format!("\n{}", share.place) };
        canvas.tip([16, y - ROW / 2, WIDTH - 30, ROW], format!("{}: {part} a day{place}", share.name));
        from += share.minutes;
    }
}
