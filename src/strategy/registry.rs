//! The common part of the two strategies that move image layers to a registry.

use super::job::{JobSettings, is_as_fine, jobs, quoted};
use crate::scenario::{Change, View};

/// Moves the layers of every image build in the Actions cache to a registry under `tag`. Builds that
/// already use a registry get this tag, unless theirs separates as much.
pub(super) fn changes(scenario: View, tag: &str) -> Vec<Change> {
    jobs(scenario).iter().flat_map(|job| moved(job, tag)).collect()
}

fn moved(job: &JobSettings, tag: &str) -> Vec<Change> {
    if let Some(client) = job.client("buildkit-registry") {
        let other = !is_as_fine(client.text("tag"), tag);
        return other.then(|| job.set("buildkit-registry", "tag", quoted(tag))).into_iter().collect();
    }
    let Some(client) = job.client("buildkit-gha") else { return Vec::new() };
    let settings = format!(
        "{{ tag = {}, mode = {}, export = {}, ignore-error = {}, save-if = \"default-branch\" }}",
        quoted(tag),
        quoted(client.text("mode")),
        quoted(client.text("export")),
        client.flag("ignore-error")
    );
    vec![job.replace("buildkit-gha", "false"), job.replace("buildkit-registry", settings)]
}
