//! The chart `heat`: a sweep over two inputs as a heat map.

use super::canvas::{Anchor, Canvas, LETTER, TITLE, draw, fit};
use super::color::Color;
use super::figure::Figure;
use super::room::Room;
use super::setting::{SettingAxis, along};
use super::{Chart, titled};
use crate::report::number::amount;
use crate::report::sweep::{noun, point};
use crate::result::{SavedResult, SweepResult};

pub(super) const CHART: Chart = Chart {
    name: "heat",
    title: "The sweep as a map",
    how: "Each cell is one pair of settings and shows the mean of the metric. A stronger colour means a \
        larger mean. If colours change from left to right, the first input matters; if they change from \
        top to bottom, the second one does; if they change only in a corner, it takes both.",
    draw: |results, room| results.iter().filter_map(|saved| figure(saved, room)).collect(),
};

const LEFT: i32 = 140;
/// Less than this is no room for a setting.
const LEFT_MIN: i32 = 92;
/// With more columns, a narrow map has no room for their means.
const COLUMNS_NARROW: usize = 5;
const ROW: i32 = 34;
/// How many settings of an input are shown.
const SIDE_MAX: usize = 40;

fn figure(saved: &SavedResult, room: Room) -> Option<Figure> {
    let SavedResult::Sweep(sweep) = saved else { return None };
    if sweep.plan.axes.len() != 2 {
        return None;
    }
    let side =
        |axis: usize| along(sweep.plan.points.iter().map(move |point| point.settings[axis].as_str()), room);
    let (across, down) = (side(0), side(1));
    let (columns, rows) = (across.settings.len(), down.settings.len());
    if columns < 2
        || rows < 2
        || columns > SIDE_MAX
        || rows > SIDE_MAX
        || columns * rows > 2 * sweep.points.len()
    {
        return None;
    }
    let room = if columns > COLUMNS_NARROW { Room::WIDE } else { room };
    let name = format!("{}-{}", CHART.name, sweep.plan.name);
    let height = TITLE + 62 + rows as i32 * ROW + 14;
    Some(draw(room, &name, &titled(CHART.title, &sweep.plan.name), height, |canvas| {
        map(canvas, sweep, &across, &down)
    }))
}

fn map(canvas: &mut Canvas, sweep: &SweepResult, across: &SettingAxis, down: &SettingAxis) {
    let left = canvas.room.part(LEFT, LEFT_MIN);
    let width = (canvas.room.width() - left - 16) / across.settings.len() as i32;
    let top = TITLE + 62;
    canvas.small((left, TITLE + 12), &noun(&sweep.measure), Color::MUTED, Anchor::Left);
    canvas.small(
        (left, TITLE + 30),
        &fit(&sweep.plan.axes[0].name, LETTER, canvas.room.part(400, 240)),
        Color::MUTED,
        Anchor::Left,
    );
    canvas.small(
        (16, top - 14),
        &fit(&sweep.plan.axes[1].name, LETTER, left - 24),
        Color::MUTED,
        Anchor::Left,
    );
    for (column, setting) in across.settings.iter().enumerate() {
        let middle = left + column as i32 * width + width / 2;
        canvas.small((middle, top - 14), &fit(setting, LETTER - 1.0, width - 4), Color::TEXT, Anchor::Middle);
    }
    for (row, setting) in down.settings.iter().enumerate() {
        let y = top + row as i32 * ROW;
        canvas.small((16, y + ROW / 2), &fit(setting, LETTER - 1.0, left - 24), Color::TEXT, Anchor::Left);
    }
    let means = || (0..sweep.points.len()).filter_map(|point| Some(sweep.estimate(point)?.mean));
    let range = (means().fold(f64::MAX, f64::min), means().fold(f64::MIN, f64::max));
    for (index, point) in sweep.plan.points.iter().enumerate() {
        let place =
            |along: &SettingAxis, setting: &String| along.settings.iter().position(|known| known == setting);
        let (Some(column), Some(row)) = (place(across, &point.settings[0]), place(down, &point.settings[1]))
        else {
            continue;
        };
        let area = [left + column as i32 * width, top + row as i32 * ROW, width - 2, ROW - 2];
        cell(canvas, sweep, index, area, range);
    }
}

fn cell(canvas: &mut Canvas, sweep: &SweepResult, index: usize, area: [i32; 4], (least, most): (f64, f64)) {
    let Some(estimate) = sweep.estimate(index) else { return };
    let share = if most > least { (estimate.mean - least) / (most - least) } else { 0.0 };
    let [left, top, width, height] = area;
    canvas.rect(area, Color::heat(share), 1.0);
    let shown = amount(estimate);
    let mean = shown.split(" (").next().unwrap_or(&shown);
    let mean = fit(mean, LETTER - 1.0, width - 2);
    canvas.small((left + width / 2, top + height / 2), &mean, Color::on_heat(share), Anchor::Middle);
    canvas.tip(area, format!("{}\n{shown}", point(sweep, index)));
}
