//! Who wrote a commit: a dependency bot or somebody else.

/// Names, or addresses up to the `@`, of bots that update dependencies, in small letters. Sources: the bots' own
/// documentation and their commits in public repositories.
const DEPENDENCY_BOTS: &[&str] = &[
    "dependabot",
    "dependabot-preview",
    "renovate",
    "renovate-bot",
    "renovate bot",
    "mend-renovate",
    "self-hosted-renovate",
    "whitesource renovate",
    "depfu",
    "greenkeeper",
    "pyup-bot",
    "pyup.io bot",
    "scala-steward",
    "scala steward",
    "snyk-bot",
    "pre-commit-ci",
    "github-actions-updater",
];

/// True if `Name <address>` is a bot that updates dependencies.
pub fn is_dependency_bot(author: &str) -> bool {
    let author = author.to_lowercase();
    let (name, address) = author.split_once('<').unwrap_or((&author, ""));
    let local = address.split('@').next().unwrap_or_default();
    // GitHub's own addresses are `49699333+dependabot[bot]@users.noreply.github.com`.
    let account = local.split_once('+').map_or(local, |(_, account)| account);
    [name, account].iter().any(|text| DEPENDENCY_BOTS.contains(&text.trim().trim_end_matches("[bot]")))
        || address.ends_with("@renovateapp.com>")
}
