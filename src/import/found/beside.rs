//! What a step runs beside: one in the background (`background: true`), or in a group of steps that run at once
//! (`parallel`), until another step waits for it (`wait`, `wait-all`) or cancels it.

use crate::import::yaml::YamlNode;

/// What a step runs beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StepBeside {
    /// Nothing: steps run one after the other.
    #[default]
    Nothing,
    /// Other caches, until another step waits for it.
    Caches,
    /// Other steps.
    Steps,
    /// A later step cancels it.
    Cancelled,
}

impl StepBeside {
    /// What this step of a list runs beside.
    pub fn of(steps: &[YamlNode], index: usize) -> StepBeside {
        let node = &steps[index];
        if let Some(group) = node.get("parallel") {
            return match group.list() {
                [] | [_] => StepBeside::Nothing,
                all if all.iter().all(is_cache) => StepBeside::Caches,
                _ => StepBeside::Steps,
            };
        }
        if node.text_of("background").as_deref() != Some("true") {
            return StepBeside::Nothing;
        }
        let id = node.text_of("id").unwrap_or_default();
        let names_it = |node: &YamlNode, key: &str| {
            let named = node.get(key).map(YamlNode::one_or_more).unwrap_or_default();
            named.into_iter().any(|name| name.text().as_deref() == Some(&*id))
        };
        let mut beside = StepBeside::Nothing;
        for next in &steps[index + 1..] {
            if names_it(next, "cancel") {
                return StepBeside::Cancelled;
            }
            if next.get("wait-all").is_some() || names_it(next, "wait") {
                return beside;
            }
            let is_step =
                next.get("uses").is_some() || next.get("run").is_some() || next.get("parallel").is_some();
            match is_step {
                true if is_cache(next) && beside != StepBeside::Steps => beside = StepBeside::Caches,
                true => beside = StepBeside::Steps,
                false => {}
            }
        }
        beside
    }
}

/// True if the step is a cache and nothing else.
fn is_cache(node: &YamlNode) -> bool {
    let uses = node.text_of("uses").unwrap_or_default().to_lowercase();
    uses.starts_with("actions/cache") || uses.starts_with("swatinem/rust-cache@")
}
