//! The verdict of a comparison, in sentences. Every report of a comparison begins with it.

use super::super::number::{closed, decimals, fixed, plain, short_time, signed};
use super::{compared_metric, success};
use crate::observe::metric;
use crate::report::answer::assumptions::reservation;
use crate::report::answer::failures;
use crate::result::{Alternative, ComparisonResult, Failing, failing};
use crate::statistics::{Difference, Verdict};
use crate::units::counted;

/// With more alternatives than this, only the best one has a sentence.
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
    base.into_iter().chain([lead(compared)]).chain(ties(compared)).chain([counts(compared)]).collect()
}

/// The first that ranks before the base and does not gain in one way and lose in another. Where a metric was named to
/// rank by, that one alone decides.
pub(super) fn best(compared: &ComparisonResult) -> Option<&Alternative> {
    let is_it = |other: &&Alternative| compared.by.is_some() || judged(other) != Judged::Both;
    compared.better().iter().find(is_it)
}

/// True if nothing shows that the best is better. Ties are with the first of all: where that is not the best, they say
/// nothing.
pub(super) fn is_tied(compared: &ComparisonResult, other: &Alternative) -> bool {
    let best_is_first =
        best(compared).zip(compared.better().first()).is_some_and(|(best, first)| std::ptr::eq(best, first));
    best_is_first && other.ties_with_best && place(compared, other).is_some()
}

/// The place among those that rank before the base.
pub(super) fn place(compared: &ComparisonResult, other: &Alternative) -> Option<usize> {
    compared.better().iter().position(|better| std::ptr::eq(better, other))
}

/// The best alternative, if there is one that is better than the base.
fn lead(compared: &ComparisonResult) -> String {
    let (all, played) = (compared.others.len(), compared.base.replications);
    let played = counted(played, "replication", "replications");
    if let Some((best, by)) = compared.better().first().zip(compared.by.as_ref()) {
        return format!("Best of {all} by {}: {}.", by.metric.name, best.shown());
    }
    match best(compared) {
        Some(best) if compared.best_is_certain => format!("Best of {all}: {}", sentence(compared, best)),
        Some(best) => format!(
            "Best of {all}, which may be chance, since so many were tried: {}",
            sentence(compared, best)
        ),
        None => {
            let name = compared.base_name();
            let none = format!("None of {all} remedies is better than {name}, as far as {played} can tell");
            match compared.better().first().filter(|first| judged(first) == Judged::Both) {
                Some(mixed) => {
                    format!("{none}, without being worse in another way: {}", sentence(compared, mixed))
                }
                None => format!("{none}."),
            }
        }
    }
}

/// How many of the tied are named.
const TIED_MAX: usize = 3;

/// The alternatives that the best one is not shown to be better than.
fn ties(compared: &ComparisonResult) -> Option<String> {
    let before = compared.better().iter();
    let tied: Vec<String> = before
        .filter(|other| is_tied(compared, other) && other.same_as.is_none())
        .map(Alternative::shown)
        .collect();
    let more = tied.len().saturating_sub(TIED_MAX);
    let mut named: Vec<String> = tied.into_iter().take(TIED_MAX).collect();
    named.extend((more > 0).then(|| format!("{more} more")));
    let last = named.pop()?;
    let names = if named.is_empty() { last } else { format!("{} and {last}", named.join(", ")) };
    let cheapest = cheapest_tied(compared).map(|other| format!(" Of these, {} costs least.", other.shown()));
    Some(format!("Nothing shows that it is better than {names}.{}", cheapest.unwrap_or_default()))
}

/// The one among those tied with the best whose bill is the lowest, if it is lower than the best one's.
fn cheapest_tied(compared: &ComparisonResult) -> Option<&Alternative> {
    let best = best(compared)?;
    let bill = |other: &Alternative| {
        let parts = [2, 3].into_iter().filter_map(|place| compared_metric(other, place));
        parts.map(|part| part.difference).sum::<f64>()
    };
    let total: f64 =
        [2, 3].into_iter().filter_map(|place| compared_metric(best, place)).map(|part| part.base).sum();
    let tied = compared.better().iter().filter(|other| is_tied(compared, other) && other.same_as.is_none());
    let cheapest = tied.min_by(|one, other| bill(one).total_cmp(&bill(other)))?;
    (bill(best) - bill(cheapest) > f64::max(RELEVANT * total, CENT)).then_some(cheapest)
}

/// A smaller difference of two bills is none.
const CENT: f64 = 0.01;

