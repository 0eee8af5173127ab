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
    /// The minor version, if they name one.
    pub minor: Option<u32>,
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
        let noted = || comment.and_then(|(_, comment)| comment.split_whitespace().find_map(version));
        let version = version(reference).or_else(noted);
        let (major, minor) = version.map_or((None, None), |(major, minor)| (Some(major), minor));
        let word = comment.and_then(|(_, comment)| comment.split_whitespace().next());
        let branch = if is_commit(reference) { word } else { Some(reference) };
        Some(ActionReference { name: name.to_owned(), branch: branch.map(str::to_owned), major, minor })
    }

    /// True if it has this version or a later one. A version that is not known is the newest, as `v5` is the newest of its
    /// kind.
    pub fn is_from(&self, (major, minor): (u32, u32)) -> bool {
        let own = (self.major.unwrap_or(u32::MAX), self.minor.unwrap_or(u32::MAX));
        own >= (major, minor)
    }
}

fn is_commit(reference: &str) -> bool {
    reference.len() == 40 && reference.chars().all(|digit| digit.is_ascii_hexdigit())
}

/// The first two numbers of a version such as `v4.1.2`; `None` for a branch or a commit.
fn version(text: &str) -> Option<(u32, Option<u32>)> {
    let text = text.trim_start_matches("releases/");
    let mut numbers = text.strip_prefix('v').unwrap_or(text).split('.');
    let digits = numbers.next()?;
    let is_version = digits.len() <= 4 && (text.len() < 30);
    let major = digits.parse().ok().filter(|_| is_version)?;
    Some((major, numbers.next().and_then(|digits| digits.parse().ok())))
}
