//! Settings (`PATH=VALUE`) and changes: follows a path through the grammar, and parses the value as the
//! kind that the grammar has there.

use super::change::Change;
use super::overlay::merge;
use crate::diagnostic::{Diagnostic, FileId, Report, Span, nearest};
use crate::scenario::grammar::{Kind, Quantity, ROOT};
use crate::scenario::parse::{parse_text, parse_value};
use crate::scenario::tree::{Node, TreeEntry, TreeTable, TreeValue};
use std::ops::Range;

/// Applies one `PATH=VALUE` to the tree, or reports why it cannot. `by` is the option that it was given by.
/// Returns true if the path leads somewhere; if the value is valid there is checked later.
pub(in crate::scenario) fn apply(root: &mut Node, by: &str, text: &str, report: &mut Report) -> bool {
    let file = report.sources.add(by, text);
    let setting = Setting::parse(text, file).and_then(|setting| match &setting.path[..] {
        [only] if only.name == "extends" => Err(Box::new(
            Diagnostic::error(
                "unknown-key",
                "`extends` cannot be set: it is followed before settings are applied",
            )
            .at(only.span)
            .help("write it into a scenario of its own"),
        )),
        _ => Ok(setting),
    });
    make(root, setting, report)
}

/// Applies a change whose path is already split, or reports why it cannot.
pub(in crate::scenario) fn change(root: &mut Node, by: &str, change: &Change, report: &mut Report) {
    let text = change.to_string();
    let (start, end) = (text.len() - change.value.len(), text.len());
    let file = report.sources.add(by, text);
    let span = Span { file, start: 0, end: start.saturating_sub(1) };
    let path = change.path.iter().map(|name| PathPart { name: name.clone(), span }).collect();
    let value = Raw { text: change.value.clone(), span: Span { file, start, end } };
    if make(root, Ok(Setting { path, value }), report) {
        remove_overrides(root, &change.path);
    }
}

/// Removes what the legs of a job override at this path or below it, so that a change of the job holds for
/// all of them.
fn remove_overrides(root: &mut Node, path: &[String]) {
    let [workflows, workflow, jobs, job, rest @ ..] = path else { return };
    let Some((last, tables)) = rest.split_last() else { return };
    let keys = [workflows, workflow, jobs, job, "leg"].map(AsRef::<str>::as_ref);
    let legs = keys.iter().try_fold(root, |node, key| Some(&mut node.as_table_mut()?.get_mut(*key)?.node));
    let Some(Node { value: TreeValue::List(legs), .. }) = legs else { return };
    for leg in legs {
        let table =
            tables.iter().try_fold(leg, |node, key| Some(&mut node.as_table_mut()?.get_mut(key)?.node));
        table.and_then(Node::as_table_mut).map(|table| table.shift_remove(last));
    }
}

/// The kind that the grammar has at a dotted path; `None` if the path does not exist.
pub(in crate::scenario) fn kind_at(path: &str) -> Option<Kind> {
    let step = |kind: Kind, name: &String| match element(&kind) {
        Some(of) if name.parse::<usize>().is_ok() => Some(of),
        Some(of) => of.under(name).copied(),
        None => kind.under(name).copied(),
    };
    names(path)?.iter().try_fold(Kind::Table(&ROOT), step)
}

/// The error for a path that does not exist: its first wrong part, and what there is instead.
pub(in crate::scenario) struct PathError {
    pub name: String,
    pub known: Vec<String>,
}

/// The kind that the grammar has at a path whose names all exist in the scenario. Below tables that are
/// switched off, only the grammar decides.
pub(in crate::scenario) fn reach(root: &Node, path: &str) -> Result<Kind, PathError> {
    let nowhere = |name: &str| PathError { name: name.to_owned(), known: vec!["a dotted path".into()] };
    let (mut kind, mut node) = (Kind::Table(&ROOT), Some(root));
    for name in names(path).ok_or_else(|| nowhere(path))? {
        let lost = |known: Vec<String>| PathError { name: name.clone(), known };
        if let Some(of) = element(&kind) {
            let items = node.map_or(&[][..], items);
            let index = name.parse::<usize>().ok();
            let is_only = index.is_none() && items.len() == 1 && of.under(&name).is_some();
            let item = items.get(index.unwrap_or(if is_only { 0 } else { usize::MAX }));
            node = Some(item.ok_or_else(|| lost((0..items.len()).map(|index| index.to_string()).collect()))?);
            kind = of;
            if !is_only {
                continue;
            }
        }
        let fields = || kind.table().map_or(vec![], |table| table.names().map(str::to_owned).collect());
        let under = *kind.under(&name).ok_or_else(|| lost(fields()))?;
        let entries = node.and_then(Node::as_table);
        if let (Kind::Map { .. }, Some(entries)) =
            (&kind, entries.filter(|entries| !entries.contains_key(&name)))
        {
            return Err(lost(entries.keys().cloned().collect()));
        }
        node = entries.and_then(|entries| Some(&entries.get(&name)?.node));
        kind = under;
    }
    Ok(kind)
}

