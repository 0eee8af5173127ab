//! A pair of axes and what is drawn between them. Most charts have one or more plots on a [`Canvas`].

use super::axis::ChartAxis;
use super::canvas::{Anchor, Canvas, LETTER, fit};
use super::color::Color;

/// A rectangle of a chart in which positions stand for numbers.
pub(super) struct Plot {
    /// The area between the axes: left, top, width and height.
    pub area: [i32; 4],
    x: ChartAxis,
    y: ChartAxis,
}

impl Plot {
    pub fn new(area: [i32; 4], x: ChartAxis, y: ChartAxis) -> Plot {
        Plot { area, x, y }
    }

    /// Draws axes into this area, which includes their numbers. `unit` is written above the vertical axis.
    pub fn drawn(canvas: &mut Canvas, outer: [i32; 4], unit: &str, x: ChartAxis, y: ChartAxis) -> Plot {
        let [left, top, width, height] = outer;
        let plot = Plot::new([left + 58, top + 22, width - 58 - 28, height - 46], x, y);
        plot.draw_axes(canvas, unit);
        plot
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
    pub fn band(
        &self,
        canvas: &mut Canvas,
        low: &[(f64, f64)],
        high: &[(f64, f64)],
        color: Color,
        opacity: f64,
    ) {
        let there = high.iter().map(|point| self.at(*point));
        let back = low.iter().rev().map(|point| self.at(*point));
        canvas.polygon(&there.chain(back).collect::<Vec<_>>(), color, opacity);
    }

    pub fn line(&self, canvas: &mut Canvas, points: &[(f64, f64)], color: Color, width: u32) {
        let points: Vec<_> = points.iter().map(|point| self.at(*point)).collect();
        canvas.line(&points, color, width);
    }

    /// Draws a bar from `low` to `high` over `from..to`, with a gap of one pixel if there is room.
    pub fn bar(&self, canvas: &mut Canvas, (from, to): (f64, f64), (low, high): (f64, f64), color: Color) {
        let (left, right) = (self.px(from), self.px(to));
        let gap = i32::from(right - left > 3);
        let (top, bottom) = (self.py(high), self.py(low));
        if top < bottom {
            canvas.rect([left, top, (right - left - gap).max(1), bottom - top], color, 1.0);
        }
    }

    /// Draws a dashed horizontal line.
    pub fn level(&self, canvas: &mut Canvas, y: f64, color: Color) {
        let [left, _, width, _] = self.area;
        let y = self.py(y);
        canvas.dashes((left, y), (left + width, y), color, 2);
    }

    /// Draws the grid lines and the numbers of both axes.
    pub(super) fn draw_axes(&self, canvas: &mut Canvas, unit: &str) {
        let [left, top, width, height] = self.area;
        for (y, text) in &self.y.ticks {
            let y = self.py(*y);
            canvas.line(&[(left, y), (left + width, y)], Color::GRID, 1);
            canvas.small((left - 6, y), text, Color::MUTED, Anchor::Right);
        }
        for (x, text) in &self.x.ticks {
            let x = self.px(*x);
            canvas.line(&[(x, top + height), (x, top + height + 4)], Color::MUTED, 1);
            canvas.small((x, top + height + 13), text, Color::MUTED, Anchor::Middle);
        }
        canvas.line(&[(left, top + height), (left + width, top + height)], Color::MUTED, 1);
        if !unit.is_empty() {
            let room = canvas.room.width() - left - 8;
            canvas.small((left, top - 12), &fit(unit, LETTER - 1.0, room), Color::MUTED, Anchor::Left);
        }
    }
}

/// The horizontal shift of the nth of several lines, in pixels, so that their intervals do not overlap.
pub(super) fn aside(n: usize, of: usize) -> i32 {
    (n as i32 * 2 - of as i32 + 1) * 5 / 2
}

/// The position of a value along an axis of this length. Values outside are at the end.
fn place(axis: &ChartAxis, value: f64, length: i32) -> i32 {
    let share = (value - axis.from) / (axis.to - axis.from);
    if share.is_nan() { 0 } else { libm::round(share.clamp(0.0, 1.0) * f64::from(length)) as i32 }
}
