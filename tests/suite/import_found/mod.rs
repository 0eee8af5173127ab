//! `import`: kinds of workflows that public repositories have and that were once read wrongly, rebuilt small and in our
//! own words.

mod groups;
mod inputs;
mod keys;
mod legs;
mod others;
mod outputs;
mod services;
mod told;

use crate::import::{Repository, checked};

/// The draft of a repository with this workflow; fails if `check` refuses it.
fn drafted(workflow: &str) -> cache_budget::import::ScenarioDraft {
    let draft = Repository::with(workflow).draft().expect("a scenario");
    checked(&draft);
    draft
}

/// The value of a key in a table.
fn value<'a>(text: &'a str, table: &str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(table)?;
    let own = rest.split("\n[").next()?;
    own.lines().find_map(|line| line.trim().strip_prefix(&format!("{key} = ")))
}

/// What is left blank.
fn blanks(draft: &cache_budget::import::ScenarioDraft) -> Vec<&str> {
    draft.blanks.iter().map(|(_, what)| what.as_str()).collect()
}
