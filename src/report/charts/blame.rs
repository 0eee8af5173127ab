//! The chart `blame`: a matrix of clients that says whose saves evicted whose entries.

use super::canvas::{Anchor, Canvas, LETTER, TITLE, draw, fit};
use super::color::Color;
use super::figure::Figure;
use super::room::Room;
use super::{Chart, titled};
use crate::observe::metric;
use crate::report::number::amount;
use crate::result::SavedResult;
use crate::statistics::{Estimate, Study};

pub(super) const CHART: Chart = Chart {
    name: "blame",
    title: "Who evicts whom",
    how: "Each row is a client that writes, and each column is a client whose entries are evicted as a \
        result, by an accounting of bytes. A cell shows the bytes evicted per day and, below, the misses per day that follow. The \
        bytes of an evicted entry are divided among everything stored since its last access. On the \
        diagonal, clients evict their own entries.",
    draw: |results, room| results.iter().filter_map(|saved| figure(saved, room)).collect(),
};

const LEFT: i32 = 130;
/// Less than this is no room for the name of a client.
const LEFT_MIN: i32 = 112;
/// With more columns, a narrow matrix has no room for its numbers.
const COLUMNS_NARROW: usize = 3;
const WHAT: &str = "bytes evicted a day, and the misses they cause, of entries of …";
const TOP: i32 = TITLE + 54;
const ROW: i32 = 52;

fn figure(saved: &SavedResult, room: Room) -> Option<Figure> {
    let study = saved.study()?;
    let (evictors, victims) = (named(study, "evictor"), named(study, "victim"));
    if evictors.is_empty() {
        return None;
    }
    let room = if victims.len() > COLUMNS_NARROW { Room::WIDE } else { room };
    let height = TOP + evictors.len() as i32 * ROW + 16;
    let name = format!("{}-{}", CHART.name, saved.name());
    Some(draw(room, &name, &titled(CHART.title, saved.name()), height, |canvas| {
        let left = room.part(LEFT, LEFT_MIN);
        let width = (room.width() - left - 16) / victims.len() as i32;
        canvas.small(
            (left, TITLE + 16),
            if room.is_narrow() { "bytes and misses a day, of …" } else { WHAT },
            Color::MUTED,
            Anchor::Left,
        );
        canvas.small((16, TITLE + 40), "evicted by …", Color::MUTED, Anchor::Left);
        for (column, victim) in victims.iter().enumerate() {
            let middle = left + column as i32 * width + width / 2;
            canvas.text((middle, TITLE + 40), &fit(victim, LETTER, width - 6), Color::TEXT, Anchor::Middle);
        }
        for (row, evictor) in evictors.iter().enumerate() {
            let top = TOP + row as i32 * ROW;
            canvas.text((16, top + ROW / 2), &fit(evictor, LETTER, left - 24), Color::TEXT, Anchor::Left);
            for (column, victim) in victims.iter().enumerate() {
                cell(
                    canvas,
                    study,
                    (evictor, victim),
                    [left + column as i32 * width, top, width - 3, ROW - 3],
                );
            }
        }
    }))
}

fn cell(canvas: &mut Canvas, study: &Study, (evictor, victim): (&str, &str), area: [i32; 4]) {
    let labels = [("evictor", evictor), ("victim", victim)];
    let bytes = study.estimate(&metric::BLAME_EVICTED_BYTES, &labels);
    let misses = study.estimate(&metric::BLAME_MISSES, &labels);
    let most = pairs(study).map(|estimate| estimate.mean).fold(0.0, f64::max);
    let share = bytes.map_or(0.0, |bytes| bytes.mean / most);
    let [left, top, width, height] = area;
    canvas.rect(area, Color::heat(share), 1.0);
    let shown = |estimate: Option<&Estimate>| estimate.map_or("0".into(), amount);
    let mean = |text: String| text.split(" (").next().map(String::from).unwrap_or_default();
    let middle = left + width / 2;
    let color = Color::on_heat(share);
    match bytes {
        None => canvas.text((middle, top + height / 2), "–", color, Anchor::Middle),
        Some(_) => {
            canvas.text((middle, top + height / 2 - 9), &mean(shown(bytes)), color, Anchor::Middle);
            let misses = format!("{} misses", mean(shown(misses)));
            canvas.small(
                (middle, top + height / 2 + 9),
                &fit(&misses, LETTER, width - 4),
                color,
                Anchor::Middle,
            );
        }
    }
    canvas.tip(
        area,
        format!(
            "writes of {evictor} evict entries of {victim}\n{} a day\ncausing {} misses a day",
            shown(bytes),
            shown(misses)
        ),
    );
}

fn pairs(study: &Study) -> impl Iterator<Item = &Estimate> {
    let is_pair =
        |estimate: &&Estimate| estimate.metric == &metric::BLAME_EVICTED_BYTES && estimate.labels.len() == 2;
    study.estimates.iter().filter(is_pair)
}

/// The clients that occur under a label, in the order of the scenario.
fn named<'a>(study: &'a Study, label: &str) -> Vec<&'a str> {
    let mut names: Vec<&str> = pairs(study).filter_map(|estimate| estimate.label(label)).collect();
    let place = |name: &str| study.first.names.clients.iter().position(|client| client == name);
    names.sort_by_key(|name| place(name));
    names.dedup();
    names
}
