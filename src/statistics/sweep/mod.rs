//! Sweeps: which settings of a scenario are played, and what their results show together.
//!
//! A [`Design`] chooses the points: all combinations, a sample, or what a sensitivity analysis
//! needs. A [`Plan`] describes a whole sweep, so that another process can continue it or play a
//! part of it. The results give the [`Elbow`] of a curve, and the [`Sensitivity`]: how much of the
//! uncertainty each input explains ([`explained`]) or how much it moves the result ([`effects`]).
//! All of this is computed from numbers; nothing here simulates. `experiment` runs sweeps.

mod design;
mod elbow;
mod morris;
mod plan;
mod resample;
mod sensitivity;
mod sobol;

pub use design::{Design, ROWS_MAX};
pub use elbow::{AxisCurve, Curve, Elbow, Finding, Shape, axis_curves};
pub use morris::{Effect, effects};
pub use plan::{
    AXES_MAX, Axis, PARTS_MAX, POINTS_MAX, Plan, Point, Rows, SIMULATIONS_MAX, Shard, Tool, summarises,
};
pub use resample::Interval;
pub use sensitivity::Sensitivity;
pub use sobol::{Explained, explained};

use super::estimate::Estimate;
use super::series::Series;
use super::series_table::SeriesTable;
use crate::observe::Value;

/// The metrics of one point, from the values of its replications: the series and their estimates.
pub fn estimated(replications: Vec<Vec<Value>>) -> (Vec<Series>, Vec<Estimate>) {
    let series = SeriesTable::of(&replications).into_series();
    let estimates = Estimate::of_all(&series);
    (series, estimates)
}
