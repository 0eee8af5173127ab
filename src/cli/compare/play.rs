use super::cases::{Case, Cases};
use super::{CompareArgs, reproduce};
use crate::cli::precision::gather;
use crate::cli::progress::bar;
use crate::engine::{self, Model};
use crate::outcome::{Outcome, Value};
use crate::random::Draws;
use crate::report::compare::{Attribution, Compared, Other, Stripe};
use crate::service::Limits;
use crate::study::{Gathering, HEADLINES, Reached, Study, attribute, differences};
use anyhow::Context;

/// The limits of the strip, as multiples of each scenario's own.
const STRIP: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

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
    let sides = 1 + cases.others.len();
    let (mut studies, reached) = simulate(&cases, args, quiet)?;
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
        reproduce: reproduce(args, studies[0].replications),
        file: args.base.display().to_string(),
        seed: args.seed,
        limit_cost: limit_cost(&cases.base.model),
        others: others.collect(),
        attribution,
        reached,
        name: cases.base.name,
        hash: cases.base.hash,
        base: studies.swap_remove(0),
    })
}

/// The base and the others at their own limits.
fn sides(cases: &Cases) -> Vec<Played<'_>> {
    let base = (&cases.base.model, cases.base.name.as_str());
    let others = cases.others.iter().map(|case| (&case.loaded.model, case.name.as_str()));
    let whole = |(model, name): (&Model, _)| Played { model: model.clone(), name, whole: true };
    std::iter::once(base).chain(others).map(whole).collect()
}

/// The same sides at each other limit of the strip, then the subsets.
fn beside<'a>(sides: &[Played<'a>], cases: &Cases) -> Vec<Played<'a>> {
    let at = |factor: f64| {
        sides.iter().map(move |side| {
            let mut model = side.model.clone();
            model.cache.limit = model.cache.limit.scaled(factor);
            Played { model, name: side.name, whole: false }
        })
    };
    let subsets = cases.subsets.iter().map(|subset| Played {
        model: subset.model.clone(),
        name: "a subset of the strategies",
        whole: false,
    });
    elsewhere().flat_map(at).chain(subsets).collect()
}

/// The limits of the strip that are not the scenarios' own.
fn elsewhere() -> impl Iterator<Item = f64> {
    STRIP.into_iter().filter(|factor| *factor != 1.0)
}

/// The studies of the sides, with as many replications as are asked for or needed, then those of all
/// that stands beside them, with as many.
fn simulate(cases: &Cases, args: &CompareArgs, quiet: bool) -> anyhow::Result<(Vec<Study>, Option<Reached>)> {
    let sides = sides(cases);
    let beside = beside(&sides, cases);
    let threads = args.threads.map_or(0, usize::from);
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().context("cannot start threads")?;
    let all = (sides.len() + beside.len()) as u32;
    let bar = bar(args.replications.saturating_mul(all), quiet);
    let grow = |gathering: &mut Gathering, played: &[Played], replications: u32| {
        bar.set_length(u64::from(replications) * u64::from(all));
        let play = |case: usize, replication| played[case].play(args.seed, replication);
        pool.install(|| gathering.grow(replications, play, || bar.inc(1)))
    };
    let (mut first, mut second) = (Gathering::of(sides.len()), Gathering::of(beside.len()));
    let precision = args.precision.precision(args.replications);
    let reached = gather(&mut first, args.replications, precision.as_ref(), |gathering, replications| {
        grow(gathering, &sides, replications)
    });
    let grown = reached.and_then(|reached| {
        grow(&mut second, &beside, first.replications())?;
        Ok(reached)
    });
    bar.finish_and_clear();
    let reached = grown?;
    let mut studies = first.studies();
    studies.extend(second.studies());
    Ok((studies, reached))
}

impl Played<'_> {
    fn play(&self, seed: u64, replication: u32) -> anyhow::Result<Outcome> {
        let outcome = engine::simulate(&self.model, Draws::new(seed, replication));
        let outcome = outcome.with_context(|| format!("cannot simulate {}", self.name))?;
        Ok(if self.whole { outcome } else { headlines_of(outcome) })
    }
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
    }
}

/// What the limit costs in 30 days if the cache is always full: USD for each GB above the included
/// ones.
fn limit_cost(model: &Model) -> f64 {
    let above = model.cache.limit.saturating_sub(Limits::INCLUDED);
    above.as_f64() / 1e9 * model.cache_price.as_usd_f64()
}
