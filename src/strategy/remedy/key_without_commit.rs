//! `key-without-commit`: keys no longer name the commit or the run.

use crate::scenario::{Change, View};
use crate::strategy::Strategy;
use crate::strategy::job::{jobs, quoted};
use crate::strategy::place::{ClientSettings, set_where};

/// With the commit in its key, every push stores a whole entry again.
pub static KEY_WITHOUT_COMMIT: Strategy = Strategy {
    name: "key-without-commit",
    title: "A key without the commit",
    summary: "Keys of actions/cache that name the commit or the run keep only the files they hash, so an entry \
        is stored again when these change and not with every push.",
    edit: "Remove `${{ github.sha }}`, `${{ github.run_id }}` and `${{ github.run_attempt }}` from `key`.",
    evidence: "One new full entry per commit: three generations of 3.37 GB filled the quota (evm-asm#12798). Hurts \
        a build cache whose content ages with each push: under a key that changes rarely, it is restored \
        exactly and never saved again.",
    applies_to: &["actions-cache"],
    parameter: None,
    not_applicable_because: "no key of actions/cache names the commit or the run beside something that it hashes",
    changes,
};

/// The placeholders of a commit or a run.
const COMMITS: [&str; 4] = ["{sha}", "{run-id}", "{run}", "{run-attempt}"];
/// The placeholders, or their beginnings, of what changes less often.
const HASHES: [&str; 12] = [
    "{hash:",
    "{lock}",
    "{manifests}",
    "{toolchain}",
    "{web-lock}",
    "{requirements}",
    "{go-sum}",
    "{dockerfile}",
    "{recipe}",
    "{date}",
    "{week}",
    "{month}",
];

fn changes(scenario: View, _: &str) -> Vec<Change> {
    let shorter = |step: &ClientSettings| without_commit(step.view.text("key")).map(|key| quoted(&key));
    jobs(scenario).iter().flat_map(|job| set_where(&job.steps(), "key", shorter)).collect()
}

/// The key without commit and run, and without the separator beside each; `None` if it names none, or nothing
/// else that changes.
fn without_commit(key: &str) -> Option<String> {
    let mut rest = key.to_owned();
    for commit in COMMITS {
        for separator in ["-", "_", ".", "/", ""] {
            rest = rest.replace(&format!("{separator}{commit}"), "");
        }
    }
    (rest != key && HASHES.iter().any(|hash| rest.contains(hash))).then_some(rest)
}
