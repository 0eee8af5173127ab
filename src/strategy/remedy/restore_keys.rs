//! `restore-keys`: keys that change get a prefix under which the entry before is found.

use crate::client::KeyTemplate;
use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{jobs, quoted};

/// Under a new key nothing is found, however little has changed.
pub static RESTORE_KEYS: Strategy = Strategy {
    name: "restore-keys",
    title: "A restore key before what changes",
    summary: "Steps of actions/cache whose key contains a hash, the commit or a date, and that have no restore keys, \
        restore the newest entry whose key begins like theirs.",
    edit: "Add `restore-keys:` with the part of `key` that stands before its hash or its commit.",
    evidence: "GitHub's documentation of actions/cache recommends it. Helps where an old entry saves most of the work. \
        Hurts where each entry is packed on top of the one before, so that it grows with every key \
        (Swatinem/rust-cache#181), and where what is restored is out of date and must be built again anyway.",
    applies_to: &["actions-cache"],
    parameter: None,
    not_applicable_because: "every key of actions/cache that changes has restore keys, or nothing stands before what changes",
    changes,
};

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    for job in jobs(scenario) {
        let steps = job.steps().into_iter().enumerate();
        let lacking =
            steps.filter(|(_, step)| step.texts("restore-keys").is_empty() && step.text("action") != "save");
        changes.extend(lacking.filter_map(|(index, step)| {
            let prefix = constant_prefix(step.text("key"))?;
            Some(Change {
                path: job.step_path(index, "restore-keys"),
                value: format!("[{}]", quoted(prefix)),
            })
        }));
    }
    changes
}

/// The part of a key before its first placeholder that changes with time; `None` if there is none of either.
fn constant_prefix(key: &str) -> Option<&str> {
    let starts = key.match_indices('{').map(|(at, _)| at);
    let end = starts.into_iter().find(|at| {
        let close = key[*at..].find('}').map_or(key.len(), |close| at + close + 1);
        KeyTemplate::changes_with_time(&key[*at..close])
    })?;
    Some(&key[..end]).filter(|prefix| !prefix.is_empty())
}
