//! The colours of charts. A chart is drawn with named colours; a [`Theme`] gives each its value.

use crate::client::ClientKind;
use plotters::style::RGBColor;

/// A colour by its role. The number is an index into [`COLORS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Color(usize);

/// A colour: its name in a page's style, and its value on a light and on a dark background.
struct ColorPair {
    name: &'static str,
    light: u32,
    dark: u32,
}

/// All colours. Those that distinguish things are those of Okabe and Ito, "Color universal design" (2008),
/// which people with any colour vision can tell apart; they are lighter on a dark background. No two colours
/// are equal on a light background, because a finished drawing is converted into another theme by its
/// colours.
const COLORS: &[ColorPair] = &[
    ColorPair { name: "ground", light: 0xffffff, dark: 0x0d1117 },
    ColorPair { name: "text", light: 0x1f2328, dark: 0xe6edf3 },
    ColorPair { name: "muted", light: 0x59636e, dark: 0x9198a1 },
    ColorPair { name: "grid", light: 0xd8dee4, dark: 0x30363d },
    ColorPair { name: "blue", light: 0x0072b2, dark: 0x3d9fe0 },
    ColorPair { name: "orange", light: 0xe69f00, dark: 0xe8a317 },
    ColorPair { name: "green", light: 0x009e73, dark: 0x2bb98f },
    ColorPair { name: "purple", light: 0xcc79a7, dark: 0xd68bb4 },
    ColorPair { name: "sky", light: 0x56b4e9, dark: 0x86cdf6 },
    ColorPair { name: "yellow", light: 0xc8b900, dark: 0xf0e442 },
    ColorPair { name: "grey", light: 0x8c959f, dark: 0x6e7781 },
    ColorPair { name: "red", light: 0xd55e00, dark: 0xf2763a },
    ColorPair { name: "heat-0", light: 0xf3f7fb, dark: 0x161b22 },
    ColorPair { name: "heat-1", light: 0xd6e6f4, dark: 0x15293f },
    ColorPair { name: "heat-2", light: 0xabd0e6, dark: 0x163c5e },
    ColorPair { name: "heat-3", light: 0x6aaed6, dark: 0x1b557f },
    ColorPair { name: "heat-4", light: 0x3787c0, dark: 0x2b76a8 },
    ColorPair { name: "heat-5", light: 0x105ba4, dark: 0x5aa5d6 },
    ColorPair { name: "heat-6", light: 0x08306b, dark: 0xa9d6f5 },
];

impl Color {
    pub const GROUND: Color = Color(0);
    pub const TEXT: Color = Color(1);
    pub const MUTED: Color = Color(2);
    pub const GRID: Color = Color(3);
    pub const BLUE: Color = Color(4);
    pub const ORANGE: Color = Color(5);
    pub const GREEN: Color = Color(6);
    pub const PURPLE: Color = Color(7);
    pub const SKY: Color = Color(8);
    pub const YELLOW: Color = Color(9);
    pub const GREY: Color = Color(10);
    /// Limits, evictions and misses.
    pub const RED: Color = Color(11);
    /// The number of colours for heat. The first one means none.
    const HEATS: usize = 7;

    /// The colour for the nth of several things. After seven, the colours repeat.
    pub fn nth(n: usize) -> Color {
        let colors =
            [Color::BLUE, Color::ORANGE, Color::GREEN, Color::PURPLE, Color::SKY, Color::YELLOW, Color::GREY];
        colors[n % colors.len()]
    }

    /// The colour of a client, equal in all charts.
    pub fn client(name: &str, place: usize) -> Color {
        Color::nth(ClientKind::named(name).map_or(place, |client| client.color))
    }

    /// The colour for a share (0–1) of the maximum.
    pub fn heat(share: f64) -> Color {
        let step = libm::ceil(share * (Color::HEATS - 1) as f64).max(0.0) as usize;
        Color(12 + step.min(Color::HEATS - 1))
    }

    /// The colour of a text on this heat. The four lowest colours are close to the background in both themes.
    pub fn on_heat(share: f64) -> Color {
        if Color::heat(share).0 < 16 { Color::TEXT } else { Color::GROUND }
    }

    /// Its name in a page's style.
    pub fn name(self) -> &'static str {
        COLORS[self.0].name
    }

    /// Its colour on a light background, for the drawing.
    pub fn rgb(self) -> RGBColor {
        let [_, red, green, blue] = COLORS[self.0].light.to_be_bytes();
        RGBColor(red, green, blue)
    }
}

/// The background that a chart is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// A light background.
    Light,
    /// A dark background.
    Dark,
    /// A page that maps the names of the colours to colours itself.
    Page,
}

impl Theme {
    /// Converts a drawing from the light theme to this one. Only whole attributes are replaced, so that
    /// text in the drawing does not change.
    pub(super) fn paint(self, drawing: &str) -> String {
        if self == Theme::Light {
            return drawing.to_owned();
        }
        let mut out = String::with_capacity(drawing.len());
        let mut rest = drawing;
        while let Some(at) = rest.find("=\"#") {
            let (before, color) = rest.split_at(at + 2);
            out += before;
            let end = color.find('"').unwrap_or(color.len());
            out += &self.named(&color[..end]);
            rest = &color[end..];
        }
        out + rest
    }

    fn named(self, color: &str) -> String {
        let number = color.strip_prefix('#').and_then(|digits| u32::from_str_radix(digits, 16).ok());
        match COLORS.iter().find(|color| Some(color.light) == number) {
            Some(color) if self == Theme::Dark => format!("#{:06X}", color.dark),
            Some(color) if self == Theme::Page => format!("var(--{})", color.name),
            _ => color.to_owned(),
        }
    }

    /// The colours of this theme as declarations of a page's style.
    pub(crate) fn declarations(self) -> String {
        let value = |color: &ColorPair| if self == Theme::Dark { color.dark } else { color.light };
        COLORS.iter().map(|color| format!("--{}:#{:06x};", color.name, value(color))).collect()
    }
}
