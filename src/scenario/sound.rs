//! What is left of a scenario without its wrong values, so that the problems behind them can be found in one go.
//! `document.rs` takes it where the check has failed; nothing is ever simulated with it.

use super::tree::{Node, TreeTable, TreeValue};
use crate::diagnostic::{Report, Severity, Span};
use std::collections::BTreeSet;

/// Each round removes what is wrong now; what needed it is wrong in the next.
const ROUNDS_MAX: usize = 10;

/// The tree without its wrong values, and the names of what was removed; `None` if that leaves nothing sound.
/// `check` reports all problems of a tree.
pub(super) fn sound_part(root: &Node, check: impl Fn(&Node) -> Report) -> Option<(Node, BTreeSet<String>)> {
    let (mut root, mut removed) = (root.clone(), BTreeSet::new());
    for _ in 0..ROUNDS_MAX {
        let report = check(&root);
        if !report.has_errors() {
            return Some((root, removed));
        }
        let errors = report.diagnostics().into_iter().filter(|problem| problem.severity == Severity::Error);
        let wrong: BTreeSet<Span> = errors.filter_map(|problem| problem.span).collect();
        let before = removed.len();
        remove(&mut root, &wrong, &mut removed);
        if removed.len() == before {
            return None;
        }
    }
    None
}

/// Removes the keys, values and items at these positions.
fn remove(node: &mut Node, wrong: &BTreeSet<Span>, removed: &mut BTreeSet<String>) {
    match &mut node.value {
        TreeValue::Table(entries) => {
            let kept = std::mem::take(entries).into_iter().filter_map(|(name, mut entry)| {
                if wrong.contains(&entry.key) || wrong.contains(&entry.node.span) {
                    removed.insert(name);
                    return None;
                }
                remove(&mut entry.node, wrong, removed);
                Some((name, entry))
            });
            *entries = kept.collect::<TreeTable>();
        }
        TreeValue::List(items) => {
            items.retain(|item| {
                let is_wrong = wrong.contains(&item.span);
                if is_wrong {
                    removed.insert(item.as_text().unwrap_or_default().to_owned());
                }
                !is_wrong
            });
            items.iter_mut().for_each(|item| remove(item, wrong, removed));
        }
        _ => {}
    }
}
