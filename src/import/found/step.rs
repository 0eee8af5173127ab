//! A step of a job, or of a local action that the job uses, under one event and in one leg.

use super::beside::StepBeside;
use crate::import::action::ActionReference;
use crate::import::expression::{ExprValue, Truth};
use crate::import::yaml::YamlNode;
use std::collections::BTreeMap;

/// Where a step is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepPlace {
    /// The number of the step in its job, then in the action that it uses, and so on.
    pub path: Vec<usize>,
    /// The file and the line.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// A step.
#[derive(Debug, Clone)]
pub struct PlacedStep<'a> {
    /// Where it is.
    pub place: StepPlace,
    /// The local action through which the job uses it, as the job names it.
    pub via: Option<String>,
    /// Whether it runs, its own condition and those around it.
    pub condition: Truth,
    /// The texts of these conditions.
    pub conditions: Vec<String>,
    /// What it runs beside.
    pub beside: StepBeside,
    /// Its own environment, evaluated.
    pub env: Vec<(String, ExprValue)>,
    /// What it does.
    pub does: StepDoes<'a>,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum StepDoes<'a> {
    /// It uses an action that is not in the repository.
    Uses {
        /// The action.
        action: ActionReference,
        /// Its inputs, evaluated.
        with: Vec<(String, ExprValue)>,
        /// Its inputs as they are written.
        written: Option<&'a YamlNode>,
    },
    /// It uses a local action that is no list of steps, such as one in JavaScript.
    UsesProgram {
        /// What `uses` says.
        uses: String,
    },
    /// It runs a script.
    Runs {
        /// The script, with its expressions.
        script: &'a str,
    },
}

impl StepPlace {
    /// `file:line`.
    pub fn text(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

impl StepDoes<'_> {
    /// The inputs as they are written.
    pub fn inputs(&self) -> BTreeMap<String, String> {
        let StepDoes::Uses { written: Some(node), .. } = self else { return BTreeMap::new() };
        node.map().iter().filter_map(|(name, value)| Some((name.clone(), value.text()?))).collect()
    }
}
