//! How the repository calls itself: its default branch, its name and its owner, as far as its files tell. Workflows
//! compare `github.repository` with their own name, so that forks do not run them.

use super::file::WorkflowFile;

/// How a repository calls itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnName {
    /// The default branch.
    pub default_branch: String,
    /// `owner/name`; `None` if no file tells it.
    pub repository: Option<String>,
    /// The owner; `None` if no file tells it.
    pub owner: Option<String>,
}

/// What git's files say of branches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownBranches {
    /// The branch that origin calls its default branch.
    pub origin: Option<String>,
    /// The branch that is checked out.
    pub current: Option<String>,
    /// All of them; none if git does not tell.
    pub all: Vec<String>,
}

/// The usual names of default branches, which break a tie.
const USUAL: [&str; 6] = ["main", "master", "trunk", "develop", "dev", "devel"];

impl OwnName {
    /// What these files say.
    pub fn of(texts: &[&str], workflows: &[WorkflowFile], branches: &KnownBranches) -> OwnName {
        let repository =
            most_frequent(compared(texts, "github.repository")).or_else(|| called_by_name(workflows));
        let owner = most_frequent(compared(texts, "github.repository_owner"));
        let of_repository = repository.as_ref().and_then(|name| name.split_once('/'));
        let owner = owner.or_else(|| of_repository.map(|(owner, _)| owner.to_owned()));
        OwnName { default_branch: default_branch(texts, workflows, branches), repository, owner }
    }
}

/// The branch that origin names, or that the files mention most often, or that is checked out; `main` if there is none.
fn default_branch(texts: &[&str], workflows: &[WorkflowFile], branches: &KnownBranches) -> String {
    if let Some(origin) = &branches.origin {
        return origin.clone();
    }
    let mut counts = [0; USUAL.len()];
    for (name, count) in USUAL.iter().zip(&mut counts) {
        let pattern = format!("refs/heads/{name}'");
        *count += texts.iter().map(|text| text.matches(&pattern).count()).sum::<usize>();
    }
    let triggers = workflows.iter().flat_map(|workflow| &workflow.triggers);
    let pushed: Vec<&String> =
        triggers.filter(|trigger| trigger.event == "push").flat_map(|trigger| &trigger.branches).collect();
    for branch in &pushed {
        if let Some(place) = USUAL.iter().position(|name| *name == branch.as_str()) {
            counts[place] += 1;
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    let usual = counts.iter().position(|count| *count == most).unwrap_or_default();
    let is_there = |name: &str| branches.all.is_empty() || branches.all.iter().any(|own| own == name);
    // Workflows name the usual branches although the repository's is called `13.x`.
    if let Some(current) = branches.current.as_ref().filter(|_| !USUAL.into_iter().any(is_there)) {
        return current.clone();
    }
    let is_meant = |branch: &&String| most == 0 || pushed.contains(branch);
    match branches.current.as_ref().filter(is_meant) {
        Some(current) if most == 0 || USUAL.contains(&current.as_str()) => current.clone(),
        _ => USUAL[usual].to_owned(),
    }
}

/// The repository that jobs name where they call workflows of this repository.
fn called_by_name(workflows: &[WorkflowFile]) -> Option<String> {
    let calls: Vec<String> =
        workflows.iter().flat_map(|own| &own.jobs).filter_map(|job| job.calls()).collect();
    let calls: Vec<(&str, &str)> = calls.iter().filter_map(|uses| named(uses)).collect();
    let is_here = |path: &str| workflows.iter().any(|own| own.path == path && own.is_called());
    // Those of a repository whose workflows many share may be called as own ones are.
    let is_own = |name: &str| calls.iter().filter(|(own, _)| *own == name).all(|(_, path)| is_here(path));
    most_frequent(calls.iter().map(|(name, _)| *name).filter(|name| is_own(name)).collect())
}

/// The repository and the path of `owner/name/.github/workflows/file.yml@ref`.
fn named(uses: &str) -> Option<(&str, &str)> {
    let (name, path) = uses.split_at(uses.find("/.github/workflows/")?);
    let is_repository = !name.starts_with('.') && name.matches('/').count() == 1;
    is_repository.then_some((name, path[1..].split('@').next()?))
}

/// The texts in quotes that expressions compare with a member of `github` by `==`: those of `!=` name other repositories,
/// such as the template that this one was made from.
fn compared<'a>(texts: &[&'a str], member: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    for text in texts {
        for (at, _) in text.match_indices(member) {
            let rest = text[at + member.len()..].trim_start();
            let quoted = rest.strip_prefix("==").and_then(|rest| rest.trim_start().strip_prefix('\''));
            found.extend(quoted.and_then(|quoted| Some(quoted.split_once('\'')?.0)));
        }
    }
    found
}

/// The most frequent text; of several, the first.
fn most_frequent(texts: Vec<&str>) -> Option<String> {
    let count = |text: &str| texts.iter().filter(|other| **other == text).count();
    let most = texts.iter().map(|text| count(text)).max()?;
    texts.iter().find(|text| count(text) == most).map(|text| (*text).to_owned())
}
