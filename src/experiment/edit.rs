//! What somebody has to edit for a remedy, and where. `run` and `compare` put it into their results.

use crate::result::StrategyEdit;
use crate::scenario::Scenario;
use crate::strategy::StrategySet;

/// What to edit, strategy by strategy, in what the scenario was imported from.
pub(super) fn edits(strategies: &StrategySet, scenario: &Scenario) -> Vec<StrategyEdit> {
    let each = strategies.strategies().zip(strategies.places(scenario));
    let edit = |(strategy, places): (&crate::strategy::Strategy, Vec<String>)| StrategyEdit {
        strategy: strategy.name.to_owned(),
        edit: strategy.edit.to_owned(),
        places,
    };
    each.map(edit).collect()
}
