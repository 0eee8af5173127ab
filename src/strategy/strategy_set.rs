//! One or several strategies with their parameters, as written on the command line, and how they are
//! applied to a scenario.

use super::{STRATEGIES, Strategy, find};
use crate::diagnostic::{Report, nearest};
use crate::scenario::{Change, Scenario};
use std::fmt;
use thiserror::Error;

/// The value of `--strategy`: one strategy, or several at once, with their parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct StrategySet {
    strategies: Vec<ChosenStrategy>,
}

#[derive(Debug, Clone)]
struct ChosenStrategy {
    strategy: &'static Strategy,
    /// The text after `=`; empty for the parameter's default.
    value: String,
}

impl PartialEq for ChosenStrategy {
    fn eq(&self, other: &ChosenStrategy) -> bool {
        self.strategy.name == other.strategy.name && self.value == other.value
    }
}

/// What is wrong with a strategy, as it was written or in this scenario.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}{}{help}", if help.is_empty() { "" } else { joint })]
pub struct BadStrategy {
    /// The problem.
    pub message: String,
    /// What stands between problem and help in a single sentence.
    joint: &'static str,
    /// The probable meaning, an example or the reason; empty if the problem says everything.
    pub help: String,
}

/// Why strategies cannot be simulated.
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

impl StrategySet {
    /// Parses `name`, `name=value` or several of them joined by `+`.
    ///
    /// # Errors
    /// What is wrong, with the probable meaning.
    pub fn parse(text: &str) -> Result<StrategySet, BadStrategy> {
        let strategies: Result<Vec<ChosenStrategy>, BadStrategy> =
            text.split('+').map(ChosenStrategy::parse).collect();
        let set = StrategySet { strategies: strategies? };
        match set.contradiction() {
            Some((one, other)) => Err(BadStrategy::exclusive(one.strategy, other.strategy)),
            None => Ok(set),
        }
    }

    /// Two of its strategies that set one thing to different values.
    fn contradiction(&self) -> Option<(&ChosenStrategy, &ChosenStrategy)> {
        let behind = |at: usize| self.strategies[at + 1..].iter();
        let mut pairs = self
            .strategies
            .iter()
            .enumerate()
            .flat_map(|(at, one)| behind(at).map(move |other| (one, other)));
        pairs.find(|(one, other)| exclude(one.strategy, other.strategy) && (one != other))
    }

    /// Parses what somebody asks for on the command line. There, a size has no default: which limit is meant is not for
    /// the program to guess, and its default may be smaller than the present limit.
    ///
    /// # Errors
    /// What is wrong, with the probable meaning.
    pub fn asked(text: &str) -> Result<StrategySet, BadStrategy> {
        let set = StrategySet::parse(text)?;
        let open = set.strategies.iter().find(|chosen| chosen.value.is_empty() && chosen.strategy.has_size());
        let Some(ChosenStrategy { strategy, .. }) = open else { return Ok(set) };
        let message = format!("`{}` needs a size", strategy.name);
        let example = strategy.parameter.map_or("", |parameter| parameter.default);
        Err(BadStrategy::new(message, ": ", format!("write for example `{}={example}`", strategy.name)))
    }

    /// One strategy with this value of its parameter, or with the default if the value is empty.
    pub(super) fn one(strategy: &'static Strategy, value: &str) -> StrategySet {
        StrategySet { strategies: vec![ChosenStrategy { strategy, value: value.to_owned() }] }
    }

    /// The strategies in it, without their values.
    pub fn strategies(&self) -> impl Iterator<Item = &'static Strategy> + '_ {
        self.strategies.iter().map(|chosen| chosen.strategy)
    }

    /// The places in workflows that each strategy changes, in their order, where the scenario says which lines it was
    /// imported from.
    pub fn places(&self, scenario: &Scenario) -> Vec<Vec<String>> {
        let of = |chosen: &ChosenStrategy| {
            let mut places: Vec<String> = vec![];
            for change in (chosen.strategy.changes)(scenario.view(), chosen.value()) {
                let place = scenario.workflow_line(&change.path);
                places.extend(place.filter(|place| !places.contains(place)));
            }
            places
        };
        self.strategies.iter().map(of).collect()
    }

    /// The cache clients of jobs that each strategy changes, in the order of the strategies.
    pub fn clients(&self, scenario: &Scenario) -> Vec<Vec<String>> {
        let client = |change: Change| match change.path.as_slice() {
            [workflow, _, job, _, rest @ ..] if [workflow, job] == ["workflow", "job"] => match rest {
                [cache, client, ..] if cache == "cache" => Some(client.clone()),
                [leg, _, cache, client, ..] if [leg, cache] == ["leg", "cache"] => Some(client.clone()),
                _ => None,
            },
            _ => None,
        };
        let of = |chosen: &ChosenStrategy| {
            (chosen.strategy.changes)(scenario.view(), chosen.value())
                .into_iter()
                .filter_map(client)
                .collect()
        };
        self.strategies.iter().map(of).collect()
    }

    /// True if both contain the same strategy, perhaps with another value, or two that exclude each other.
    pub fn overlaps(&self, other: &StrategySet) -> bool {
        self.strategies().any(|own| other.strategies().any(|theirs| exclude(own, theirs)))
    }

