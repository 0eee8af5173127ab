//! The chart `lives`: when the busiest entries were saved, found, evicted and missed.

use super::axis::moment;
use super::figure::Figure;
use super::ink::Ink;
use super::plot::{Axis, Plot};
use super::sheet::{Anchor, KEY, Key, LETTER, Sheet, TITLE, WIDTH, draw, fit, keys_height, text_width};
use super::{Chart, Told, titled, told};
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
    draw: |results| {
        told(results).iter().filter(|told| !told.timeline.lives.entries.is_empty()).map(figure).collect()
    },
};

const LEFT: i32 = 300;
const ROW: i32 = 20;

fn figure(told: &Told) -> Figure {
    let lives = &told.timeline.lives;
    let start = told.timeline.steps.start;
    let seconds = |at: crate::units::SimTime| (at - start).0 as f64 / 1e3;
    let keys = keys(told);
    let height = TITLE + keys_height(&keys) + KEY + lives.entries.len() as i32 * ROW + 34;
    let name = format!("{}-{}", CHART.name, told.name);
    draw(&name, &titled(CHART.title, &told.name), height, |sheet| {
        let top = sheet.keys(&keys);
        symbols(sheet, top + 6);
        let top = top + KEY + 2;
        let x = Axis::time(start, seconds(lives.from), seconds(lives.until), 7);
        let y = Axis { from: 0.0, to: 1.0, ticks: vec![] };
        let area = [LEFT, top, WIDTH - LEFT - 20, lives.entries.len() as i32 * ROW];
        let plot = Plot::new(area, x, y);
        plot.draw_axes(sheet, "");
        for (row, life) in lives.entries.iter().enumerate() {
            lane(sheet, told, &plot, life, top + row as i32 * ROW + ROW / 2);
        }
    })
}

fn keys(told: &Told) -> Vec<Key> {
    let shown =
        |client: &usize| told.timeline.lives.entries.iter().any(|life| usize::from(life.client) == *client);
    let clients = (0..told.timeline.clients.len()).filter(shown);
    clients.map(|client| (told.timeline.clients[client].clone(), ink(told, client))).collect()
}

fn ink(told: &Told, client: usize) -> Ink {
    Ink::client(&told.timeline.clients[client], client)
}

/// Draws a mark at this position.
type Mark = fn(&mut Sheet, i32, i32);

/// Draws the legend of the marks.
fn symbols(sheet: &mut Sheet, y: i32) {
    let marks: [(&str, Mark); 4] = [
        ("found", |sheet, x, y| sheet.line(&[(x, y - 6), (x, y + 6)], Ink::TEXT, 2)),
        ("evicted", |sheet, x, y| cross(sheet, x, y, Ink::RED)),
        ("expired or deleted", |sheet, x, y| cross(sheet, x, y, Ink::MUTED)),
        ("missed", |sheet, x, y| sheet.ring((x, y), 4, Ink::RED)),
    ];
    let mut x = 21;
    for (name, mark) in marks {
        mark(sheet, x, y);
        sheet.text((x + 11, y), name, Ink::TEXT, Anchor::Left);
        x += text_width(name, LETTER) + 34;
    }
}

fn lane(sheet: &mut Sheet, told: &Told, plot: &Plot, life: &Life, y: i32) {
    let [left, _, width, _] = plot.area;
    let ink = ink(told, life.client.into());
    let scope = life.scope.trim_start_matches("refs/heads/").trim_start_matches("refs/");
    let scope = fit(scope.trim_end_matches("/merge"), LETTER - 1.0, 70);
    let room = LEFT - 16 - 8 - 70 - 8;
    sheet.small((16, y), &fit(&life.key, LETTER - 1.0, room), Ink::TEXT, Anchor::Left);
    sheet.small((LEFT - 8, y), &scope, Ink::MUTED, Anchor::Right);
    sheet.line(&[(left, y), (left + width, y)], Ink::GRID, 1);
    let mut saved: Option<i32> = None;
    for (at, event) in &life.events {
        let x = plot.px(*at as f64);
        if matches!(event, LifeEvent::Saved | LifeEvent::Touched) {
            saved = saved.or(Some(x));
        } else if let Some(from) = saved.take_if(|_| *event != LifeEvent::Missed) {
            sheet.rect([from, y - 5, (x - from).max(1), 10], ink, 0.75);
        }
    }
    if let Some(from) = saved {
        sheet.rect([from, y - 5, (left + width - from).max(1), 10], ink, 0.75);
    }
    marks(sheet, plot, life, y);
    sheet.tip([left, y - ROW / 2, width, ROW], tip(told, life));
}

fn marks(sheet: &mut Sheet, plot: &Plot, life: &Life, y: i32) {
    let from = plot.area[0];
    let events = life.events.iter().map(|(at, event)| (plot.px(*at as f64), event));
    for (x, event) in events.filter(|(x, _)| *x > from) {
        match event {
            LifeEvent::Saved => {}
            LifeEvent::Touched => sheet.line(&[(x, y - 6), (x, y + 6)], Ink::TEXT, 1),
            LifeEvent::Evicted => cross(sheet, x, y, Ink::RED),
            LifeEvent::Expired | LifeEvent::Deleted => cross(sheet, x, y, Ink::MUTED),
            LifeEvent::Missed => sheet.ring((x, y), 4, Ink::RED),
        }
    }
}

fn cross(sheet: &mut Sheet, x: i32, y: i32, ink: Ink) {
    sheet.line(&[(x - 4, y - 4), (x + 4, y + 4)], ink, 2);
    sheet.line(&[(x - 4, y + 4), (x + 4, y - 4)], ink, 2);
}

fn tip(told: &Told, life: &Life) -> String {
    let count = |wanted: LifeEvent| life.events.iter().filter(|(_, event)| *event == wanted).count();
    let from = told.timeline.steps.start;
    let first = life.events.first().map_or(from, |(at, _)| from + Duration(at * 1000));
    format!(
        "{}\nof {} by {}, {}\nfirst event {}\nsaved {}×, found {}×, evicted {}×, missed after removal {}×",
        life.key,
        life.scope,
        told.timeline.clients[usize::from(life.client)],
        bytes(life.bytes.as_f64()),
        moment(first),
        count(LifeEvent::Saved),
        count(LifeEvent::Touched),
        count(LifeEvent::Evicted),
        count(LifeEvent::Missed)
    )
}
