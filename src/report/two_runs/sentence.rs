//! What changed between two runs, in sentences. A change is only named if it can be told apart from chance.

use super::sections::{causes, in_words};
use super::{TwoRuns, pushes};
use crate::observe::metric;
use crate::report::number::{change, decimals, fixed, limit, percent, short_time};
use crate::statistics::{Difference, HEADLINES, Verdict};
use crate::units::counted;

/// The verdict in plain sentences.
pub(in crate::report) fn verdict(two: &TwoRuns) -> String {
    let sentences = [limits(two), Some(headlines(two)), green(two), cause(two), Some(pushes::sentence(two))];
    sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The limits, if they differ.
fn limits(two: &TwoRuns) -> Option<String> {
    let [before, after] = [two.before, two.after].map(|run| run.study.first.limit);
    (before != after).then(|| format!("The limit was {} and is now {}.", limit(before), limit(after)))
}

/// The headlines that changed.
fn headlines(two: &TwoRuns) -> String {
    if two.before.study.estimates == two.after.study.estimates {
        return "Nothing changed: all metrics are equal.".to_owned();
    }
    let clauses = HEADLINES.iter().zip([green_clause, work_clause, cost_clause]);
    let told = clauses.filter_map(|((metric, labels), clause)| {
        let change = two.changes.iter().find(|change| change.is(metric, labels))?;
        told_apart(two, change).then(|| clause(change))
    });
    let told: Vec<String> = told.collect();
    match told.as_slice() {
        [] => "No change of the time until a push is green, of runner minutes or of their cost can be told apart from \
               chance."
            .to_owned(),
        clauses => format!("From the first run to the second, {}.", clauses.join(", and ")),
    }
}

/// True if a change is told apart from chance, also in the light of the others.
pub(super) fn told_apart(two: &TwoRuns, change: &Difference) -> bool {
    matches!(change.verdict_among(&two.changes), Some(Verdict::Better | Verdict::Worse))
}

fn green_clause(change: &Difference) -> String {
    format!("a push is green {}", moved(change, "min", ["sooner", "later"]))
}

fn work_clause(change: &Difference) -> String {
    format!("runners work {} a day", moved(change, "min", ["less", "more"]))
}

fn cost_clause(change: &Difference) -> String {
    format!("they cost {} in 30 days", moved(change, "USD", ["less", "more"]))
}

/// How far a metric moved, without its sign, and in which direction.
fn moved(change: &Difference, unit: &str, [down, up]: [&str; 2]) -> String {
    let Difference { difference, low, high, .. } = *change;
    let (times, unit) = if unit == "min" { short_time(difference) } else { (1.0, unit) };
    let number = |value: f64| fixed(value.abs() * times, decimals(difference * times));
    let (least, most) = if difference < 0.0 { (high, low) } else { (low, high) };
    let direction = if difference < 0.0 { down } else { up };
    format!("{} {unit} ({}–{}) {direction}", number(difference), number(least), number(most))
}

/// How many pushes get green, if that changed.
fn green(two: &TwoRuns) -> Option<String> {
    let share = two.changes.iter().find(|change| change.is(&metric::PUSH_GREEN_SHARE, &[]))?;
    told_apart(two, share).then(|| {
        let (before, after) = (percent(share.base), percent(share.other));
        format!("Of all pushes, {before} got green, and now {after} do.")
    })
}

/// The cause of lost time that changed most, among those that are told apart.
fn cause(two: &TwoRuns) -> Option<String> {
    let clear: Vec<_> = causes(two).filter(|(_, change)| told_apart(two, change)).collect();
    let ((cause, client), most) =
        clear.iter().max_by(|a, b| a.1.difference.abs().total_cmp(&b.1.difference.abs()))?;
    let as_much = clear.iter().filter(|(_, other)| !changed_more(most, other)).count() - 1;
    let (name, moved) = (in_words(cause), change(most));
    Some(match as_much {
        0 => format!("Of the lost time, \"{name}\" of {client} changed most: {moved} a day."),
        others => format!(
            "Of the lost time, \"{name}\" of {client} changed by {moved} a day; {} perhaps as much.",
            counted(others, "other cause changed", "other causes changed")
        ),
    })
}

/// True if one change is told apart from a smaller one, both with intervals of their own.
fn changed_more(larger: &Difference, smaller: &Difference) -> bool {
    let half = |of: &Difference| (of.high - of.low) / 2.0;
    larger.difference.abs() - smaller.difference.abs() > libm::hypot(half(larger), half(smaller))
}
