//! Parses TOML into a tree in which every value has its position. It keeps the order in which keys were
//! written, which the `toml` parser does not.

use super::tree::{Node, TreeEntry, TreeTable, TreeValue};
use crate::diagnostic::{Diagnostic, FileId, FileKind, Sources, Span};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// How many lists before a mistake are checked.
const LISTS_LOOKED_AT: usize = 20;

/// Parses a whole TOML text. Returns what could be understood, together with all mistakes.
pub(super) fn parse_document(sources: &Sources, file: FileId) -> (Node, Vec<Diagnostic>) {
    let text = sources.text(file);
    let (table, errors) = DeTable::parse_recoverable(text);
    let place = SpanBase { file, offset: 0 };
    let root = |table: &Spanned<DeTable>| {
        Node::written(place.span(0..0), TreeValue::Table(place.table(table.get_ref())))
    };
    let end = text.len();
    let kind = if errors.is_empty() { None } else { FileKind::of(text.as_bytes()) };
    if let Some(kind) = kind.filter(|kind| *kind != FileKind::Scenario) {
        let message = format!("this is {}, and a scenario is TOML", kind.name());
        // What of it happens to be TOML is no key of a scenario either.
        let root = Node::written(place.span(0..0), TreeValue::Table(TreeTable::default()));
        return (root, vec![Diagnostic::error("syntax", message).at(place.span(0..0)).help(kind.reader())]);
    }
    let errors: Vec<(&str, Range<usize>)> =
        errors.iter().map(|error| (error.message(), error.span().unwrap_or(end..end))).collect();
    let open = unclosed_list(text, &errors);
    // The parser takes all that follows such a list for its elements, and each line for several mistakes.
    let understood = errors.into_iter().filter(|(_, range)| open.is_none_or(|start| range.start < start));
    let diagnostics = understood.map(|(message, range)| syntax(message, place.span(range)));
    let Some(start) = open else { return (root(&table), diagnostics.collect()) };
    let message = "this list has no `]`, so the rest of the file could not be read";
    let open =
        Diagnostic::error("syntax", message).at(place.span(start..start + 1)).help("close it with `]`");
    // What the parser took for elements of the list means something else.
    let before = &text[..text[..start].rfind('\n').unwrap_or(0)];
    (root(&DeTable::parse_recoverable(before).0), diagnostics.chain([open]).collect())
}

/// Where a list starts that is not closed; `None` if the mistakes do not come from one.
fn unclosed_list(text: &str, errors: &[(&str, Range<usize>)]) -> Option<usize> {
    let is_key = |(message, _): &&(&str, Range<usize>)| message.contains("unexpected `=` in array");
    let (_, key) = errors.iter().find(is_key)?;
    let read = &text[..key.start];
    let is_value = |at: &usize| read[..*at].trim_end().ends_with('=');
    let is_open = |at: &usize| read[*at..].matches('[').count() > read[*at..].matches(']').count();
    let mut lists = read.rmatch_indices('[').map(|(at, _)| at).filter(is_value).take(LISTS_LOOKED_AT);
    lists.find(is_open)
}

/// Parses one TOML value that starts at byte `offset` of its source; `None` if it is not a value.
pub(super) fn parse_value(text: &str, file: FileId, offset: usize) -> Option<Node> {
    let value = DeValue::parse(text).ok()?;
    Some(SpanBase { file, offset }.node(&value))
}

/// Parses a text in quotes; `None` if it is none.
pub(super) fn parse_text(quoted: &str) -> Option<String> {
    match DeValue::parse(quoted).ok()?.into_inner() {
        DeValue::String(text) => Some(text.into_owned()),
        _ => None,
    }
}

fn syntax(message: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error("syntax", message).at(span);
    match message {
        m if m.contains("must be quoted") => {
            diagnostic.help("put texts, sizes, durations and times in quotes: `limit = \"10 GB\"`")
        }
        "duplicate key" => diagnostic.help("keep one of them; a table can be opened only once per file"),
        _ => diagnostic,
    }
}

/// Where a text starts within its source.
struct SpanBase {
    file: FileId,
    offset: usize,
}

impl SpanBase {
    fn span(&self, range: Range<usize>) -> Span {
        Span { file: self.file, start: range.start + self.offset, end: range.end + self.offset }
    }

    fn node(&self, value: &Spanned<DeValue>) -> Node {
        Node::written(self.span(value.span()), self.value(value.get_ref()))
    }

    fn value(&self, value: &DeValue) -> TreeValue {
        match value {
            DeValue::String(text) => TreeValue::Text(text.to_string()),
            DeValue::Integer(number) => TreeValue::Integer(integer(number)),
            DeValue::Float(number) => TreeValue::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(yes) => TreeValue::Bool(*yes),
            DeValue::Datetime(time) => TreeValue::Text(time.to_string()),
            DeValue::Array(items) => TreeValue::List(items.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => TreeValue::Table(self.table(table)),
        }
    }

    /// The parser sorts keys by name; this restores the order in which they were written.
    fn table(&self, table: &DeTable) -> TreeTable {
        let mut keys: Vec<_> = table.iter().collect();
        keys.sort_by_key(|(key, _)| key.span().start);
        let entry = |key: Range<usize>, value| TreeEntry { key: self.span(key), node: self.node(value) };
        keys.into_iter().map(|(key, value)| (key.get_ref().to_string(), entry(key.span(), value))).collect()
    }
}

fn integer(number: &DeInteger) -> i64 {
    let bound = if number.as_str().starts_with('-') { i64::MIN } else { i64::MAX };
    i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(bound)
}
