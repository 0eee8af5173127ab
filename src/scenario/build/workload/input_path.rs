//! Finds the inputs that filters by paths name. A path class of the scenario wins over an input of its name.

use super::CLASSES_MAX;
use crate::diagnostic::Diagnostic;
use crate::project::InputId;
use crate::scenario::build::Builder;
use crate::scenario::view::View;

/// The events of a workflow whose filters may differ.
const FILTERED: [&str; 3] = ["push", "pull_request", "pull_request_target"];

impl Builder {
    /// The inputs that `paths` of workflows and jobs name, each once, in the order of the inputs.
    pub(in crate::scenario::build) fn input_paths(
        &mut self,
        root: View,
        classes: &[String],
        inputs: &[String],
    ) -> Vec<InputId> {
        let named: Vec<&str> = root.map("workflow").into_iter().flat_map(|(_, view)| named(view)).collect();
        let is_named = |input: &InputId| {
            let name = inputs[input.index()].as_str();
            named.contains(&name) && !classes.iter().any(|class| class == name)
        };
        let mut found: Vec<InputId> = InputId::all(inputs.len()).filter(is_named).collect();
        if classes.len() + found.len() > CLASSES_MAX {
            let message = format!(
                "{} path classes and {} inputs that filters name are more than {CLASSES_MAX}",
                classes.len(),
                found.len()
            );
            self.report.push(Diagnostic::error("limit-exceeded", message).at(root.span("workflow")));
            found.truncate(CLASSES_MAX.saturating_sub(classes.len()));
        }
        found
    }
}

/// What the filters of a workflow and of its jobs name.
fn named(workflow: View<'_>) -> Vec<&str> {
    let mut texts = match workflow.table_or_none("paths") {
        Some(table) => FILTERED.iter().flat_map(|event| of(table, event)).collect(),
        None => of(workflow, "paths"),
    };
    for (_, job) in workflow.map("job") {
        texts.extend(of(job, "paths"));
        texts.extend(job.overrides("leg").iter().flat_map(|over| of(over.view, "paths")));
    }
    texts
}

fn of<'a>(view: View<'a>, key: &str) -> Vec<&'a str> {
    if view.has(key) { view.texts(key).into_iter().map(|(text, _)| text).collect() } else { Vec::new() }
}
