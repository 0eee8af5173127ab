//! Values in `leg` of a job that change nothing: the rules of a job, asked of those legs alone that a value is
//! for.

use super::{IdleKey, Scene};
use crate::ci::{Job, Workflow};
use crate::diagnostic::{Diagnostic, Report, Span};
use crate::scenario::build::workflow::matrix;
use crate::scenario::view::{Override, View};

/// The rules of a job, for the view of some of its legs.
type LegRules<'r> = &'r dyn Fn(View, &[&Job], &mut IdleKey);

/// Keys whose values are merged with the job's, not replaced.
const MERGED: [&str; 3] = ["cache", "compile", "runner"];

/// Legs that the same tables of `leg` are for.
struct AlikeLegs<'a> {
    /// The tables, as indices.
    overrides: Vec<usize>,
    legs: Vec<&'a Job>,
}

/// The values in `leg` of the job that this is the view of.
pub(super) fn idle(
    scene: &Scene,
    workflow: &Workflow,
    group: &str,
    view: View,
    rules: LegRules,
    found: &mut IdleKey,
) {
    let overrides = view.overrides("leg");
    if overrides.is_empty() {
        return;
    }
    let kinds = kinds(workflow, group, view, &overrides);
    hidden(view, &overrides, &kinds, found);
    for (index, over) in overrides.iter().enumerate() {
        let spans = over.spans();
        let concerned = kinds.iter().filter(|kind| kind.overrides.contains(&index));
        let said = concerned.filter_map(|kind| said(scene, workflow, view, &overrides, kind, rules));
        found.0.extend(
            common(said).into_iter().filter(|warning| warning.span.is_some_and(|at| spans.contains(&at))),
        );
    }
}

/// All legs of the job, by the tables that are for them.
fn kinds<'a>(workflow: &'a Workflow, group: &str, view: View, overrides: &[Override]) -> Vec<AlikeLegs<'a>> {
    let jobs = workflow.jobs.iter().filter(|job| job.group == group);
    let mut kinds: Vec<AlikeLegs> = Vec::new();
    for (leg, job) in matrix::legs(view, &mut Report::default()).iter().zip(jobs) {
        let own = overrides.iter().enumerate().filter(|(_, over)| leg.is_meant(&over.when()));
        let own: Vec<usize> = own.map(|(index, _)| index).collect();
        match kinds.iter_mut().find(|kind| kind.overrides == own) {
            Some(kind) => kind.legs.push(job),
            None => kinds.push(AlikeLegs { overrides: own, legs: vec![job] }),
        }
    }
    kinds
}

/// What the rules say of these legs, with all that is written for them; `None` if none of them ever runs.
fn said(
    scene: &Scene,
    workflow: &Workflow,
    view: View,
    overrides: &[Override],
    kind: &AlikeLegs,
    rules: LegRules,
) -> Option<Vec<Diagnostic>> {
    let layers: Vec<Override> = kind.overrides.iter().map(|index| overrides[*index]).collect();
    let legs = kind.legs.iter().copied().filter(|job| scene.traffic.reaches(workflow, job));
    let legs: Vec<&Job> = legs.collect();
    let node = view.overridden(&layers);
    let mut said = IdleKey(Vec::new());
    rules(view.replaced(&node), &legs, &mut said);
    (!legs.is_empty()).then_some(said.0)
}

/// The warnings that are given each time, by their place.
fn common(mut said: impl Iterator<Item = Vec<Diagnostic>>) -> Vec<Diagnostic> {
    let first = said.next().unwrap_or_default();
    said.fold(first, |mut common, others| {
        let spans: Vec<Option<Span>> = others.iter().map(|warning| warning.span).collect();
        common.retain(|warning| spans.contains(&warning.span));
        common
    })
}

/// Values that other tables of `leg` replace wherever they would hold.
fn hidden(view: View, overrides: &[Override], kinds: &[AlikeLegs], found: &mut IdleKey) {
    let replaced = |key: &str, from: usize, kind: &AlikeLegs| {
        kind.overrides.iter().any(|index| *index >= from && overrides[*index].view.has(key))
    };
    for key in view.keys().filter(|key| !MERGED.contains(key)) {
        if kinds.iter().all(|kind| replaced(key, 0, kind)) {
            found.value(view, key, "`leg` has another value for each leg");
        }
    }
    for (index, over) in overrides.iter().enumerate() {
        for key in over.keys().filter(|key| !MERGED.contains(key)) {
            let mut concerned = kinds.iter().filter(|kind| kind.overrides.contains(&index));
            if concerned.all(|kind| replaced(key, index + 1, kind)) {
                found.value(over.view, key, "a later table of `leg` replaces it");
            }
        }
    }
}
