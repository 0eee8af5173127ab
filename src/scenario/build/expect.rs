//! Builds the expectations of a scenario from `[[expect]]`. They are judged in `observe` and `statistics`.

use super::names::position;
use crate::diagnostic::{Diagnostic, Report};
use crate::engine::Model;
use crate::observe::metric::{CATALOGUE, find};
use crate::observe::{Expectation, Label, Measure, Metric, Rival, Side, todays_word};
use crate::scenario::view::View;

/// The keys of an expectation that are not labels.
const OWN: [&str; 5] = ["metric", "min", "max", "below", "above"];

/// The expectations of the scenario. Without a model (because its problems were reported) the values of
/// labels are not checked.
pub(super) fn expectations(root: View, model: Option<&Model>, report: &mut Report) -> Vec<Expectation> {
    let scenario = LabelledScenario { root, model };
    root.tables("expect").into_iter().filter_map(|view| expectation(view, &scenario, report)).collect()
}

/// What labels may name: the scenario, and the model that was built of it.
struct LabelledScenario<'a> {
    root: View<'a>,
    model: Option<&'a Model>,
}

impl LabelledScenario<'_> {
    /// True if the scenario has a workflow, job or step of this name, even if it could not be built.
    fn is_written(&self, label: &str, text: &str) -> bool {
        let workflows = self.root.map("workflow");
        let group = text.split(" (").next().unwrap_or(text);
        let has_job = |view: &View| view.map("job").iter().any(|(job, _)| *job == group);
        match label {
            "workflow" => workflows.iter().any(|(workflow, _)| *workflow == text),
            "job" => workflows.iter().any(|(_, view)| has_job(view)),
            "step" => {
                let images = self.root.map("image");
                images.iter().any(|(image, _)| text.strip_prefix(image).is_some_and(|s| s.starts_with(' ')))
            }
            _ => false,
        }
    }
}

fn expectation(view: View, scenario: &LabelledScenario, report: &mut Report) -> Option<Expectation> {
    let name = view.text("metric");
    let known = CATALOGUE.iter().map(|metric| metric.name);
    position(name, view.span("metric"), "metric", known, report)?;
    let metric = find(name)?;
    let bound = |key| view.has(key).then(|| view.number(key));
    let (min, max) = (bound("min"), bound("max"));
    let rivals: Vec<Rival> =
        [Side::Below, Side::Above].into_iter().filter_map(|side| rival(view, side)).collect();
    if min.is_none() && max.is_none() && rivals.is_empty() {
        let message = "an expectation needs `min`, `max`, `below` or `above`";
        report.push(Diagnostic::error("missing-key", message).at(view.opened_at()));
    }
    bounds_can_decide(metric, view, min, max, report);
    let labels = view.keys().filter(|key| !OWN.contains(key));
    let labels: Vec<Label> = labels.filter_map(|key| label(metric, key, view, scenario, report)).collect();
    let measure = Measure::new(metric, labels);
    // A wrong `stat` has been reported already.
    if let Some(message) = measure.incomplete().filter(|_| !view.has("stat")) {
        report.push(Diagnostic::error("missing-key", message).at(view.opened_at()));
    }
    Some(Expectation { measure, min, max, rivals })
}

/// Reports bounds that no simulation can meet, or that every one meets.
fn bounds_can_decide(metric: &Metric, view: View, min: Option<f64>, max: Option<f64>, report: &mut Report) {
    let is_share = metric.unit == "ratio";
    let percent = |x: f64| format!("{} is at most 1; for {x} % write {}", metric.name, x / 100.0);
    if let Some(x) = min.filter(|x| is_share && *x > 1.0) {
        report.push(Diagnostic::error("out-of-range", percent(x)).at(view.span("min")));
    }
    if let Some(x) = max.filter(|x| is_share && *x > 1.0) {
        report.push(Diagnostic::error("out-of-range", percent(x)).at(view.span("max")));
    }
    if let (Some(low), Some(high)) = (min, max)
        && low > high
    {
        let message = format!("nothing is at least {low} and at most {high}");
        report.push(Diagnostic::error("out-of-range", message).at(view.span("max")));
    }
}

fn rival(view: View, side: Side) -> Option<Rival> {
    let rival = view.table_or_none(side.label())?;
    Some(Rival { strategy: rival.text("strategy").to_owned(), side, by: rival.number("by") })
}

/// A label of the metric whose value exists in the scenario.
fn label(
    metric: &'static Metric,
    key: &str,
    view: View,
    scenario: &LabelledScenario,
    report: &mut Report,
) -> Option<Label> {
    let noun = format!("label of {} called", metric.name);
    let place = position(key, view.span(key), &noun, metric.labels.iter().copied(), report)?;
    let (label, span) = (metric.labels[place], view.span(key));
    let text = todays_word(label, view.text(key));
    let Some(model) = scenario.model else { return Some((label, text.to_owned())) };
    // What could not be built is no name of the model, and has an error of its own.
    if report.has_errors() && scenario.is_written(label, text) {
        return Some((label, text.to_owned()));
    }
    let names = model.names();
    let known = names.known(metric, label);
    position(text, span, label, known.into_iter(), report)?;
    let is_recorded = |step: &str| {
        let steps = model.images.iter().flat_map(|image| image.steps.iter().map(move |step| (image, step)));
        steps
            .into_iter()
            .any(|(image, own)| own.dependencies && format!("{} {}", image.name, own.name) == step)
    };
    if label == "step" && !is_recorded(text) && !report.has_errors() {
        let message =
            format!("{} of this step is never measured: write `dependencies = true` in it", metric.name);
        report.push(Diagnostic::warning("no-effect", message).at(span));
    }
    let is_client = ["client", "evictor", "victim"].contains(&label);
    if is_client && !metric.zero_when_absent && !model.uses(text) && !report.has_errors() {
        let message = format!("no job uses {text}, so {} is never measured", metric.name);
        report.push(Diagnostic::warning("no-effect", message).at(span));
    }
    Some((label, text.to_owned()))
}
