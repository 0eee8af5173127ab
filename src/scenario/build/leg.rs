//! The legs of a job's matrix, and what a job is built from: one leg with the job's table.

use super::runner::system_of;
use crate::ci::Build;
use crate::diagnostic::{Diagnostic, Report};
use crate::project::System;
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::service::CacheMode;
use crate::units::Duration;

/// One leg of a job's matrix: a value for each axis. Without a matrix there is one leg without axes.
#[derive(Debug, Clone, Default)]
pub(super) struct Leg<'a> {
    values: Vec<(&'a str, &'a str)>,
}

/// The most legs of one job: GitHub's documented limit.
const LEGS_MAX: usize = 256;

impl<'a> Leg<'a> {
    /// All legs of a job. The last axis changes fastest.
    pub fn all(job: View<'a>, report: &mut Report) -> Vec<Leg<'a>> {
        if !job.has("matrix") {
            return vec![Leg::default()];
        }
        let axes = job.text_lists("matrix");
        let count = axes.iter().map(|(_, values)| values.len()).fold(1, usize::saturating_mul);
        if count == 0 || count > LEGS_MAX {
            let message = format!("the matrix has {count} legs, not 1 to {LEGS_MAX}");
            report.push(Diagnostic::error("limit-exceeded", message).at(job.span("matrix")));
            return vec![Leg::default()];
        }
        let mut legs = vec![Leg::default()];
        for (axis, values) in axes {
            legs = legs.iter().flat_map(|leg| values.iter().map(|value| leg.with(axis, value))).collect();
        }
        legs
    }

    fn with(&self, axis: &'a str, value: &'a str) -> Leg<'a> {
        let mut values = self.values.clone();
        values.push((axis, value));
        Leg { values }
    }

    /// The job's name with the leg in brackets: `build (api, amd64)`.
    pub fn name(&self, group: &str) -> String {
        let values: Vec<_> = self.values.iter().map(|(_, value)| *value).collect();
        if values.is_empty() { group.to_owned() } else { format!("{group} ({})", values.join(", ")) }
    }

    /// The value of an axis; `None` if there is no such axis.
    pub fn value(&self, axis: &str) -> Option<&'a str> {
        self.values.iter().find(|(name, _)| *name == axis).map(|(_, value)| *value)
    }

    /// The names of the axes.
    pub fn axes(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.values.iter().map(|(axis, _)| *axis)
    }

    /// True if some axis has this value.
    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|(_, known)| *known == value)
    }

    /// The text, with every `{axis}` replaced by the leg's value.
    pub fn fill(&self, text: &str) -> String {
        self.values
            .iter()
            .fold(text.to_owned(), |text, (axis, value)| text.replace(&format!("{{{axis}}}"), value))
    }
}

/// One leg of a job as a strategy sees it: its system, and the texts with its values filled in.
#[derive(Debug, Clone)]
pub struct Seat<'a> {
    /// The operating system and architecture of its runner.
    pub system: System,
    leg: Leg<'a>,
}

impl<'a> Seat<'a> {
    /// The legs of a job, in the order of its matrix. Problems are not reported here but when the model is
    /// built.
    pub fn all(scenario: View<'a>, job: View<'a>) -> Vec<Seat<'a>> {
        let legs = Leg::all(job, &mut Report::default()).into_iter();
        legs.map(|leg| Seat { system: system_of(scenario, &label(job, &leg)), leg }).collect()
    }

    /// The text, with every `{axis}` replaced by the leg's value.
    pub fn fill(&self, text: &str) -> String {
        self.leg.fill(text)
    }
}

fn label(job: View, leg: &Leg) -> String {
    let table = job.named_texts("runner");
    let text = match &table {
        None => job.text("runner"),
        Some(table) => table.iter().find(|(value, ..)| leg.has(value)).map_or("", |(_, label, _)| *label),
    };
    leg.fill(text)
}

/// One leg of a job, before it is built.
pub(super) struct JobDraft<'a> {
    pub group: &'a str,
    pub view: View<'a>,
    pub leg: Leg<'a>,
    /// The workflow's `cache-mode`.
    pub cache_mode: Option<CacheMode>,
    /// The jobs it needs, as indices within the workflow.
    pub needs: Vec<usize>,
}

/// What a job does between its restores and its saves.
pub(super) struct JobBuild {
    pub build: Build,
    /// The fixed time before the build.
    pub prepare: Duration,
}

/// The `cache-mode` that a workflow or a job declares.
pub(super) fn cache_mode(view: View) -> Option<CacheMode> {
    view.has("cache-mode").then(|| view.choice("cache-mode", &words::CACHE_MODES))
}