/// The value at a dotted path; `None` if there is none.
pub(in crate::scenario) fn value_at<'a>(root: &'a Node, path: &str) -> Option<&'a Node> {
    node_at(root, &names(path)?)
}

/// True if the value at a dotted path is in a table that is there, whether it is written or not.
pub(in crate::scenario) fn has_place(root: &Node, path: &str) -> bool {
    let names = names(path).unwrap_or_default();
    let table = names.split_last().and_then(|(_, before)| node_at(root, before));
    table.is_some_and(|node| node.as_table().is_some())
}

fn node_at<'a>(root: &'a Node, names: &[String]) -> Option<&'a Node> {
    names.iter().try_fold(root, |node, name| match (&node.value, name.parse::<usize>()) {
        (TreeValue::List(items), Ok(index)) => items.get(index),
        (TreeValue::List(items), Err(_)) => items.first().filter(|_| items.len() == 1)?.get(name),
        (_, Ok(0)) => node.get(name).or(node.as_table().map(|_| node)),
        _ => node.get(name),
    })
}

/// The elements of a list of tables. A list of one may be written as that table.
fn items(node: &Node) -> &[Node] {
    match &node.value {
        TreeValue::List(items) => items,
        TreeValue::Table(_) => std::slice::from_ref(node),
        _ => &[],
    }
}

/// The parts of a dotted path.
fn names(path: &str) -> Option<Vec<String>> {
    let (mut names, mut at) = (Vec::new(), 0);
    loop {
        let (name, range) = part(path, at)?;
        names.push(name);
        match path[range.end..].chars().next() {
            Some('.') => at = range.end + 1,
            None => return Some(names),
            Some(_) => return None,
        }
    }
}

/// Applies a setting completely or not at all.
fn make(root: &mut Node, setting: Result<Setting, Box<Diagnostic>>, report: &mut Report) -> bool {
    let made = setting.and_then(|setting| descend(root, &Kind::Table(&ROOT), &setting.path, setting.value));
    made.map_err(|diagnostic| report.push(*diagnostic)).is_ok()
}

struct Setting {
    path: Vec<PathPart>,
    value: Raw,
}

/// One part of a dotted path.
struct PathPart {
    name: String,
    span: Span,
}

/// A value that is parsed according to its path: `5` is a text where the grammar expects a text.
struct Raw {
    text: String,
    span: Span,
}

impl Raw {
    fn node(self, kind: &Kind) -> Node {
        let textual = match kind {
            Kind::Text(_) | Kind::Choice(_) | Kind::File => true,
            Kind::Quantity(of) | Kind::Distribution(of, _) => *of != Quantity::Factor,
            _ => false,
        };
        match parse_value(&self.text, self.span.file, self.span.start) {
            Some(node) if !textual || node.as_number().is_none() => node,
            _ => Node::written(self.span, TreeValue::Text(self.text)),
        }
    }
}

impl Setting {
    fn parse(text: &str, file: FileId) -> Result<Setting, Box<Diagnostic>> {
        let span = |range: Range<usize>| Span { file, start: range.start, end: range.end };
        let fail = |message: &str| {
            let diagnostic = Diagnostic::error("bad-set", message).at(span(0..text.len()));
            Box::new(diagnostic.help("write `--set PATH=VALUE`, for example `--set cache.limit=\"20 GB\"`"))
        };
        let mut path = Vec::new();
        let mut at = 0;
        loop {
            let (name, range) = part(text, at).ok_or_else(|| fail("this is not a dotted path"))?;
            at = range.end;
            path.push(PathPart { name, span: span(range) });
            match text[at..].chars().next() {
                Some('.') => at += 1,
                Some('=') => break,
                _ => return Err(fail("there is no `=` between path and value")),
            }
        }
        let rest = &text[at + 1..];
        let trimmed = rest.trim();
        let start = at + 1 + (rest.len() - rest.trim_start().len());
        let value = Raw { text: trimmed.into(), span: span(start..start + trimmed.len()) };
        Ok(Setting { path, value })
    }
}

/// The part of a path that starts at `at`, with or without quotes, and its position.
fn part(text: &str, at: usize) -> Option<(String, Range<usize>)> {
    let rest = &text[at..];
    if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let mut is_escaped = false;
        let ends = |letter: char| {
            let ends = letter == quote && !is_escaped;
            is_escaped = quote == '"' && letter == '\\' && !is_escaped;
            ends
        };
        let length = rest[1..].find(ends)?;
        let inner = &rest[1..=length];
        let read = (quote == '"').then(|| parse_text(&rest[..length + 2])).flatten();
        let name = read.unwrap_or_else(|| inner.to_owned());
        return Some((name, at..at + length + 2));
    }
    let length = rest.find(['.', '=']).unwrap_or(rest.len());
    let name = rest[..length].trim();
    (!name.is_empty()).then(|| (name.into(), at..at + length))
}

