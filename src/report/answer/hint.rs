//! What to do next: the remedy that was tried and helps most, or that none does. Every report of a run prints it.

use super::failures::{FailureRemedy, remedy};
use super::refused_writes::RefusedWrites;
use super::trial::{basis, best, costs_nothing, edit, frees, has, sentence, tried_on};
use crate::experiment::compare_all;
use crate::observe::metric;
use crate::report::number::bytes;
use crate::result::{Advice, AdvisedRemedy, RunResult, failing};
use crate::statistics::Study;
use crate::units::{Bytes, counted};
use std::path::Path;

/// A hint, of which a screen may leave out the edit.
struct RunHint {
    text: String,
    /// What to edit; empty if nothing is advised.
    edit: String,
}

/// The advice, with the edit that it takes.
pub fn hint(answer: &RunResult) -> String {
    let RunHint { text, edit } = RunHint::of(answer);
    if edit.is_empty() { text } else { format!("{text} {edit}") }
}

/// The advice where lines are few: what to edit is among the details.
pub(in crate::report) fn short_hint(answer: &RunResult) -> String {
    let RunHint { text, edit } = RunHint::of(answer);
    if edit.is_empty() { text } else { format!("{text} The edit: --details.") }
}

impl RunHint {
    /// While a job mostly fails, nothing else matters yet, unless a remedy was tried that lets more succeed.
    fn of(answer: &RunResult) -> RunHint {
        let study = &answer.study;
        let advice = answer.advice.as_ref();
        match (remedy(study, &failing(study), |strategy| applies(strategy, advice)), advice) {
            (Some(rule), advice) => mostly_fails(&rule, advice, answer),
            (None, Some(advice)) => match best(advice) {
                Some(best) => RunHint::trial(best, None, advice, answer),
                None => RunHint::words(nothing_helps(advice, answer)),
            },
            (None, None) => RunHint::words(format!("No remedy was tried{}", room(study))),
        }
    }

    fn words(text: String) -> RunHint {
        RunHint { text, edit: String::new() }
    }

    /// A remedy that helps, between why a job fails and what else may help, if one does.
    fn trial(
        best: &AdvisedRemedy,
        rule: Option<&FailureRemedy>,
        advice: &Advice,
        answer: &RunResult,
    ) -> RunHint {
        let said = [
            rule.map(|rule| format!("{}.", rule.why)),
            Some(sentence(best, answer)),
            rule.and_then(|rule| rule.beside.clone()),
            costs_nothing(best, advice),
            frees(advice, &answer.study).filter(|_| !saves_time(best)),
            basis(best, advice),
            not_tried(advice, answer),
        ];
        RunHint { text: joined(said), edit: edit(best) }
    }
}

/// True if a remedy that helps saves more than money.
fn saves_time(best: &AdvisedRemedy) -> bool {
    ![&metric::CACHE_COST, &metric::RUNNER_COST].contains(&best.difference.metric)
}

/// True if a strategy changes anything, as far as the advice knows.
fn applies(strategy: &str, advice: Option<&Advice>) -> bool {
    let Some(advice) = advice else { return true };
    let tried = advice.remedies.iter().flat_map(|remedy| &remedy.strategies);
    let mut known = tried.chain(&advice.without_effect).chain(&advice.not_tried);
    known.any(|name| name.split('=').next() == Some(strategy))
}

/// The sentences that there are.
fn joined<const N: usize>(said: [Option<String>; N]) -> String {
    said.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What to do about a job that mostly fails: what a trial says, where there is one, and a rule of thumb otherwise.
fn mostly_fails(rule: &FailureRemedy, advice: Option<&Advice>, answer: &RunResult) -> RunHint {
    let by_rule = format!("{}: {}.", rule.why, rule.attempt);
    let Some(advice) = advice else { return RunHint::words(by_rule) };
    let rescues = |best: &&AdvisedRemedy| {
        best.difference.metric == &metric::PUSH_GREEN_SHARE
            || rule.strategy.is_some_and(|name| has(best, name))
    };
    if let Some(best) = best(advice).filter(rescues) {
        return RunHint::trial(best, Some(rule), advice, answer);
    }
    let rest = not_tried(advice, answer);
    let tried = rule.strategy.and_then(|name| Some((name, tried_on(name, advice)?)));
    RunHint::words(match tried {
        None => joined([Some(by_rule), rest]),
        Some((name, replications)) => {
            let played = counted(replications, "replication", "replications");
            let tried = format!("`{name}` was tried: it saves no time, as far as {played} can tell.");
            joined([Some(format!("{}.", rule.why)), Some(tried), rule.beside.clone(), rest])
        }
    })
}

/// No remedy that was tried saves time or money.
fn nothing_helps(advice: &Advice, answer: &RunResult) -> String {
    let study = &answer.study;
    // No strategy stands for a larger budget or smaller entries.
    let refused = RefusedWrites::largest(study).map(|refusal| refusal.remedy());
    let names = names(advice);
    let none = match names.len() {
        0 => format!("No strategy applies{}", room(study)),
        1 => format!("The remedy that was tried saves no time{}{}", as_far_as(&names, advice), room(study)),
        all => {
            let far = as_far_as(&names, advice);
            format!("None of the {all} remedies that were tried saves time{far}{}", room(study))
        }
    };
    joined([Some(none), frees(advice, study), not_tried(advice, answer), refused])
}

/// What was not tried, and how to try it.
fn not_tried(advice: &Advice, answer: &RunResult) -> Option<String> {
    let count = advice.not_tried.len();
    let how = match answer.reproduce.contains(" --set ") {
        true => " with the same `--set`",
        false => "",
    };
    let were = counted(count, "remedy was", "remedies were");
    let them = if count == 1 { "it" } else { "them" };
    let command = compare_all(Path::new(&answer.file));
    (count > 0).then(|| format!("{were} not tried: `{command}`{how} tries {them}."))
}

/// All that were tried, as on the command line.
fn names(advice: &Advice) -> Vec<String> {
    let names = advice.remedies.iter().map(|remedy| remedy.strategies.join("+"));
    names.chain(advice.without_effect.iter().cloned()).collect()
}

/// The most remedies of one trial that are named.
const NAMED_MAX: usize = 3;

/// How far the trials can tell, with the names of those that were tried most. One replication proves nothing.
fn as_far_as(names: &[String], advice: &Advice) -> String {
    let is_once = |name: &&String| advice.tried_once.contains(name);
    let (once, again): (Vec<&String>, Vec<&String>) = names.iter().partition(is_once);
    let played = counted(advice.replications, "replication", "replications");
    match (again.len(), once.len()) {
        (_, 0) if advice.replications < 2 => {
            format!(", as far as this can tell ({})", listed(&again))
        }
        (_, 0) => format!(", as far as {played} of each can tell ({})", listed(&again)),
        (0, _) => format!(", as far as one replication of each can tell ({})", listed(&once)),
        (_, more) => format!(
            ", as far as this can tell ({} in {played}, {} in one only)",
            listed(&again),
            counted(more, "other", "others")
        ),
    }
}

fn listed(names: &[&String]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED_MAX).map(|name| name.as_str()).collect();
    match names.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{}, and {more} more", shown.join(", ")),
    }
}

/// How much of the limit stays free in every replication, after a clause. The verdict has the mean of their peaks.
fn room(study: &Study) -> String {
    let free = study.peaks.map_or(Bytes::ZERO, |peaks| study.first.limit.saturating_sub(peaks.highest_bytes));
    match free {
        Bytes::ZERO => ".".into(),
        free => format!("; {} of the limit stays free in every replication.", bytes(free.as_f64())),
    }
}
