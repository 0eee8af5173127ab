//! How a step names an action: `owner/name/path@ref`.

/// An action as a step names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionReference {
    /// `owner/name`, or `owner/name/path`, as it is written.
    pub name: String,
    /// The branch or the tag: what is behind the `@`, or the first word of the comment behind a commit; `None` for a commit
    /// without one.
    pub branch: Option<String>,
    /// The major version, if the ref or the comment behind it names one.
    pub major: Option<u32>,
}

impl ActionReference {
    /// The action that `uses` names; `line` is the line of the file, on which a comment may say which version a
    /// commit is. `None` if it is a local action or a container.
    pub fn read(uses: &str, line: &str) -> Option<ActionReference> {
        let uses = uses.trim();
        if uses.starts_with('.') || uses.starts_with("docker://") || !uses.contains('/') {
            return None;
        }
        let (name, reference) = uses.split_once('@').unwrap_or((uses, ""));
        let comment = line.split_once('@').and_then(|(_, rest)| rest.split_once('#'));
        let noted = || comment.and_then(|(_, comment)| comment.split_whitespace().find_map(major));
        let major = major(reference).or_else(noted);
        let word = comment.and_then(|(_, comment)| comment.split_whitespace().next());
        let branch = if is_commit(reference) { word } else { Some(reference) };
        Some(ActionReference { name: name.to_owned(), branch: branch.map(str::to_owned), major })
    }
}

fn is_commit(reference: &str) -> bool {
    reference.len() == 40 && reference.chars().all(|digit| digit.is_ascii_hexdigit())
}

/// The first number of a version such as `v4.1.2`; `None` for a branch or a commit.
fn major(version: &str) -> Option<u32> {
    let version = version.trim_start_matches("releases/");
    let digits = version.strip_prefix('v').unwrap_or(version).split('.').next()?;
    let is_version = digits.len() <= 4 && (version.len() < 30);
    digits.parse().ok().filter(|_| is_version)
}
