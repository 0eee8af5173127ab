//! What people write because GitHub calls it so, and what a scenario calls it: contexts and functions in keys, and
//! branches in events. `placeholder.rs` and `event.rs` suggest the word that is meant. Nothing here is accepted.

/// Names of contexts and other names, with the placeholder that is meant.
const PLACEHOLDERS: &[(&str, &str)] = &[
    ("github.sha", "sha"),
    ("commit", "sha"),
    ("commit-sha", "sha"),
    ("runner.os", "os"),
    ("runner.arch", "arch"),
    ("github.ref", "ref"),
    ("github.ref_name", "branch"),
    ("github.head_ref", "branch"),
    ("github.head_ref || github.ref_name", "branch"),
    ("github.base_ref", "base"),
    ("github.job", "job"),
    ("github.workflow", "workflow"),
    ("github.run_id", "run-id"),
    ("github.run_number", "run-id"),
    ("github.run_attempt", "run-attempt"),
    ("github.event_name", "event"),
    ("github.event.number", "number"),
    ("github.event.pull_request.number", "number"),
    ("pr", "number"),
    ("pull-request", "number"),
    ("lockfile", "lock"),
    ("cargo.lock", "lock"),
    ("cargo-lock", "lock"),
    ("cargo.toml", "manifests"),
    ("rust-version", "toolchain"),
    ("rustc", "toolchain"),
    ("go.sum", "go-sum"),
    ("package-lock", "web-lock"),
    ("today", "date"),
];

/// Files that `hashFiles` names, with the input that is meant.
const FILES: &[(&str, &str)] = &[
    ("cargo.lock", "lock"),
    ("cargo.toml", "manifests"),
    ("rust-toolchain", "toolchain"),
    ("package-lock.json", "web-lock"),
    ("yarn.lock", "web-lock"),
    ("pnpm-lock", "web-lock"),
    ("requirements", "requirements"),
    ("go.sum", "go-sum"),
    ("dockerfile", "dockerfile"),
];

/// The placeholder for what GitHub or people call `name`; `None` if nothing is known.
pub(super) fn placeholder(name: &str) -> Option<String> {
    let name = name.trim().to_ascii_lowercase();
    if let Some(axis) = name.strip_prefix("matrix.") {
        return Some(axis.to_owned());
    }
    if name.starts_with("hashfiles(") {
        let named = FILES.iter().filter(|(file, _)| name.contains(file));
        let mut inputs: Vec<&str> = named.map(|(_, input)| *input).collect();
        inputs.dedup();
        return match inputs.as_slice() {
            [] => None,
            [one] => Some((*one).to_owned()),
            several => Some(format!("hash:{}", several.join(","))),
        };
    }
    PLACEHOLDERS.iter().find(|(other, _)| *other == name).map(|(_, own)| (*own).to_owned())
}

/// A text in which each `${{ … }}` is the placeholder that is meant; `None` if one of them is not known.
pub(super) fn without_expressions(text: &str) -> Option<String> {
    let mut pieces = text.split("${{");
    let mut plain = pieces.next()?.to_owned();
    for piece in pieces {
        let (expression, rest) = piece.split_once("}}")?;
        plain += &format!("{{{}}}{rest}", placeholder(expression)?);
    }
    Some(plain)
}

/// What people call the default branch, or the push of a tag, behind `push`, `pull_request` or nothing (`after-branches`).
pub(super) fn event(event: &str, pattern: &str) -> Option<&'static str> {
    match (event, pattern) {
        ("push", "master" | "trunk" | "default" | "default-branch" | "main-branch") => Some("push main"),
        ("push", "tag" | "refs/tags/*" | "refs/tags/**" | "v*") => Some("push tags"),
        ("push", "release" | "releases") => Some("release"),
        ("pull_request", "master" | "trunk" | "default" | "default-branch") => Some("pull_request main"),
        ("", "master" | "trunk" | "default" | "default-branch" | "main-branch") => Some("main"),
        _ => None,
    }
}
