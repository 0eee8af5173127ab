//! Which runs save, in one word.

use crate::import::expression::Truth;
use crate::import::workflow::{AssumedEvent, RunRef};

/// Which runs save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saves {
    /// Every run that may write.
    Always,
    /// Runs on the default branch.
    DefaultBranch,
    /// No run.
    Never,
    /// Another rule, or one that cannot be decided.
    Conditional,
}

impl Saves {
    /// The word in the inventory.
    pub fn word(self) -> &'static str {
        match self {
            Saves::Always => "always",
            Saves::DefaultBranch => "default-branch",
            Saves::Never => "never",
            Saves::Conditional => "conditional",
        }
    }

    /// The rule behind what happens under each event. `usual` are pushes to the default branch, to another
    /// branch and to a pull request; `own` are the events of the workflow.
    pub fn of(usual: &[(AssumedEvent, Truth)], own: &[(AssumedEvent, Truth)]) -> Saves {
        let elsewhere = own.iter().any(|(_, truth)| *truth != Truth::No);
        if let Some(rule) = clear(usual).filter(|rule| *rule != Saves::Never || !elsewhere) {
            return rule;
        }
        if usual.iter().any(|(_, truth)| *truth == Truth::Maybe) {
            return Saves::Conditional;
        }
        // Such as "not on pull requests": what that comes to depends on what starts the workflow.
        clear(own).unwrap_or(Saves::Conditional)
    }
}

/// The rule, if it is the same for all events, or tells the default branch from everything else.
fn clear(events: &[(AssumedEvent, Truth)]) -> Option<Saves> {
    let all = |truth| !events.is_empty() && events.iter().all(|(_, own)| *own == truth);
    let by_branch = |(event, truth): &(AssumedEvent, Truth)| {
        let is_default = event.ref_kind == RunRef::Default && !event.is_pull();
        *truth == Truth::of(is_default)
    };
    match () {
        () if all(Truth::Yes) => Some(Saves::Always),
        () if all(Truth::No) => Some(Saves::Never),
        () if events.iter().all(by_branch) => Some(Saves::DefaultBranch),
        () => None,
    }
}
