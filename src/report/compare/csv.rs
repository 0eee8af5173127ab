use super::super::csv::{LABELS, quoted};
use super::{Compared, Other};
use crate::study::{Difference, Verdict};

/// Every difference in long form: one row each, one column per label; an empty label means "all", an
/// empty verdict that neither direction is good.
pub fn csv(compared: &Compared) -> String {
    let labels = LABELS.join(",");
    let head =
        format!("base,other,metric,{labels},unit,base_mean,other_mean,difference,low,high,n,verdict\n");
    let rows = compared.others.iter().flat_map(|other| other.differences.iter().map(move |d| (other, d)));
    head + &rows.map(|(other, difference)| row(compared, other, difference)).collect::<String>()
}

fn row(compared: &Compared, other: &Other, difference: &Difference) -> String {
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
