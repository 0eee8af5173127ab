//! The common part of the strategies about image layers: a scope or a tag for each image, in the Actions cache
//! or in a registry.

use super::job::{JobSettings, jobs, quoted};
use crate::scenario::{Change, View};

/// Moves the layers of every image build in the Actions cache to a registry under `tag`. Builds that
/// already use a registry get this tag, unless theirs separates as much.
pub(super) fn in_registry(scenario: View, tag: &str) -> Vec<Change> {
    jobs(scenario).iter().flat_map(|job| moved(job, tag)).collect()
}

fn moved(job: &JobSettings, tag: &str) -> Vec<Change> {
    if let Some(client) = job.client("buildkit-registry") {
        let other = !is_as_fine(client.text("tag"), tag);
        return other.then(|| job.set("buildkit-registry", "tag", quoted(tag))).into_iter().collect();
    }
    let Some(client) = job.client("buildkit-gha") else { return Vec::new() };
    // An image that main does not build would never be exported.
    let save_if = if job.runs_on_main() { "default-branch" } else { client.text("save-if") };
    let settings = format!(
        "{{ tag = {}, mode = {}, export = {}, save-if = {} }}",
        quoted(tag),
        quoted(client.text("mode")),
        quoted(client.text("export")),
        quoted(save_if)
    );
    vec![job.replace("buildkit-gha", "false"), job.replace("buildkit-registry", settings)]
}

/// True if a name with placeholders separates at least the images and architectures that the other one
/// separates.
fn is_as_fine(name: &str, other: &str) -> bool {
    ["{image}", "{arch}"].iter().all(|part| name.contains(part) || !other.contains(part))
}

/// Changes that give this scope to every image build with its layers in the Actions cache, unless its
/// present scope separates as much.
pub(super) fn scoped(scenario: View, scope: &str) -> Vec<Change> {
    let jobs = jobs(scenario).into_iter();
    jobs.filter_map(|job| {
        let client = job.client("buildkit-gha")?;
        (!is_as_fine(client.text("scope"), scope)).then(|| job.set("buildkit-gha", "scope", quoted(scope)))
    })
    .collect()
}
