//! Prints a completed scenario as TOML, for `check --show-defaults`. The explanations come from the
//! grammar.

use super::grammar::{Field, Kind, Presence, ROOT, Table};
use super::tree::{Node, TreeValue, ValueOrigin};
use crate::diagnostic::is_hidden;
use std::fmt::Write as _;

/// The whole scenario as TOML. Every key has its value; defaults are marked and explained, and keys without
/// a value are comments. Reading the text gives the same scenario.
pub fn effective(root: &Node) -> String {
    let mut out = String::new();
    table(&mut out, root, &ROOT, "");
    out
}

/// A value with all its parts as TOML on one line. Equal values give equal texts.
pub(super) fn one_line(node: &Node) -> String {
    inline(node)
}

fn table(out: &mut String, node: &Node, table: &'static Table, path: &str) {
    // In the order of the tree, because the order of a job's caches matters.
    let present = node.as_table().into_iter().flatten().filter_map(|(name, _)| table.field(name));
    let absent = table.fields.iter().filter(|field| node.get(field.name).is_none());
    let (nested, plain): (Vec<_>, Vec<_>) = present.chain(absent).partition(|field| is_nested(node, field));
    for field in plain {
        line(out, node, field);
    }
    for field in nested {
        let path = join(path, field.name);
        if let Some(value) = node.get(field.name) {
            section(out, value, &field.kind, &path);
        }
    }
}

/// True if the field is printed as a section of its own.
fn is_nested(node: &Node, field: &Field) -> bool {
    let Some(value) = node.get(field.name) else { return false };
    match field.kind {
        Kind::Table(_) | Kind::Switch(_) => true,
        Kind::Map { of, .. } => of.table().is_some(),
        Kind::Tables(_) => value.value != TreeValue::List(Vec::new()),
        _ => false,
    }
}

fn section(out: &mut String, node: &Node, kind: &Kind, path: &str) {
    match (kind, &node.value) {
        (Kind::Map { of, .. }, TreeValue::Table(entries)) => {
            for (name, entry) in entries {
                section(out, &entry.node, of, &join(path, name));
            }
        }
        (Kind::Tables(of), TreeValue::List(items)) => {
            for item in items {
                let _ = writeln!(out, "\n[[{path}]]");
                table(out, item, of, path);
            }
        }
        _ => {
            let _ = writeln!(out, "\n[{path}]");
            if let Some(of) = kind.table() {
                table(out, node, of, path);
            }
        }
    }
}

fn line(out: &mut String, node: &Node, field: &Field) {
    let name = key(field.name);
    let doc = match field.basis {
        "" => field.doc.to_owned(),
        basis => format!("{} Source: {basis}.", field.doc),
    };
    let _ = match node.get(field.name) {
        None if field.presence == Presence::Optional => writeln!(out, "# {name}: not set: {doc}"),
        None => Ok(()),
        Some(value) if value.origin == ValueOrigin::Default => {
            writeln!(out, "{name} = {} # default: {doc}", inline(value))
        }
        Some(value) => writeln!(out, "{name} = {}", inline(value)),
    };
}

/// A value on one line.
fn inline(node: &Node) -> String {
    match &node.value {
        TreeValue::Text(text) => quoted(text),
        TreeValue::Integer(number) => number.to_string(),
        TreeValue::Float(number) => format!("{number:?}"),
        TreeValue::Bool(yes) => yes.to_string(),
        TreeValue::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        TreeValue::Table(entries) if entries.is_empty() => "{}".into(),
        TreeValue::Table(entries) => {
            let pair = |(name, entry): (&String, &super::TreeEntry)| {
                format!("{} = {}", key(name), inline(&entry.node))
            };
            format!("{{ {} }}", entries.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { key(name) } else { format!("{path}.{}", key(name)) }
}

/// A key as TOML requires it: without quotes if possible.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            _ if is_hidden(letter) => {
                let _ = write!(out, "\\U{:08X}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}
