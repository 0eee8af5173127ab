//! The steps of a timeline in no more columns than a chart can show: several steps become one column.

use crate::observe::timeline::Timeline;
use std::ops::Range;

/// The most columns in a chart.
const COLUMNS_MAX: usize = 240;

/// Several steps of a timeline, drawn as one.
pub(super) struct ThinnedColumn {
    steps: Range<usize>,
    /// When it begins and ends, in seconds from the start of the timeline.
    pub from: f64,
    /// See `from`.
    pub to: f64,
}

impl ThinnedColumn {
    /// The columns of a timeline, in order. All but the last have the same number of steps.
    pub fn all(timeline: &Timeline) -> Vec<ThinnedColumn> {
        let each = steps_each(timeline);
        let column = |number: usize| {
            let steps = number * each..((number + 1) * each).min(timeline.steps.count);
            let at = |step: usize| (step as i64 * timeline.steps.seconds) as f64;
            ThinnedColumn { from: at(steps.start), to: at(steps.end), steps }
        };
        (0..timeline.steps.count.div_ceil(each)).map(column).collect()
    }

    /// The number of the column that has this step.
    pub fn of_step(timeline: &Timeline, step: usize) -> usize {
        step / steps_each(timeline)
    }

    /// The mean of a row over the column, in bytes.
    pub fn mean(&self, timeline: &Timeline, row: &[u64]) -> f64 {
        row[self.steps.clone()].iter().sum::<u64>() as f64 * timeline.unit.as_f64() / self.steps.len() as f64
    }

    /// The most of a row in the column, in bytes.
    pub fn most(&self, timeline: &Timeline, row: &[u64]) -> f64 {
        row[self.steps.clone()].iter().max().copied().unwrap_or(0) as f64 * timeline.unit.as_f64()
    }
}

fn steps_each(timeline: &Timeline) -> usize {
    timeline.steps.count.div_ceil(COLUMNS_MAX).max(1)
}
