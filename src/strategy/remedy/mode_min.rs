//! `mode-min`: image builds export only the layers of the final image.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{EXPORTERS, JobSettings, jobs, quoted};
use crate::strategy::place::{ClientSettings, set_where};

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
    let less = |client: &ClientSettings| (client.view.text("mode") == "max").then(|| quoted("min"));
    let of = |job: &JobSettings| -> Vec<Change> {
        EXPORTERS.into_iter().flat_map(|client| set_where(&job.clients(client), "mode", less)).collect()
    };
    jobs(scenario).iter().flat_map(of).collect()
}
