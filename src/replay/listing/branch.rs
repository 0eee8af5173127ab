//! Which branch of a listing is the default branch: a listing does not say so.

use super::snapshot::ListedEntry;
use std::collections::BTreeMap;

/// The usual names of default branches, the most usual first.
const USUAL: [&str; 4] = ["refs/heads/main", "refs/heads/master", "refs/heads/trunk", "refs/heads/develop"];

/// The default branch as a full ref: the usual name that the listing has, else the branch with the most bytes.
pub fn default_branch(entries: &[ListedEntry]) -> String {
    let mut bytes: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in entries {
        let branch = entry.reference.as_deref().filter(|reference| {
            reference.starts_with("refs/heads/") && !reference.starts_with("refs/heads/gh-readonly-queue/")
        });
        *bytes.entry(branch.unwrap_or_default()).or_default() += entry.size.0;
    }
    bytes.remove("");
    let usual = USUAL.into_iter().find(|name| bytes.contains_key(name));
    let largest = || bytes.iter().max_by_key(|(_, bytes)| **bytes).map(|(name, _)| *name);
    usual.or_else(largest).unwrap_or(USUAL[0]).to_owned()
}
