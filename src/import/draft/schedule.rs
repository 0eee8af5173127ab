//! The crons of a workflow, as far as they are some. GitHub does not start what is wrong, and `check` refuses it, so it is
//! left out with a remark.

use super::toml_text::{TomlLines, list, quoted};
use crate::import::workflow::WorkflowTrigger;
use crate::workload::Cron;

/// The zone of crons that name none.
const ZONE: &str = "UTC";

/// Writes `cron` and `timezone`.
pub(super) fn schedule(triggers: &[WorkflowTrigger], lines: &mut TomlLines) {
    let written: Vec<_> = triggers.iter().flat_map(|on| &on.crons).collect();
    let (zones, unknown): (Vec<&str>, Vec<&str>) =
        written.iter().filter_map(|(_, zone)| zone.as_deref()).partition(|zone| is_cron("0 0 * * *", zone));
    let zone = zones.first().copied();
    let fields = written.iter().map(|(fields, _)| fields.as_str());
    let (crons, wrong): (Vec<&str>, Vec<&str>) =
        fields.partition(|fields| is_cron(fields, zone.unwrap_or(ZONE)));
    for text in unknown.iter().chain(&wrong) {
        lines.remark(&format!("left out of `schedule`, because it is wrong: `{text}`"));
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
