//! `scope-per-image-and-arch`: each image has a BuildKit scope per architecture.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::layers::scoped;

/// Architectures with a common scope overwrite each other's index, as images do.
pub static SCOPE_PER_IMAGE_AND_ARCH: Strategy = Strategy {
    name: "scope-per-image-and-arch",
    title: "A scope per image and architecture",
    summary: "Each image has its own index for each architecture.",
    edit: "`scope=IMAGE-ARCH` in `cache-from` and `cache-to`.",
    evidence: "Two architectures in one scope: 12 cached steps for the one that exported last, 0 for the \
        other (shazamio/shazamio-core#62). Hurts when the limit is tight: every scope keeps its own layers.",
    applies_to: &["buildkit"],
    parameter: None,
    not_applicable_because: "no image build keeps its layers in the Actions cache under a shared scope",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    scoped(scenario, "{image}-{arch}")
}
