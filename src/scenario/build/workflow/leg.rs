//! A leg of a job's matrix, and what a job is built from: one leg with the job's table. `matrix.rs` makes the
//! legs.

use crate::ci::Build;
use crate::diagnostic::{Diagnostic, Report, Span, printable};
use crate::scenario::build::names::position;
use crate::scenario::grammar::words;
use crate::scenario::view::View;
use crate::service::CacheMode;
use crate::units::Duration;
use std::rc::Rc;
use std::sync::Arc;

/// Keys of a matrix with their values. A value that is a table gives a key for each of its parts:
/// `target.os`.
pub(in crate::scenario::build) type MatrixValues = Vec<(String, String)>;

/// One leg of a job's matrix: its values by key. Without a matrix there is one leg without values.
#[derive(Debug, Clone, Default)]
pub(in crate::scenario::build) struct Leg {
    values: MatrixValues,
    /// The keys of all legs. A key that the leg itself lacks is an empty text, as in an expression.
    keys: Rc<[String]>,
}

impl Leg {
    /// A leg with these values, in a matrix with these keys.
    pub fn new(values: MatrixValues, keys: &[String]) -> Leg {
        Leg { values, keys: keys.into() }
    }

    /// The job's name with the leg in brackets: `build (api, amd64)`.
    pub fn name(&self, group: &str) -> String {
        if self.values.is_empty() { group.to_owned() } else { format!("{group} ({})", self.joined(", ")) }
    }

    /// All values, joined by hyphens; empty without a matrix.
    pub fn text(&self) -> String {
        self.joined("-")
    }

    fn joined(&self, separator: &str) -> String {
        let values: Vec<_> = self.values.iter().map(|(_, value)| value.as_str()).collect();
        values.join(separator)
    }

    /// The value of a key; `None` if the leg has no such key.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// What the key is in a text: empty if only other legs have it; `None` if none has.
    pub fn filling(&self, key: &str) -> Option<&str> {
        self.value(key).or(self.keys.iter().any(|known| known == key).then_some(""))
    }

    /// The keys of the matrix.
    pub fn axes(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(String::as_str)
    }

    /// True if the leg has one of the values under each key.
    pub fn is_meant(&self, when: &[(&str, Vec<&str>, Span)]) -> bool {
        when.iter().all(|(key, values, _)| self.value(key).is_some_and(|value| values.contains(&value)))
    }

    /// True if some key has this value.
    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|(_, known)| known == value)
    }

    /// The text, with every `{key}` replaced by the leg's value.
    pub fn fill(&self, text: &str) -> String {
        let filled = |text: String, key: &str| {
            text.replace(&format!("{{{key}}}"), self.filling(key).unwrap_or_default())
        };
        self.axes().fold(text.to_owned(), filled)
    }
}

/// The index of an axis among those of a leg's matrix. If it is missing, that is reported.
pub(in crate::scenario::build) fn axis_position(
    name: &str,
    span: Span,
    leg: &Leg,
    report: &mut Report,
) -> Option<usize> {
    let axes: Vec<&str> = leg.axes().collect();
    if axes.is_empty() {
        let message = format!("there is no axis of the matrix called `{}`", printable(name));
        report.push(Diagnostic::error("unknown-name", message).at(span).help("the job has no `matrix`"));
        return None;
    }
    position(name, span, "axis of the matrix called", axes.into_iter(), report)
}

/// One leg of a job, before it is built.
pub(in crate::scenario::build) struct JobDraft<'a> {
    pub group: &'a str,
    pub view: View<'a>,
    pub leg: Leg,
    /// The workflow's `cache-mode`.
    pub cache_mode: Option<CacheMode>,
    /// The jobs it needs, as indices within the workflow.
    pub needs: Arc<[usize]>,
}

/// What a job does between its restores and its saves.
pub(in crate::scenario::build) struct JobBuild {
    pub build: Build,
    /// The fixed time before the build.
    pub prepare: Duration,
}

/// The `cache-mode` that a workflow or a job declares.
pub(in crate::scenario::build) fn cache_mode(view: View) -> Option<CacheMode> {
    view.has("cache-mode").then(|| view.choice("cache-mode", &words::CACHE_MODES))
}
