//! Simulates the sides of a comparison at their own limits and at half, twice and four times of them, and
//! takes the paired differences. The statistics are in `statistics`.

use super::CompareRequest;
use super::cases::{Cases, ComparedScenario};
use super::in_worlds::InWorlds;
use crate::engine::Model;
use crate::experiment::replications::cut_short;
use crate::experiment::run::WITHOUT_WORLDS;
use crate::experiment::warm_up::{detect, undetected};
use crate::experiment::worlds::Worlds;
use crate::experiment::{Control, Ended, Failure, Replications};
use crate::observe::{Extras, Outcome, measure_with_extras};
use crate::random::Draws;
use crate::result::{Alternative, Attribution, ComparisonResult, LimitVariant, PushCounts};
use crate::scenario::{Loaded, WarmUpRule};
use crate::statistics::{
    CommonPushes, HEADLINES, PrecisionOutcome, Study, WarmUp, attribute, differences, differences_over,
    is_leading,
};
use anyhow::Context;

/// The limits at which the sides are compared, as multiples of each side's own limit.
const FACTORS: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

/// How many timelines are kept besides the base's. Each makes the result larger by up to a megabyte.
const TIMELINES_MAX: usize = 4;

/// A scenario to simulate.
struct PlayedSide<'a> {
    model: Model,
    /// Its name in error messages.
    name: &'a str,
    /// True if every metric is kept; otherwise only the headlines are.
    whole: bool,
    /// True if the timeline of its first replication is kept.
    told: bool,
}

/// Simulates all sides and compares them.
pub(super) fn play(
    mut cases: Cases,
    mut request: CompareRequest,
    worlds: Option<Worlds>,
    control: &dyn Control,
) -> Result<Ended<ComparisonResult>, Failure> {
    let warm_up = warmed_up(&mut cases, request.seed, control)?;
    let Simulated { mut sides, variants, reached } = simulate(&cases, &request, control)?;
    let in_worlds = worlds.map(|worlds| InWorlds::play(&worlds, &cases, &request, control)).transpose()?;
    let played = sides[0].replications;
    let fewer = cut_short(control, played, request.replications, reached.as_ref());
    if fewer.is_some() {
        (request.replications, request.precision) = (played, None);
    }
    let missing = "the comparison at other limits and the shares of strategies are missing";
    let missing = variants.is_none().then(|| missing.to_owned());
    let without = in_worlds.as_ref().is_some_and(Option::is_none).then(|| WITHOUT_WORLDS.to_owned());
    let in_worlds = in_worlds.flatten();
    if let Some(in_worlds) = &in_worlds {
        in_worlds.predict(&mut sides[0]);
    }
    let cancelled = [fewer, missing, without]
        .into_iter()
        .flatten()
        .reduce(|fewer, missing| format!("{fewer}; {missing}"));
    let by_bits = variants.as_ref().filter(|_| request.attribute).map(|variants| {
        let subsets = variants[sides.len() * (FACTORS.len() - 1)..].iter();
        std::iter::once(&sides[0]).chain(subsets).chain([&sides[1]]).cloned().collect::<Vec<_>>()
    });
    // Shares add up to the difference only over the pushes that succeed in all subsets.
    let finished = by_bits.as_ref().map(CommonPushes::completed_in_all);
    let attribution = by_bits.map(|by_bits| Attribution {
        strategies: request.strategies.iter().map(ToString::to_string).collect(),
        shares: attribute(&by_bits, &HEADLINES),
    });
    let variants = variants.unwrap_or_default();
    let compared = Studies { sides: &sides, variants: &variants, finished: finished.as_ref() };
    let mut others: Vec<Alternative> =
        cases.others.iter().enumerate().map(|(index, case)| compared.other(index + 1, case)).collect();
    if let Some(in_worlds) = &in_worlds {
        others
            .iter_mut()
            .enumerate()
            .for_each(|(index, other)| in_worlds.judge(index + 1, &mut other.differences));
    }
    let result = ComparisonResult {
        reproduce: request.to_string(),
        file: request.base.display().to_string(),
        seed: request.seed,
        limit_cost: cases.base.model.limit_cost(),
        others,
        attribution,
        reached,
        warm_up,
        name: cases.base.name,
        hash: cases.base.hash,
        base: sides.into_iter().next().expect("the base is a side"),
    };
    Ok(Ended { result, cancelled })
}

