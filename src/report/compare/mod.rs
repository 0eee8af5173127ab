//! How a comparison is shown, in every format: which side is better, by how much, how certainly, and
//! whether that depends on the limit. The differences and their verdicts are made in `statistics`.

mod comment;
mod ranked;
mod sections;
mod sentence;
mod success;

pub use comment::markdown;
pub(super) use sections::sections;
pub(super) use sentence::is_irrelevant;
pub use sentence::verdict;

use super::answer::assumptions::predicted;
use super::answer::basis::{measured, precision};
use super::csv::LongTable;
use super::overview::Overview;
use crate::diagnostic::Style;
use crate::result::{Alternative, ComparisonResult, PushCounts};
use crate::statistics::{COMPARED, Difference, HEADLINES, Verdict};
use crate::units::counted;
use sentence::sentences;
use std::fmt::Display;

/// A comparison as JSON: the base's metrics as in a run, and the comparisons.
pub fn json(compared: &ComparisonResult) -> String {
    compared.to_file(verdict(compared)).json()
}

/// A comparison as text for a terminal; with `details`, the differences of every alternative metric by metric.
pub fn table(compared: &ComparisonResult, details: bool, style: Style) -> String {
    let overview = Overview {
        heading: String::new(),
        verdict: sentences(compared),
        sections: sections(compared, details),
        basis: compared.basis(),
        again: "Again:",
        reproduce: &compared.reproduce,
    };
    overview.table(style)
}

/// All differences as CSV in long form. An empty verdict means that neither direction is good.
pub fn csv(compared: &ComparisonResult) -> String {
    let mut table = LongTable::new();
    let mut last = vec!["unit", "base_mean", "other_mean", "difference", "low", "high", "n", "verdict"];
    let drawn = compared.base.worlds.is_some();
    last.extend(["share_of_worlds_better", "verdict_under_assumptions"].iter().filter(|_| drawn));
    table.head(&["base", "other", "metric"], &last);
    for other in &compared.others {
        // In the order of a saved result: those with a verdict first.
        for judged in [true, false] {
            let changes = other.differences.iter().filter(|d| d.verdict().is_some() == judged);
            changes.for_each(|change| add(&mut table, compared, other, change));
        }
    }
    table.text()
}

fn add(table: &mut LongTable, compared: &ComparisonResult, other: &Alternative, change: &Difference) {
    let Difference { metric, labels, base, other: mean, difference, low, high, n, .. } = change;
    let verdict = change.verdict().map_or("", Verdict::label);
    let first = [compared.base_name(), &other.name, metric.name];
    let share = change.worlds.as_ref().and_then(|worlds| worlds.share_better);
    let share = share.map_or_else(String::new, |share| share.to_string());
    let drawn = change.verdict_in_worlds(&other.differences).map_or("", Verdict::label);
    let cells: [&dyn Display; 10] =
        [&metric.unit, base, mean, difference, low, high, n, &verdict, &share, &drawn];
    let count = if compared.base.worlds.is_some() { cells.len() } else { cells.len() - 2 };
    table.row(&first, labels, &cells[..count]);
}

impl Alternative {
    /// Its name as shown, in which a line may be broken between strategies.
    fn shown(&self) -> String {
        if self.settings.is_empty() { self.name.clone() } else { self.name.replace('+', " + ") }
    }
}

impl PushCounts {
    /// Minimum share of pushes left out for a note.
    const TOLD: f64 = 0.005;

    /// Minimum difference in the share of successful pushes for the verdict to mention it.
    const DIFFERENT: f64 = 0.02;

    /// A sentence if more or fewer pushes succeed. Waiting times do not show it, since they exclude failed
    /// pushes.
    fn verdict(&self) -> Option<String> {
        let PushCounts { base, other, .. } = self;
        ((other - base).abs() > base * PushCounts::DIFFERENT).then(|| match other < base {
            true => format!(" {other:.0} of {base:.0} pushes per replication still succeed."),
            // It may be that more succeed, or that more start a run.
            false => format!(" In a replication, {other:.0} pushes succeed, not {base:.0}."),
        })
    }

    /// A note on the pushes over which waiting is compared, if some are left out.
    fn note(&self) -> Option<String> {
        let PushCounts { base, other, both } = self;
        (base.max(*other) > both * (1.0 + PushCounts::TOLD)).then(|| {
            format!(
                "Times are compared over the {both:.0} pushes that succeed on both sides ({base:.0} \
                 before, {other:.0} after)."
            )
        })
    }
}

/// The headline metric at this index, among these differences.
fn headline(differences: &[Difference], place: usize) -> Option<&Difference> {
    let (name, labels) = HEADLINES[place];
    differences.iter().find(|difference| difference.is(name, labels))
}

impl ComparisonResult {
    /// What the numbers are based on.
    fn basis(&self) -> String {
        let (days, warmup) = self.days();
        let pairs = match self.base.replications {
            1 => "One replication has no intervals, so nothing is distinguishable".to_owned(),
            n => format!("Means of {n} paired differences with 95 % intervals"),
        };
        let basis = format!("{pairs}, {}.", measured(days, warmup, self.warm_up));
        let yardstick = "itself, or of a tenth of the base if that is larger";
        let sure = |reached| precision(reached, "The difference of ", yardstick);
        let reached = self.reached.as_ref().map(sure);
        std::iter::once(basis).chain(reached).chain(predicted(&self.base)).collect::<Vec<_>>().join(" ")
    }

    /// True if runners or the cache cost anything on any side.
    fn has_cost(&self) -> bool {
        self.has_runner_cost() || self.others.iter().any(|other| costs(other, 3))
    }

    /// True if runners cost anything on any side.
    fn has_runner_cost(&self) -> bool {
        self.others.iter().any(|other| costs(other, 2))
    }
}

fn costs(other: &Alternative, place: usize) -> bool {
    compared_metric(other, place).is_some_and(|cost| cost.base > 0.0 || cost.other > 0.0)
}

/// The change of one of the metrics that a comparison is about.
fn compared_metric(other: &Alternative, place: usize) -> Option<&Difference> {
    find(&other.differences, place)
}

/// The change of one of the metrics that a comparison is about, among these.
fn find(differences: &[Difference], place: usize) -> Option<&Difference> {
    let (name, labels) = COMPARED[place];
    differences.iter().find(|difference| difference.is(name, labels))
}

/// Fewer tests than this are wrong too rarely for a sentence.
const TESTS_MIN: usize = 10;

/// A sentence on how many of these changes look like one by chance alone.
pub(super) fn told_apart_by_chance<'a>(changes: impl Iterator<Item = &'a Difference>) -> Option<String> {
    let tests = changes.filter(|change| change.verdict().is_some() && change.low < change.high).count();
    let expected = (tests as f64 * 0.05).round();
    (tests >= TESTS_MIN).then(|| {
        let tests = counted(tests, "change", "changes");
        format!("Of {tests} tested here, chance alone would mark about {expected:.0}.")
    })
}
