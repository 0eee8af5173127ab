//! The canvas of a chart: draws text, lines and areas at pixels, and collects tooltips. All charts draw on
//! one.

use super::color::Color;
use super::figure::{Figure, Tip};
use super::room::Room;
use crate::diagnostic::printable;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, Drawable, PathElement, PointCollection, Polygon, Rectangle};
use plotters::prelude::{SVGBackend, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontStyle, IntoFont, ShapeStyle, TextStyle};

/// The height of the title, in pixels.
pub(super) const TITLE: i32 = 30;
/// The sizes of its letters, in pixels: the largest that fits.
const TITLE_LETTERS: [f64; 5] = [15.0, 14.0, 13.0, 12.0, 11.0];
/// The height of a row of the legend, in pixels.
pub(super) const KEY: i32 = 20;
/// The size of normal text, in pixels.
pub(super) const LETTER: f64 = 12.0;

/// A canvas. Positions are in pixels from the top left.
pub(super) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    pub tips: Vec<Tip>,
    pub room: Room,
}

/// How a text is aligned to its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Left,
    Middle,
    Right,
}

/// Makes a chart of this height.
pub(super) fn draw(
    room: Room,
    name: &str,
    title: &str,
    height: i32,
    draw: impl FnOnce(&mut Canvas),
) -> Figure {
    let mut drawing = String::new();
    let size = (room.width() as u32, height as u32);
    let tips = {
        let area = SVGBackend::with_string(&mut drawing, size).into_drawing_area();
        let mut canvas = Canvas { area, tips: vec![], room };
        canvas.rect([0, 0, room.width(), height], Color::GROUND, 1.0);
        canvas.heading(16, 20, title);
        draw(&mut canvas);
        canvas.area.present().expect(INTO_A_TEXT);
        canvas.tips
    };
    Figure { name: slug(name), title: title.to_owned(), width: size.0, height: size.1, tips, drawing }
}

const INTO_A_TEXT: &str = "drawing into a text does not fail";

/// A name for a file: lower-case letters, digits and hyphens.
fn slug(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let plain: String = name.chars().take(80).map(plain).collect();
    plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// The approximate width of a text in pixels; an overestimate rather than an underestimate.
pub(super) fn text_width(text: &str, size: f64) -> i32 {
    let wide = |letter: char| match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | '|' | '\'' | '(' | ')' | ' ' | 'I' => 0.33,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.92,
        'A'..='Z' | '→' => 0.7,
        letter if letter.is_ascii() => 0.57,
        '–' | '−' | '±' | '…' | '·' => 0.6,
        _ => 1.0,
    };
    libm::ceil(text.chars().map(wide).sum::<f64>() * size) as i32
}

