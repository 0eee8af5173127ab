//! `registry-per-image-and-arch`: the layers of each image go to a registry, under a tag per image and
//! architecture.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::registry;

/// A tag has one manifest, so architectures that share a tag overwrite each other's.
pub static REGISTRY_PER_IMAGE_AND_ARCH: Strategy = Strategy {
    name: "registry-per-image-and-arch",
    title: "Layers in a registry, a tag per image and architecture",
    summary: "Image layers leave the Actions cache for a registry, one tag per image and architecture, written from the default branch only.",
    edit: "`cache-to: type=registry,ref=ghcr.io/OWNER/IMAGE-ARCH:buildcache,mode=…` on main, `cache-from: type=registry,ref=…` everywhere.",
    evidence: "As registry-per-image, without the loss where two architectures share a tag: a tag has one manifest, and the last export replaces it.",
    applies_to: &["buildkit"],
    parameter: None,
    otherwise: "no image build keeps its layers in the Actions cache, or in a registry under another tag",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    registry::changes(scenario, "{image}-{arch}:buildcache")
}
