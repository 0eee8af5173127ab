//! The true effect of the largest evictors, in a sentence and as a table. The accounting by bytes, which is beside it,
//! says who pushed entries out; this says what would be lost without their saves.

use crate::report::number::{bytes, change, closed, decimals, fixed};
use crate::report::section::{Cell, Section};
use crate::result::{Evictor, RunResult, evicted_of_others};
use crate::statistics::{Difference, Verdict};

/// The effect on the others of the saves of that client which costs them most, if that is told from chance.
pub(super) fn sentence(answer: &RunResult) -> Option<String> {
    let played = &answer.advice.as_ref()?.evictors.played;
    let costly = played.iter().filter(|evictor| evictor.others.verdict() == Some(Verdict::Better));
    let Evictor { client, others, all } =
        costly.min_by(|a, b| a.others.difference.total_cmp(&b.others.difference))?;
    let in_all = match all.verdict() {
        Some(Verdict::Worse) => format!(", but {} min more are lost in all", minutes(all.difference)),
        _ => String::new(),
    };
    let less = minutes(-others.difference);
    Some(format!(
        "Played without {client}'s saves, the others lose {less} min a day less{}{in_all}.",
        closed(&less, &with_decimals_of(others, -others.high), &with_decimals_of(others, -others.low))
    ))
}

fn minutes(value: f64) -> String {
    fixed(value, decimals(value))
}

fn with_decimals_of(difference: &Difference, value: f64) -> String {
    fixed(value, decimals(difference.difference))
}

/// The table of those that were played without.
pub(super) fn section(answer: &RunResult) -> Section {
    let evictors = answer.advice.as_ref().map(|advice| &advice.evictors);
    let row = |evictor: &Evictor| {
        vec![
            Cell::Name(evictor.client.clone()),
            Cell::Number(bytes(evicted_of_others(&answer.study, &evictor.client))),
            Cell::Number(change(&evictor.others)),
            Cell::Number(change(&evictor.all)),
        ]
    };
    let rows: Vec<_> = evictors.iter().flat_map(|evictors| &evictors.played).map(row).collect();
    let not_played = evictors.map(|evictors| evictors.not_played.as_slice()).unwrap_or_default();
    let note = evictors.and_then(|evictors| evictors.played.first()).map(|first| {
        let others = match not_played {
            [] => String::new(),
            names => format!(" No budget was left to play without {}.", names.join(", ")),
        };
        format!(
            "Played with the draws of {} replications: the client looks up as before, and stores nothing. What it evicts \
             is the accounting above, without its own entries. The effects of several clients do not add up.{others}",
            first.others.n
        )
    });
    Section {
        title: "Lost time without an evictor's saves".into(),
        headings: vec!["no saves of", "it evicts per day", "the others lose a day", "all lose a day"],
        rows,
        note,
    }
}
