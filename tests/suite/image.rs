//! The steps of a container image: their keys and chains.

use cache_budget::project::{Checkout, CrateGraph, Image, ImageStep, LayerContent, StepWork};
use cache_budget::units::{Bytes, Duration};

fn step(name: &str, command: u64, parent: Option<u32>, content: LayerContent) -> ImageStep {
    ImageStep {
        name: name.to_owned(),
        command,
        parent,
        copies_from: Vec::new(),
        content,
        work: StepWork { serial: Duration::SECOND, cores: Duration::ZERO },
        layer: Bytes(1),
        reproducible: false,
        in_final: false,
        dependencies: false,
    }
}

/// planner: base → COPY . . (0, 1); builder: base → recipe (from 1) → cook → COPY . . → build
/// (2–6); runtime: base → COPY --from=builder (7, 8).
fn image() -> Image {
    let mut steps = vec![
        step("base", 1, None, LayerContent::Base),
        step("copy", 2, Some(0), LayerContent::Context),
        step("base", 1, None, LayerContent::Base),
        step("recipe", 3, Some(2), LayerContent::Recipe),
        step("cook", 4, Some(3), LayerContent::Fixed),
        step("copy", 2, Some(4), LayerContent::Context),
        step("build", 5, Some(5), LayerContent::Fixed),
        step("runtime", 6, None, LayerContent::Fixed),
        step("binary", 7, Some(7), LayerContent::Context),
    ];
    steps[3].copies_from = vec![1];
    steps[8].copies_from = vec![6];
    Image { name: "api".to_owned(), steps }
}

#[test]
fn step_keys_follow_buildkits_rule() {
    let (image, empty) = (image(), Checkout::initial(&CrateGraph::default()));
    let before = image.step_keys(&empty, 0, 1);
    let changed = |checkout: &Checkout, epoch: u64, arch: u64| -> Vec<usize> {
        let keys = image.step_keys(checkout, epoch, arch);
        (0..keys.len()).filter(|&i| keys[i] != before[i]).collect()
    };
    // A push: both `COPY . .`, the build below one of them, and the copied binary; not the cook,
    // whose recipe is the same although the planner it comes from is not.
    assert_eq!(changed(&Checkout { context: 1, ..empty.clone() }, 0, 1), [1, 5, 6, 8]);
    assert_eq!(changed(&Checkout { recipe: 1, ..empty.clone() }, 0, 1), [3, 4, 5, 6]);
    assert_eq!(changed(&empty, 1, 1), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(changed(&empty, 0, 2).len(), 9, "nothing is shared between architectures");
    assert_eq!(before[0], before[2], "equal instructions at the start of two stages are one step");
    assert_ne!(before[1], before[5], "equal instructions on different parents are not");
}

#[test]
fn a_chain_leads_from_the_start_of_the_stage() {
    assert_eq!(image().chain(6), [2, 3, 4, 5, 6]);
    assert_eq!(image().chain(7), [7]);
}