fn counts(compared: &ComparisonResult) -> String {
    let counted = |word: Judged| compared.others.iter().filter(|other| judged(other) == word).count();
    let words = [
        (Judged::Better, "better"),
        (Judged::Worse, "worse"),
        (Judged::Both, "better in one way and worse in another"),
    ];
    let counts = words.map(|(judged, words)| (counted(judged), words));
    let tiny = compared.others.iter().filter(|other| is_tiny(other)).count();
    let unclear = (counted(Judged::Neither) - tiny, "not distinguishable");
    let counts = counts.into_iter().chain([(tiny, "hardly different"), unclear]);
    let counts = counts.filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
    format!("Against {}: {}.", compared.base_name(), counts.collect::<Vec<_>>().join(", "))
}

/// A sentence if a job mostly fails in the base, because a comparison with that says little.
fn base_fails(compared: &ComparisonResult) -> Option<String> {
    let failing = failing(&compared.base);
    let mostly = failing.iter().any(Failing::is_mostly);
    failures::sentence(&failing).filter(|_| mostly).map(|text| format!("In {}, {text}", compared.base_name()))
}

/// The verdict on an alternative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    Better,
    Worse,
    /// Better in one way and worse in another.
    Both,
    /// Not distinguishable.
    Neither,
}

impl Judged {
    fn words(self) -> &'static str {
        match self {
            Judged::Better => "better",
            Judged::Worse => "worse",
            Judged::Both => "better and worse",
            Judged::Neither => "not distinguishable",
        }
    }

    fn of(verdicts: &[Verdict]) -> Judged {
        match (verdicts.contains(&Verdict::Better), verdicts.contains(&Verdict::Worse)) {
            (true, true) => Judged::Both,
            (true, false) => Judged::Better,
            (false, true) => Judged::Worse,
            (false, false) => Judged::Neither,
        }
    }
}

/// A smaller change of a mean than this share of it is no gain and no loss, however certain it is.
const RELEVANT: f64 = 0.005;

/// True if a change is told from chance, but too small to count.
pub(in crate::report) fn is_irrelevant(change: &Difference, all: &[Difference]) -> bool {
    let is_told = matches!(change.verdict_among(all), Some(Verdict::Better | Verdict::Worse));
    is_told && change.difference.abs() <= RELEVANT * change.base.abs()
}

/// True if nothing that an alternative changes counts, and some of it is told from chance.
pub(super) fn is_tiny(other: &Alternative) -> bool {
    let all = &other.differences;
    let mut times = [0, 1].into_iter().filter_map(|place| compared_metric(other, place));
    judged(other) == Judged::Neither && times.any(|change| is_irrelevant(change, all))
}

/// What time, runner minutes and success agree on. Money decides only where these say nothing: a remedy that is paid
/// for is not half bad.
pub(super) fn judged(other: &Alternative) -> Judged {
    let all = &other.differences;
    let verdict = |place: usize| {
        let change = compared_metric(other, place)?;
        let counts = change.difference.abs() > RELEVANT * change.base.abs();
        change.verdict_among(all).filter(|_| counts)
    };
    let effects: Vec<Verdict> =
        [0, 1].into_iter().filter_map(verdict).chain(success::verdicts(other)).collect();
    match Judged::of(&effects) {
        Judged::Neither => judged_by_money(other),
        judged => judged,
    }
}

/// What becomes of the bill: of runners and of the limit together, since what one saves may pay for the other. The
/// interval of the sum is at most as wide as the two intervals together.
fn judged_by_money(other: &Alternative) -> Judged {
    let parts: Vec<&Difference> =
        [2, 3].into_iter().filter_map(|place| compared_metric(other, place)).collect();
    let sum = |of: fn(&Difference) -> f64| parts.iter().map(|part| of(part)).sum::<f64>();
    let counts = sum(|part| part.difference).abs() > RELEVANT * sum(|part| part.base.abs());
    let is_certain = parts.iter().all(|part| part.n >= 2);
    match counts && is_certain {
        true if sum(|part| part.high) < 0.0 => Judged::Better,
        true if sum(|part| part.low) > 0.0 => Judged::Worse,
        _ => Judged::Neither,
    }
}

/// True if an alternative is better only if the assumptions hold.
pub(super) fn depends_on_assumptions(other: &Alternative) -> bool {
    let all = &other.differences;
    let mut compared = (0..3).filter_map(|place| compared_metric(other, place));
    judged(other) == Judged::Better && compared.any(|own| own.depends_on_assumptions(all))
}

