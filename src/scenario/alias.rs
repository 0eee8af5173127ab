//! actions-rust-lang/setup-rust-toolchain caches with rust-cache inside (`action.yml`, read at 0267444). So
//! `setup-rust-toolchain` in a scenario is `rust-cache` with other defaults: once a scenario is completed, the
//! one is renamed to the other, and nothing after that knows of it.

use super::complete::complete_table;
use super::grammar::SETUP_RUST_TOOLCHAIN;
use super::tree::{Node, TreeTable, TreeValue};
use crate::diagnostic::{Diagnostic, Report};

const ALIAS: &str = "setup-rust-toolchain";
const MEANT: &str = "rust-cache";

/// Renames the alias in each job of a completed scenario, and in what is different in some of its legs.
pub(super) fn resolve(root: &mut Node, report: &mut Report) {
    for workflow in tables_of(root, "workflow") {
        for job in tables_of(workflow, "job") {
            rename_in(job, report);
            let legs = job.as_table_mut().and_then(|job| job.get_mut("leg"));
            if let Some(TreeValue::List(legs)) = legs.map(|legs| &mut legs.node.value) {
                legs.iter_mut().for_each(|leg| rename_in(leg, report));
            }
        }
    }
}

/// The values of a table of names.
fn tables_of<'a>(node: &'a mut Node, key: &str) -> impl Iterator<Item = &'a mut Node> {
    let named = node.as_table_mut().and_then(|table| table.get_mut(key));
    let named = named.and_then(|entry| entry.node.as_table_mut());
    named.into_iter().flatten().map(|(_, entry)| &mut entry.node)
}

fn rename_in(job: &mut Node, report: &mut Report) {
    let cache = job.as_table_mut().and_then(|job| job.get_mut("cache"));
    let Some(cache) = cache.and_then(|cache| cache.node.as_table_mut()) else { return };
    let Some(alias) = cache.get(ALIAS).map(|entry| entry.key) else { return };
    if let Some(other) = cache.get(MEANT) {
        let message =
            format!("a job cannot have both `{ALIAS}` and `{MEANT}`: the action runs {MEANT} itself");
        let diagnostic = Diagnostic::error("conflict", message).at(alias);
        report.push(diagnostic.related(other.key, "the other one").help("remove one of them"));
        return;
    }
    let renamed = std::mem::take(cache).into_iter().map(|(name, mut entry)| {
        if name != ALIAS {
            return (name, entry);
        }
        // A leg's override is not completed.
        if matches!(entry.node.value, TreeValue::Bool(true)) {
            entry.node = complete_table(&Node::empty_like(&entry.node), &SETUP_RUST_TOOLCHAIN);
        }
        (MEANT.to_owned(), entry)
    });
    *cache = renamed.collect::<TreeTable>();
}
