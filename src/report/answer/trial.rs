//! What the trial of a remedy says, in clauses and as a table: what it brings, what it costs, in how many replications
//! that was seen. `hint` chooses among trials; `details` lists them.

use super::failures::part;
use crate::observe::{Metric, metric};
use crate::report::number::{bytes, change, closed, decimals, fixed, in_words, percent, short_time};
use crate::report::section::{Cell, Section};
use crate::result::{Advice, AdvisedRemedy, RunResult, StrategyEdit};
use crate::statistics::{Difference, Study, Verdict};
use crate::units::counted;

/// The strategy that frees space and changes no key and no job.
const DELETING: &str = "keep-newest";

/// The remedy that helps most, in time or money. What only frees space helps nobody now.
pub(super) fn best(advice: &Advice) -> Option<&AdvisedRemedy> {
    advice.remedies.iter().find(|remedy| helps(remedy))
}

fn helps(remedy: &AdvisedRemedy) -> bool {
    remedy.difference.verdict() == Some(Verdict::Better)
        && remedy.difference.metric != &metric::CACHE_UNREACHABLE_BYTES
}

/// True if a remedy is this strategy, with or without a value.
pub(super) fn has(remedy: &AdvisedRemedy, strategy: &str) -> bool {
    remedy.strategies.iter().any(|name| name.split('=').next() == Some(strategy))
}

/// In how many replications a strategy alone was tried; `None` if it was not.
pub(super) fn tried_on(strategy: &str, advice: &Advice) -> Option<u32> {
    let alone = advice.remedies.iter().filter(|remedy| remedy.strategies.len() == 1);
    let is_tried = alone.flat_map(|remedy| &remedy.strategies).chain(&advice.without_effect);
    let mut is_tried = is_tried.filter(|name| *name == strategy);
    let once = advice.tried_once.iter().any(|name| name == strategy);
    is_tried.next().map(|_| if once { 1 } else { advice.replications.max(1) })
}

/// In how many replications the best remedy was tried: a sentence. Results of earlier versions do not say it.
pub(super) fn basis(best: &AdvisedRemedy, advice: &Advice) -> Option<String> {
    let others = match advice.tried_once.iter().filter(|name| **name != best.strategies.join("+")).count() {
        0 => String::new(),
        once => format!(", {} in one only", counted(once, "other", "others")),
    };
    let all = advice.replications;
    (all > 0).then(|| format!("Tried in {}{others}.", counted(all, "replication", "replications")))
}

/// What a remedy frees of a cache that is mostly dead, with what that saves and costs; `None` if none frees anything.
pub(super) fn frees(advice: &Advice, study: &Study) -> Option<String> {
    let freeing = || advice.remedies.iter().filter(|remedy| freed_space(remedy).is_some());
    let remedy = freeing().find(|remedy| remedy.strategies == [DELETING]).or_else(|| freeing().next())?;
    let freed = freed_space(remedy)?;
    let dead = study.estimate(&metric::CACHE_UNREACHABLE_BYTES, &[("stat", "mean")]);
    let (dead, freed) = (bytes(dead.map_or(freed.base, |dead| dead.mean)), bytes(-freed.difference));
    let name = remedy.strategies.join(" + ");
    let saves = remedy.gains.iter().find(|gain| gain.metric == &metric::CACHE_COST);
    let saves =
        saves.map_or_else(String::new, |gain| format!(" and saves {:.2} USD in 30 days", -gain.difference));
    let costs = (remedy.difference.metric != &metric::CACHE_UNREACHABLE_BYTES).then_some(&remedy.difference);
    let costs = costs.filter(|cost| cost.difference > 0.0);
    let costs =
        costs.map_or_else(|| ", which saves no time".to_owned(), |cost| format!(", but {}", clause(cost)));
    Some(format!("Of the {dead} that can never be restored, `{name}` frees {freed}{saves}{costs}."))
}

/// How much less of the cache is dead with a remedy; `None` if it frees nothing.
fn freed_space(remedy: &AdvisedRemedy) -> Option<&Difference> {
    let decisive = Some(&remedy.difference).filter(|of| of.metric == &metric::CACHE_UNREACHABLE_BYTES);
    remedy.freed.as_ref().or(decisive).filter(|freed| freed.verdict() == Some(Verdict::Better))
}

/// The best remedy that saves time for nothing, where the best of all has a price.
pub(super) fn costs_nothing(best: &AdvisedRemedy, advice: &Advice) -> Option<String> {
    let is_paid = |remedy: &AdvisedRemedy| remedy.costs.iter().any(|cost| cost.metric == &metric::CACHE_COST);
    let mut free = advice.remedies.iter().filter(|other| helps(other) && !is_paid(other));
    let free = free.next().filter(|_| is_paid(best))?;
    let costs = costs(free);
    Some(format!("`{}` costs nothing: {}{costs}.", free.strategies.join(" + "), clause(&free.difference)))
}

/// What the best remedy brings. Where assumptions were drawn, the trial was not: it holds for the scenario's own values.
pub(super) fn sentence(best: &AdvisedRemedy, answer: &RunResult) -> String {
    let name = best.strategies.join(" + ");
    let Difference { metric: of, base, difference, other, .. } = &best.difference;
    let (gains, costs) = (gains(best), costs(best));
    let brings = match *of {
        of if of == &metric::PUSH_GREEN_SHARE => {
            let [before, after] = [*base, *other].map(part);
            format!("{after} of the pushes get green instead of {before}")
        }
        of if of == &metric::PUSH_GREEN => format!("a push is green {} sooner", range(&best.difference)),
        of if of == &metric::RUNNER_MINUTES => {
            format!("runners work {} less: {} a day", percent(-difference / base), range(&best.difference))
        }
        _ => clause(&best.difference),
    };
    let under = answer
        .study
        .worlds
        .as_ref()
        .map_or("", |_| " This is under the scenario's own values; `compare` also varies what is assumed.");
    format!("With `{name}`, {brings}{gains}{costs}.{under}")
}