/// Shortens a text in the middle to fit a width, because names differ at both ends.
pub(super) fn fit(text: &str, size: f64, width: i32) -> String {
    let text = printable(text);
    if text_width(&text, size) <= width {
        return text.into_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let cut = |keep: usize| -> String {
        let (head, tail) = (keep.div_ceil(2), keep / 2);
        letters[..head].iter().chain(&['…']).chain(&letters[letters.len() - tail..]).collect()
    };
    let kept = (1..letters.len()).rev().find(|keep| text_width(&cut(*keep), size) <= width);
    kept.map_or_else(|| "…".into(), cut)
}

/// A row of the legend: a name and its colour.
pub(super) type LegendKey = (String, Color);

/// The widest name in the legend, in pixels.
fn key_width_max(room: Room) -> i32 {
    (room.width() - 60).min(560)
}

/// The height of the legend below the title, in pixels.
pub(super) fn keys_height(keys: &[LegendKey], room: Room) -> i32 {
    key_places(keys, room).last().map_or(0, |(_, row)| (row + 1) * KEY) + 8
}

/// The horizontal position and the row of each name in the legend.
fn key_places(keys: &[LegendKey], room: Room) -> Vec<(i32, i32)> {
    const LEFT: i32 = 16;
    let (mut x, mut row) = (LEFT, 0);
    let place = |(name, _): &LegendKey| {
        let width = 16 + text_width(&fit(name, LETTER, key_width_max(room)), LETTER) + 14;
        if x > LEFT && x + width > room.width() - 10 {
            (x, row) = (LEFT, row + 1);
        }
        let place = (x, row);
        x += width;
        place
    };
    keys.iter().map(place).collect()
}

impl<'a> Canvas<'a> {
    pub fn rect(&mut self, [left, top, width, height]: [i32; 4], color: Color, opacity: f64) {
        let style = color.rgb().mix(opacity).filled();
        self.element(&Rectangle::new([(left, top), (left + width, top + height)], style));
    }

    pub fn line(&mut self, points: &[(i32, i32)], color: Color, width: u32) {
        self.element(&PathElement::new(points.to_vec(), color.rgb().stroke_width(width)));
    }

    pub fn polygon(&mut self, points: &[(i32, i32)], color: Color, opacity: f64) {
        self.element(&Polygon::new(points.to_vec(), color.rgb().mix(opacity).filled()));
    }

    pub fn dot(&mut self, at: (i32, i32), radius: i32, color: Color) {
        self.element(&Circle::new(at, radius, color.rgb().filled()));
    }

    pub fn ring(&mut self, at: (i32, i32), radius: i32, color: Color) {
        self.element(&Circle::new(at, radius, ShapeStyle::from(&color.rgb()).stroke_width(2)));
    }

    /// Draws a dashed straight line.
    pub fn dashes(&mut self, from: (i32, i32), to: (i32, i32), color: Color, width: u32) {
        let length = libm::hypot(f64::from(to.0 - from.0), f64::from(to.1 - from.1));
        let at = |along: f64| {
            let share = (along / length).min(1.0);
            let between = |a: i32, b: i32| a + libm::round(f64::from(b - a) * share) as i32;
            (between(from.0, to.0), between(from.1, to.1))
        };
        let mut along = 0.0;
        while along < length {
            self.line(&[at(along), at(along + 6.0)], color, width);
            along += 10.0;
        }
    }

    /// Draws a text, vertically centred at `y`.
    pub fn text(&mut self, (x, y): (i32, i32), text: &str, color: Color, anchor: Anchor) {
        self.letters((x, y), text, LETTER, FontStyle::Normal, color, anchor);
    }

    pub fn small(&mut self, (x, y): (i32, i32), text: &str, color: Color, anchor: Anchor) {
        self.letters((x, y), text, LETTER - 1.0, FontStyle::Normal, color, anchor);
    }

    /// Draws the name of a row whose middle is at `y`: left of `left`, or above the row if there is no room beside it.
    pub fn name(&mut self, text: &str, left: i32, y: i32) {
        match self.room.is_narrow() {
            true => {
                let text = fit(text, LETTER, self.room.width() - 32);
                self.text((16, y - 18), &text, Color::TEXT, Anchor::Left);
            }
            false => self.text((left - 10, y), &fit(text, LETTER, left - 26), Color::TEXT, Anchor::Right),
        }
    }

    /// Draws a bold text.
    pub fn heading(&mut self, x: i32, y: i32, text: &str) {
        // Bold letters are about a tenth wider, and the wide drawing has room for them.
        let room = if self.room.is_narrow() { self.room.width() * 9 / 10 } else { self.room.width() };
        let room = room - 2 * x;
        let size = TITLE_LETTERS.into_iter().find(|size| text_width(text, *size) <= room);
        let size = size.unwrap_or(TITLE_LETTERS[TITLE_LETTERS.len() - 1]);
        self.letters((x, y), &fit(text, size, room), size, FontStyle::Bold, Color::TEXT, Anchor::Left);
    }

    fn letters(
        &mut self,
        at: (i32, i32),
        text: &str,
        size: f64,
        font: FontStyle,
        color: Color,
        anchor: Anchor,
    ) {
        let horizontal = match anchor {
            Anchor::Left => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::Right => HPos::Right,
        };
        let style = letters(size, font, color).pos(Pos::new(horizontal, VPos::Center));
        self.element(&Text::new(printable(text).into_owned(), at, style));
    }

    /// Draws the legend below the title. Returns where it ends.
    pub fn keys(&mut self, keys: &[LegendKey]) -> i32 {
        for (place, (name, color)) in key_places(keys, self.room).into_iter().zip(keys) {
            let (x, row) = place;
            let y = TITLE + 14 + row * KEY;
            self.rect([x, y - 5, 10, 10], *color, 1.0);
            self.text((x + 16, y), &fit(name, LETTER, key_width_max(self.room)), Color::TEXT, Anchor::Left);
        }
        TITLE + keys_height(keys, self.room)
    }

    /// Adds the values behind an area as a tooltip.
    pub fn tip(&mut self, area: [i32; 4], text: String) {
        self.tips.push(Tip { area, text });
    }

    fn element<'b, E>(&self, element: &'b E)
    where
        &'b E: PointCollection<'b, (i32, i32)>,
        E: Drawable<SVGBackend<'a>>,
    {
        self.area.draw(element).expect(INTO_A_TEXT);
    }
}

fn letters(size: f64, font: FontStyle, color: Color) -> TextStyle<'static> {
    // The backend's unit for font sizes is 1.24 to a pixel.
    ("sans-serif", size * 1.24).into_font().style(font).color(&color.rgb())
}
