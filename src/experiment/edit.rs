//! What somebody has to edit for a remedy, and where. `run` and `compare` put it into their results.

use crate::result::StrategyEdit;
use crate::scenario::Scenario;
use crate::strategy::{Strategy, StrategySet};

/// What to edit, strategy by strategy, in what the scenario was imported from.
pub(super) fn edits(strategies: &StrategySet, scenario: &Scenario) -> Vec<StrategyEdit> {
    let each = strategies.strategies().zip(strategies.places(scenario)).zip(strategies.clients(scenario));
    let edit = |((strategy, places), clients): ((&Strategy, Vec<String>), Vec<String>)| StrategyEdit {
        strategy: strategy.name.to_owned(),
        edit: edit_of(strategy.edit, &clients),
        places,
    };
    each.map(edit).collect()
}

/// How the edit of a strategy names the clients that it tells apart, and the beginning of their names in a scenario.
const CLIENTS: [(&str, &str); 3] =
    [("rust-cache: ", "rust-cache"), ("actions/cache: ", "actions-cache"), ("BuildKit: ", "buildkit")];

/// An edit without what it says of clients that the strategy does not change here.
fn edit_of(edit: &str, changed: &[String]) -> String {
    let parts: Vec<&str> = edit.trim_end_matches('.').split("; ").collect();
    let client =
        |part: &&str| CLIENTS.iter().find(|(named, _)| part.starts_with(named)).map(|(_, client)| *client);
    let concerns =
        |part: &&&str| client(part).is_some_and(|own| changed.iter().any(|name| name.starts_with(own)));
    let kept: Vec<&str> = parts.iter().filter(concerns).copied().collect();
    match parts.iter().all(|part| client(part).is_some()) && !kept.is_empty() {
        true => format!("{}.", kept.join("; ")),
        false => edit.to_owned(),
    }
}
