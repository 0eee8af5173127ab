//! `mode-min`: image builds export only the layers of the final image.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{EXPORTERS, JobSettings, jobs};

/// Most of what an image build exports are intermediate layers.
pub static MODE_MIN: Strategy = Strategy {
    name: "mode-min",
    title: "Export only the final image's layers",
    summary: "BuildKit exports the layers of the final image instead of every step's; dependency layers of other stages are lost.",
    edit: "`mode=min` (or no `mode`) in `cache-to`.",
    evidence: "Removes most of the bytes and, in a multi-stage build, everything that saves time: 10.64 GB \
        before and 9.95 GB after, with builds as slow (mattolson/agent-sandbox#175).",
    applies_to: &["buildkit"],
    parameter: None,
    not_applicable_because: "no image build exports more than its final image (mode=max)",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let has_others = |(_, image): (_, View)| image.tables("step").iter().any(|step| !step.flag("in-final"));
    if !scenario.map("image").into_iter().any(has_others) {
        return Vec::new();
    }
    let of = |job: JobSettings<'_>| {
        let max = EXPORTERS
            .into_iter()
            .filter(move |client| job.client(client).is_some_and(|settings| settings.text("mode") == "max"));
        max.map(|client| job.set(client, "mode", "\"min\"")).collect::<Vec<_>>()
    };
    jobs(scenario).into_iter().flat_map(of).collect()
}
