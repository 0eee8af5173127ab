//! Checks the tree of a scenario against the grammar, value by value. All unknown, missing and wrong values
//! are reported at once. What only makes sense together is checked in `build`.

mod scalar;

use super::file::Folder;
use super::grammar::{ELEMENTS_MAX, FOR_ALL_LEGS, Kind, Presence, Quantity, ROOT, Table, WHEN, WHEN_KIND};
use super::tree::{Node, TreeValue};
use crate::diagnostic::{Diagnostic, Report, Span, has_hidden, nearest, printable};
use std::path::PathBuf;

/// Checks every value of the tree and reports all problems. `folders` are the folders of the sources,
/// relative to `folder`.
pub(super) fn check(root: &Node, folder: &Folder, folders: &[PathBuf], report: &mut Report) {
    let mut checker = Checker { report, folder, folders, amends: false };
    checker.table(root, &ROOT, "", root.span);
}

/// What is wrong with a plain value where this kind is expected; `None` if it fits.
pub(super) fn misfit(node: &Node, kind: &Kind, path: &str) -> Option<Diagnostic> {
    match kind {
        Kind::Or(words, _) if node.as_text().is_some_and(|word| scalar::is_word(words, word)) => None,
        Kind::Or(_, of) | Kind::PlainOrTable(of, _) | Kind::List(of) => misfit(node, of, path),
        _ => scalar::problem(node, kind, path),
    }
}

/// Adds the similar name that was probably meant by `word`, or else all known names.
pub(super) fn known_names(
    diagnostic: Diagnostic,
    word: &str,
    span: Span,
    names: impl Iterator<Item = &'static str>,
) -> Diagnostic {
    let names: Vec<_> = names.collect();
    match nearest(word, names.iter().copied()) {
        Some(name) => diagnostic.suggest(span, name),
        None => {
            let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
            diagnostic.help(format!("known here: {}", quoted.join(", ")))
        }
    }
}

struct Checker<'a> {
    report: &'a mut Report,
    folder: &'a Folder,
    folders: &'a [PathBuf],
    /// True while a leg is checked whose job has one step of actions/cache, which the leg may change in parts.
    amends: bool,
}

/// True if a job has one step of actions/cache.
fn has_one_step(job: &Node) -> bool {
    let steps = job.get("cache").and_then(|cache| cache.get("actions-cache"));
    steps.is_some_and(|steps| match &steps.value {
        TreeValue::List(items) => items.len() == 1,
        value => matches!(value, TreeValue::Table(_)),
    })
}

