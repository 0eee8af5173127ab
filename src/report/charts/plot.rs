//! A pair of axes and what is drawn between them. Most charts have one or more plots on a [`Sheet`].

use super::ink::Ink;
use super::sheet::{Anchor, Sheet};

/// One axis: its range and its ticks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub from: f64,
    pub to: f64,
    pub ticks: Vec<(f64, String)>,
}

/// A rectangle of a chart in which positions stand for numbers.
pub(super) struct Plot {
    /// The area between the axes: left, top, width and height.
    pub area: [i32; 4],
    x: Axis,
    y: Axis,
}

impl Plot {
    pub fn new(area: [i32; 4], x: Axis, y: Axis) -> Plot {
        Plot { area, x, y }
    }

    pub fn px(&self, x: f64) -> i32 {
        let [left, _, width, _] = self.area;
        left + place(&self.x, x, width)
    }

    pub fn py(&self, y: f64) -> i32 {
        let [_, top, _, height] = self.area;
        top + height - place(&self.y, y, height)
    }

    pub fn at(&self, (x, y): (f64, f64)) -> (i32, i32) {
        (self.px(x), self.py(y))
    }

    /// Fills the area between two lines over the same points.
    pub fn band(&self, sheet: &mut Sheet, low: &[(f64, f64)], high: &[(f64, f64)], ink: Ink, opacity: f64) {
        let there = high.iter().map(|point| self.at(*point));
        let back = low.iter().rev().map(|point| self.at(*point));
        sheet.polygon(&there.chain(back).collect::<Vec<_>>(), ink, opacity);
    }

    pub fn line(&self, sheet: &mut Sheet, points: &[(f64, f64)], ink: Ink, width: u32) {
        let points: Vec<_> = points.iter().map(|point| self.at(*point)).collect();
        sheet.line(&points, ink, width);
    }

    /// Draws a bar from `low` to `high` over `from..to`, with a gap of one pixel if there is room.
    pub fn bar(&self, sheet: &mut Sheet, (from, to): (f64, f64), (low, high): (f64, f64), ink: Ink) {
        let (left, right) = (self.px(from), self.px(to));
        let gap = i32::from(right - left > 3);
        let (top, bottom) = (self.py(high), self.py(low));
        if top < bottom {
            sheet.rect([left, top, (right - left - gap).max(1), bottom - top], ink, 1.0);
        }
    }

    /// Draws a dashed horizontal line.
    pub fn level(&self, sheet: &mut Sheet, y: f64, ink: Ink) {
        let [left, _, width, _] = self.area;
        let y = self.py(y);
        sheet.dashes((left, y), (left + width, y), ink, 2);
    }

    /// Draws the grid lines and the numbers of both axes.
    pub(super) fn draw_axes(&self, sheet: &mut Sheet, unit: &str) {
        let [left, top, width, height] = self.area;
        for (y, text) in &self.y.ticks {
            let y = self.py(*y);
            sheet.line(&[(left, y), (left + width, y)], Ink::GRID, 1);
            sheet.small((left - 6, y), text, Ink::MUTED, Anchor::Right);
        }
        for (x, text) in &self.x.ticks {
            let x = self.px(*x);
            sheet.line(&[(x, top + height), (x, top + height + 4)], Ink::MUTED, 1);
            sheet.small((x, top + height + 13), text, Ink::MUTED, Anchor::Middle);
        }
        sheet.line(&[(left, top + height), (left + width, top + height)], Ink::MUTED, 1);
        if !unit.is_empty() {
            sheet.small((left, top - 12), unit, Ink::MUTED, Anchor::Left);
        }
    }
}

/// The horizontal shift of the nth of several lines, in pixels, so that their intervals do not overlap.
pub(super) fn aside(n: usize, of: usize) -> i32 {
    (n as i32 * 2 - of as i32 + 1) * 5 / 2
}

/// The position of a value along an axis of this length. Values outside are at the end.
fn place(axis: &Axis, value: f64, length: i32) -> i32 {
    let share = (value - axis.from) / (axis.to - axis.from);
    if share.is_nan() { 0 } else { libm::round(share.clamp(0.0, 1.0) * f64::from(length)) as i32 }
}
