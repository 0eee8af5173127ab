//! A comparison as CSV in long form. `cli` prints it for `--format csv`.

use super::super::csv::LongTable;
use crate::result::{Alternative, ComparisonResult};
use crate::statistics::{Difference, Verdict};

/// All differences. An empty verdict means that neither direction is good.
pub fn csv(compared: &ComparisonResult) -> String {
    let mut table = LongTable::new();
    let last = ["unit", "base_mean", "other_mean", "difference", "low", "high", "n", "verdict"];
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
    let Difference { metric, labels, base, other: mean, difference, low, high, n } = change;
    let verdict = change.verdict().map_or("", Verdict::label);
    let first = [&compared.name, &other.name, metric.name];
    table.row(&first, labels, &[&metric.unit, base, mean, difference, low, high, n, &verdict]);
}
