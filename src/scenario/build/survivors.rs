//! Builds the named sets of entries of `[survivors]`.

use super::names::position;
use crate::client::CLIENTS;
use crate::diagnostic::{Diagnostic, Report};
use crate::event::{ClientId, EntrySet};
use crate::scenario::grammar::words;
use crate::scenario::view::View;

/// The most sets of a scenario.
const SETS_MAX: usize = 20;

/// The sets of a scenario, in its order.
pub(super) fn sets(root: View, report: &mut Report) -> Vec<EntrySet> {
    let written = root.map("survivors");
    if written.len() > SETS_MAX {
        let message = format!("{} sets of entries are more than {SETS_MAX}", written.len());
        report.push(Diagnostic::error("limit-exceeded", message).at(root.span("survivors")));
        return Vec::new();
    }
    written.into_iter().filter_map(|(name, view)| set(name, view, report)).collect()
}

/// A set; `None` only if a problem was reported.
fn set(name: &str, view: View, report: &mut Report) -> Option<EntrySet> {
    let prefix = view.text("prefix").to_owned();
    if prefix.contains('{') {
        let message = "`prefix` takes no placeholders: it is the beginning of the keys as they are listed";
        report.push(Diagnostic::error("wrong-key", message).at(view.span("prefix")));
    }
    let client = if view.has("client") {
        let (client, span) = view.placed_text("client");
        let known = CLIENTS.iter().map(|kind| kind.name);
        Some(ClientId(position(client, span, "client", known, report)? as u16))
    } else {
        None
    };
    Some(EntrySet { name: name.to_owned(), client, prefix, refs: view.choices("refs", &words::HELD_FOR) })
}
