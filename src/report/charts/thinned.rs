//! The steps of a timeline in no more columns than a chart can show: several steps become one column.

use super::room::Room;
use crate::observe::timeline::Timeline;
use std::ops::Range;

/// The most columns in a wide chart.
const COLUMNS_MAX: i32 = 240;

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
    pub fn all(timeline: &Timeline, room: Room) -> Vec<ThinnedColumn> {
        let each = steps_each(timeline, room);
        let column = |number: usize| {
            let steps = number * each..((number + 1) * each).min(timeline.steps.count);
            let at = |step: usize| (step as i64 * timeline.steps.seconds) as f64;
            ThinnedColumn { from: at(steps.start), to: at(steps.end), steps }
        };
        (0..timeline.steps.count.div_ceil(each)).map(column).collect()
    }

    /// The number of the column that has this step.
    pub fn of_step(timeline: &Timeline, step: usize, room: Room) -> usize {
        step / steps_each(timeline, room)
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

fn steps_each(timeline: &Timeline, room: Room) -> usize {
    timeline.steps.count.div_ceil(room.part(COLUMNS_MAX, 1) as usize).max(1)
}
