//! `scope-per-image`: each image has its own BuildKit scope.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::layers::scoped;

/// Builds with a common scope overwrite each other's index.
pub static SCOPE_PER_IMAGE: Strategy = Strategy {
    name: "scope-per-image",
    title: "A scope per image",
    summary: "Each image has its own index in the cache; without it, the next run finds only the last \
        export of any image.",
    edit: "`cache-from: type=gha,scope=IMAGE` and `cache-to: type=gha,scope=IMAGE,…`.",
    evidence: "Docker documents that builds under one scope overwrite each other (docs.docker.com, gha). \
        Ten jobs in one scope took 19–25 min whatever else was changed (mattolson/agent-sandbox#175). \
        Hurts when the limit is tight: every scope keeps its own layers.",
    applies_to: &["buildkit"],
    parameter: None,
    not_applicable_because: "no image build keeps its layers in the Actions cache under a shared scope",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    scoped(scenario, "{image}")
}
