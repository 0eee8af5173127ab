//! Which inputs of a sensitivity analysis matter, in sentences. Unknowns can be measured, knobs can be chosen: each kind has
//! its words. An input comes first alone only where its interval lies above those of all others.

use super::super::number::percent;
use super::words::{noun, size};
use crate::result::SweepResult;
use crate::statistics::sweep::{Effect, Explained, Interval};

/// What an input is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A fact of the repository, its machines or the service: somebody can measure it.
    Unknown,
    /// A setting of workflows, of the cache or of a pool of runners: somebody can choose it.
    Knob,
}

/// What is measured of a workflow or a janitor. Everything else there is chosen.
const FACTS: [&str; 30] = [
    "changed",
    "cold",
    "contention",
    "export-rate",
    "fails",
    "fails-in-queue",
    "fails-on-main",
    "finish",
    "flaky",
    "frees",
    "gap-share",
    "home-size",
    "miss",
    "object-bytes",
    "objects",
    "partial",
    "prepare",
    "registry",
    "registry-rate",
    "repository-size",
    "setup",
    "size",
    "tail",
    "time",
    "unpack-rate",
    "unpacked-ratio",
    "warm",
    "workspace-archive",
    "wrapper-size",
    "cron-delay",
];

/// What is chosen of the cache and of a pool of runners. Everything else there is a fact.
const CHOICES: [&str; 7] =
    ["budget", "concurrency", "cores", "delete-closed-after", "limit", "monthly-budget", "over-quota"];

impl Role {
    /// The role of a varied path, or of a strategy.
    fn of(path: &str) -> Role {
        let last = path.rsplit('.').next().unwrap_or_default();
        let is_chosen = match path.split('.').next() {
            Some("workflow" | "janitor") => !FACTS.contains(&last),
            Some("cache" | "runner") => CHOICES.contains(&last),
            _ => !path.contains('.'),
        };
        if is_chosen { Role::Knob } else { Role::Unknown }
    }

    /// How a sentence begins about these of `all` inputs.
    fn advice(self, names: &str, all: usize) -> String {
        match (self, all) {
            (Role::Unknown, 1) => format!("Measure {names}"),
            (Role::Unknown, _) => format!("Measure {names} first"),
            (Role::Knob, 1) => format!("Choose {names} with care"),
            (Role::Knob, _) => format!("Choose {names} first"),
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Role::Unknown => "unknowns",
            Role::Knob => "knobs",
        }
    }
}

/// The most inputs that a sentence names.
const NAMED_MAX: usize = 4;
/// An input that matters less than this matters little: a share of the variance, or of the largest effect.
const SMALL: f64 = 0.05;

/// What Sobol's indices tell.
pub(super) fn explanation(swept: &SweepResult, explained: &[Explained]) -> Vec<String> {
    let noun = noun(&swept.measure);
    let told = |input: usize| {
        let [alone, in_all] = [explained[input].alone, explained[input].in_all].map(share);
        format!("explains {alone} of the variance of {noun} alone and {in_all} with its interactions")
    };
    let totals: Vec<Interval> = explained.iter().map(|input| input.in_all).collect();
    let mut sentences = firsts(swept, &totals, SMALL, told);
    sentences.extend(negligible(swept, &totals, SMALL));
    sentences.extend(spread(swept));
    sentences
}

/// What Morris's effects tell.
pub(super) fn movement(swept: &SweepResult, effects: &[Effect]) -> Vec<String> {
    let (noun, unit) = (noun(&swept.measure), swept.measure.metric.unit);
    let sizes: Vec<Interval> = effects.iter().map(|effect| effect.size).collect();
    let told = |input: usize| {
        let of = sizes[input];
        let [value, low, high] = [of.value, of.low, of.high].map(|end| size(unit, end));
        format!("changes {noun} by {value} ({low} to {high}) over its range")
    };
    let most = sizes.iter().map(|size| size.value).fold(0.0, f64::max);
    let mut sentences = firsts(swept, &sizes, SMALL * most, told);
    sentences.extend(negligible(swept, &sizes, SMALL * most));
    sentences
}

