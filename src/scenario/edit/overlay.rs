//! Lays one scenario on top of another, for `extends` and for settings.

use crate::scenario::grammar::{Kind, Presence};
use crate::scenario::tree::{Node, TreeEntry, TreeTable, TreeValue};

/// Merges `over` into `base`. Tables merge key by key; every other value, also a list, is replaced. `false`
/// removes a table that may be missing. A table that lacks what a step needs changes the only step of a list.
pub(in crate::scenario) fn merge(base: &mut Node, over: Node, kind: Option<&Kind>) {
    let merges = !matches!(kind, Some(Kind::Distribution(..)));
    match (&mut base.value, over) {
        (TreeValue::Table(table), Node { value: TreeValue::Table(changes), .. }) if merges => {
            for (name, change) in changes {
                merge_entry(table, name, change, kind);
            }
        }
        (TreeValue::List(steps), Node { value: TreeValue::Table(changes), span, origin })
            if steps.len() == 1 && kind.is_some_and(|kind| is_part(kind, &changes)) =>
        {
            let change = Node { value: TreeValue::Table(changes), span, origin };
            merge(&mut steps[0], change, kind);
        }
        (_, over) => *base = over,
    }
}

/// True if a key that each table of such a list needs is not among these.
fn is_part(kind: &Kind, changes: &TreeTable) -> bool {
    let Kind::Tables(of) = kind else { return false };
    of.fields.iter().any(|field| field.presence == Presence::Required && !changes.contains_key(field.name))
}

fn merge_entry(table: &mut TreeTable, name: String, change: TreeEntry, kind: Option<&Kind>) {
    let Some(inherited) = table.get_mut(&name) else {
        table.insert(name, change);
        return;
    };
    if removes(&inherited.node, &change.node, kind, &name) {
        table.shift_remove(&name);
        return;
    }
    inherited.key = change.key;
    merge(&mut inherited.node, change.node, kind.and_then(|kind| kind.under(&name)));
}

fn removes(inherited: &Node, change: &Node, kind: Option<&Kind>, name: &str) -> bool {
    let removable = match kind {
        Some(Kind::Map { .. }) => true,
        Some(kind) => matches!(kind.under(name), Some(Kind::Switch(_))),
        None => false,
    };
    removable && change.value == TreeValue::Bool(false) && inherited.as_table().is_some()
}
