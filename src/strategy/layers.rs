//! The common part of the strategies about image layers: a scope or a tag for each image, in the Actions cache
//! or in a registry.

use super::job::{JobSettings, jobs, quoted};
use super::place::{ClientSettings, outermost, set_where};
use crate::scenario::{Change, View};

/// Moves the layers of every image build in the Actions cache to a registry under `tag`. Builds that
/// already use a registry get this tag, unless theirs separates as much.
pub(super) fn in_registry(scenario: View, tag: &str) -> Vec<Change> {
    jobs(scenario).iter().flat_map(|job| moved(job, tag)).collect()
}

fn moved(job: &JobSettings, tag: &str) -> Vec<Change> {
    let tagged = job.clients("buildkit-registry");
    if !tagged.is_empty() {
        return named(&tagged, "tag", tag);
    }
    let inside = job.clients("buildkit-gha");
    outermost(&inside).iter().flat_map(|client| to_registry(client, job.runs_on_main(), tag)).collect()
}

fn to_registry(gha: &ClientSettings, on_main: bool, tag: &str) -> [Change; 2] {
    let client = gha.view;
    // An image that main does not build would never be exported.
    let save_if = if on_main { "default-branch" } else { client.text("save-if") };
    let settings = format!(
        "{{ tag = {}, mode = {}, export = {}, save-if = {} }}",
        quoted(tag),
        quoted(client.text("mode")),
        quoted(client.text("export")),
        quoted(save_if)
    );
    [gha.beside("buildkit-gha", "false"), gha.beside("buildkit-registry", settings)]
}

/// Changes that give this name to the caches whose own separates less.
fn named(clients: &[ClientSettings], key: &str, name: &str) -> Vec<Change> {
    set_where(clients, key, |client| (!is_as_fine(client.view.text(key), name)).then(|| quoted(name)))
}

/// True if a name with placeholders separates at least the images and architectures that the other one
/// separates.
fn is_as_fine(name: &str, other: &str) -> bool {
    ["{image}", "{arch}"].iter().all(|part| name.contains(part) || !other.contains(part))
}

/// Changes that give this scope to every image build with its layers in the Actions cache, unless its
/// present scope separates as much.
pub(super) fn scoped(scenario: View, scope: &str) -> Vec<Change> {
    jobs(scenario).iter().flat_map(|job| named(&job.clients("buildkit-gha"), "scope", scope)).collect()
}
