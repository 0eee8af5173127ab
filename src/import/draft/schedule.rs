//! What starts a workflow besides pushes: its crons and the runs that it follows.
//!
//! Crons are written as far as they are some. GitHub does not start what is wrong, and `check` refuses it, so it is
//! left out with a remark.

use crate::import::toml_text::{TomlLines, list, quoted};
use crate::import::workflow::{JobNode, WorkflowFile, WorkflowTrigger};
use crate::workload::{CRONS_MAX, Cron};

/// The zone of crons that name none.
const ZONE: &str = "UTC";

/// Writes `cron` and `timezone`.
pub(super) fn schedule(triggers: &[WorkflowTrigger], lines: &mut TomlLines) {
    let written: Vec<_> = triggers.iter().flat_map(|on| &on.crons).collect();
    let (zones, unknown): (Vec<&str>, Vec<&str>) =
        written.iter().filter_map(|(_, zone)| zone.as_deref()).partition(|zone| is_cron("0 0 * * *", zone));
    let zone = zones.first().copied();
    let fields = written.iter().map(|(fields, _)| fields.as_str());
    let (mut crons, wrong): (Vec<&str>, Vec<&str>) =
        fields.partition(|fields| is_cron(fields, zone.unwrap_or(ZONE)));
    for text in unknown.iter().chain(&wrong) {
        lines.remark(&format!("left out of `schedule`, because it is wrong: `{text}`"));
    }
    if crons.len() > CRONS_MAX {
        lines.remark(&format!(
            "left out of `schedule`: all after the first {CRONS_MAX} of {} crons",
            crons.len()
        ));
        crons.truncate(CRONS_MAX);
    }
    if !crons.is_empty() {
        lines.value("cron", &list(crons.iter().copied()), "");
    }
    if let Some(zone) = zone.filter(|_| !crons.is_empty()) {
        lines.value("timezone", &quoted(zone), "");
    }
}

fn is_cron(fields: &str, zone: &str) -> bool {
    Cron::new(0, fields, zone).is_ok()
}

/// Writes `after-branches` and `after-conclusion`.
pub(super) fn followed(file: &WorkflowFile, default_branch: &str, lines: &mut TomlLines) {
    let Some(trigger) = file.triggers.iter().find(|trigger| trigger.event == "workflow_run") else { return };
    let named =
        |pattern: &String| if pattern == default_branch { "main".to_owned() } else { pattern.clone() };
    let mut patterns: Vec<String> = trigger.branches.iter().map(named).collect();
    if patterns.is_empty() && !trigger.branches_ignore.is_empty() {
        let ignored = trigger.branches_ignore.iter().map(|pattern| format!("!{}", named(pattern)));
        patterns = std::iter::once("**".to_owned()).chain(ignored).collect();
    }
    patterns.retain(|pattern| !pattern.contains(['?', '+', '[', ']']));
    if !patterns.is_empty() {
        lines.value("after-branches", &list(patterns.iter().map(String::as_str)), "");
    }
    // The others run only after these have.
    let first: Vec<&JobNode> = file.jobs.iter().filter(|job| job.needs().is_empty()).collect();
    for conclusion in ["success", "failure"] {
        if first.iter().all(|job| asks_for(job, conclusion)) {
            lines.value("after-conclusion", &quoted(conclusion), "");
        }
    }
}

/// True if the job's `if` asks for this conclusion of the run that it follows.
fn asks_for(job: &JobNode, conclusion: &str) -> bool {
    let text: String = job.node.text_of("if").unwrap_or_default().split_whitespace().collect();
    text.contains(&format!("github.event.workflow_run.conclusion=='{conclusion}'"))
}
