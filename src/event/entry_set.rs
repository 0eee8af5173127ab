//! A named set of entries, whose survivors are counted at each eviction. A scenario names it; `observe` counts.

use super::held_for::HeldFor;
use super::site::ClientId;

/// The entries that meet every condition. Without a condition, all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrySet {
    /// The value of the label `set`.
    pub name: String,
    /// The client that has saved them; `None`: any.
    pub client: Option<ClientId>,
    /// The beginning of their keys; may be empty.
    pub prefix: String,
    /// For whom they are held; if empty, for anyone.
    pub refs: Vec<HeldFor>,
}

impl EntrySet {
    /// True if entries that are held for these may belong to it.
    pub fn is_for(&self, class: HeldFor) -> bool {
        self.refs.is_empty() || self.refs.contains(&class)
    }
}
