//! The width that a chart is drawn for. A page has two drawings of a chart: one for a desk, and one for a phone, on which
//! nothing has to be moved sideways and letters keep their size.

/// A width in pixels, and what depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    width: i32,
}

impl Room {
    /// Of a file, and of a page on a desk.
    pub const WIDE: Room = Room { width: 800 };
    /// Of a page on a phone, whose 390 pixels have margins.
    pub const NARROW: Room = Room { width: 360 };

    /// The width of the whole drawing.
    pub fn width(self) -> i32 {
        self.width
    }

    /// True if there is no room for names beside a plot.
    pub(super) fn is_narrow(self) -> bool {
        self.width < Room::WIDE.width
    }

    /// This many pixels of the wide drawing if there is room for them, and else its part of the width, but at least `least`.
    pub(super) fn part(self, of_wide: i32, least: i32) -> i32 {
        (of_wide * self.width / Room::WIDE.width).max(least).min(of_wide)
    }

    /// How many ticks an axis has that has this many in the wide drawing.
    pub(super) fn ticks(self, of_wide: usize) -> usize {
        (of_wide * self.width as usize / Room::WIDE.width as usize).max(3).min(of_wide)
    }
}
