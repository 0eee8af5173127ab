//! What is tried when nobody names a strategy: every one that there is, and some values of those that take one.
//! `compare --all` and the advice of `run` try these. Whether one applies is found out by applying it.

use super::{ParameterKind, STRATEGIES, StrategySet};
use crate::scenario::Scenario;
use crate::units::Bytes;

/// The space that every repository has without paying.
const INCLUDED: &str = "10GiB";
/// Sizes that a limit is raised to. GitHub sells space by the gigabyte; nobody tries them all.
const STEPS: [&str; 7] = ["20GB", "50GB", "100GB", "200GB", "500GB", "1TB", "2TB"];
/// How many larger limits are tried.
const LARGER: usize = 2;

/// Every strategy by itself, in the order of the catalogue. A limit is raised by the next two steps, the first of which is
/// what is included where it is smaller, and lowered to that where it is larger; other parameters have their default and the values that the catalogue names.
pub fn proposals(scenario: &Scenario) -> Vec<StrategySet> {
    let limit = limit(scenario);
    let all = STRATEGIES.iter().flat_map(|strategy| {
        let values: Vec<&str> = match strategy.parameter {
            Some(parameter) if parameter.kind == ParameterKind::Size => limits(limit),
            Some(parameter) => [""].into_iter().chain(parameter.also_tried.iter().copied()).collect(),
            None => vec![""],
        };
        values.into_iter().map(|value| StrategySet::one(strategy, value))
    });
    all.collect()
}

/// The smallest limit below the present one that still holds `peak`, the most that the cache ever holds. `None` if no
/// step lies between them, or if [`proposals`] tries it anyway.
pub fn lower_limit(scenario: &Scenario, peak: Bytes) -> Option<StrategySet> {
    let strategy = STRATEGIES.iter().find(|strategy| strategy.has_size())?;
    let fits = |size: &&str| parsed(size) >= peak && parsed(size) < limit(scenario);
    let fits_included = parsed(INCLUDED) >= peak;
    STEPS.into_iter().find(fits).filter(|_| !fits_included).map(|size| StrategySet::one(strategy, size))
}

fn limit(scenario: &Scenario) -> Bytes {
    scenario.view().table("cache").bytes("limit")
}

fn limits(limit: Bytes) -> Vec<&'static str> {
    let larger = [INCLUDED].into_iter().chain(STEPS).filter(|size| parsed(size) > limit).take(LARGER);
    larger.chain((limit > parsed(INCLUDED)).then_some(INCLUDED)).collect()
}

fn parsed(size: &str) -> Bytes {
    size.parse().expect("the sizes in this file are sizes")
}
