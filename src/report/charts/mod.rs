//! Charts of results, one file each: pure functions from results to a drawing, with the values behind its
//! parts.
//!
//! A drawing is made once, in named colours; a [`Theme`] gives each its value. Nothing here writes files
//! or knows where a chart goes, except for the [`Room`] that it has. A new chart is a file here and a line in [`CHARTS`].

mod axis;
mod canvas;
mod color;
mod figure;
mod plot;
#[cfg(feature = "png")]
mod raster;
mod room;
mod setting;

mod attribution;
mod blame;
mod budget;
mod causes;
mod curve;
mod durations;
mod heat;
mod held;
mod hits;
mod lives;
mod phase;
mod pressure;
mod sensitivity;
mod strip;
mod sweep;
mod thinned;

pub(super) use budget::holding;
pub use color::Theme;
pub(crate) use figure::escaped;
pub use figure::{Figure, Tip};
pub use phase::PhasePicture;
pub use room::Room;

use crate::observe::Timeline;
use crate::result::SavedResult;
use color::Color;

/// One kind of chart.
pub struct Chart {
    /// Its name, also that of its file.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// How to read it, in plain sentences.
    pub how: &'static str,
    /// Draws the figures of these results for a width: none, one or several. A figure that has no room is drawn wide.
    pub draw: fn(&[SavedResult], Room) -> Vec<Figure>,
}

/// Makes a PNG file of a figure. The number is how many pixels each pixel of the figure becomes.
pub type Rasteriser = fn(&Figure, Theme, f32) -> Vec<u8>;

/// The rasteriser, if the program was built with one.
pub const PNG: Option<Rasteriser> = {
    #[cfg(feature = "png")]
    {
        Some(raster::png)
    }
    #[cfg(not(feature = "png"))]
    {
        None
    }
};

/// Every kind of picture, in the order of a report.
pub const CHARTS: &[Chart] = &[
    causes::CHART,
    budget::CHART,
    held::CHART,
    blame::CHART,
    hits::CHART,
    durations::CHART,
    attribution::CHART,
    strip::CHART,
    sensitivity::CHART,
    sweep::CHART,
    heat::CHART,
    curve::CHART,
    pressure::CHART,
    lives::CHART,
];

/// A timeline, and the name of what it shows.
pub(super) struct NamedTimeline<'a> {
    pub name: String,
    pub timeline: &'a Timeline,
}

/// The timelines of these results. A comparison has that of the base first, then those of the alternatives.
pub(super) fn timelines(results: &[SavedResult]) -> Vec<NamedTimeline<'_>> {
    let mut timelines = vec![];
    for saved in results {
        match saved {
            SavedResult::Run(answer) => {
                push(&mut timelines, &answer.name, answer.study.first.timeline.as_ref())
            }
            SavedResult::Sweep(_) | SavedResult::Diagnose(_) => {}
            SavedResult::Compare(compared) => {
                push(&mut timelines, compared.base_name(), compared.base.first.timeline.as_ref());
                compared
                    .others
                    .iter()
                    .for_each(|other| push(&mut timelines, &other.name, other.timeline.as_ref()));
            }
        }
    }
    timelines
}

fn push<'a>(timelines: &mut Vec<NamedTimeline<'a>>, name: &str, timeline: Option<&'a Timeline>) {
    timelines.extend(timeline.map(|timeline| NamedTimeline { name: name.to_owned(), timeline }));
}

/// The colour of a client in a timeline, by its name in a page's style.
pub(super) fn client_color(timeline: &Timeline, client: usize) -> &'static str {
    Color::client(&timeline.clients[client], client).name()
}

/// The title of one of several figures.
fn titled(title: &str, name: &str) -> String {
    format!("{title}: {name}")
}
