//! The pushes of a replication that are known before it begins. They are applied to the branches when they arrive.

use super::model::Model;
use crate::random::Draws;
use crate::workload::{History, LoggedPush};

/// A push that is known beforehand, with its number in time order.
#[derive(Debug, Clone)]
pub(super) struct PlannedPush {
    pub nth: u32,
    pub push: LoggedPush,
}

/// The pushes of the simulated time. Those before it are applied to the branches at once.
pub(super) fn planned_pushes(model: &Model, history: &mut History, draws: &Draws) -> Vec<PlannedPush> {
    let mut planned = Vec::new();
    for (push, nth) in model.workload.planned(draws).into_iter().zip(0..) {
        match push {
            LoggedPush { at, .. } if model.from.is_some_and(|from| at < from) => {
                drop(history.apply(nth, &push))
            }
            LoggedPush { at, .. } if model.until.is_some_and(|until| at >= until) => {}
            push => planned.push(PlannedPush { nth, push }),
        }
    }
    planned
}
