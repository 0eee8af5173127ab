//! What to do next, in a sentence or two: the remedy that was tried and helps most. Every report of a run prints it.

use super::failures::{part, remedy};
use super::refused_writes::RefusedWrites;
use crate::observe::metric;
use crate::report::number::{self, bytes, decimals, fixed, percent};
use crate::result::{Advice, AdvisedRemedy, RunResult, StrategyEdit, failing};
use crate::statistics::{Difference, Study, Verdict};
use crate::units::Bytes;

/// The advice. While a job mostly fails, nothing else matters yet.
pub fn hint(answer: &RunResult) -> String {
    let study = &answer.study;
    let failing = remedy(study, &failing(study), |strategy| applies(strategy, answer.advice.as_ref()));
    failing.unwrap_or_else(|| match &answer.advice {
        Some(advice) => tried(advice, study),
        None => format!("No remedy was tried{}", room(study)),
    })
}

/// True if a strategy changes anything, as far as the advice knows.
fn applies(strategy: &str, advice: Option<&Advice>) -> bool {
    let Some(advice) = advice else { return true };
    let tried = advice.remedies.iter().flat_map(|remedy| &remedy.strategies);
    let mut known = tried.chain(&advice.without_effect).chain(&advice.not_tried);
    known.any(|name| name.split('=').next() == Some(strategy))
}

/// What the trials say.
fn tried(advice: &Advice, study: &Study) -> String {
    let helps = |remedy: &&AdvisedRemedy| remedy.difference.verdict() == Some(Verdict::Better);
    match advice.remedies.iter().find(helps) {
        Some(best) => format!("{} {}", sentence(best, advice, study), edit(best)),
        None => {
            let frees = advice.remedies.iter().find_map(|remedy| frees(remedy, advice, study));
            frees.unwrap_or_else(|| nothing_helps(advice, study))
        }
    }
}

/// No remedy that was tried saves time.
fn nothing_helps(advice: &Advice, study: &Study) -> String {
    // No strategy stands for a larger budget or smaller entries.
    let refused = RefusedWrites::largest(study).map(|refusal| format!(" {}", refusal.remedy()));
    let refused = refused.unwrap_or_default();
    let names = advice.remedies.iter().map(|remedy| remedy.strategies.join(" + "));
    let names: Vec<String> = names.chain(advice.without_effect.iter().cloned()).collect();
    let none = match names.len() {
        0 => return format!("No strategy applies{}{refused}", room(study)),
        1 => format!("The remedy that was tried ({}) saves no time", names[0]),
        all => format!("None of the {all} remedies that were tried ({}) saves time", names.join(", ")),
    };
    let others = match advice.not_tried.len() {
        0 => "",
        _ => " `compare --all` tries the others.",
    };
    format!("{none}, as far as this can tell{}{others}{refused}", room(study))
}

/// What a remedy frees of a cache that is mostly dead, and what that costs; `None` if it frees nothing.
fn frees(remedy: &AdvisedRemedy, advice: &Advice, study: &Study) -> Option<String> {
    let frees = of_the_dead(remedy, remedy.freed.as_ref()?, advice, study);
    let lost = remedy.difference.difference;
    let cost = format!("{} min", fixed(lost, decimals(lost)));
    let cost = match remedy.difference.metric {
        of if of == &metric::PUSH_GREEN => format!("a push is green {cost} later"),
        _ => format!("runners work {cost} a day more"),
    };
    Some(format!("{frees} It saves no time: {cost}. {}", edit(remedy)))
}

/// How much of the cache is dead, and how much of that a remedy frees; deleting superseded entries, which changes no key, is
/// named beside it.
fn of_the_dead(remedy: &AdvisedRemedy, freed: &Difference, advice: &Advice, study: &Study) -> String {
    let limit = number::limit(study.first.limit);
    let dead = study.estimate(&metric::CACHE_UNREACHABLE_BYTES, &[("stat", "mean")]);
    let (dead, freed) = (bytes(dead.map_or(freed.base, |dead| dead.mean)), bytes(-freed.difference));
    let name = remedy.strategies.join(" + ");
    let mut others = advice.remedies.iter().filter(|other| other.strategies != remedy.strategies);
    let deleting = others.find(|other| other.strategies == ["keep-newest"]).and_then(freed_space);
    let beside = deleting.map_or(String::new(), |deleting| {
        format!("; `keep-newest`, which changes no key, frees {}", bytes(-deleting.difference))
    });
    format!("{dead} of the {limit} can never be restored; `{name}` frees {freed} of it{beside}.")
}