/// Follows a path from `node` and sets the value there. If the path leads nowhere, nothing has changed: a scenario has
/// thousands of lines and may get thousands of settings, so it is not copied for each.
fn descend(node: &mut Node, kind: &Kind, path: &[PathPart], value: Raw) -> Result<(), Box<Diagnostic>> {
    let Some((part, rest)) = path.split_first() else {
        let value = value.node(kind);
        merge(node, value, Some(kind));
        return Ok(());
    };
    if let Some(of) = element(kind) {
        let is_index = part.name.parse::<usize>().is_ok();
        match &mut node.value {
            // A list of one may be written as that table, and entered without its number.
            TreeValue::Table(_) if part.name == "0" => return descend(node, &of, rest, value),
            TreeValue::List(items) if items.len() == 1 && !is_index && of.under(&part.name).is_some() => {
                return descend(&mut items[0], &of, path, value);
            }
            TreeValue::Table(_) => {}
            _ => return descend(item(node, part)?, &of, rest, value),
        }
    }
    let under = kind.under(&part.name).ok_or_else(|| unknown(kind, part))?;
    if let Some(table) = node.as_table_mut() {
        return enter(table, (kind, under), (part, rest), value);
    }
    // A switch that was `true`, or a plain value where a table is allowed as well, becomes a table.
    let mut table = TreeTable::default();
    enter(&mut table, (kind, under), (part, rest), value)?;
    *node = Node::written(part.span, TreeValue::Table(table));
    Ok(())
}

/// Follows the rest of a path into a part of a table, which is of kind `under`.
fn enter(
    table: &mut TreeTable,
    (kind, under): (&Kind, &Kind),
    (part, rest): (&PathPart, &[PathPart]),
    value: Raw,
) -> Result<(), Box<Diagnostic>> {
    let removes =
        rest.is_empty() && value.text == "false" && matches!(under, Kind::Switch(_) | Kind::Table(_));
    if removes && table.shift_remove(&part.name).is_some() {
        return Ok(());
    }
    if let Some(entry) = table.get_mut(&part.name) {
        descend(&mut entry.node, under, rest, value)?;
        entry.key = part.span;
        return Ok(());
    }
    if matches!(kind, Kind::Map { presets, .. } if !rest.is_empty() && !presets.iter().any(|preset| preset.name == part.name))
    {
        return Err(absent(table, part));
    }
    let mut node = blank(under, part.span);
    descend(&mut node, under, rest, value)?;
    table.insert(part.name.clone(), TreeEntry { key: part.span, node });
    Ok(())
}

/// The empty value in which a path continues if nothing is written yet.
fn blank(kind: &Kind, span: Span) -> Node {
    match kind {
        Kind::Tables(_) => Node::written(span, TreeValue::List(Vec::new())),
        _ => Node::empty(span),
    }
}

/// The kind of a list's elements.
fn element(kind: &Kind) -> Option<Kind> {
    match kind {
        Kind::List(of) => Some(**of),
        Kind::Tables(table) => Some(Kind::Table(table)),
        _ => None,
    }
}

fn item<'a>(node: &'a mut Node, part: &PathPart) -> Result<&'a mut Node, Box<Diagnostic>> {
    let items: &mut [Node] = match &mut node.value {
        TreeValue::List(items) => items,
        _ => &mut [],
    };
    let count = items.len();
    let index = part.name.parse::<usize>().ok();
    index.and_then(|index| items.get_mut(index)).ok_or_else(|| {
        let message = format!("`{}` is not an element of this list of {count}", part.name);
        Box::new(Diagnostic::error("bad-set", message).at(part.span).help("elements are counted from 0"))
    })
}

fn unknown(kind: &Kind, part: &PathPart) -> Box<Diagnostic> {
    let Some(table) = kind.table() else {
        let message = format!("`{}` leads into a value that has no parts", part.name);
        return Box::new(Diagnostic::error("bad-set", message).at(part.span));
    };
    let diagnostic = Diagnostic::error("unknown-key", format!("there is no key `{}` here", part.name));
    Box::new(crate::scenario::check::known_names(
        diagnostic.at(part.span),
        &part.name,
        part.span,
        table.names(),
    ))
}

fn absent(table: &TreeTable, part: &PathPart) -> Box<Diagnostic> {
    let diagnostic =
        Diagnostic::error("bad-set", format!("the scenario has no `{}`", part.name)).at(part.span);
    Box::new(match nearest(&part.name, table.keys().map(String::as_str)) {
        Some(name) => diagnostic.suggest(part.span, name),
        None if table.is_empty() => diagnostic.help("write it in the scenario first"),
        None => {
            let names: Vec<_> = table.keys().map(|name| format!("`{name}`")).collect();
            diagnostic.help(format!("it has: {}", names.join(", ")))
        }
    })
}
