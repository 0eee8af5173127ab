//! The value that a strategy may take, as in `raise-limit=20GB`: its kind, its default and its check.

use crate::units::{Bytes, Duration};

/// The parameter of a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// The kind of value: size, duration, factor or count.
    pub kind: ParameterKind,
    /// The value that is used if none is given.
    pub default: &'static str,
    /// Other values that are worth a trial when every strategy is tried. Sizes are not listed here: which limits are
    /// worth one depends on the present limit.
    pub also_tried: &'static [&'static str],
}

/// The kind of value that a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A size such as `20GB`.
    Size,
    /// A duration such as `3d`.
    Duration,
    /// A number from 0 to 1.
    Factor,
    /// A whole number from 1 to 1,440.
    Count,
}

impl Parameter {
    /// What is wrong with this value; `None` if it is valid.
    pub fn problem(&self, text: &str) -> Option<String> {
        let within = |low: f64, high: f64| {
            let fits = text.parse().is_ok_and(|number: f64| (low..=high).contains(&number));
            (!fits).then(|| format!("`{text}` is not a number from {low} to {high}"))
        };
        match self.kind {
            ParameterKind::Size => text.parse::<Bytes>().err().map(|problem| problem.to_string()),
            ParameterKind::Duration => text.parse::<Duration>().err().map(|problem| problem.to_string()),
            ParameterKind::Factor => within(0.0, 1.0),
            ParameterKind::Count if text.contains('.') => Some(format!("`{text}` is not a whole number")),
            ParameterKind::Count => within(1.0, 1_440.0),
        }
    }
}