/// For each role, a sentence about the inputs that come first: one, or those that cannot be told apart from it. The role with
/// the largest input is told first.
fn firsts(
    swept: &SweepResult,
    sizes: &[Interval],
    small: f64,
    told: impl Fn(usize) -> String,
) -> Vec<String> {
    let order = ranked(sizes.iter().map(|size| size.value));
    let sentence = |role: Role| {
        let is_own = |input: &usize| Role::of(&swept.plan.axes[*input].name) == role;
        let own: Vec<usize> = order.iter().copied().filter(is_own).collect();
        let first = sizes[*own.first()?];
        let leaders: Vec<usize> =
            own.iter().copied().filter(|input| sizes[*input].high >= first.low).collect();
        // Another sentence names the inputs that matter little.
        let sentence = match first.high < small {
            true => return None,
            false => leading(swept, role, own.len(), &leaders, &told),
        };
        (first.value > 0.0).then_some((first.value, sentence))
    };
    let mut all: Vec<(f64, String)> = [Role::Unknown, Role::Knob].into_iter().filter_map(sentence).collect();
    all.sort_by(|one, other| other.0.total_cmp(&one.0));
    all.into_iter().map(|(_, sentence)| sentence).collect()
}

/// The sentence about the `leaders` of `all` inputs of a role.
fn leading(
    swept: &SweepResult,
    role: Role,
    all: usize,
    leaders: &[usize],
    told: impl Fn(usize) -> String,
) -> String {
    let name = |input: &usize| swept.plan.axes[*input].name.as_str();
    match leaders {
        [only] => {
            let others = match all {
                1 => String::new(),
                2 => format!(", more than the other {}", role.plural().trim_end_matches('s')),
                _ => format!(", more than any other of the {all} {}", role.plural()),
            };
            format!("{}: it {}{others}.", role.advice(name(only), all), told(*only))
        }
        [others @ .., last] if leaders.len() <= NAMED_MAX => {
            let others = others.iter().map(name).collect::<Vec<_>>().join(", ");
            let names = format!("{others} or {}", name(last));
            format!("{}: which of them matters most cannot be told apart.", role.advice(&names, all))
        }
        many => format!(
            "Which of {} {} matters most cannot be told apart: see the table.",
            many.len(),
            role.plural()
        ),
    }
}

/// A share with its interval, within the range of shares.
pub(in crate::report) fn share(of: Interval) -> String {
    let [value, low, high] = [of.value, of.low, of.high].map(|part| percent(part.clamp(0.0, 1.0)));
    format!("{value} ({}–{})", low.trim_end_matches(" %"), high.trim_end_matches(" %"))
}

/// The inputs whose interval lies below this, if any.
fn negligible(swept: &SweepResult, sizes: &[Interval], below: f64) -> Option<String> {
    let order = ranked(sizes.iter().map(|size| size.value));
    let is_small = |input: &usize| sizes[*input].high < below;
    let small: Vec<&str> =
        order.into_iter().filter(is_small).map(|input| swept.plan.axes[input].name.as_str()).collect();
    match small.as_slice() {
        [] => None,
        [only] => Some(format!("{only} matters little.")),
        few if few.len() <= NAMED_MAX => Some(format!("These matter little: {}.", few.join(", "))),
        many => Some(format!("{} of the inputs matter little: see the table.", many.len())),
    }
}

/// The range of the metric over the inputs.
fn spread(swept: &SweepResult) -> Option<String> {
    let ranked = swept.ranked();
    let [best, worst] = [swept.estimate(*ranked.first()?)?, swept.estimate(*ranked.last()?)?]
        .map(|estimate| size(swept.measure.metric.unit, estimate.mean));
    let noun = noun(&swept.measure);
    Some(format!("Over all ranges, {noun} varies from {best} to {worst}."))
}

/// Indices sorted by value, the largest first.
pub(in crate::report) fn ranked(values: impl Iterator<Item = f64>) -> Vec<usize> {
    let values: Vec<f64> = values.collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]).then(a.cmp(b)));
    order
}
