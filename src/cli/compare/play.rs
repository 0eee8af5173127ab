use super::cases::{Case, Cases};
use super::{CompareArgs, reproduce};
use crate::cli::progress::bar;
use crate::engine::{self, Model};
use crate::outcome::{Outcome, Value};
use crate::random::Draws;
use crate::report::compare::{Attribution, Compared, Other, Stripe};
use crate::service::Limits;
use crate::study::{HEADLINES, Study, attribute, differences, replicate_each};
use anyhow::Context;

/// The limits of the strip, as multiples of each scenario's own.
const STRIP: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

/// Beside the base's, the timelines of so many others are kept: each makes the result larger by up to
/// a megabyte.
const TIMELINES_MAX: usize = 4;

/// One scenario to be simulated.
struct Played<'a> {
    model: Model,
    /// For messages.
    name: &'a str,
    /// Whether every metric is kept; of the others, only the headlines.
    whole: bool,
}

/// Simulates everything and compares it.
pub(super) fn play(cases: Cases, args: &CompareArgs, quiet: bool) -> anyhow::Result<Compared> {
    let played = all(&cases);
    let mut studies = simulate(&played, args, quiet)?;
    let sides = 1 + cases.others.len();
    let subsets = studies.split_off(sides * STRIP.len());
    let attribution = args.attribute.then(|| {
        let mut by_bits = vec![studies[0].clone()];
        by_bits.extend(subsets);
        by_bits.push(studies[1].clone());
        Attribution {
            strategies: args.strategy.iter().map(ToString::to_string).collect(),
            shares: attribute(&by_bits, &HEADLINES),
        }
    });
    let others = cases.others.iter().enumerate().map(|(index, case)| other(case, index + 1, sides, &studies));
    Ok(Compared {
        reproduce: reproduce(args),
        file: args.base.display().to_string(),
        seed: args.seed,
        limit_cost: limit_cost(&cases.base.model),
        others: others.collect(),
        attribution,
        name: cases.base.name,
        hash: cases.base.hash,
        base: studies.swap_remove(0),
    })
}

/// The base and the others, then the same at each other limit of the strip, then the subsets.
fn all(cases: &Cases) -> Vec<Played<'_>> {
    let base = (&cases.base.model, cases.base.name.as_str());
    let others = || cases.others.iter().map(|case| (&case.loaded.model, case.name.as_str()));
    let mut played = Vec::new();
    for factor in std::iter::once(1.0).chain(elsewhere()) {
        played.extend(std::iter::once(base).chain(others()).map(|(model, name)| {
            let mut model = model.clone();
            model.cache.limit = model.cache.limit.scaled(factor);
            Played { model, name, whole: factor == 1.0 }
        }));
    }
    let subsets = cases.subsets.iter();
    played.extend(subsets.map(|subset| Played {
        model: subset.model.clone(),
        name: "a subset of the strategies",
        whole: false,
    }));
    played
}

/// The limits of the strip that are not the scenarios' own.
fn elsewhere() -> impl Iterator<Item = f64> {
    STRIP.into_iter().filter(|factor| *factor != 1.0)
}

fn simulate(played: &[Played], args: &CompareArgs, quiet: bool) -> anyhow::Result<Vec<Study>> {
    let threads = args.threads.map_or(0, usize::from);
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")?;
    let bar = bar(args.replications.saturating_mul(played.len() as u32), quiet);
    let play = |case: usize, replication| {
        let Played { model, name, whole } = &played[case];
        let draws = Draws::new(args.seed, replication);
        let told = *whole && replication == 0 && case <= TIMELINES_MAX;
        let outcome = match told {
            true => engine::simulate_told(model, draws, false),
            false => engine::simulate(model, draws),
        };
        let outcome = outcome.with_context(|| format!("cannot simulate {name}"))?;
        anyhow::Ok(if *whole { outcome } else { headlines_of(outcome) })
    };
    let studies = pool.install(|| replicate_each(played.len(), args.replications, play, || bar.inc(1)));
    bar.finish_and_clear();
    studies
}

/// An outcome with nothing in it that the strip and the attribution do not need: they are many.
fn headlines_of(mut outcome: Outcome) -> Outcome {
    let is = |value: &Value, (name, labels): &(&str, &[(&str, &str)])| {
        let same = |(label, text): &(&str, String)| labels.contains(&(*label, text.as_str()));
        value.metric.name == *name && value.labels.len() == labels.len() && value.labels.iter().all(same)
    };
    outcome.values.retain(|value| HEADLINES.iter().any(|headline| is(value, headline)));
    (outcome.runs, outcome.workflow_runs) = (vec![], vec![]);
    outcome
}

/// Compares the other at `place` with the base, at its own limit and at those of the strip.
fn other(case: &Case, place: usize, sides: usize, studies: &[Study]) -> Other {
    let at = |row: usize| differences(&studies[row * sides], &studies[row * sides + place]);
    let own = at(0);
    let headlines = own.iter().filter(|d| HEADLINES.iter().any(|(name, labels)| d.is(name, labels)));
    let mut strip: Vec<Stripe> =
        elsewhere().enumerate().map(|(row, factor)| Stripe { factor, differences: at(row + 1) }).collect();
    strip.push(Stripe { factor: 1.0, differences: headlines.cloned().collect() });
    strip.sort_by(|a, b| a.factor.total_cmp(&b.factor));
    Other {
        name: case.name.clone(),
        hash: case.loaded.hash.clone(),
        settings: case.settings.clone(),
        limit: case.loaded.model.cache.limit,
        limit_cost: limit_cost(&case.loaded.model),
        differences: own,
        strip,
        timeline: studies[place].first.timeline.clone(),
    }
}

/// What the limit costs in 30 days if the cache is always full: USD for each GB above the included
/// ones.
fn limit_cost(model: &Model) -> f64 {
    let above = model.cache.limit.saturating_sub(Limits::INCLUDED);
    above.as_f64() / 1e9 * model.cache_price.as_usd_f64()
}