fn sentence(compared: &ComparisonResult, other: &Alternative) -> String {
    let part = |place| compared_metric(other, place);
    let cost = part(3).map_or(0.0, |cost| cost.difference);
    let price = match other.limit_cost - compared.limit_cost {
        0.0 => String::new(),
        more => format!(
            " The {} limit costs {:.2} USD {} per 30 days, billed by the peak of each hour.",
            if more > 0.0 { "larger" } else { "smaller" },
            cost.abs(),
            if cost < 0.0 { "less" } else { "more" }
        ),
    };
    let remarks = [Some(price), other.waited.verdict(), other_pushes(other)].into_iter().flatten();
    let remarks: String = remarks.collect();
    let (name, base) = (other.shown(), compared.base_name());
    if judged(other) == Judged::Neither {
        let clauses = [
            (0, "min until a push is green"),
            (1, "runner minutes a day"),
            (2, "USD for runners in 30 days"),
        ];
        let shown = clauses.into_iter().filter(|(place, _)| *place < 2 || compared.has_runner_cost());
        let ranges = shown.filter_map(|(place, unit)| Some(format!("{} {unit}", range(part(place)?))));
        let clauses: Vec<String> = success::clauses(other).into_iter().chain(ranges).collect();
        let how = if is_tiny(other) { "hardly differs from" } else { "is not distinguishable from" };
        return format!("{name} {how} {base}: {}.{remarks}", clauses.join(", "));
    }
    let runner_time = |minutes: &Difference| {
        let text = clause(minutes, "runners work", " a day", "runner time a day");
        let explained = minutes.verdict() != minutes.verdict_among(&other.differences);
        if explained { format!("{text} (because runs fail sooner)") } else { text }
    };
    let worlds = compared.base.worlds.as_ref().map_or(0, |worlds| worlds.count);
    let better = ["a green push sooner", "less runner time", "a lower bill"];
    let all = &other.differences;
    let reserved = |place: usize| reservation(better[place], part(place)?, all, worlds);
    let depends = (0..3).find_map(reserved);
    let depends = depends.map_or_else(String::new, |depends| format!(" if the assumptions hold ({depends})"));
    let mut clauses = success::clauses(other);
    clauses.extend(part(0).map(|time| green(time, all)));
    clauses.extend(part(1).map(runner_time));
    let unpriced = match bill(compared, part(2)) {
        Some(bill) => {
            clauses.push(bill);
            ""
        }
        None => " (no price set)",
    };
    let clauses = enumerated(&clauses);
    format!("{name} is {} than {base}{depends}: {clauses}{unpriced}.{remarks}", judged(other).words())
}

/// A warning if a scenario from another file has other pushes, so that the two are no alternatives.
fn other_pushes(other: &Alternative) -> Option<String> {
    let pushes = other.differences.iter().find(|difference| difference.is(&metric::PUSH_COUNT, &[]))?;
    let differ = other.edits.is_empty() && pushes.difference.abs() > OTHER_PUSHES * pushes.base;
    let [own, base] = [pushes.other, pushes.base].map(plain);
    differ.then(|| {
        format!(
            " It has other pushes ({own} a day, not {base}), so this compares two repositories, not two ways to build one."
        )
    })
}

/// Fixes of red runs make a few pushes more or less; this share is something else.
const OTHER_PUSHES: f64 = 0.1;

/// How much sooner or later a push is green.
fn green(time: &Difference, all: &[Difference]) -> String {
    let noun = "the time until a push is green";
    if !time.is_distinguishable() {
        return unclear(time, noun, "min");
    }
    if time.difference.abs() < LEAST {
        return format!("{noun} hardly changes");
    }
    let sooner = if time.difference < 0.0 { "sooner" } else { "later" };
    let others = if time.is_void_among(all) { " (over other pushes)" } else { "" };
    format!("a push is green {} {sooner}{others}", amount(time, "min"))
}

/// A change of less than a third of a second matters to no one, however certain it is.
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

/// What becomes of the runners' bill; `None` if they have no price.
fn bill(compared: &ComparisonResult, cost: Option<&Difference>) -> Option<String> {
    let cost = cost.filter(|_| compared.has_runner_cost())?;
    Some(match cost.is_distinguishable() {
        true => format!("runners cost {} {} per 30 days", amount(cost, "USD"), direction(cost)),
        false => unclear(cost, "the cost of runners per 30 days", "USD"),
    })
}

/// Clauses one after the other, with "and" before the last.
fn enumerated(clauses: &[String]) -> String {
    match clauses {
        [first @ .., last] if !first.is_empty() => format!("{}, and {last}", first.join(", ")),
        all => all.concat(),
    }
}

fn direction(difference: &Difference) -> &'static str {
    if difference.difference < 0.0 { "less" } else { "more" }
}

/// The size of a difference with its interval, without its sign.
fn amount(difference: &Difference, unit: &str) -> String {
    let Difference { difference: mean, low, high, .. } = difference;
    let (times, unit) = if unit == "min" { short_time(*mean) } else { (1.0, unit) };
    let decimals = decimals(*mean * times);
    let [least, most] = if *mean < 0.0 { [-high, -low] } else { [*low, *high] };
    let [mean, least, most] = [mean.abs(), least, most].map(|value| fixed(value * times, decimals));
    format!("{mean} {unit}{}", closed(&mean, &least, &most))
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
