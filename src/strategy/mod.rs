//! Strategies: the remedies people try. Each turns a scenario to which it applies into another scenario.
//!
//! A [`Strategy`] reads a checked scenario and returns the [`Change`]s it consists of, or the reason why it
//! does not apply. A [`StrategySet`] is what the user asked for: one strategy, or several at once. There is
//! one file per strategy in [`remedy`], with the edit of the workflow and the known evidence. No strategy
//! says whether it pays off; `statistics` finds out. `experiment` applies them.
//!
//! [`Change`]: crate::scenario::Change

mod debug_info;
mod expectation;
mod hashed;
mod job;
mod layers;
mod parameter;
mod place;
mod proposal;
pub mod remedy;
mod strategy_set;

pub use expectation::{ScenarioWithStrategies, load};
pub use parameter::{Parameter, ParameterKind};
pub use proposal::{lower_limit, proposals};
pub use remedy::STRATEGIES;
pub use strategy_set::{BadStrategy, CannotApply, StrategySet};

use crate::scenario::{Change, View};

/// A strategy: a remedy with a name.
#[derive(Debug)]
pub struct Strategy {
    /// Its name on the command line, for example `drop-sccache`.
    pub name: &'static str,
    /// A title of a few words.
    pub title: &'static str,
    /// What it does, in one or two sentences.
    pub summary: &'static str,
    /// What the user has to edit in the workflow or the repository's settings.
    pub edit: &'static str,
    /// Where it is known to help or to hurt, with sources.
    pub evidence: &'static str,
    /// The clients it changes; empty if it changes the service or the workflows.
    pub applies_to: &'static [&'static str],
    /// The value that it takes after `=`, if it takes one.
    pub parameter: Option<Parameter>,
    /// Why it does not apply, for a scenario in which it would change nothing.
    pub(crate) not_applicable_because: &'static str,
    /// The changes it makes to a scenario; none if it does not apply. The text is the value of the
    /// parameter, and empty if there is no parameter.
    pub(crate) changes: fn(View, &str) -> Vec<Change>,
}

impl Strategy {
    /// True if its parameter is a size.
    fn has_size(&self) -> bool {
        self.parameter.is_some_and(|parameter| parameter.kind == ParameterKind::Size)
    }
}

/// The strategy with this name; `None` if there is none.
pub fn find(name: &str) -> Option<&'static Strategy> {
    STRATEGIES.iter().find(|strategy| strategy.name == name).copied()
}
