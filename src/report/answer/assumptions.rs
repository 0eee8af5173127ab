//! What a result says of its assumptions: how far the headlines may be off if these are drawn, too, and whether an
//! improvement depends on them. The reports of runs and comparisons use it.

use crate::observe::Metric;
use crate::report::number::{decimals, fixed, scale};
use crate::statistics::{Difference, HEADLINES, Prediction, Study, Verdict};
use crate::units::counted;

/// A sentence with the predictions of the headlines; `None` if nothing was drawn.
pub(in crate::report) fn predicted(study: &Study) -> Option<String> {
    let worlds = study.worlds.as_ref()?;
    let words = ["push to green", "runner min a day", "runner cost per 30 days"];
    let known = |(place, words): (usize, &'static str)| {
        let (metric, labels) = HEADLINES[place];
        let prediction = study.estimate(metric, labels)?.prediction.filter(|p| p.high > 0.0)?;
        Some((words, metric, prediction))
    };
    let known: Vec<_> = words.into_iter().enumerate().filter_map(known).collect();
    // With so many worlds, only a metric that some of them lack has no whole range: nothing gets green there.
    let (told, partly): (Vec<_>, Vec<_>) =
        known.iter().partition(|(.., own)| own.is_whole() || !Prediction::has_enough(worlds.count));
    let told: Vec<String> =
        told.iter().map(|(words, metric, own)| format!("{} ({words})", range(metric, *own))).collect();
    let partly = partly.iter().map(|(words, metric, own)| {
        let (green, range) = (own.values(), range(metric, *own));
        format!("; {words} is {range} in {green} of them, and in the others no push gets green")
    });
    let partly: String = partly.collect();
    let inputs = match worlds.inputs.as_slice() {
        [only] => format!("`{only}` is assumed"),
        inputs => counted(inputs.len(), "input is assumed", "inputs are assumed"),
    };
    let told = told.join(", ");
    let count = worlds.count;
    let results = match Prediction::has_enough(count) {
        true => format!("in {count} worlds, 90 % of results are {told}{partly}"),
        false => format!(
            "in {count} worlds, too few for a range of 90 %, the lowest and the highest result are {told}"
        ),
    };
    (!known.is_empty()).then(|| format!("The intervals cover chance only. {inputs}: {results}."))
}

/// The two ends of a prediction with their unit.
fn range(metric: &Metric, Prediction { low, high, .. }: Prediction) -> String {
    let (scale, unit) = scale(metric.unit, high);
    let decimals = decimals((high - low) * scale).max(decimals(high * scale));
    format!("{}–{}{unit}", fixed(low * scale, decimals), fixed(high * scale, decimals))
}

/// For a difference that is better under the scenario's own values only: in how many worlds it is, and what decides.
/// `what` says what is better then.
pub(in crate::report) fn reservation(
    what: &str,
    difference: &Difference,
    all: &[Difference],
    worlds: u32,
) -> Option<String> {
    let own = difference.worlds.as_ref().filter(|_| difference.depends_on_assumptions(all))?;
    let better = libm::round(own.share_better? * f64::from(worlds));
    let decides = own.turned_by.as_ref().map_or_else(String::new, |input| format!("; `{input}` decides"));
    Some(format!("{what} in {better} of {worlds} worlds{decides}"))
}

/// The verdict in a table. A difference that is certain but does not count is not called uncertain.
pub(in crate::report) fn verdict(difference: &Difference, all: &[Difference]) -> &'static str {
    if difference.is_void_among(all) {
        return "not judged";
    }
    match difference.depends_on_assumptions(all) {
        true => "better if the assumptions hold",
        false => difference.verdict_among(all).map_or("-", Verdict::label),
    }
}
