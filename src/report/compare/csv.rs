use super::super::csv::{LABELS, quoted};
use crate::result::{Alternative, ComparisonResult};
use crate::study::{Difference, Verdict};

/// Every difference in long form: one row each, one column per label; an empty label means "all", an
/// empty verdict that neither direction is good.
pub fn csv(compared: &ComparisonResult) -> String {
    let labels = LABELS.join(",");
    let head =
        format!("base,other,metric,{labels},unit,base_mean,other_mean,difference,low,high,n,verdict\n");
    // As a saved result has them: those with a verdict first.
    let of = |other: &'_ Alternative, judged: bool| -> Vec<Difference> {
        other.differences.iter().filter(|d| d.verdict().is_some() == judged).cloned().collect()
    };
    let rows = compared.others.iter().flat_map(|other| {
        [true, false].into_iter().flat_map(move |judged| of(other, judged)).map(move |row| (other, row))
    });
    head + &rows.map(|(other, difference)| row(compared, other, &difference)).collect::<String>()
}

fn row(compared: &ComparisonResult, other: &Alternative, difference: &Difference) -> String {
    let Difference { metric, base, other: mean, difference: change, low, high, n, .. } = difference;
    let label = |name: &str| difference.labels.iter().find(|(label, _)| *label == name);
    let labels = LABELS.map(|name| label(name).map_or(String::new(), |(_, text)| quoted(text)));
    let numbers = [base, mean, change, low, high].map(ToString::to_string);
    format!(
        "{},{},{},{},{},{},{n},{}\n",
        quoted(&compared.name),
        quoted(&other.name),
        metric.name,
        labels.join(","),
        metric.unit,
        numbers.join(","),
        difference.verdict().map_or("", Verdict::label)
    )
}
