//! `export-dependency-stage`: an image build exports only the layers of its compiled dependencies.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{EXPORTERS, JobSettings, jobs, quoted};
use crate::strategy::place::{ClientSettings, set_where};

/// Of everything an image build exports, only the compiled dependencies are worth the space.
pub static EXPORT_DEPENDENCY_STAGE: Strategy = Strategy {
    name: "export-dependency-stage",
    title: "Export only the dependency stage",
    summary: "A separate build target ends with the compiled dependencies, and only its layers are \
        exported; layers that change with every push are not.",
    edit: "A stage (`AS deps`) that ends with `cargo chef cook` or `npm ci`; build it first with `target: deps` and `cache-to: …,mode=min`, then the image with `cache-from` alone.",
    evidence: "A multi-stage build with mode=max exported 2–3 GB per push that could never be hit and \
        evicted the dependencies; a target for the dependencies fixed it (vouch-sh/vouch#870). Does not \
        help when the dependencies themselves change with most pushes.",
    applies_to: &["buildkit"],
    parameter: None,
    not_applicable_because: "no image build exports more than its dependencies",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let compiles = |(_, image): (_, View)| image.tables("step").iter().any(|step| step.flag("dependencies"));
    if !scenario.map("image").into_iter().any(compiles) {
        return Vec::new();
    }
    let is_whole = |client: &ClientSettings| client.view.text("export") == "image";
    let of = |job: &JobSettings| -> Vec<Change> {
        let set = |client| {
            let all = job.clients(client);
            let to = |key, value| set_where(&all, key, |client| is_whole(client).then(|| quoted(value)));
            [to("export", "dependencies"), to("mode", "min")].concat()
        };
        EXPORTERS.into_iter().flat_map(set).collect()
    };
    jobs(scenario).iter().flat_map(of).collect()
}
