use super::file::Folder;
use super::grammar::{Field, Kind, Presence, ROOT, Table};
use super::parse::parse_value;
use super::tree::{Entry, Node, Origin, Table as Entries, Value};
use crate::diagnostic::{Sources, Span};
use std::path::{Path, PathBuf};

/// The checked tree with every default filled in, in the order of the grammar. Single values that
/// stand for a list become one, switches become tables or vanish, and file names are rewritten to
/// be relative to the scenario's folder.
pub(super) fn complete(root: &Node, folder: &Folder, folders: &[PathBuf]) -> Node {
    Completion { folder, folders }.table(root, &ROOT)
}

/// The completed default of a key; `None` if it has none.
pub(super) fn default_of(field: &'static Field) -> Option<Node> {
    let nowhere = Sources::default().add("", "");
    let folder = Folder::of(Path::new(""));
    let completion = Completion { folder: &folder, folders: &[] };
    completion.default(Span { file: nowhere, start: 0, end: 0 }, field).map(|entry| entry.node)
}

struct Completion<'a> {
    folder: &'a Folder,
    folders: &'a [PathBuf],
}

impl Completion<'_> {
    /// Written keys keep their order, since the order of a job's caches matters; defaults follow.
    fn table(&self, node: &Node, table: &'static Table) -> Node {
        let mut entries = Entries::new();
        for (name, entry) in node.as_table().into_iter().flatten() {
            let kind = &table.field(name).expect("keys were checked").kind;
            if let Some(node) = self.value(&entry.node, kind) {
                entries.insert(name.clone(), Entry { key: entry.key, node });
            }
        }
        let written = |name: &str| node.as_table().is_some_and(|table| table.contains_key(name));
        for field in table.fields.iter().filter(|field| !written(field.name)) {
            entries.extend(self.default(node.span, field).map(|entry| (field.name.to_owned(), entry)));
        }
        Node { value: Value::Table(entries), ..Node::empty_like(node) }
    }

    fn default(&self, span: Span, field: &'static Field) -> Option<Entry> {
        let Presence::Default(text) = field.presence else { return None };
        let entry = default(text, span);
        Some(Entry { key: entry.key, node: self.value(&entry.node, &field.kind)? })
    }

    /// The completed value; `None` if it is switched off.
    fn value(&self, node: &Node, kind: &Kind) -> Option<Node> {
        let value = match (kind, &node.value) {
            (Kind::Switch(_), Value::Bool(false)) => return None,
            (Kind::Switch(table), Value::Bool(true)) => {
                return Some(self.table(&Node::empty_like(node), table));
            }
            (Kind::Table(table) | Kind::Switch(table), _) => return Some(self.table(node, table)),
            (Kind::Map { of, always }, Value::Table(entries)) => {
                Value::Table(self.map(entries, of, always, node.span))
            }
            (Kind::List(of), Value::List(items)) => Value::List(self.items(items, of)),
            (Kind::List(of), _) => Value::List(self.items(std::slice::from_ref(node), of)),
            (Kind::Tables(_), Value::Bool(_)) => Value::List(Vec::new()),
            (Kind::Tables(table), Value::List(items)) => Value::List(self.items(items, &Kind::Table(table))),
            (Kind::Tables(table), _) => Value::List(vec![self.table(node, table)]),
            (Kind::PlainOrTable(_, of), Value::Table(_)) => return self.value(node, of),
            (Kind::PlainOrTable(of, _), _) => return self.value(node, of),
            (Kind::File, Value::Text(named)) => Value::Text(self.located(node, named)),
            _ => node.value.clone(),
        };
        Some(Node { value, ..Node::empty_like(node) })
    }

    fn map(&self, entries: &Entries, of: &Kind, always: &[&str], span: Span) -> Entries {
        let completed = |entry: &Entry| Some(Entry { key: entry.key, node: self.value(&entry.node, of)? });
        let written = entries.iter().filter_map(|(name, entry)| Some((name.clone(), completed(entry)?)));
        let mut all: Entries = written.collect();
        for name in always.iter().filter(|name| !entries.contains_key(**name)) {
            let entry = completed(&default("{}", span));
            all.extend(entry.map(|entry| ((*name).to_owned(), entry)));
        }
        all
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

/// A default of the grammar, standing where the table stands that lacks it.
fn default(text: &str, span: Span) -> Entry {
    let mut node = parse_value(text, span.file, 0).expect("the grammar's defaults are TOML");
    stand_at(&mut node, span);
    Entry { key: span, node }
}

fn stand_at(node: &mut Node, span: Span) {
    node.span = span;
    node.origin = Origin::Default;
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| stand_at(item, span)),
        Value::Table(table) => table.values_mut().for_each(|entry| {
            entry.key = span;
            stand_at(&mut entry.node, span);
        }),
        _ => {}
    }
}
