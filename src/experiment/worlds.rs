//! Worlds: the scenario with its assumed inputs drawn, all at once. World r has row r of a Sobol sequence and the
//! draws of replication r, so that it differs from that replication by its inputs alone. `run` and `compare` play
//! one replication in each; `statistics` makes predictions of them.

use super::{Failure, Problem, Refusal};
use crate::engine::Model;
use crate::scenario::{
    self, Document, Loaded, Scenario, UNCONFIRMED, ValueRange, WarmUpRule, takes_whole_numbers,
};
use crate::statistics::sweep::{AXES_MAX, Design};
use crate::statistics::{DrawnWorlds, WORLDS_MIN};
use crate::strategy::StrategySet;
use crate::units::Duration;
use std::path::Path;

/// Whether the assumed inputs are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Uncertainty {
    /// Those of the scenario's `[assumed]`, if it has any.
    #[default]
    OfScenario,
    /// Those, and the rules of the service that nobody can confirm.
    OfService,
    /// None.
    Ignored,
}

/// The largest number of worlds. A range of 90 % needs no more.
const WORLDS_MAX: u32 = 100;

/// An input that is drawn.
#[derive(Debug)]
struct DrawnInput {
    path: String,
    also: Vec<String>,
    values: ValueRange,
}

/// The inputs, and where they are in each world.
#[derive(Debug)]
pub(super) struct Worlds {
    inputs: Vec<DrawnInput>,
    /// Positions from 0 to 1, by world, then by input.
    places: Vec<Vec<f64>>,
}

/// A scenario that is played in worlds, as it was read.
#[derive(Debug)]
pub(super) struct Unsettled<'a> {
    /// Its file.
    pub file: &'a Path,
    /// The text of the file.
    pub document: &'a Document,
    /// The settings of the request, each `PATH=VALUE`.
    pub set: &'a [String],
    /// The strategies that are applied to it in each world.
    pub strategies: Option<&'a StrategySet>,
}

impl Worlds {
    /// The worlds of a scenario. An input that the request sets is known, and not drawn. `None` if nothing is
    /// drawn, or if there would be too few worlds.
    ///
    /// # Errors
    /// If worlds are asked for and there are too few replications, or if there are too many inputs.
    pub fn of(
        base: &Loaded,
        set: &[String],
        asked: Uncertainty,
        replications: u32,
        seed: u64,
    ) -> Result<Option<Worlds>, Refusal> {
        if asked == Uncertainty::OfService && replications < WORLDS_MIN {
            return Err(Refusal::usage(format!(
                "--uncertain needs at least --replications {WORLDS_MIN}: fewer worlds are no range"
            )));
        }
        let inputs = inputs(base, set, asked);
        if inputs.is_empty() || replications < WORLDS_MIN {
            return Ok(None);
        }
        if inputs.len() > AXES_MAX {
            let count = inputs.len();
            return Err(Refusal::usage(format!(
                "{count} assumed inputs are more than {AXES_MAX}, which can be drawn together: shorten `[assumed]` \
                 or use --no-uncertain"
            )));
        }
        let axes: Vec<Option<usize>> = inputs.iter().map(|input| input.values.count()).collect();
        let places = Design::Sample(replications.min(WORLDS_MAX)).places(&axes, seed);
        Ok(Some(Worlds { inputs, places }))
    }

    /// How many worlds there are.
    pub fn count(&self) -> u32 {
        self.places.len() as u32
    }

    /// The first worlds, as statistics know them.
    pub fn drawn(&self, count: u32) -> DrawnWorlds {
        let level = |(input, place): (&DrawnInput, &f64)| input.values.level(*place);
        let levels = |places: &Vec<f64>| self.inputs.iter().zip(places).map(level).collect();
        DrawnWorlds {
            count,
            inputs: self.inputs.iter().map(|input| input.path.clone()).collect(),
            levels: self.places.iter().take(count as usize).map(levels).collect(),
        }
    }

    /// The model of a scenario in a world. It measures the same time as `base`.
    ///
    /// # Errors
    /// If the drawn values are no valid scenario together.
    pub fn model(&self, of: &Unsettled, world: u32, base: &Model) -> Result<Model, Failure> {
        let settings = self.settings(world);
        let have_paths = of.document.have_paths(&settings);
        let drawn =
            settings.into_iter().zip(have_paths).filter_map(|(own, has_path)| has_path.then_some(own));
        let drawn: Vec<String> = drawn.collect();
        let built = of.scenario(&drawn).and_then(|scenario| Ok(scenario::build(of.file, scenario)?));
        let Loaded { mut model, warm_up, .. } = built.map_err(|problem| {
            let point = format!("world {} ({})", world + 1, drawn.join(", "));
            Failure::Refused(Refusal::of(vec![Problem::AtPoint { point, problem: Box::new(problem) }]))
        })?;
        if warm_up != WarmUpRule::Stated {
            model.warmup = base.warmup.min(Duration(model.span().0 / 2));
        }
        Ok(model)
    }

    /// The values of all inputs in a world, each `PATH=VALUE`.
    fn settings(&self, world: u32) -> Vec<String> {
        let places = &self.places[world as usize];
        let set = |(input, place): (&DrawnInput, &f64)| {
            let value = input.values.at(*place, takes_whole_numbers(&input.path));
            let paths = std::iter::once(&input.path).chain(&input.also);
            paths.map(|path| format!("{path}={value}")).collect::<Vec<_>>()
        };
        self.inputs.iter().zip(places).flat_map(set).collect()
    }
}

/// The inputs that are drawn: those of the scenario, then those of the service that it has no range for.
fn inputs(base: &Loaded, set: &[String], asked: Uncertainty) -> Vec<DrawnInput> {
    if asked == Uncertainty::Ignored {
        return vec![];
    }
    let is_set =
        |path: &str| set.iter().any(|own| own.split_once('=').is_some_and(|own| own.0.trim() == path));
    let own = base.assumed.iter().map(|assumed| DrawnInput {
        path: assumed.path.clone(),
        also: assumed.also.clone(),
        values: assumed.values.clone(),
    });
    let mut inputs: Vec<DrawnInput> = own.filter(|input| !is_set(&input.path)).collect();
    if asked == Uncertainty::OfService {
        let known = |path: &str| is_set(path) || base.assumed.iter().any(|assumed| assumed.path == path);
        inputs.extend(UNCONFIRMED.iter().filter(|rule| !known(rule.path)).map(|rule| DrawnInput {
            path: rule.path.to_owned(),
            also: vec![],
            values: rule.values(),
        }));
    }
    inputs
}

impl Unsettled<'_> {
    /// The scenario with these values and its strategies. A strategy that does not apply in a world changes
    /// nothing there.
    fn scenario(&self, drawn: &[String]) -> Result<Scenario, Problem> {
        let scenario = self.document.scenario(&[("--set", self.set), ("[assumed]", drawn)])?;
        match self.strategies {
            Some(strategies) => Ok(strategies.apply_what_is_left(&scenario)?.0),
            None => Ok(scenario),
        }
    }
}
