//! What to do next, in a sentence or two: the remedy that was tried and helps most. Every report of a run prints it.

use super::failures::remedy;
use super::refused_writes::RefusedWrites;
use crate::observe::metric;
use crate::report::number::{self, bytes, decimals, percent};
use crate::result::{Advice, AdvisedRemedy, RunResult, StrategyEdit, failing};
use crate::statistics::{Difference, Study, Verdict};

/// The advice. While a job mostly fails, nothing else matters yet.
pub fn hint(answer: &RunResult) -> String {
    let study = &answer.study;
    let failing = remedy(study, &failing(study));
    failing.unwrap_or_else(|| match &answer.advice {
        Some(advice) => tried(advice, study),
        None => format!("No remedy was tried{}", room(study)),
    })
}

/// What the trials say.
fn tried(advice: &Advice, study: &Study) -> String {
    let helps = |remedy: &&AdvisedRemedy| remedy.difference.verdict() == Some(Verdict::Better);
    let all = advice.remedies.len() + advice.without_effect.len();
    match advice.remedies.iter().find(helps) {
        Some(best) => format!("{} {}", sentence(best, study), edit(best)),
        None => {
            // No strategy stands for a larger budget or smaller entries.
            let refused = RefusedWrites::largest(study).map(|refusal| format!(" {}", refusal.remedy()));
            let names = advice.remedies.iter().map(|remedy| remedy.strategies.join(" + "));
            let names: Vec<String> = names.chain(advice.without_effect.iter().cloned()).collect();
            let none = match all {
                0 => return format!("No strategy applies{}{}", room(study), refused.unwrap_or_default()),
                1 => format!("The remedy that was tried ({}) is no better", names[0]),
                all => format!("None of the {all} remedies that were tried ({}) is better", names.join(", ")),
            };
            let others = match advice.not_tried.len() {
                0 => "",
                _ => " `compare --all` tries the others.",
            };
            format!("{none}, as far as this can tell{}{others}{}", room(study), refused.unwrap_or_default())
        }
    }
}

/// What the best remedy brings.
fn sentence(best: &AdvisedRemedy, study: &Study) -> String {
    let name = best.strategies.join(" + ");
    let Difference { metric: of, base, difference, low, high, .. } = &best.difference;
    let range = |unit: &str| {
        let digits = decimals(*difference);
        format!("{:.digits$} {unit} ({:.digits$}–{:.digits$})", -difference, -high, -low)
    };
    match *of {
        of if of == &metric::PUSH_GREEN => {
            format!("With `{name}`, a push is green {} sooner.", range("min"))
        }
        of if of == &metric::RUNNER_MINUTES => {
            let share = percent(-difference / base);
            format!("With `{name}`, runners work {share} less: {} a day.", range("min"))
        }
        _ => {
            let limit = number::limit(study.first.limit);
            let (dead, freed) = (bytes(*base), bytes(-difference));
            format!(
                "{dead} of the {limit} can never be restored; `{name}` frees {freed} of it. It saves no time now."
            )
        }
    }
}

fn edit(best: &AdvisedRemedy) -> String {
    best.edits.iter().map(StrategyEdit::told).collect::<Vec<_>>().join(" ")
}

/// How much of the limit is never used, after a clause.
fn room(study: &Study) -> String {
    let peak = study.estimate(&metric::CACHE_BYTES, &[("stat", "peak")]).map_or(0.0, |peak| peak.mean);
    match study.first.limit.as_f64() - peak {
        free if free > 0.0 => format!("; {} of the limit is never used.", bytes(free)),
        _ => ".".into(),
    }
}
