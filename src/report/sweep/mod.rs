//! How a sweep is shown, in every format: the verdict, the points, where a curve bends, and which input
//! matters.
//!
//! `points.csv` has a line for every value of every replication and is written while the sweep is played
//! ([`points_rows`]). Everything else is computed from these values.

mod csv;
mod inputs;
mod sections;
mod sentence;
mod words;

pub(super) use inputs::{ranked, share};
pub(super) use sections::sections;
pub(super) use words::{interval, noun, point, settings, short};

pub use csv::{csv, points_head, points_rows, read_point, summary_head, summary_rows};
pub use sentence::verdict;

use super::markdown::escaped;
use super::overview::Overview;
use crate::diagnostic::Style;
use crate::observe::Better;
use crate::result::SweepResult;
use crate::statistics::sweep::Plan;
use crate::units::counted;
use sentence::sentences;

/// A sweep as JSON. `metrics` are those of the scenario itself, if it is one of the points; those of all
/// points are in `points`. The bends of curves and the sensitivity follow.
pub fn json(swept: &SweepResult) -> String {
    swept.to_file(verdict(swept)).json()
}

/// A sweep as text for a terminal.
pub fn table(swept: &SweepResult, style: Style) -> String {
    overview(swept).table(style)
}

/// A sweep as a pull-request comment in GitHub's Markdown.
pub fn markdown(swept: &SweepResult) -> String {
    overview(swept).markdown()
}

fn overview(swept: &SweepResult) -> Overview<'_> {
    Overview {
        heading: format!("Cache budget: {} under other settings", escaped(&swept.plan.name)),
        verdict: sentences(swept),
        sections: sections(swept),
        basis: swept.basis(),
        again: if swept.interrupted.is_some() { "Continue with:" } else { "Reproduce with:" },
        reproduce: swept.interrupted.as_ref().map_or(&swept.plan.reproduce, |left| &left.resume),
    }
}

/// Fewest replications whose resamples show how certain the place of an elbow is.
const PLACES_MIN: u32 = 8;

impl SweepResult {
    /// The measured points, with their means over replications.
    fn means(&self) -> Vec<(usize, f64)> {
        let mean = |(point, values): (usize, &Vec<Option<f64>>)| {
            let known: Vec<f64> = values.iter().copied().flatten().collect();
            (!known.is_empty()).then(|| (point, known.iter().sum::<f64>() / known.len() as f64))
        };
        self.results.iter().enumerate().filter_map(mean).collect()
    }

    /// The measured points, the best first. For a metric without a good direction, the smallest first.
    fn ranked(&self) -> Vec<usize> {
        let mut means = self.means();
        match self.measure.metric.better {
            Better::Higher => means.sort_by(|a, b| b.1.total_cmp(&a.1)),
            Better::Lower | Better::Neither => means.sort_by(|a, b| a.1.total_cmp(&b.1)),
        }
        means.into_iter().map(|(point, _)| point).collect()
    }

    /// True if there are enough replications to say how certain the place of an elbow is. Two replications
    /// have only three resamples.
    fn tells_places(&self) -> bool {
        self.plan.replications >= PLACES_MIN
    }

    /// What the numbers are based on.
    pub(super) fn basis(&self) -> String {
        let Plan { replications, simulated_days, warmup_days, .. } = &self.plan;
        let points = match &self.interrupted {
            Some(left) => left.points_finished + left.points_begun,
            None => (0..self.plan.points.len()).filter(|point| self.plan.plays(*point)).count(),
        };
        let up_to = if self.interrupted.is_some() { "up to " } else { "" };
        let means = match replications {
            1 => "one replication each, so no intervals over replications".to_owned(),
            n => {
                format!("means of {up_to}{n} replications with 95 % intervals; the same draws at every point")
            }
        };
        let measured = simulated_days - warmup_days;
        let points = counted(points, "point", "points");
        format!("{points}, {means}; {measured:.1} days after {warmup_days:.1} days of warm-up.")
    }
}
