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

    /// True if what happens under this event follows the rule. A run on `pull_request_target` has the right to save where
    /// the default branch has it, or not, whatever its step says.
    fn holds(self, (event, truth): &(AssumedEvent, Truth)) -> bool {
        match self {
            Saves::Always => *truth == Truth::Yes,
            Saves::DefaultBranch => {
                *truth == Truth::of(is_default(event)) || event.name == "pull_request_target"
            }
            Saves::Never => *truth == Truth::No,
            Saves::Conditional => false,
        }
    }

    /// The rule behind what happens under each event. `usual` are pushes to the default branch, to another
    /// branch and to a pull request; `own` are the events of the workflow.
    pub fn of(usual: &[(AssumedEvent, Truth)], own: &[(AssumedEvent, Truth)]) -> Saves {
        if let Some(rule) = clear(usual).filter(|rule| own.iter().all(|event| rule.holds(event))) {
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
    let rules = [Saves::Always, Saves::Never, Saves::DefaultBranch];
    let holds = |rule: &Saves| !events.is_empty() && events.iter().all(|event| rule.holds(event));
    rules.into_iter().find(holds)
}

fn is_default(event: &AssumedEvent) -> bool {
    event.ref_kind == RunRef::Default && !event.is_pull()
}
