//! Steps that find the same, and are found by the same: the legs of a matrix, or jobs with a key in common. To compare
//! 10,000 of them in pairs takes seconds, so a few of each kind stand for all.

use super::names::VersionedName;
use super::{CacheStep, StepStore, store};
use crate::project::System;
use crate::scenario::build::effect::traffic::{ClassSet, Occasions};
use crate::scenario::build::effect::uses::reads;
use indexmap::IndexMap;

/// What decides whether a step finds another one or is found by it, but for whose steps they are.
#[derive(PartialEq, Eq, Hash)]
struct StepKind<'s> {
    store: StepStore,
    names: Option<[(&'s str, &'s str, &'s [String]); 3]>,
    occasions: Occasions,
    classes: [ClassSet; 2],
    system: System,
    reads: bool,
    only_looks: bool,
}

/// The steps that stand for all, by their places. Of each kind there is the first, and the first of another job, of
/// another matrix and of another place in its job: whatever of these a question leaves out, one of the others is left.
pub(super) fn representatives(steps: &[CacheStep]) -> Vec<usize> {
    let mut kinds: IndexMap<StepKind, [Option<usize>; 4]> = IndexMap::new();
    for (place, step) in steps.iter().enumerate() {
        let found = kinds.entry(StepKind::of(step)).or_default();
        let first = found[0].map_or(step, |first| &steps[first]);
        let is_other =
            [found[0].is_none(), !is_of_job(first, step), !is_of_matrix(first, step), !is_leg(first, step)];
        for (found, _) in found.iter_mut().zip(is_other).filter(|(found, is)| found.is_none() && *is) {
            *found = Some(place);
        }
    }
    let mut places: Vec<usize> = kinds.into_values().flatten().flatten().collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// True if both are steps of one job.
pub(super) fn is_of_job(one: &CacheStep, other: &CacheStep) -> bool {
    std::ptr::eq(one.job, other.job)
}

/// True if both are steps of the legs of one job.
pub(super) fn is_of_matrix(one: &CacheStep, other: &CacheStep) -> bool {
    std::ptr::eq(one.workflow, other.workflow) && one.job.group == other.job.group
}

/// True if both are the same step of the legs of one job.
pub(super) fn is_leg(one: &CacheStep, other: &CacheStep) -> bool {
    is_of_matrix(one, other) && one.index() == other.index()
}

impl<'s> StepKind<'s> {
    fn of(step: &'s CacheStep) -> StepKind<'s> {
        let text = |(version, name): &'s VersionedName| {
            (version.as_str(), name.key.as_str(), name.restore_keys.as_slice())
        };
        StepKind {
            store: store(step.cache),
            names: step.names.as_ref().map(|names| names.each_ref().map(text)),
            occasions: step.occasions,
            classes: [step.looks_up_on, step.stores_on],
            system: step.system,
            reads: reads(step.job),
            only_looks: step.cache.only_looks(),
        }
    }
}
