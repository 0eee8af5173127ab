//! `registry-per-image`: the layers of each image go to a registry, under a tag per image.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::registry;

/// The cache limit of 10 GB does not apply to a registry.
pub static REGISTRY_PER_IMAGE: Strategy = Strategy {
    name: "registry-per-image",
    title: "Layers in a registry, a tag per image",
    summary: "Image layers leave the Actions cache for a registry, one tag per image; architectures of an image share it, written from the default branch only.",
    edit: "`cache-to: type=registry,ref=ghcr.io/OWNER/IMAGE:buildcache,mode=…` on main, `cache-from: type=registry,ref=…` everywhere.",
    evidence: "Docker builds went from 11 to 4 minutes (OpenRobOps/oro#105). Hurts forks, which cannot write; manifests without a tag pile up (blockscout/frontend#3602); a registry has limits of its own (vouch-sh/vouch#875). Its storage is not priced here.",
    applies_to: &["buildkit"],
    parameter: None,
    otherwise: "no image build keeps its layers in the Actions cache",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    registry::changes(scenario, "{image}:buildcache")
}
