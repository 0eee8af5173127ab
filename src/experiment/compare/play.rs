//! Simulates the sides of a comparison, ranks them, simulates the best ones at half, twice and four times their limit,
//! and takes the paired differences. The statistics are in `statistics`.

use super::CompareRequest;
use super::cases::{Cases, ComparedScenario};
use super::in_worlds::InWorlds;
use crate::engine::Model;
use crate::experiment::control::WhileWanted;
use crate::experiment::replications::cut_short;
use crate::experiment::run::WITHOUT_WORLDS;
use crate::experiment::warm_up::{detect, undetected};
use crate::experiment::worlds::Worlds;
use crate::experiment::{Control, Ended, Failure, Replications};
use crate::observe::{Extras, Outcome, measure_counted, metric};
use crate::random::Draws;
use crate::result::{Alternative, Attribution, ComparisonResult, LimitVariant, PushCounts};
use crate::scenario::{Loaded, WarmUpRule};
use crate::statistics::{
    CommonPushes, Difference, HEADLINES, PrecisionOutcome, Ranking, Study, WarmUp, attribute, differences,
    differences_over, is_leading, rank,
};
use crate::units::Bytes;
use anyhow::Context;

/// The limits at which the best are compared, as multiples of each side's own limit.
const FACTORS: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

/// How many alternatives are compared at other limits: the best ones.
const LIMITS_OF: usize = 3;

/// The most replications of each at other limits. They show whether the sign of a difference turns round, which takes
/// fewer than the difference itself.
const LIMIT_REPLICATIONS: u32 = 5;

