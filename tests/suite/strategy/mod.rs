//! Remedies: what each changes, where it does not apply, and that it equals the shipped overlays.

mod catalogue;
mod drawn;
mod legs;
mod meteroid;
mod restored;
mod shared_key;
mod warm_up;
mod workflow;

use cache_budget::diagnostic::Style;
use cache_budget::engine::Model;
use cache_budget::scenario::{Change, Scenario, build, read};
use cache_budget::strategy::{CannotApply, StrategySet};
use std::path::Path;

fn strategies(text: &str) -> StrategySet {
    StrategySet::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

/// The scenario in `file` with these strategies, and what that changed.
fn treated(file: &Path, text: &str) -> Result<(Scenario, Vec<Change>), CannotApply> {
    strategies(text).apply(&read(file, &[]).expect("a valid scenario"))
}

/// Its model, without a remark.
fn model(file: &Path, scenario: Scenario) -> Model {
    match build(file, scenario) {
        Ok(loaded) => {
            assert_eq!(loaded.report.render(&Style::default()), "");
            loaded.model
        }
        Err(report) => panic!("{}", report.render(&Style::default())),
    }
}