/// How much less of the cache is dead with a remedy; `None` if it frees nothing.
fn freed_space(remedy: &AdvisedRemedy) -> Option<&Difference> {
    let decisive = Some(&remedy.difference).filter(|of| of.metric == &metric::CACHE_UNREACHABLE_BYTES);
    remedy.freed.as_ref().or(decisive).filter(|freed| freed.difference < 0.0)
}

/// What the best remedy brings.
fn sentence(best: &AdvisedRemedy, advice: &Advice, study: &Study) -> String {
    let name = best.strategies.join(" + ");
    let Difference { metric: of, base, difference, low, high, .. } = &best.difference;
    let range = |unit: &str| {
        let digits = decimals(*difference);
        let [gain, least, most] = [-difference, -high, -low].map(|value| fixed(value, digits));
        match gain == least && gain == most {
            true => format!("{gain} {unit}"),
            false => format!("{gain} {unit} ({least}–{most})"),
        }
    };
    let costs = costs(best);
    match *of {
        of if of == &metric::PUSH_GREEN_SHARE => {
            let [before, after] = [base, &best.difference.other].map(|share| part(*share));
            let gains = gains(best);
            format!("With `{name}`, {after} of the pushes get green instead of {before}{gains}{costs}.")
        }
        of if of == &metric::PUSH_GREEN => {
            format!("With `{name}`, a push is green {} sooner{costs}.", range("min"))
        }
        of if of == &metric::RUNNER_MINUTES => {
            let share = percent(-difference / base);
            format!("With `{name}`, runners work {share} less: {} a day{costs}.", range("min"))
        }
        _ => format!("{} It saves no time now.", of_the_dead(best, &best.difference, advice, study)),
    }
}

/// What else gets better with a remedy, in a sentence about its gain.
fn gains(best: &AdvisedRemedy) -> String {
    best.gains.first().map_or_else(String::new, |gain| format!(", and {}", change(gain)))
}

/// What gets worse with a remedy, as the end of a sentence about its gain.
fn costs(best: &AdvisedRemedy) -> String {
    let costs: Vec<String> = best.costs.iter().map(change).collect();
    if costs.is_empty() { String::new() } else { format!(", but {}", costs.join(" and ")) }
}

/// A change of time or money, as a clause.
fn change(of: &Difference) -> String {
    let (is_more, amount) = (of.difference > 0.0, of.difference.abs());
    let more = if is_more { "more" } else { "less" };
    let minutes = fixed(amount, decimals(amount));
    match of.metric {
        kind if kind == &metric::PUSH_GREEN => {
            format!("a push is green {minutes} min {}", if is_more { "later" } else { "sooner" })
        }
        kind if kind == &metric::RUNNER_MINUTES => format!("runners work {minutes} min a day {more}"),
        kind if kind == &metric::RUNNER_COST => format!("they cost {amount:.2} USD {more} in 30 days"),
        _ => format!("the cache costs {amount:.2} USD {more} in 30 days"),
    }
}

fn edit(best: &AdvisedRemedy) -> String {
    best.edits.iter().map(StrategyEdit::told).collect::<Vec<_>>().join(" ")
}

/// How much of the limit is never used in any replication, after a clause.
fn room(study: &Study) -> String {
    let free = study.peaks.map_or(Bytes::ZERO, |peaks| study.first.limit.saturating_sub(peaks.highest_bytes));
    match free {
        Bytes::ZERO => ".".into(),
        free => format!("; {} of the limit is never used.", bytes(free.as_f64())),
    }
}
