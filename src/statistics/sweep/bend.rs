//! Finds where a result bends along each numeric axis of a grid. `elbow.rs` judges a single curve;
//! this file cuts the grid into curves. `result` calls it once a sweep is complete.

use super::design::Design;
use super::elbow::{Curve, Elbow, Finding};
use super::plan::Plan;
use crate::scenario::amount;
use indexmap::IndexMap;

/// Values of axes, each with the index of its axis.
type Others = Vec<(usize, String)>;

/// A result along one numeric axis, with the other axes held constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Bend {
    /// Index of the axis in the plan.
    pub axis: usize,
    /// The constant values of the other axes.
    pub others: Others,
    /// Indices of the points along the axis, in the order of the axis.
    pub points: Vec<usize>,
    /// Unit of the axis; may be empty.
    pub unit: String,
    /// The result along the axis.
    pub curve: Curve,
    /// Whether and where the curve bends.
    pub finding: Finding,
}

impl Bend {
    /// The elbow; `None` if the curve does not bend.
    pub fn elbow(&self) -> Option<&Elbow> {
        match &self.finding {
            Finding::Bent(elbow) => Some(elbow),
            _ => None,
        }
    }
}

/// The bends along every numeric axis of a grid, for each combination of values of the other axes.
/// `results` is indexed by point, then by replication. A curve that was not measured in every
/// replication is left out.
pub fn bends(plan: &Plan, results: &[Vec<Option<f64>>]) -> Vec<Bend> {
    if plan.design != Design::Grid || plan.shard.is_some() {
        return Vec::new();
    }
    (0..plan.axes.len()).flat_map(|axis| along(plan, axis, results)).collect()
}

fn along(plan: &Plan, axis: usize, results: &[Vec<Option<f64>>]) -> Vec<Bend> {
    let mut groups = IndexMap::<Others, Vec<(f64, usize)>>::new();
    let mut unit = None;
    for (index, point) in plan.points.iter().enumerate() {
        let Some((number, scale, own)) = amount(&point.settings[axis]) else { return Vec::new() };
        let (scale, _) = unit.get_or_insert((scale, own));
        let settings = point.settings.iter().cloned().enumerate();
        let others = settings.filter(|(other, _)| *other != axis).collect();
        groups.entry(others).or_default().push((number / *scale, index));
    }
    let unit = unit.map_or_else(String::new, |(_, unit)| unit);
    groups.into_iter().filter_map(|(others, places)| bend(axis, others, &unit, places, results)).collect()
}

fn bend(
    axis: usize,
    others: Others,
    unit: &str,
    mut places: Vec<(f64, usize)>,
    results: &[Vec<Option<f64>>],
) -> Option<Bend> {
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    if places.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return None;
    }
    let replications = results[places[0].1].len();
    let value = |replication: usize| {
        places.iter().map(move |(_, point)| results[*point].get(replication).copied().flatten())
    };
    let y: Option<Vec<Vec<f64>>> = (0..replications).map(|number| value(number).collect()).collect();
    let curve = Curve { x: places.iter().map(|(x, _)| *x).collect(), y: y? };
    let finding = curve.finding()?;
    let points = places.into_iter().map(|(_, point)| point).collect();
    Some(Bend { axis, others, points, unit: unit.to_owned(), curve, finding })
}
