//! `faster-linker`: release builds use another linker.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::parameter::{Parameter, ParameterKind};

/// Linking a release build takes long and uses only one core.
pub static FASTER_LINKER: Strategy = Strategy {
    name: "faster-linker",
    title: "Link with mold",
    summary: "Image builds link with a faster linker; the value is the share of the link time that remains.",
    edit: "`RUSTFLAGS: -Clink-arg=-fuse-ld=mold` where the image is built.",
    evidence: "Assumes that a quarter of the link time remains (0.15–0.5). Changes only times that \
        scenarios state as `link` (seconds per binary) and, once, every key that contains the flags.",
    applies_to: &[],
    parameter: Some(Parameter { kind: ParameterKind::Factor, default: "0.25", also_tried: &[] }),
    not_applicable_because: "no image states a `link` time that could shrink to this factor",
    changes,
};

fn changes(scenario: View, factor: &str) -> Vec<Change> {
    let images = scenario.map("image").into_iter();
    let left: f64 = factor.parse().unwrap_or(1.0);
    let links = |image: &View| image.tables("step").iter().any(|step| step.has("link"));
    let slow = images.filter(|(_, image)| links(image) && image.number("link-factor") > left);
    slow.map(|(name, _)| Change::new(["image", name, "link-factor"], factor)).collect()
}