/// A gain of time with its interval, unless that prints as the gain does.
fn range(of: &Difference) -> String {
    let Difference { difference, low, high, .. } = of;
    let (times, unit) = short_time(*difference);
    let digits = decimals(*difference * times);
    let [gain, least, most] = [-difference, -high, -low].map(|value| fixed(value * times, digits));
    format!("{gain} {unit}{}", closed(&gain, &least, &most))
}

/// What else gets better with a remedy, in a sentence about its gain.
fn gains(best: &AdvisedRemedy) -> String {
    best.gains.first().map_or_else(String::new, |gain| format!(", and {}", clause(gain)))
}

/// What gets worse with a remedy, as the end of a sentence about its gain.
fn costs(best: &AdvisedRemedy) -> String {
    let costs: Vec<String> = best.costs.iter().map(clause).collect();
    if costs.is_empty() { String::new() } else { format!(", but {}", costs.join(" and ")) }
}

/// A change of time, money or success, as a clause.
fn clause(of: &Difference) -> String {
    let (is_more, amount) = (of.difference > 0.0, of.difference.abs());
    let more = if is_more { "more" } else { "less" };
    let time = in_words(amount);
    match of.metric {
        kind if kind == &metric::PUSH_GREEN => {
            format!("a push is green {time} {}", if is_more { "later" } else { "sooner" })
        }
        kind if kind == &metric::PUSH_GREEN_SHARE => {
            format!("{} of the pushes get green instead of {}", part(of.other), part(of.base))
        }
        kind if kind == &metric::RUNNER_MINUTES => format!("runners work {time} a day {more}"),
        kind if kind == &metric::RUNNER_COST => format!("runners cost {amount:.2} USD {more} in 30 days"),
        _ => format!("the cache costs {amount:.2} USD {more} in 30 days"),
    }
}

/// What to edit for a remedy.
pub(super) fn edit(best: &AdvisedRemedy) -> String {
    best.edits.iter().map(StrategyEdit::told).collect::<Vec<_>>().join(" ")
}

/// The remedies that were tried and change something, with a note on the others.
pub(super) fn section(answer: &RunResult) -> Section {
    let advice = answer.advice.as_ref();
    let row = |remedy: &AdvisedRemedy| {
        let verdict = match remedy.difference.verdict() {
            Some(Verdict::Better) => "better",
            Some(Verdict::Worse) => "worse",
            _ => "unclear",
        };
        vec![
            Cell::Name(remedy.strategies.join(" + ")),
            Cell::Number(change(&remedy.difference)),
            Cell::Name(remedy.difference.metric.name.to_owned()),
            Cell::Number(remedy.difference.n.to_string()),
            Cell::Name(verdict.to_owned()),
        ]
    };
    let listed =
        |what: &str, names: &[String]| (!names.is_empty()).then(|| format!("{what}: {}.", names.join(", ")));
    let notes = advice.map(|advice| {
        [listed("Without effect", &advice.without_effect), listed("Not tried", &advice.not_tried)]
    });
    let notes: Vec<String> = notes.into_iter().flatten().flatten().collect();
    Section {
        title: "Remedies that were tried".into(),
        headings: vec!["remedy", "changes", "of", "replications", "verdict"],
        rows: advice.iter().flat_map(|advice| &advice.remedies).map(row).collect(),
        note: (!notes.is_empty()).then(|| notes.join(" ")),
    }
}

/// The remedies that free space of a cache that is mostly dead, and save no time.
pub(super) fn freeing(answer: &RunResult) -> Section {
    let row = |remedy: &AdvisedRemedy| {
        let freed = freed_space(remedy)?;
        let costs = Some(&remedy.difference).filter(|of| of.metric != &metric::CACHE_UNREACHABLE_BYTES);
        Some(vec![
            Cell::Name(remedy.strategies.join(" + ")),
            Cell::Number(bytes(-freed.difference)),
            Cell::Number(costs.map_or_else(|| "-".into(), change)),
            Cell::Name(costs.map_or("-", |costs| of_metric(costs.metric)).to_owned()),
        ])
    };
    let remedies = answer.advice.iter().flat_map(|advice| &advice.remedies);
    Section {
        title: "What frees space, and what it costs".into(),
        headings: vec!["remedy", "frees", "costs", "of"],
        rows: remedies.filter_map(row).collect(),
        note: Some("None of them saved time in these replications.".into()),
    }
}

/// What a trial is about, in words.
fn of_metric(metric: &Metric) -> &'static str {
    match metric {
        of if of == &metric::PUSH_GREEN_SHARE => "pushes that get green",
        of if of == &metric::PUSH_GREEN => "the time to green",
        of if of == &metric::RUNNER_MINUTES => "runner minutes a day",
        of if of == &metric::RUNNER_COST => "the runners' bill in 30 days",
        of if of == &metric::CACHE_COST => "the cache's bill in 30 days",
        _ => "what can never be restored",
    }
}
