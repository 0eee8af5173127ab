//! Builds the branches besides the default branch, and finds those that a pattern of `on` means.

use crate::ci::{BranchSet, is_meant};
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