impl Checker<'_> {
    fn value(&mut self, node: &Node, kind: &Kind, path: &str, key: Span) {
        match (kind, &node.value) {
            (Kind::Table(table) | Kind::Switch(table), TreeValue::Table(_)) => {
                self.table(node, table, path, key)
            }
            (Kind::Switch(_), TreeValue::Bool(false)) => {}
            (Kind::Switch(table), TreeValue::Bool(true)) => {
                self.table(&Node::empty(node.span), table, path, key)
            }
            (Kind::Map { of, .. }, TreeValue::Table(_)) => self.map(node, of, path),
            (Kind::Distribution(of, shapes), TreeValue::Table(_)) => {
                self.distribution(node, *of, shapes, path, key)
            }
            (Kind::List(of), TreeValue::List(items)) => self.items(node, items, of, path),
            (Kind::Tables(of), TreeValue::List(items)) => self.items(node, items, &Kind::Table(of), path),
            (Kind::List(of), _) => self.value(node, of, path, key),
            (Kind::Tables(of), TreeValue::Table(_)) if self.amends => self.entries(node, of, path),
            (Kind::Tables(of), TreeValue::Table(_)) => self.table(node, of, path, key),
            (Kind::Tables(_), TreeValue::Bool(false)) => {}
            (Kind::Partial(of), TreeValue::Table(_)) => self.partial(node, of, path),
            (Kind::PlainOrTable(_, of), TreeValue::Table(_)) => self.value(node, of, path, key),
            (Kind::PlainOrTable(of, _), _) => self.value(node, of, path, key),
            (Kind::Or(words, _), TreeValue::Text(word)) if scalar::is_word(words, word) => {}
            (Kind::Or(_, Kind::Begins(words)), TreeValue::Text(text)) if scalar::begins(words, text) => {}
            (Kind::Or(_, of @ Kind::Text(_)), TreeValue::Text(_)) => self.value(node, of, path, key),
            (Kind::Or(_, of), _)
                if !matches!(of, Kind::Text(_) | Kind::Begins(_))
                    && node.as_text().is_none_or(has_number) =>
            {
                self.value(node, of, path, key)
            }
            (Kind::File, TreeValue::Text(named)) => self.file(node.span, named, path),
            _ => self.report.push_some(scalar::problem(node, kind, path)),
        }
    }

    /// Checks a table. `path` is its dotted path, `key` the position where it is opened.
    fn table(&mut self, node: &Node, table: &'static Table, path: &str, key: Span) {
        let Some(entries) = node.as_table() else { return };
        self.entries(node, table, path);
        let missing = |name: &str| !entries.contains_key(name);
        for field in table.fields.iter().filter(|field| field.presence == Presence::Required) {
            if missing(field.name) {
                let message = format!("{} needs `{}`", table.noun, field.name);
                let help = format!("write {}", field.kind.expected());
                self.report
                    .push(Diagnostic::error("missing-key", message).at(key).help(help).note(field.doc));
            }
        }
    }

    /// Checks the keys that a table has.
    fn entries(&mut self, node: &Node, table: &'static Table, path: &str) {
        for (name, entry) in node.as_table().into_iter().flatten() {
            let is_of_legs =
                matches!(table.field(name).map(|field| &field.kind), Some(Kind::List(Kind::Partial(_))));
            self.amends |= is_of_legs && has_one_step(node);
            match table.field(name) {
                Some(field) => self.value(&entry.node, &field.kind, &join(path, name), entry.key),
                None => self.unknown_key(name, entry.key, table, path),
            }
            self.amends &= !is_of_legs;
        }
    }

    /// Checks a table that overrides some keys of another one.
    fn partial(&mut self, node: &Node, table: &'static Table, path: &str) {
        let Some(entries) = node.as_table() else { return };
        for (name, entry) in entries {
            let kind = match name.as_str() {
                WHEN => Some(&WHEN_KIND),
                name => table.override_field(name).map(|field| &field.kind),
            };
            match kind {
                Some(kind) => self.value(&entry.node, kind, &join(path, name), entry.key),
                None if FOR_ALL_LEGS.contains(&name.as_str()) => {
                    let message = format!("`{name}` applies to all legs of a job");
                    let help = format!("write it in the job, not in `{path}`");
                    self.report.push(Diagnostic::error("unknown-key", message).at(entry.key).help(help));
                }
                None => self.unknown_key(name, entry.key, table, path),
            }
        }
        if entries.get(WHEN).is_none_or(|when| when.node.as_table().is_some_and(|when| when.is_empty())) {
            let message = format!("`{path}` does not say for which legs it is");
            let help = format!("write for example `{WHEN} = {{ os = \"windows-latest\" }}`");
            self.report.push(Diagnostic::error("missing-key", message).at(node.span).help(help));
        }
    }

    fn unknown_key(&mut self, name: &str, key: Span, table: &'static Table, path: &str) {
        let place = if path.is_empty() { "at the top".into() } else { format!("in `{path}`") };
        let diagnostic = Diagnostic::error("unknown-key", format!("unknown key `{name}` {place}")).at(key);
        let named = |d| known_names(d, name, key, table.names());
        self.report.push(if self.report.is_full() { diagnostic } else { named(diagnostic) });
    }

    fn map(&mut self, node: &Node, of: &Kind, path: &str) {
        let Some(entries) = node.as_table() else { return };
        self.count(entries.len(), node.span, path);
        for (name, entry) in entries {
            self.report.push_some(wrong_name(name, entry.key, name_max(path)));
            if entry.node.value == TreeValue::Bool(false) && of.table().is_some() {
                let message = format!("there is no inherited `{}` to remove", join(path, name));
                let near = nearest(name, entries.keys().filter(|other| *other != name).map(String::as_str));
                let diagnostic = Diagnostic::error("unknown-key", message).at(entry.key);
                self.report.push(match near {
                    Some(near) => diagnostic.suggest(entry.key, near),
                    None => diagnostic,
                });
            } else {
                self.value(&entry.node, of, &join(path, name), entry.key);
            }
        }
    }

    fn items(&mut self, node: &Node, items: &[Node], of: &Kind, path: &str) {
        self.count(items.len(), node.span, path);
        for (index, item) in items.iter().enumerate() {
            self.value(item, of, &join(path, &index.to_string()), item.span);
        }
    }

    fn distribution(&mut self, node: &Node, of: Quantity, shapes: &'static Table, path: &str, key: Span) {
        let before = self.report.len();
        self.table(node, shapes, path, key);
        if self.report.len() == before {
            self.report.push_some(scalar::shape_problem(node, of, path));
        }
    }

    fn file(&mut self, span: Span, named: &str, path: &str) {
        if named.trim().is_empty() {
            let message = format!("`{path}` names no file");
            let help = "write a path relative to the scenario, or remove the line";
            self.report.push(Diagnostic::error("missing-file", message).at(span).help(help));
            return;
        }
        let from = &self.folders[span.file.index()];
        if self.folder.locate(from, named).is_none() {
            self.report.push(escapes(named, span));
        }
    }

    fn count(&mut self, count: usize, span: Span, path: &str) {
        if count > ELEMENTS_MAX {
            let message = format!("`{path}` has {count} elements, more than {ELEMENTS_MAX}");
            self.report.push(Diagnostic::error("limit-exceeded", message).at(span));
        }
    }
}

/// The error for a file outside of the scenario's folder, named at `span`.
pub(super) fn escapes(named: &str, span: Span) -> Diagnostic {
    let message = format!("`{}` is not inside the scenario's folder", printable(named));
    Diagnostic::error("escapes-folder", message)
        .at(span)
        .help("name a file next to the scenario or below it, by a relative path without a leading `..`")
}

/// True if a text is meant to be a quantity and not a word.
fn has_number(text: &str) -> bool {
    text.trim_start().starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The longest name that a user may choose, in characters.
const NAME_MAX: usize = 100;
/// The longest path in `[assumed]`, which has several names.
const PATH_MAX: usize = 500;

/// The longest key of a table of names.
fn name_max(path: &str) -> usize {
    if path == "assumed" { PATH_MAX } else { NAME_MAX }
}

fn wrong_name(name: &str, key: Span, longest: usize) -> Option<Diagnostic> {
    let shown = name == name.trim() && !has_hidden(name);
    let fits = !name.is_empty() && name.chars().count() <= longest && shown;
    let message = format!("`{}` cannot be a name", printable(name));
    let help = format!("a name has 1 to {longest} visible characters and no space at either end");
    (!fits).then(|| Diagnostic::error("wrong-name", message).at(key).help(help))
}