/// Gives all sides the same warm-up, unless each of them states its own, because the measured time must be
/// the same. It is the longest of all. It is detected if one of them asks for that; then the sides at the
/// largest limit are included, since a larger cache fills more slowly.
fn warmed_up(cases: &mut Cases, seed: u64, control: &dyn Control) -> Result<WarmUp, Failure> {
    let own = || std::iter::once(&cases.base).chain(cases.others.iter().map(|case| &case.loaded));
    if own().all(|loaded| loaded.warm_up == WarmUpRule::Stated) {
        return Ok(WarmUp::Fixed);
    }
    let [.., largest] = FACTORS;
    let detects = |loaded: &&Loaded| loaded.warm_up == WarmUpRule::Detected;
    let known = own().filter(|loaded| !detects(loaded)).max_by_key(|loaded| loaded.model.warmup);
    let known = known.map(|loaded| (loaded.model.warmup, undetected(loaded.warm_up)));
    let models = own().flat_map(|loaded| [1.0, largest].map(|factor| at_limit(&loaded.model, factor)));
    let (span, warm_up) = match (own().any(|loaded| detects(&loaded)), known) {
        (false, Some(known)) => known,
        (_, known) => {
            let (span, warm_up) = detect(&models.collect::<Vec<_>>(), seed, control)?;
            (known.map_or(span, |(longest, _)| span.max(longest)), warm_up)
        }
    };
    let others = cases.others.iter_mut().map(|case| &mut case.loaded);
    let all = std::iter::once(&mut cases.base).chain(others).chain(&mut cases.subsets);
    all.for_each(|loaded| loaded.model.warmup = span);
    Ok(warm_up)
}

/// The model with a multiple of its limit.
fn at_limit(model: &Model, factor: f64) -> Model {
    let mut model = model.clone();
    model.cache.limit = model.cache.limit.scaled(factor);
    model
}

/// The base and the others at their own limits.
fn sides(cases: &Cases) -> Vec<PlayedSide<'_>> {
    let base = (&cases.base.model, cases.base.name.as_str());
    let others = cases.others.iter().map(|case| (&case.loaded.model, case.name.as_str()));
    let all = std::iter::once(base).chain(others).enumerate();
    let whole = |(place, (model, name)): (usize, (&Model, _))| PlayedSide {
        model: model.clone(),
        name,
        whole: true,
        told: place <= TIMELINES_MAX,
    };
    all.map(whole).collect()
}

/// All sides at each other limit, then the base with each subset of the strategies.
fn variants<'a>(sides: &[PlayedSide<'a>], cases: &Cases) -> Vec<PlayedSide<'a>> {
    let at = |factor: f64| {
        sides.iter().map(move |side| PlayedSide {
            model: at_limit(&side.model, factor),
            name: side.name,
            whole: false,
            told: false,
        })
    };
    let subsets = cases.subsets.iter().map(|subset| PlayedSide {
        model: subset.model.clone(),
        name: "a subset of the strategies",
        whole: false,
        told: false,
    });
    other_limits().flat_map(at).chain(subsets).collect()
}

/// The factors of the limits other than the sides' own.
fn other_limits() -> impl Iterator<Item = f64> {
    FACTORS.into_iter().filter(|factor| *factor != 1.0)
}

/// The studies of all simulations.
struct Simulated {
    /// The base and the others at their own limits.
    sides: Vec<Study>,
    /// The sides at the other limits, then the subsets; `None` if not all were finished.
    variants: Option<Vec<Study>>,
    reached: Option<PrecisionOutcome>,
}

