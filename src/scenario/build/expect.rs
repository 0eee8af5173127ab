use super::lookup::position;
use crate::diagnostic::{Diagnostic, Report};
use crate::outcome::catalogue::{CATALOGUE, find};
use crate::outcome::{Expectation, Measure};
use crate::scenario::view::View;

/// What the scenario expects of its result.
pub(super) fn expectations(root: View, report: &mut Report) -> Vec<Expectation> {
    root.tables("expect").into_iter().filter_map(|view| expectation(view, report)).collect()
}

fn expectation(view: View, report: &mut Report) -> Option<Expectation> {
    let name = view.text("metric");
    let known = CATALOGUE.iter().map(|metric| metric.name);
    position(name, view.span("metric"), "metric", known, report)?;
    let metric = find(name)?;
    let bound = |key| view.has(key).then(|| view.number(key));
    let (min, max) = (bound("min"), bound("max"));
    if min.is_none() && max.is_none() {
        let message = "an expectation needs `min` or `max`";
        report.push(Diagnostic::error("missing-key", message).at(view.opened_at()));
    }
    let labels = view.keys().filter(|key| !["metric", "min", "max"].contains(key));
    let labels: Vec<_> = labels
        .filter_map(|key| {
            let known = metric.labels.iter().copied();
            let label = position(key, view.span(key), &format!("label of {name} called"), known, report)?;
            Some((metric.labels[label], view.text(key).to_owned()))
        })
        .collect();
    Some(Expectation { measure: Measure { metric, labels }, min, max })
}
