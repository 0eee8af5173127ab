//! `registry-per-image`: the layers of each image go to a registry, under a tag per image.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::layers::in_registry;

/// The cache limit of 10 GB does not apply to a registry.
pub static REGISTRY_PER_IMAGE: Strategy = Strategy {
    name: "registry-per-image",
    title: "Layers in a registry, a tag per image",
    summary: "Image layers move from the Actions cache to a registry, with one tag per image, shared by \
        its architectures and written only from the default branch.",
    edit: "`cache-to: type=registry,ref=ghcr.io/OWNER/IMAGE:buildcache,mode=…` on main (or wherever images are built), the same `ref` in every `cache-from`.",
    evidence: "Docker builds went from 11 to 4 minutes (OpenRobOps/oro#105). Hurts forks, which cannot \
        write. Untagged manifests pile up (blockscout/frontend#3602), and a registry has its own limits \
        (vouch-sh/vouch#875). The price of its storage is not included.",
    applies_to: &["buildkit"],
    parameter: None,
    not_applicable_because: "no image build keeps its layers in the Actions cache",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    in_registry(scenario, "{image}:buildcache")
}
