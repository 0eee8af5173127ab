//! The patterns by which `on` names branches. `scenario` and `import` read them.

/// True if the last of the patterns that match the branch does not take it away.
pub fn is_meant<'a>(patterns: impl Iterator<Item = &'a str>, name: &str) -> bool {
    patterns.fold(false, |is_meant, pattern| match pattern.strip_prefix('!') {
        Some(pattern) => is_meant && !matches(pattern, name),
        None => is_meant || matches(pattern, name),
    })
}

/// True if the name matches one of GitHub's filters: `*` is any text without `/`, `**` any text.
pub fn matches(pattern: &str, name: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("**") {
        return tails(name).any(|tail| matches(rest, tail));
    }
    if let Some(rest) = pattern.strip_prefix('*') {
        let end = name.find('/').unwrap_or(name.len());
        return tails(&name[..end]).any(|tail| matches(rest, &name[end - tail.len()..]));
    }
    match (pattern.chars().next(), name.chars().next()) {
        (None, None) => true,
        (Some(one), Some(other)) if one == other => {
            matches(&pattern[one.len_utf8()..], &name[other.len_utf8()..])
        }
        _ => false,
    }
}

/// The text and all its ends, down to the empty one.
fn tails(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, _)| &text[at..]).chain([""])
}