/// The most alternatives of `--all` that are played in worlds as well.
const IN_WORLDS_MAX: usize = 6;

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
    let warm_up = warmed_up(&mut cases, (request.seed, request.all), control)?;
    let (mut sides, reached) = at_own_limits(&cases, &request, control)?;
    let played = sides[0].replications;
    let fewer = cut_short(control, played, request.replications, reached.as_ref());
    if fewer.is_some() {
        (request.replications, request.precision) = (played, None);
    }
    let tried = !request.all || try_further(&mut cases, &mut sides, &request, control)?;
    let places = in_question(&sides, &request);
    let play = |worlds: Worlds| InWorlds::play(&worlds, &cases, places, &request, control);
    let in_worlds = worlds.map(play).transpose()?;
    let without = in_worlds.as_ref().is_some_and(Option::is_none).then(|| WITHOUT_WORLDS.to_owned());
    let in_worlds = in_worlds.flatten();
    if let Some(in_worlds) = &in_worlds {
        in_worlds.predict(&mut sides[0]);
    }
    let ranking = rank(&sides.iter().collect::<Vec<_>>(), request.by.as_ref());
    let best = best(&ranking);
    let strips = at_other_limits(&cases, &best, &request, played, control)?;
    let by_bits = by_subset(&cases, &sides, &request, control)?;
    let is_whole = tried && strips.is_some() && by_bits.is_some() == request.attribute;
    let missing = "the comparison at other limits and the shares of strategies are missing".to_owned();
    let missing = (!is_whole).then_some(missing);
    let cancelled = [fewer, missing, without].into_iter().flatten().reduce(|a, b| format!("{a}; {b}"));
    // Shares add up to the difference only over the pushes that succeed in all subsets.
    let finished = by_bits.as_ref().map(CommonPushes::completed_in_all);
    let attribution = by_bits.map(|by_bits| Attribution {
        strategies: request.strategies.iter().map(ToString::to_string).collect(),
        shares: attribute(&by_bits, &HEADLINES),
    });
    let (best, strips) = (best.as_slice(), strips.unwrap_or_default());
    let compared =
        Studies { sides: &sides, ranking: &ranking, best, strips: &strips, finished: finished.as_ref() };
    let ranked = ranking.order.iter().filter(|place| **place > 0);
    let others = ranked.map(|place| {
        let mut other = compared.other(*place, &cases);
        if let Some(in_worlds) = &in_worlds {
            in_worlds.judge(*place, &mut other.differences);
        }
        other
    });
    let others = others.collect();
    let result = ComparisonResult {
        reproduce: request.to_string(),
        file: request.base.display().to_string(),
        seed: request.seed,
        limit_cost: cases.base.model.limit_cost(),
        others,
        before_base: Some(ranking.order.iter().take_while(|place| **place > 0).count()),
        best_is_certain: ranking.is_certain,
        by: request.by,
        not_applicable: cases.not_applicable,
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
/// largest limit are included, since a larger cache fills more slowly; strategies that `--all` tries are not.
fn warmed_up(cases: &mut Cases, (seed, all): (u64, bool), control: &dyn Control) -> Result<WarmUp, Failure> {
    let own = || std::iter::once(&cases.base).chain(cases.others.iter().map(|case| &case.loaded));
    if own().all(|loaded| loaded.warm_up == WarmUpRule::Stated) {
        return Ok(WarmUp::Fixed);
    }
    let [.., largest] = FACTORS;
    let detects = |loaded: &&Loaded| loaded.warm_up == WarmUpRule::Detected;
    let known = own().filter(|loaded| !detects(loaded)).max_by_key(|loaded| loaded.model.warmup);
    let known = known.map(|loaded| (loaded.model.warmup, undetected(loaded.warm_up)));
    // Pilots for every strategy that is merely tried would take longer than the comparison.
    let tried = cases.others.iter().filter(|case| !all || case.strategies.is_none()).map(|case| &case.loaded);
    let piloted = std::iter::once(&cases.base).chain(tried);
    let models = piloted.flat_map(|loaded| [1.0, largest].map(|factor| at_limit(&loaded.model, factor)));
    let (span, warm_up) = match (own().any(|loaded| detects(&loaded)), known) {
        (false, Some(known)) => known,
        (_, known) => {
            let (span, warm_up) = detect(&models.collect::<Vec<_>>(), seed, control)?;
            (known.map_or(span, |(longest, _)| span.max(longest)), warm_up)
        }
    };
    let others = cases.others.iter_mut().map(|case| &mut case.loaded);
    let sides = std::iter::once(&mut cases.base).chain(others).chain(&mut cases.subsets);
    sides.for_each(|loaded| loaded.model.warmup = span);
    Ok(warm_up)
}

/// The model with a multiple of its limit.
fn at_limit(model: &Model, factor: f64) -> Model {
    let mut model = model.clone();
    model.cache.limit = model.cache.limit.scaled(factor);
    model
}

/// A side at its own limit.
fn side<'a>(case: &'a ComparedScenario, told: bool) -> PlayedSide<'a> {
    PlayedSide { model: case.loaded.model.clone(), name: &case.name, whole: true, told }
}

/// Plays the base and the others at their own limits, with the requested or needed number of replications.
fn at_own_limits(
    cases: &Cases,
    request: &CompareRequest,
    control: &dyn Control,
) -> Result<(Vec<Study>, Option<PrecisionOutcome>), Failure> {
    let base =
        PlayedSide { model: cases.base.model.clone(), name: &cases.base.name, whole: true, told: true };
    let told = |place: usize| place < TIMELINES_MAX && !request.all;
    let others = cases.others.iter().enumerate().map(|(place, case)| side(case, told(place)));
    let sides: Vec<PlayedSide> = std::iter::once(base).chain(others).collect();
    let mut played = Replications::of(sides.len());
    grow(&mut played, &sides, (request.seed, request.replications), control)?;
    let more = |played: &mut Replications, count| grow(played, &sides, (request.seed, count), control);
    let reached = request.precision.as_ref().map(|precision| played.pursue(precision, more)).transpose()?;
    if played.count() == 0 {
        return Err(Failure::Cancelled);
    }
    Ok((played.studies(), reached))
}

