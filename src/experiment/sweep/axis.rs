//! The axes of a sweep: the inputs that are varied, and what each of their values means for the scenario.

use super::SweepRequest;
use crate::diagnostic::{Diagnostic, Report, Span};
use crate::scenario::{Assumed, Misread, ValueRange, takes_whole_numbers};
use crate::statistics::sweep;
use crate::strategy::StrategySet;
use std::collections::BTreeSet;

/// An input that is varied.
#[derive(Debug)]
pub(super) struct VariedInput {
    /// A path in the scenario, `strategy`, or the name of a strategy that is off or on.
    pub name: String,
    /// The values it takes.
    pub values: ValueRange,
    kind: InputKind,
}

#[derive(Debug)]
enum InputKind {
    /// A value in the scenario: whether it has to be a whole number, and the other paths with the same
    /// value.
    Path { whole: bool, also: Vec<String> },
    /// A choice of strategies, each under the value that selects it. `none` and `off` are not in the list.
    Strategies(Vec<(String, StrategySet)>),
}

impl VariedInput {
    /// The axes that the request names, in its order. If a path is named without values, its range in
    /// `assumed` is used.
    pub fn all(request: &SweepRequest, assumed: &[Assumed]) -> Result<Vec<VariedInput>, Report> {
        let mut report = Report::default();
        let mut axes: Vec<VariedInput> = vec![];
        for text in &request.vary {
            let file = report.sources.add("--vary", text.clone());
            let span = |at: std::ops::Range<usize>| Span { file, start: at.start, end: at.end };
            match VariedInput::varied(text, assumed) {
                Ok(axis) => axes.push(axis),
                Err(Misread { at, message, help }) => {
                    report.push(Diagnostic::error("bad-vary", message).at(span(at)).help(help));
                }
            }
        }
        axes.extend(request.strategies.iter().map(VariedInput::switched));
        if axes.is_empty() && request.vary.is_empty() {
            axes.extend(assumed.iter().map(VariedInput::assumed));
        }
        let mut names = BTreeSet::new();
        for axis in &axes {
            if !names.insert(&axis.name) {
                report.push(Diagnostic::error("bad-vary", format!("`{}` is varied twice", axis.name)));
            }
        }
        if report.has_errors() { Err(report) } else { Ok(axes) }
    }

    fn path(path: &str, values: ValueRange, also: Vec<String>) -> VariedInput {
        VariedInput {
            name: path.to_owned(),
            values,
            kind: InputKind::Path { whole: takes_whole_numbers(path), also },
        }
    }

    fn assumed(of: &Assumed) -> VariedInput {
        VariedInput::path(&of.path, of.values.clone(), of.also.clone())
    }

    /// Parses `PATH=VALUES`, `strategy=NAMES`, or a path alone.
    fn varied(text: &str, assumed: &[Assumed]) -> Result<VariedInput, Misread> {
        let Some((path, values)) = text.split_once('=') else {
            let path = text.trim();
            let known = assumed.iter().find(|known| known.path == path);
            return known.map(VariedInput::assumed).ok_or_else(|| Misread {
                at: 0..text.len(),
                message: format!("the scenario assumes no range for `{path}`"),
                help: "write PATH=VALUES, or give it a range under `[assumed]` in the scenario",
            });
        };
        let start = path.len() + 1;
        let moved =
            |misread: Misread| Misread { at: misread.at.start + start..misread.at.end + start, ..misread };
        let values = ValueRange::parse(values).map_err(moved)?;
        match path.trim() {
            "strategy" => VariedInput::choice(values).map_err(|message| Misread {
                at: start..text.len(),
                message,
                help: "write for example strategy=none,drop-sccache,raise-limit=20GB; `+` joins several",
            }),
            path => Ok(VariedInput::path(path, values, vec![])),
        }
    }

    fn choice(values: ValueRange) -> Result<VariedInput, String> {
        let ValueRange::Listed(names) = &values else { return Err("strategies have no range".into()) };
        let named = names.iter().filter(|name| *name != "none");
        let strategies = named
            .map(|name| Ok((name.clone(), StrategySet::parse(name).map_err(|problem| problem.to_string())?)))
            .collect::<Result<_, String>>()?;
        Ok(VariedInput { name: "strategy".into(), values, kind: InputKind::Strategies(strategies) })
    }

    /// The axis of a strategy that is off or on.
    fn switched(strategies: &StrategySet) -> VariedInput {
        let values = ValueRange::Listed(vec!["off".into(), "on".into()]);
        let kind = InputKind::Strategies(vec![("on".into(), strategies.clone())]);
        VariedInput { name: strategies.to_string(), values, kind }
    }

    /// The value at this position of the axis.
    pub fn at(&self, place: f64) -> String {
        self.values.at(place, matches!(self.kind, InputKind::Path { whole: true, .. }))
    }

    /// The axis without weights, for a design that plays each value.
    pub fn unweighted(self) -> VariedInput {
        VariedInput { values: self.values.unweighted(), ..self }
    }

    /// What this value does to the scenario.
    pub fn does(&self, value: &str) -> Does<'_> {
        match &self.kind {
            InputKind::Path { also, .. } => {
                let paths = std::iter::once(&self.name).chain(also);
                Does::Set(paths.map(|path| format!("{path}={value}")).collect())
            }
            InputKind::Strategies(strategies) => {
                let named = strategies.iter().find(|(name, _)| name == value);
                named.map_or(Does::Nothing, |(_, strategies)| Does::Apply(strategies))
            }
        }
    }

    /// The axis as the plan describes it.
    pub fn described(&self, own: Option<String>) -> sweep::Axis {
        let values = self.values.to_string();
        sweep::Axis { name: self.name.clone(), values, own }
    }

    /// True if the axis is a path, for which the scenario may have a value.
    pub fn is_path(&self) -> bool {
        matches!(self.kind, InputKind::Path { .. })
    }
}

/// The effect of an axis's value on a scenario.
pub(super) enum Does<'a> {
    Nothing,
    /// Sets these, each `PATH=VALUE`.
    Set(Vec<String>),
    Apply(&'a StrategySet),
}
