//! `registry-per-image-and-arch`: the layers of each image go to a registry, under a tag per image and
//! architecture.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::layers::in_registry;

/// A tag has one manifest, so architectures that share a tag overwrite each other's.
pub static REGISTRY_PER_IMAGE_AND_ARCH: Strategy = Strategy {
    name: "registry-per-image-and-arch",
    title: "Layers in a registry, a tag per image and architecture",
    summary: "Image layers move from the Actions cache to a registry, with one tag per image and \
        architecture, written only from the default branch.",
    edit: "`cache-to: type=registry,ref=ghcr.io/OWNER/IMAGE-ARCH:buildcache,mode=…` on main (or wherever images are built), the same `ref` in every `cache-from`.",
    evidence: "Like registry-per-image, but two architectures do not overwrite each other: a tag has one \
        manifest, and the last export replaces it.",
    applies_to: &["buildkit"],
    parameter: None,
    not_applicable_because: "no image build keeps its layers in the Actions cache, or in a registry under another tag",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    in_registry(scenario, "{image}-{arch}:buildcache")
}
