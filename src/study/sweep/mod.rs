//! Many settings of one scenario: which are played, and what the whole of them says.
//!
//! A [`Design`] chooses the points: all combinations, a sample, or what an analysis of sensitivity
//! needs. A [`Plan`] is a whole sweep, written down so that another process can go on with it or
//! take a part of it. From the values at the points come the [`Elbow`] of a curve, and the
//! [`Sensitivity`]: how much of what is unknown each input explains ([`explained`]) or moves
//! ([`effects`]). All of it is
//! computed from numbers alone; nothing here simulates.

mod bend;
mod design;
mod elbow;
mod morris;
mod plan;
mod resample;
mod sensitivity;
mod sobol;

pub use bend::{Bend, bends};
pub use design::{Design, ROWS_MAX};
pub use elbow::{Curve, Elbow, Finding, Shape};
pub use morris::{Effect, effects};
pub use plan::{
    AXES_MAX, Axis, PARTS_MAX, POINTS_MAX, Plan, Point, Rows, SIMULATIONS_MAX, Shard, Tool, summarises,
};
pub use resample::Interval;
pub use sensitivity::Sensitivity;
pub use sobol::{Explained, explained};

use super::estimate::Estimate;
use super::series::Series;
use crate::observe::Value;

/// The metrics of one point from the values of its replications, in their order: in each, and the
/// means with their intervals.
pub fn estimated(replications: Vec<Vec<Value>>) -> (Vec<Series>, Vec<Estimate>) {
    let series = Series::gather(&replications);
    let estimates = Estimate::of_all(&series);
    (series, estimates)
}
