//! What to do next, in a sentence or two: the remedy that was tried and helps most. Every report of a run prints it.

use super::failures::{part, remedy};
use super::refused_writes::RefusedWrites;
use crate::observe::metric;
use crate::report::number::{self, bytes, decimals, fixed, in_words, percent};
use crate::result::{Advice, AdvisedRemedy, RunResult, StrategyEdit, failing};
use crate::statistics::{Difference, Study, Verdict};
use crate::units::{Bytes, counted};

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
        Some(best) => format!("{}{} {}", sentence(best, advice, study), basis(best, advice), edit(best)),
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
    let names = names(advice);
    let shown = with_replications(&names, advice);
    let none = match names.len() {
        0 => return format!("No strategy applies{}{refused}", room(study)),
        1 => format!("The remedy that was tried ({shown}) saves no time"),
        all => format!("None of the {all} remedies that were tried ({shown}) saves time"),
    };
    let others = match advice.not_tried.len() {
        0 => "",
        _ => " `compare --all` tries the others.",
    };
    format!("{none}, as far as this can tell{}{others}{refused}", room(study))
}

/// All that were tried, as on the command line.
fn names(advice: &Advice) -> Vec<String> {
    let names = advice.remedies.iter().map(|remedy| remedy.strategies.join("+"));
    names.chain(advice.without_effect.iter().cloned()).collect()
}

/// These remedies, those that were tried in more than one replication first. One replication proves nothing.
fn with_replications(names: &[String], advice: &Advice) -> String {
    let is_once = |name: &&String| advice.tried_once.contains(name);
    let (once, again): (Vec<&String>, Vec<&String>) = names.iter().partition(is_once);
    let listed = |names: &[&String]| names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    match (again.len(), once.len()) {
        (_, 0) if advice.replications < 2 => listed(&again),
        (_, 0) => format!("{} in {} replications", listed(&again), advice.replications),
        (0, _) => format!("{} in one replication only", listed(&once)),
        _ => format!(
            "{} in {} replications, {} in one only",
            listed(&again),
            advice.replications,
            listed(&once)
        ),
    }
}

/// In how many replications the best remedy was tried, and how many others were not: a sentence. Results of earlier versions
/// do not say it.
fn basis(best: &AdvisedRemedy, advice: &Advice) -> String {
    let others = match advice.tried_once.iter().filter(|name| **name != best.strategies.join("+")).count() {
        0 => String::new(),
        once => format!(", {} in one only", counted(once, "other", "others")),
    };
    match advice.replications {
        0 => String::new(),
        all => format!(" Tried in {}{others}.", counted(all, "replication", "replications")),
    }
}

/// What a remedy frees of a cache that is mostly dead, and what that costs; `None` if it frees nothing.
fn frees(remedy: &AdvisedRemedy, advice: &Advice, study: &Study) -> Option<String> {
    let frees = of_the_dead(remedy, remedy.freed.as_ref()?, advice, study);
    let lost = remedy.difference.difference;
    let cost = in_words(lost);
    let cost = match remedy.difference.metric {
        of if of == &metric::PUSH_GREEN => format!("a push is green {cost} later"),
        _ => format!("runners work {cost} a day more"),
    };
    Some(format!("{frees} It saves no time: {cost}.{} {}", basis(remedy, advice), edit(remedy)))
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
    let range = || {
        let (times, unit) = number::short_time(*difference);
        let digits = decimals(*difference * times);
        let [gain, least, most] = [-difference, -high, -low].map(|value| fixed(value * times, digits));
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
            format!("With `{name}`, a push is green {} sooner{costs}.", range())
        }
        of if of == &metric::RUNNER_MINUTES => {
            let share = percent(-difference / base);
            format!("With `{name}`, runners work {share} less: {} a day{costs}.", range())
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
    let time = in_words(amount);
    match of.metric {
        kind if kind == &metric::PUSH_GREEN => {
            format!("a push is green {time} {}", if is_more { "later" } else { "sooner" })
        }
        kind if kind == &metric::RUNNER_MINUTES => format!("runners work {time} a day {more}"),
        kind if kind == &metric::RUNNER_COST => format!("they cost {amount:.2} USD {more} in 30 days"),
        _ => format!("the cache costs {amount:.2} USD {more} in 30 days"),
    }
}

fn edit(best: &AdvisedRemedy) -> String {
    best.edits.iter().map(StrategyEdit::told).collect::<Vec<_>>().join(" ")
}

/// How much of the limit stays free in every replication, after a clause. The verdict has the mean of their peaks.
fn room(study: &Study) -> String {
    let free = study.peaks.map_or(Bytes::ZERO, |peaks| study.first.limit.saturating_sub(peaks.highest_bytes));
    match free {
        Bytes::ZERO => ".".into(),
        free => format!("; {} of the limit stays free in every replication.", bytes(free.as_f64())),
    }
}
