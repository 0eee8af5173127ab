//! One or several strategies with their parameters, as written on the command line, and how they are
//! applied to a scenario.

use super::{STRATEGIES, Strategy, find};
use crate::diagnostic::{Report, nearest};
use crate::scenario::{Change, Scenario};
use std::fmt;

/// The value of `--strategy`: one strategy, or several at once, with their parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Treatment {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
struct Part {
    strategy: &'static Strategy,
    /// The text after `=`; empty for the parameter's default.
    value: String,
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        self.strategy.name == other.strategy.name && self.value == other.value
    }
}

/// Why a treatment cannot be simulated.
#[derive(Debug)]
pub enum CannotApply {
    /// One of the strategies changes nothing in this scenario.
    DoesNotApply {
        /// The strategy.
        strategy: &'static str,
        /// The reason, as half a sentence.
        reason: &'static str,
    },
    /// The changed scenario is not valid.
    Invalid(Box<Report>),
}

impl Treatment {
    /// Parses `name`, `name=value` or several of them joined by `+`.
    ///
    /// # Errors
    /// What is wrong, with the probable meaning.
    pub fn parse(text: &str) -> Result<Treatment, String> {
        let parts: Result<Vec<Part>, String> = text.split('+').map(Part::parse).collect();
        Ok(Treatment { parts: parts? })
    }

    /// All treatments of a list as one, in the order of the list.
    pub fn together(treatments: &[Treatment]) -> Treatment {
        Treatment { parts: treatments.iter().flat_map(|treatment| treatment.parts.clone()).collect() }
    }

    /// Applies each strategy to the result of those before it. Returns the scenario and all changes.
    ///
    /// # Errors
    /// If a strategy does not apply, or the result is not a valid scenario.
    pub fn apply(&self, scenario: &Scenario) -> Result<(Scenario, Vec<Change>), CannotApply> {
        self.played(scenario, |part| {
            let Part { strategy: Strategy { name, otherwise, .. }, .. } = part;
            Err(CannotApply::DoesNotApply { strategy: name, reason: otherwise })
        })
    }

    /// Like [`Treatment::apply`], but skips strategies that earlier ones have made pointless. For example,
    /// the store of sccache's objects does not matter after sccache was dropped.
    ///
    /// # Errors
    /// If the result is not a valid scenario.
    pub fn apply_what_is_left(&self, scenario: &Scenario) -> Result<(Scenario, Vec<Change>), CannotApply> {
        self.played(scenario, |_| Ok(()))
    }

    fn played(
        &self,
        scenario: &Scenario,
        pointless: impl Fn(&Part) -> Result<(), CannotApply>,
    ) -> Result<(Scenario, Vec<Change>), CannotApply> {
        let (mut scenario, mut all) = (scenario.clone(), Vec::new());
        for part in &self.parts {
            let changes = (part.strategy.changes)(scenario.view(), part.value());
            if changes.is_empty() {
                pointless(part)?;
                continue;
            }
            let changed = scenario.changed(part.strategy.name, &changes);
            scenario = changed.map_err(|report| CannotApply::Invalid(Box::new(report)))?;
            all.extend(changes);
        }
        Ok((scenario, all))
    }
}

impl Part {
    fn parse(text: &str) -> Result<Part, String> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (text.trim(), None),
        };
        let strategy = find(name).ok_or_else(|| unknown(name))?;
        match (strategy.parameter, value) {
            (None, Some(_)) => Err(format!("`{name}` takes no value")),
            (Some(parameter), Some(value)) => match parameter.problem(value) {
                Some(problem) => Err(format!("{problem}; write for example `{name}={}`", parameter.default)),
                None => Ok(Part { strategy, value: value.to_owned() }),
            },
            (_, None) => Ok(Part { strategy, value: String::new() }),
        }
    }

    fn value(&self) -> &str {
        let default = self.strategy.parameter.map_or("", |parameter| parameter.default);
        if self.value.is_empty() { default } else { &self.value }
    }
}

fn unknown(name: &str) -> String {
    match nearest(name, STRATEGIES.iter().map(|strategy| strategy.name)) {
        Some(near) => format!("there is no strategy `{name}`: did you mean `{near}`?"),
        None => format!("there is no strategy `{name}`: `cache-budget strategies` lists them"),
    }
}

/// Writes it as on the command line.
impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (index, Part { strategy, value }) in self.parts.iter().enumerate() {
            let (joint, equals) = (if index > 0 { "+" } else { "" }, if value.is_empty() { "" } else { "=" });
            write!(f, "{joint}{}{equals}{value}", strategy.name)?;
        }
        Ok(())
    }
}

impl fmt::Display for CannotApply {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            CannotApply::DoesNotApply { strategy, reason } => {
                write!(f, "the strategy `{strategy}` does not apply: {reason}")
            }
            CannotApply::Invalid(_) => write!(f, "the strategy makes the scenario invalid"),
        }
    }
}