    /// All sets of a list as one, in the order of the list.
    pub fn together(sets: &[StrategySet]) -> StrategySet {
        StrategySet { strategies: sets.iter().flat_map(|set| set.strategies.clone()).collect() }
    }

    /// Applies each strategy to the result of those before it. Returns the scenario and all changes.
    ///
    /// # Errors
    /// If a strategy does not apply, or the result is not a valid scenario.
    pub fn apply(&self, scenario: &Scenario) -> Result<(Scenario, Vec<Change>), CannotApply> {
        self.played(scenario, |chosen| {
            let ChosenStrategy { strategy: Strategy { name, not_applicable_because, .. }, .. } = chosen;
            Err(CannotApply::DoesNotApply { strategy: name, reason: not_applicable_because })
        })
    }

    /// Like [`StrategySet::apply`], but skips strategies that earlier ones have made pointless. For example,
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
        pointless: impl Fn(&ChosenStrategy) -> Result<(), CannotApply>,
    ) -> Result<(Scenario, Vec<Change>), CannotApply> {
        let (mut scenario, mut all) = (scenario.clone(), Vec::new());
        for chosen in &self.strategies {
            let changes = (chosen.strategy.changes)(scenario.view(), chosen.value());
            if changes.is_empty() {
                pointless(chosen)?;
                continue;
            }
            let changed = scenario.changed(chosen.strategy.name, &changes);
            let changed = changed.map_err(|report| CannotApply::Invalid(Box::new(report)))?;
            if changed.has_values_of(&scenario) {
                pointless(chosen)?;
                continue;
            }
            scenario = changed;
            all.extend(changes);
        }
        Ok((scenario, all))
    }
}

/// Strategies of which a scenario takes one only: they set one thing to different values.
const ALTERNATIVES: [[&str; 2]; 3] = [
    ["line-tables-only", "no-debug-info"],
    ["scope-per-image", "scope-per-image-and-arch"],
    ["registry-per-image", "registry-per-image-and-arch"],
];

/// True if only one of two strategies can be applied.
fn exclude(one: &Strategy, other: &Strategy) -> bool {
    one.name == other.name
        || ALTERNATIVES.iter().any(|pair| [one, other].iter().all(|of| pair.contains(&of.name)))
}

impl ChosenStrategy {
    fn parse(text: &str) -> Result<ChosenStrategy, BadStrategy> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name.trim(), Some(value.trim())),
            None => (text.trim(), None),
        };
        let strategy = find(name).ok_or_else(|| BadStrategy::unknown(name))?;
        match (strategy.parameter, value) {
            (None, Some(_)) => Err(BadStrategy::new(format!("`{name}` takes no value"), "", "")),
            (Some(parameter), Some(value)) => match parameter.problem(value) {
                Some(problem) => {
                    let help = format!("write for example `{name}={}`", parameter.default);
                    Err(BadStrategy::new(problem, "; ", help))
                }
                None => Ok(ChosenStrategy { strategy, value: value.to_owned() }),
            },
            (_, None) => Ok(ChosenStrategy { strategy, value: String::new() }),
        }
    }

    fn value(&self) -> &str {
        let default = self.strategy.parameter.map_or("", |parameter| parameter.default);
        if self.value.is_empty() { default } else { &self.value }
    }
}

impl BadStrategy {
    fn new(message: String, joint: &'static str, help: impl Into<String>) -> BadStrategy {
        BadStrategy { message, joint, help: help.into() }
    }

    fn exclusive(one: &Strategy, other: &Strategy) -> BadStrategy {
        let message = match one.name == other.name {
            true => format!("`{}` is named twice, with different values", one.name),
            false => format!("`{}` and `{}` set one thing to different values", one.name, other.name),
        };
        BadStrategy::new(message, ": ", "choose one of them")
    }

    fn unknown(name: &str) -> BadStrategy {
        let help = match nearest(name, STRATEGIES.iter().map(|strategy| strategy.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`cache-budget strategies` lists them".to_owned(),
        };
        BadStrategy::new(format!("there is no strategy `{name}`"), ": ", help)
    }
}

impl From<&CannotApply> for BadStrategy {
    fn from(refusal: &CannotApply) -> BadStrategy {
        match refusal {
            CannotApply::DoesNotApply { strategy, reason } => {
                BadStrategy::new(format!("the strategy `{strategy}` does not apply"), ": ", *reason)
            }
            CannotApply::Invalid(_) => {
                BadStrategy::new("the strategy makes the scenario invalid".to_owned(), "", "")
            }
        }
    }
}

/// Writes it as on the command line.
impl fmt::Display for StrategySet {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for (index, ChosenStrategy { strategy, value }) in self.strategies.iter().enumerate() {
            let (joint, equals) = (if index > 0 { "+" } else { "" }, if value.is_empty() { "" } else { "=" });
            write!(f, "{joint}{}{equals}{value}", strategy.name)?;
        }
        Ok(())
    }
}

impl fmt::Display for CannotApply {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        BadStrategy::from(self).fmt(f)
    }
}
