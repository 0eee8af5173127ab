//! Builds the branches besides the default branch, and finds those that a pattern of `on` means.

use crate::ci::BranchSet;
use crate::diagnostic::{Diagnostic, Report};
use crate::scenario::view::View;
use crate::workload::{Branch, BranchId};

/// The default branch in patterns of `on`.
pub(super) const DEFAULT: &str = "main";

/// The names of the branches, by [`BranchId`] from 1, with what is drawn for each.
pub(super) fn branches(root: View, report: &mut Report) -> Vec<(String, Branch)> {
    let views = root.map("branch");
    if views.len() >= BranchId::MOST {
        let message = format!("{} branches are more than {}", views.len(), BranchId::MOST - 1);
        report.push(Diagnostic::error("limit-exceeded", message).at(root.span("branch")));
    }
    if let Some((_, main)) = views.iter().find(|(name, _)| *name == DEFAULT) {
        let message = format!("`branch.{DEFAULT}` is the default branch, which is always there");
        let help = "its rate is what `workload.pull-requests.share` leaves of `workload.pushes-per-day`: remove the table";
        report.push(Diagnostic::error("duplicate-name", message).at(main.opened_at()).help(help));
    }
    let share: f64 = views.iter().map(|(_, view)| view.number("pull-requests")).sum();
    if share > 1.0 {
        let message = format!("the shares `pull-requests` of all branches add up to {share}, more than 1");
        report.push(Diagnostic::error("out-of-range", message).at(root.span("branch")));
    }
    let branch = |(name, view): (&str, View)| {
        let (pushes_per_day, pull_requests) = (view.number("pushes-per-day"), view.number("pull-requests"));
        (name.to_owned(), Branch { pushes_per_day, pull_requests })
    };
    views.into_iter().take(BranchId::MOST - 1).map(branch).collect()
}

/// The branches that the patterns match: `main`, which is the default branch, and those with these names. A
/// pattern with `!` in front takes its branches away again; the last one that matches decides.
pub(super) fn meant<'a>(patterns: impl Iterator<Item = &'a str> + Clone, names: &[String]) -> BranchSet {
    let all = std::iter::once(DEFAULT).chain(names.iter().map(String::as_str));
    let bits = all.zip(0..).filter(|(name, _)| is_meant(patterns.clone(), name));
    BranchSet(bits.fold(0, |set, (_, bit)| set | 1 << bit))
}

/// True if the last of the patterns that match the branch does not take it away.
pub(super) fn is_meant<'a>(patterns: impl Iterator<Item = &'a str>, name: &str) -> bool {
    patterns.fold(false, |is_meant, pattern| match pattern.strip_prefix('!') {
        Some(pattern) => is_meant && !matches(pattern, name),
        None => is_meant || matches(pattern, name),
    })
}

/// True if the name matches one of GitHub's filters: `*` is any text without `/`, `**` any text.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
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
