//! Fills the defaults into a checked scenario, so that everything after it finds every key that has one.
//! The checker runs before; the reader ([`View`](super::View)) comes after.

use super::file::Folder;
use super::grammar::{Field, Kind, Presence, Preset, ROOT, Table};
use super::parse::parse_value;
use super::tree::{Node, TreeEntry, TreeTable, TreeValue, ValueOrigin};
use crate::diagnostic::{Sources, Span};
use std::path::{Path, PathBuf};

/// The checked tree with all defaults, in the order of the grammar. A single value that stands for a list
/// becomes a list, a switch becomes a table or disappears, and file names become relative to the scenario's
/// folder.
pub(super) fn complete(root: &Node, folder: &Folder, folders: &[PathBuf]) -> Node {
    let visibility = root.get("ci").and_then(|ci| ci.get("visibility")).and_then(Node::as_text);
    Completion { folder, folders, is_private: visibility == Some("private") }.table(root, &ROOT)
}

/// The default of a key, completed; `None` if it has none.
pub(super) fn default_of(field: &'static Field) -> Option<Node> {
    let nowhere = Sources::default().add("", "");
    let folder = Folder::of(Path::new(""));
    let completion = Completion { folder: &folder, folders: &[], is_private: false };
    completion.default(Span { file: nowhere, start: 0, end: 0 }, field).map(|entry| entry.node)
}

/// The table behind a name that a scenario may use without defining it; `None` if there is no such name.
/// `is_private` says whether the repository is private.
pub(super) fn preset_of(map: &Kind, name: &str, is_private: bool) -> Option<Node> {
    let Kind::Map { of, presets, .. } = map else { panic!("only a map has names") };
    presets.iter().find(|preset| preset.name == name)?;
    let nowhere = Sources::default().add("", "");
    let folder = Folder::of(Path::new(""));
    let empty = default("{}", Span { file: nowhere, start: 0, end: 0 });
    Completion { folder: &folder, folders: &[], is_private }.named(&empty.node, of, name, presets)
}

/// A table without files, completed. Laying another table on a completed one may have added keys.
pub(super) fn complete_table(node: &Node, table: &'static Table) -> Node {
    let folder = Folder::of(Path::new(""));
    Completion { folder: &folder, folders: &[], is_private: false }.table(node, table)
}

struct Completion<'a> {
    folder: &'a Folder,
    folders: &'a [PathBuf],
    /// True if the repository is private.
    is_private: bool,
}

impl Completion<'_> {
    fn table(&self, node: &Node, table: &'static Table) -> Node {
        self.table_with(node, table, None)
    }

    /// Written keys keep their order, since the order of a job's caches matters. The defaults follow; those
    /// of `preset` override the grammar's.
    fn table_with(&self, node: &Node, table: &'static Table, preset: Option<&Preset>) -> Node {
        let mut entries = TreeTable::new();
        for (name, entry) in node.as_table().into_iter().flatten() {
            let kind = &table.field(name).expect("keys were checked").kind;
            if let Some(node) = self.value(&entry.node, kind) {
                entries.insert(name.clone(), TreeEntry { key: entry.key, node });
            }
        }
        let written = |name: &str| node.as_table().is_some_and(|table| table.contains_key(name));
        for field in table.fields.iter().filter(|field| !written(field.name)) {
            let own = preset.and_then(|preset| preset.default(field.name, self.is_private));
            let own = own.map(|text| default(text, node.span));
            let entry = own.or_else(|| self.default(node.span, field));
            entries.extend(entry.map(|entry| (field.name.to_owned(), entry)));
        }
        Node { value: TreeValue::Table(entries), ..Node::empty_like(node) }
    }

    fn default(&self, span: Span, field: &'static Field) -> Option<TreeEntry> {
        let Presence::Default(text) = field.presence else { return None };
        let entry = default(text, span);
        Some(TreeEntry { key: entry.key, node: self.value(&entry.node, &field.kind)? })
    }

    /// The completed value; `None` if it is switched off.
    fn value(&self, node: &Node, kind: &Kind) -> Option<Node> {
        let value = match (kind, &node.value) {
            (Kind::Switch(_), TreeValue::Bool(false)) => return None,
            (Kind::Switch(table), TreeValue::Bool(true)) => {
                return Some(self.table(&Node::empty_like(node), table));
            }
            (Kind::Table(table) | Kind::Switch(table), _) => return Some(self.table(node, table)),
            (Kind::Map { .. }, TreeValue::Table(entries)) => {
                TreeValue::Table(self.map(entries, kind, node.span))
            }
            (Kind::List(of), TreeValue::List(items)) => TreeValue::List(self.items(items, of)),
            (Kind::List(of), _) => TreeValue::List(self.items(std::slice::from_ref(node), of)),
            (Kind::Tables(_), TreeValue::Bool(_)) => TreeValue::List(Vec::new()),
            (Kind::Tables(table), TreeValue::List(items)) => {
                TreeValue::List(self.items(items, &Kind::Table(table)))
            }
            (Kind::Tables(table), _) => TreeValue::List(vec![self.table(node, table)]),
            (Kind::PlainOrTable(_, of), TreeValue::Table(_)) => return self.value(node, of),
            (Kind::PlainOrTable(of, _), _) => return self.value(node, of),
            (Kind::File, TreeValue::Text(named)) => TreeValue::Text(self.located(node, named)),
            _ => node.value.clone(),
        };
        Some(Node { value, ..Node::empty_like(node) })
    }

    fn map(&self, entries: &TreeTable, kind: &Kind, span: Span) -> TreeTable {
        let Kind::Map { of, always, presets } = kind else { unreachable!("a map was matched") };
        let completed = |name: &str, entry: &TreeEntry| {
            Some(TreeEntry { key: entry.key, node: self.named(&entry.node, of, name, presets)? })
        };
        let written =
            entries.iter().filter_map(|(name, entry)| Some((name.clone(), completed(name, entry)?)));
        let mut all: TreeTable = written.collect();
        for name in always.iter().filter(|name| !entries.contains_key(**name)) {
            let entry = completed(name, &default("{}", span));
            all.extend(entry.map(|entry| ((*name).to_owned(), entry)));
        }
        all
    }

    /// The value under a name of a map.
    fn named(&self, node: &Node, of: &Kind, name: &str, presets: &[Preset]) -> Option<Node> {
        let preset = presets.iter().find(|preset| preset.name == name);
        match (of, preset) {
            (Kind::Table(table), Some(_)) => Some(self.table_with(node, table, preset)),
            _ => self.value(node, of),
        }
    }

    fn items(&self, items: &[Node], of: &Kind) -> Vec<Node> {
        items.iter().filter_map(|item| self.value(item, of)).collect()
    }

    fn located(&self, node: &Node, named: &str) -> String {
        let from = &self.folders[node.span.file.index()];
        let located = self.folder.locate(from, named).expect("file names were checked");
        located.to_string_lossy().into_owned()
    }
}

/// A default of the grammar. Its position is that of the table in which the key is missing.
fn default(text: &str, span: Span) -> TreeEntry {
    let mut node = parse_value(text, span.file, 0).expect("the grammar's defaults are TOML");
    stand_at(&mut node, span);
    TreeEntry { key: span, node }
}

fn stand_at(node: &mut Node, span: Span) {
    node.span = span;
    node.origin = ValueOrigin::Default;
    match &mut node.value {
        TreeValue::List(items) => items.iter_mut().for_each(|item| stand_at(item, span)),
        TreeValue::Table(table) => table.values_mut().for_each(|entry| {
            entry.key = span;
            stand_at(&mut entry.node, span);
        }),
        _ => {}
    }
}