/// Adds replications of the sides until there are `replications` of each.
fn grow(
    played: &mut Replications,
    sides: &[PlayedSide],
    (seed, replications): (u64, u32),
    control: &dyn Control,
) -> Result<(), Failure> {
    let each = sides.len() as u64;
    control.begin("replications", u64::from(replications) * each, u64::from(played.count()) * each);
    played.run_until(replications, |case, number| sides[case].play(seed, number, control), control)?;
    control.end();
    Ok(())
}

/// Plays as many replications of these sides; `None` if that was cancelled.
fn all_of(
    sides: &[PlayedSide],
    (seed, replications): (u64, u32),
    control: &dyn Control,
) -> Result<Option<Vec<Study>>, Failure> {
    if sides.is_empty() {
        return Ok(Some(vec![]));
    }
    let mut played = Replications::of(sides.len());
    grow(&mut played, sides, (seed, replications), control)?;
    Ok((played.count() == replications).then(|| played.studies()))
}

/// Adds the best strategies together, and a lower limit if the cache never needs the present one. False if that was
/// cancelled.
fn try_further(
    cases: &mut Cases,
    sides: &mut Vec<Study>,
    request: &CompareRequest,
    control: &dyn Control,
) -> Result<bool, Failure> {
    let ranking = rank(&sides.iter().collect::<Vec<_>>(), request.by.as_ref());
    let better = ranking.order.iter().take_while(|place| **place > 0);
    let better: Vec<usize> =
        better.filter(|place| ranking.alike[**place].is_none()).map(|place| place - 1).collect();
    let peak = sides[0].estimate(&metric::CACHE_BYTES, &[("stat", "peak")]);
    let peak = peak.map_or(Bytes(u64::MAX), |peak| Bytes(peak.high as u64));
    let mut further = cases.further(&better, peak);
    further.iter_mut().for_each(|case| case.loaded.model.warmup = cases.base.model.warmup);
    let new: Vec<PlayedSide> = further.iter().map(|case| side(case, false)).collect();
    let played = all_of(&new, (request.seed, sides[0].replications), control)?;
    drop(new);
    let Some(played) = played else { return Ok(false) };
    sides.extend(played);
    cases.others.extend(further);
    Ok(true)
}

/// The places of the alternatives that are played in worlds. Those that the user named all are. Of those that `--all`
/// tries, only the best that are better than the base are: assumptions can turn no other verdict to "better".
fn in_question(sides: &[Study], request: &CompareRequest) -> Vec<usize> {
    if !request.all {
        return (1..sides.len()).collect();
    }
    let ranking = rank(&sides.iter().collect::<Vec<_>>(), request.by.as_ref());
    let better = ranking.order.iter().copied().take_while(|place| *place > 0);
    better.filter(|place| ranking.alike[*place].is_none()).take(IN_WORLDS_MAX).collect()
}

/// The places of the best alternatives, without those that come out like another.
fn best(ranking: &Ranking) -> Vec<usize> {
    let others = ranking.order.iter().copied().filter(|place| *place > 0);
    let (own, alike): (Vec<usize>, Vec<usize>) = others.partition(|place| ranking.alike[*place].is_none());
    own.into_iter().chain(alike).take(LIMITS_OF).collect()
}

/// The factors of the limits other than the sides' own.
fn other_limits() -> impl Iterator<Item = f64> {
    FACTORS.into_iter().filter(|factor| *factor != 1.0)
}

/// Plays the base and the best alternatives at each other limit: all of them at the first, then at the next. Empty if
/// that was not requested, and `None` if it was cancelled.
fn at_other_limits(
    cases: &Cases,
    best: &[usize],
    request: &CompareRequest,
    replications: u32,
    control: &dyn Control,
) -> Result<Option<Vec<Study>>, Failure> {
    if !request.limits {
        return Ok(Some(vec![]));
    }
    let at = |factor: f64| {
        let others = best.iter().map(|place| &cases.others[place - 1]).map(|case| (&case.loaded, &case.name));
        let all = std::iter::once((&cases.base, &cases.base.name)).chain(others);
        all.map(move |(loaded, name)| PlayedSide {
            model: at_limit(&loaded.model, factor),
            name,
            whole: false,
            told: false,
        })
    };
    let sides: Vec<PlayedSide> = other_limits().flat_map(at).collect();
    all_of(&sides, (request.seed, replications.min(LIMIT_REPLICATIONS)), control)
}

