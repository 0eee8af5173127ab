//! The verdict of a comparison, in sentences. Every report of a comparison begins with it.

use super::super::assumptions::reservation;
use super::super::failures;
use super::super::number::{decimals, signed};
use super::{headline, success};
use crate::result::{Alternative, ComparisonResult, Failing, failing};
use crate::statistics::{Difference, Verdict};

/// With more alternatives than this, only the best one gets a sentence.
const SENTENCES_MAX: usize = 3;

/// The verdict in plain sentences: for each alternative whether it is better, by runner minutes and waiting
/// per push and by cost.
pub fn verdict(compared: &ComparisonResult) -> String {
    sentences(compared).join(" ")
}

/// The verdict, sentence by sentence.
pub(super) fn sentences(compared: &ComparisonResult) -> Vec<String> {
    let others = &compared.others;
    let base = base_fails(compared);
    if others.len() <= SENTENCES_MAX {
        return base.into_iter().chain(others.iter().map(|other| sentence(compared, other))).collect();
    }
    let counted = |word: &str| others.iter().filter(|other| judged(other) == word).count();
    let waiting =
        |other: &&Alternative| headline(&other.differences, 1).map_or(0.0, |waiting| waiting.difference);
    // An alternative that makes more runs fail is not the best, however short the waiting is for the rest.
    let sound = |other: &&Alternative| !success::verdicts(other).contains(&Verdict::Worse);
    let best = others.iter().filter(sound).min_by(|a, b| waiting(a).total_cmp(&waiting(b)));
    let counts = format!(
        "Out of {} alternatives, {} are better, {} worse, {} better in one way and worse in another, and \
         {} not distinguishable.",
        others.len(),
        counted("better"),
        counted("worse"),
        counted("better and worse"),
        counted("not distinguishable")
    );
    let best = best.map(|best| format!("The one with the shortest waiting: {}", sentence(compared, best)));
    base.into_iter().chain([counts]).chain(best).collect()
}

/// A sentence if a job mostly fails in the base, because a comparison with that says little.
fn base_fails(compared: &ComparisonResult) -> Option<String> {
    let failing = failing(&compared.base);
    let mostly = failing.iter().any(Failing::is_mostly);
    failures::sentence(&failing).filter(|_| mostly).map(|text| format!("In {}, {text}", compared.name))
}

/// The verdict on an alternative in a word: what its headline metrics agree on.
fn judged(other: &Alternative) -> &'static str {
    let all = &other.differences;
    let headlines = (0..3).filter_map(|place| headline(all, place)?.verdict_among(all));
    let verdicts: Vec<Verdict> = headlines.chain(success::verdicts(other)).collect();
    match (verdicts.contains(&Verdict::Better), verdicts.contains(&Verdict::Worse)) {
        (true, true) => "better and worse",
        (true, false) => "better",
        (false, true) => "worse",
        (false, false) => "not distinguishable",
    }
}

/// The verdict on an alternative, which says so if it depends on the assumptions.
pub(super) fn judged_with_assumptions(other: &Alternative) -> &'static str {
    let all = &other.differences;
    let depends = (0..3).filter_map(|place| headline(all, place)).any(|own| own.depends_on_assumptions(all));
    match judged(other) {
        "better" if depends => "better if the assumptions hold",
        word => word,
    }
}

fn sentence(compared: &ComparisonResult, other: &Alternative) -> String {
    let part = |place| headline(&other.differences, place);
    let price = match other.limit_cost - compared.limit_cost {
        more if more > 0.0 => format!(" The larger limit costs up to {more:.2} USD more per 30 days."),
        _ => String::new(),
    };
    let remarks = [Some(price), other.waited.verdict()].into_iter().flatten();
    let remarks: String = remarks.collect();
    let (name, base) = (other.shown(), &compared.name);
    if judged(other) == "not distinguishable" {
        let clauses = [
            (0, "min of runner time per push"),
            (1, "min of waiting per push"),
            (
                2,
                "USD per 30 \
            days",
            ),
        ];
        let shown = clauses.into_iter().filter(|(place, _)| *place < 2 || compared.has_cost());
        let ranges = shown.filter_map(|(place, unit)| Some(format!("{} {unit}", range(part(place)?))));
        let clauses: Vec<String> = success::clause(other).into_iter().chain(ranges).collect();
        return format!("{name} is not distinguishable from {base}: {}.{remarks}", clauses.join(", "));
    }
    let runner_time = |minutes| {
        let text = clause(minutes, "a push takes", " runner time", "the runner time per push");
        let explained = minutes.verdict() != minutes.verdict_among(&other.differences);
        if explained { format!("{text} (because runs fail sooner)") } else { text }
    };
    let clauses = [
        success::clause(other),
        part(0).map(runner_time),
        part(1).map(|waiting| clause(waiting, "a developer waits", "", "the waiting per push")),
        Some(bill(compared, part(2))),
    ];
    let clauses: Vec<String> = clauses.into_iter().flatten().collect();
    let worlds = compared.base.worlds.as_ref().map_or(0, |worlds| worlds.count);
    let all = &other.differences;
    let better = ["less runner time", "less waiting", "a lower bill"];
    let reserved = |place: usize| reservation(better[place], headline(all, place)?, all, worlds);
    let depends = (0..3).find_map(reserved);
    let depends = depends.map_or_else(String::new, |depends| format!(" if the assumptions hold ({depends})"));
    format!("{name} is {} than {base}{depends}: {}.{remarks}", judged(other), clauses.join(", "))
}

/// A change that would be printed as 0.00 minutes matters to no one, however certain it is.
const LEAST: f64 = 0.005;

fn clause(difference: &Difference, before: &str, after: &str, noun: &str) -> String {
    if !difference.is_distinguishable() {
        return unclear(difference, noun, "min");
    }
    if difference.difference.abs() < LEAST {
        return format!("{noun} hardly changes");
    }
    format!("{before} {} {}{after}", amount(difference, "min"), direction(difference))
}

fn bill(compared: &ComparisonResult, cost: Option<&Difference>) -> String {
    match cost.filter(|_| compared.has_cost()) {
        None => "and runners cost nothing".into(),
        Some(cost) if cost.is_distinguishable() => {
            format!("and runners cost {} {} per 30 days", amount(cost, "USD"), direction(cost))
        }
        Some(cost) => format!("and {}", unclear(cost, "the cost of runners per 30 days", "USD")),
    }
}

fn direction(difference: &Difference) -> &'static str {
    if difference.difference < 0.0 { "less" } else { "more" }
}

/// The size of a difference with its interval, without its sign.
fn amount(difference: &Difference, unit: &str) -> String {
    let Difference { difference: mean, low, high, .. } = difference;
    let decimals = decimals(*mean);
    let [least, most] = if *mean < 0.0 { [-high, -low] } else { [*low, *high] };
    format!("{:.decimals$} {unit} ({least:.decimals$}–{most:.decimals$})", mean.abs())
}

fn unclear(difference: &Difference, noun: &str, unit: &str) -> String {
    match difference.low == 0.0 && difference.high == 0.0 {
        true => format!("{noun} does not change"),
        false => format!("{noun} is not distinguishable ({} {unit})", range(difference)),
    }
}

/// The range of a difference that may be zero.
fn range(difference: &Difference) -> String {
    let Difference { low, high, .. } = difference;
    let decimals = decimals(low.abs().max(high.abs()));
    let [low, high] = [low, high].map(|end| signed(*end, decimals));
    if low == high { low } else { format!("{low} to {high}") }
}