/// Plays the sides with the requested or needed number of replications, then the variants with the same
/// number.
fn simulate(cases: &Cases, request: &CompareRequest, control: &dyn Control) -> Result<Simulated, Failure> {
    let sides = sides(cases);
    let variants = variants(&sides, cases);
    let all = (sides.len() + variants.len()) as u64;
    let grow = |played: &mut Replications, sides_before: usize, sides: &[PlayedSide], replications: u32| {
        let done =
            u64::from(played.count()) * sides.len() as u64 + u64::from(replications) * sides_before as u64;
        control.begin("replications", u64::from(replications) * all, done);
        played.run_until(replications, |case, number| sides[case].play(request.seed, number), control)
    };
    let mut first = Replications::of(sides.len());
    grow(&mut first, 0, &sides, request.replications)?;
    let pursue = |precision| first.pursue(precision, |first, more| grow(first, 0, &sides, more));
    let reached = request.precision.as_ref().map(pursue).transpose()?;
    if first.count() == 0 {
        return Err(Failure::Cancelled);
    }
    let mut second = Replications::of(variants.len());
    grow(&mut second, sides.len(), &variants, first.count())?;
    control.end();
    let whole = second.count() == first.count();
    Ok(Simulated { sides: first.studies(), variants: whole.then(|| second.studies()), reached })
}

impl PlayedSide<'_> {
    fn play(&self, seed: u64, replication: u32) -> anyhow::Result<Outcome> {
        let draws = Draws::new(seed, replication);
        let extras = Extras { timeline: self.told && replication == 0, screen: false };
        let outcome = measure_with_extras(&self.model, draws, extras);
        let outcome = outcome.with_context(|| format!("cannot simulate {}", self.name))?;
        Ok(if self.whole { outcome } else { headlines_of(outcome) })
    }
}

/// Removes from an outcome everything that the comparison at other limits and the attribution do not need.
/// There are many of these outcomes.
fn headlines_of(mut outcome: Outcome) -> Outcome {
    outcome.values.retain(|value| is_leading(value.metric, &value.labels));
    (outcome.runs, outcome.workflow_runs) = (vec![], vec![]);
    outcome
}

/// The studies that the others are compared by.
struct Studies<'a> {
    /// The base and the others at their own limits.
    sides: &'a [Study],
    /// The sides at each other limit; empty if these were not finished.
    variants: &'a [Study],
    /// The pushes over which waiting is compared, if this depends on more than two sides.
    finished: Option<&'a CommonPushes>,
}

impl Studies<'_> {
    /// Compares the other at index `place` with the base, at their own limits and at the other ones.
    fn other(&self, place: usize, case: &ComparedScenario) -> Alternative {
        let [base, other] = [&self.sides[0], &self.sides[place]];
        let common = self.finished.cloned().unwrap_or_else(|| CommonPushes::completed_in_all([base, other]));
        let own = differences_over(base, other, &common);
        let headlines = own.iter().filter(|d| is_leading(d.metric, &d.labels)).cloned().collect();
        let at = |(factor, studies): (f64, &[Study])| LimitVariant {
            factor,
            differences: differences(&studies[0], &studies[place]),
        };
        let limits = other_limits().zip(self.variants.chunks(self.sides.len()));
        let mut strip: Vec<LimitVariant> = limits.map(at).collect();
        strip.push(LimitVariant { factor: 1.0, differences: headlines });
        strip.sort_by(|a, b| a.factor.total_cmp(&b.factor));
        let timeline = other.first.timeline.clone();
        let [base, other] = [base, other].map(|study| CommonPushes::completed_in_all([study]).mean());
        Alternative {
            name: case.name.clone(),
            hash: case.loaded.hash.clone(),
            settings: case.settings.clone(),
            limit: case.loaded.model.cache.limit,
            limit_cost: case.loaded.model.limit_cost(),
            waited: PushCounts { base, other, both: common.mean() },
            differences: own,
            strip,
            timeline,
        }
    }
}