/// With `--attribute`, the study of each subset of the strategies, indexed by bits; `None` without it, or if it was
/// cancelled.
fn by_subset(
    cases: &Cases,
    sides: &[Study],
    request: &CompareRequest,
    control: &dyn Control,
) -> Result<Option<Vec<Study>>, Failure> {
    if !request.attribute {
        return Ok(None);
    }
    let name = "a subset of the strategies";
    let subset =
        |loaded: &Loaded| PlayedSide { model: loaded.model.clone(), name, whole: false, told: false };
    let subsets: Vec<PlayedSide> = cases.subsets.iter().map(subset).collect();
    let played = all_of(&subsets, (request.seed, sides[0].replications), control)?;
    let all =
        |played: Vec<Study>| [&sides[0]].into_iter().chain(&played).chain([&sides[1]]).cloned().collect();
    Ok(played.map(all))
}

impl PlayedSide<'_> {
    fn play(&self, seed: u64, replication: u32, control: &dyn Control) -> anyhow::Result<Outcome> {
        let draws = Draws::new(seed, replication);
        let extras = Extras { timeline: self.told && replication == 0, screen: false };
        let outcome = measure_counted(&self.model, draws, extras, &mut WhileWanted(control));
        let (outcome, _) = outcome.with_context(|| format!("cannot simulate {}", self.name))?;
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
    /// Their order.
    ranking: &'a Ranking,
    /// The places of those that were also played at other limits.
    best: &'a [usize],
    /// The base and these at each other limit; empty if that was not played.
    strips: &'a [Study],
    /// The pushes over which waiting is compared, if this depends on more than two sides.
    finished: Option<&'a CommonPushes>,
}

impl Studies<'_> {
    /// Compares the other at index `place` with the base.
    fn other(&self, place: usize, cases: &Cases) -> Alternative {
        let case = &cases.others[place - 1];
        let [base, other] = [&self.sides[0], &self.sides[place]];
        let common = self.finished.cloned().unwrap_or_else(|| CommonPushes::completed_in_all([base, other]));
        let own = differences_over(base, other, &common);
        let name = |like: usize| match like.checked_sub(1) {
            None => cases.base_name(),
            Some(other) => cases.others[other].name.clone(),
        };
        let waited = [base, other].map(|study| CommonPushes::completed_in_all([study]).mean());
        Alternative {
            name: case.name.clone(),
            hash: case.loaded.hash.clone(),
            settings: case.settings.clone(),
            edits: cases.edits(place - 1),
            ties_with_best: self.ranking.ties[place],
            same_as: self.ranking.alike[place].map(name),
            limit: case.loaded.model.cache.limit,
            limit_cost: case.loaded.model.limit_cost(),
            waited: PushCounts { base: waited[0], other: waited[1], both: common.mean() },
            strip: self.strip(place, &own),
            differences: own,
            timeline: other.first.timeline.clone(),
        }
    }

    /// The comparison at each limit, the own one among them; empty if it was not played at others.
    fn strip(&self, place: usize, own: &[Difference]) -> Vec<LimitVariant> {
        let Some(at) = self.best.iter().position(|best| *best == place) else { return vec![] };
        let variant = |(factor, studies): (f64, &[Study])| LimitVariant {
            factor,
            differences: differences(&studies[0], &studies[at + 1]),
        };
        let limits = other_limits().zip(self.strips.chunks(self.best.len() + 1));
        let mut strip: Vec<LimitVariant> = limits.map(variant).collect();
        if !strip.is_empty() {
            let headlines = own.iter().filter(|d| is_leading(d.metric, &d.labels)).cloned().collect();
            strip.push(LimitVariant { factor: 1.0, differences: headlines });
            strip.sort_by(|a, b| a.factor.total_cmp(&b.factor));
        }
        strip
    }
}
