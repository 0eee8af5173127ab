//! The picture of a recording at several phases of the minute: which share of its saves the rate limit refuses, beside
//! what was measured, and what a simulation predicts. `replay --shift A..B --output DIR` draws it.

use super::axis::ChartAxis;
use super::canvas::{Anchor, Canvas, LegendKey, TITLE, draw, keys_height};
use super::color::Color;
use super::figure::Figure;
use super::plot::Plot;
use super::room::Room;
use crate::report::number::percent;

/// Shares of saves that are refused, by the second of the minute at which a build begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PhasePicture {
    /// Of the recording, begun later.
    pub replayed: Vec<(f64, f64)>,
    /// Of builds that were measured.
    pub measured: Vec<(f64, f64)>,
    /// Of single builds that were simulated: their 5 %, 50 % and 95 % quantiles.
    pub predicted: Option<[f64; 3]>,
}

const TITLE_TEXT: &str = "Saves refused, by the phase of the minute";
const HEIGHT: i32 = 330;

impl PhasePicture {
    /// The figure.
    pub fn figure(&self) -> Figure {
        let keys = self.keys();
        let most = self.replayed.iter().chain(&self.measured).map(|(x, _)| *x).fold(60.0, f64::max);
        let ticks = (0..=libm::ceil(most / 10.0) as i32)
            .map(|ten| (f64::from(ten) * 10.0, format!("{} s", ten * 10)));
        let x = ChartAxis { from: 0.0, to: most, ticks: ticks.collect() };
        draw(
            Room::WIDE,
            "phases",
            TITLE_TEXT,
            TITLE + keys_height(&keys, Room::WIDE) + HEIGHT + 16,
            |canvas| {
                let top = canvas.keys(&keys);
                let outer = [0, top, canvas.room.width(), HEIGHT];
                let plot = Plot::drawn(canvas, outer, "saves refused", x, ChartAxis::percent());
                let [left, upper, width, height] = plot.area;
                let below = (left + width, upper + height + 30);
                canvas.small(
                    below,
                    "second of the minute at which the build begins",
                    Color::MUTED,
                    Anchor::Right,
                );
                self.draw(canvas, &plot, most);
            },
        )
    }

    fn keys(&self) -> Vec<LegendKey> {
        let all = [
            (!self.replayed.is_empty(), "one recording, begun later", Color::BLUE),
            (!self.measured.is_empty(), "measured builds", Color::ORANGE),
            (
                self.predicted.is_some(),
                "predicted: 5 % to 95 % of single builds, and the median",
                Color::GREEN,
            ),
        ];
        all.into_iter().filter(|key| key.0).map(|(_, name, color)| (name.to_owned(), color)).collect()
    }

    fn draw(&self, canvas: &mut Canvas, plot: &Plot, most: f64) {
        if let Some([low, median, high]) = self.predicted {
            plot.band(canvas, &[(0.0, low), (most, low)], &[(0.0, high), (most, high)], Color::GREEN, 0.2);
            plot.level(canvas, median, Color::GREEN);
        }
        let mut replayed = self.replayed.clone();
        replayed.sort_by(|one, other| one.0.total_cmp(&other.0));
        plot.line(canvas, &replayed, Color::BLUE, 2);
        for (points, color, what) in
            [(&replayed, Color::BLUE, "replayed"), (&self.measured, Color::ORANGE, "measured")]
        {
            for (second, share) in points {
                let (x, y) = plot.at((*second, *share));
                canvas.dot((x, y), if color == Color::BLUE { 2 } else { 5 }, color);
                let text = format!("{what}: begun at second {second:.0}, {} refused", percent(*share));
                canvas.tip([x - 6, y - 6, 12, 12], text);
            }
        }
    }
}
