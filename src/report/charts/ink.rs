//! The colours of charts. A chart is drawn with named inks; a [`Theme`] gives each ink its colour.

use crate::client::ClientKind;
use plotters::style::RGBColor;

/// A colour by its role. The number is an index into [`INKS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink(usize);

/// An ink: its name in a page's style, and its colour on a light and on a dark background.
struct Colours {
    name: &'static str,
    light: u32,
    dark: u32,
}

/// The inks. Colours that distinguish things are those of Okabe and Ito, "Color universal design" (2008),
/// which people with any colour vision can tell apart; they are lighter on a dark background. No two inks
/// are equal on a light background, because a finished drawing is converted into another theme by its
/// colours.
const INKS: &[Colours] = &[
    Colours { name: "ground", light: 0xffffff, dark: 0x0d1117 },
    Colours { name: "text", light: 0x1f2328, dark: 0xe6edf3 },
    Colours { name: "muted", light: 0x59636e, dark: 0x9198a1 },
    Colours { name: "grid", light: 0xd8dee4, dark: 0x30363d },
    Colours { name: "blue", light: 0x0072b2, dark: 0x3d9fe0 },
    Colours { name: "orange", light: 0xe69f00, dark: 0xe8a317 },
    Colours { name: "green", light: 0x009e73, dark: 0x2bb98f },
    Colours { name: "purple", light: 0xcc79a7, dark: 0xd68bb4 },
    Colours { name: "sky", light: 0x56b4e9, dark: 0x86cdf6 },
    Colours { name: "yellow", light: 0xc8b900, dark: 0xf0e442 },
    Colours { name: "grey", light: 0x8c959f, dark: 0x6e7781 },
    Colours { name: "red", light: 0xd55e00, dark: 0xf2763a },
    Colours { name: "heat-0", light: 0xf3f7fb, dark: 0x161b22 },
    Colours { name: "heat-1", light: 0xd6e6f4, dark: 0x15293f },
    Colours { name: "heat-2", light: 0xabd0e6, dark: 0x163c5e },
    Colours { name: "heat-3", light: 0x6aaed6, dark: 0x1b557f },
    Colours { name: "heat-4", light: 0x3787c0, dark: 0x2b76a8 },
    Colours { name: "heat-5", light: 0x105ba4, dark: 0x5aa5d6 },
    Colours { name: "heat-6", light: 0x08306b, dark: 0xa9d6f5 },
];

impl Ink {
    pub const GROUND: Ink = Ink(0);
    pub const TEXT: Ink = Ink(1);
    pub const MUTED: Ink = Ink(2);
    pub const GRID: Ink = Ink(3);
    pub const BLUE: Ink = Ink(4);
    pub const ORANGE: Ink = Ink(5);
    pub const GREEN: Ink = Ink(6);
    pub const PURPLE: Ink = Ink(7);
    pub const SKY: Ink = Ink(8);
    pub const YELLOW: Ink = Ink(9);
    pub const GREY: Ink = Ink(10);
    /// Limits, evictions and misses.
    pub const RED: Ink = Ink(11);
    /// The number of colours for heat. The first one means none.
    const HEATS: usize = 7;

    /// The ink for the nth of several things. After seven, the colours repeat.
    pub fn nth(n: usize) -> Ink {
        let inks = [Ink::BLUE, Ink::ORANGE, Ink::GREEN, Ink::PURPLE, Ink::SKY, Ink::YELLOW, Ink::GREY];
        inks[n % inks.len()]
    }

    /// The ink of a client, equal in all charts.
    pub fn client(name: &str, place: usize) -> Ink {
        Ink::nth(ClientKind::named(name).map_or(place, |client| client.color))
    }

    /// The ink for a share (0–1) of the maximum.
    pub fn heat(share: f64) -> Ink {
        let step = libm::ceil(share * (Ink::HEATS - 1) as f64).max(0.0) as usize;
        Ink(12 + step.min(Ink::HEATS - 1))
    }

    /// The ink of a text on this heat. The four lowest colours are close to the background in both themes.
    pub fn on_heat(share: f64) -> Ink {
        if Ink::heat(share).0 < 16 { Ink::TEXT } else { Ink::GROUND }
    }

    /// Its name in a page's style.
    pub fn name(self) -> &'static str {
        INKS[self.0].name
    }

    /// Its colour on a light background, for the drawing.
    pub fn color(self) -> RGBColor {
        let [_, red, green, blue] = INKS[self.0].light.to_be_bytes();
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
    /// A page that maps the names of the inks to colours itself.
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
        match INKS.iter().find(|ink| Some(ink.light) == number) {
            Some(ink) if self == Theme::Dark => format!("#{:06X}", ink.dark),
            Some(ink) if self == Theme::Page => format!("var(--{})", ink.name),
            _ => color.to_owned(),
        }
    }

    /// The inks of this theme as declarations of a page's style.
    pub(crate) fn declarations(self) -> String {
        let color = |ink: &Colours| if self == Theme::Dark { ink.dark } else { ink.light };
        INKS.iter().map(|ink| format!("--{}:#{:06x};", ink.name, color(ink))).collect()
    }
}
