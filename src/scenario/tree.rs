//! A scenario as a tree of values with their positions, between TOML and the typed reader. Every step from
//! parsing to building works on it.

use crate::diagnostic::Span;
use indexmap::IndexMap;

/// A value, with the position where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The position of the value; for a default, that of the table in which the key is missing.
    pub span: Span,
    /// Where the value comes from.
    pub origin: ValueOrigin,
    /// The value.
    pub value: TreeValue,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueOrigin {
    /// A scenario file, or an option such as `--set`.
    Written,
    /// The default of the grammar.
    Default,
}

/// The types of TOML values. Times are texts here, since they are parsed like all other quantities.
#[derive(Debug, Clone, PartialEq)]
pub enum TreeValue {
    /// A quoted text, or a time without quotes.
    Text(String),
    /// A whole number. One that does not fit becomes the nearest bound, which no key allows.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A list.
    List(Vec<Node>),
    /// A table, in the order in which its keys were written.
    Table(TreeTable),
}

/// The entries of a table, by key.
pub type TreeTable = IndexMap<String, TreeEntry>;

/// A key of a table and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeEntry {
    /// The position of the key.
    pub key: Span,
    /// Its value.
    pub node: Node,
}

impl Node {
    /// A written value.
    pub fn written(span: Span, value: TreeValue) -> Node {
        Node { span, origin: ValueOrigin::Written, value }
    }

    /// An empty table at `span`.
    pub fn empty(span: Span) -> Node {
        Node::written(span, TreeValue::Table(TreeTable::new()))
    }

    /// An empty table at the position of `other`.
    pub fn empty_like(other: &Node) -> Node {
        Node { span: other.span, origin: other.origin, value: TreeValue::Table(TreeTable::new()) }
    }

    /// The entries, if this is a table.
    pub fn as_table(&self) -> Option<&TreeTable> {
        match &self.value {
            TreeValue::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The entries, if this is a table.
    pub fn as_table_mut(&mut self) -> Option<&mut TreeTable> {
        match &mut self.value {
            TreeValue::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if this is a text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            TreeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if this is a number, with or without a fraction.
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            TreeValue::Integer(number) => Some(number as f64),
            TreeValue::Float(number) => Some(number),
            _ => None,
        }
    }

    /// The value under `key`, if this is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_table()?.get(key).map(|entry| &entry.node)
    }

    /// The kind of this value in words, for "found …".
    pub fn describe(&self) -> &'static str {
        match self.value {
            TreeValue::Text(_) => "a text",
            TreeValue::Integer(_) | TreeValue::Float(_) => "a number without a unit",
            TreeValue::Bool(_) => "`true` or `false`",
            TreeValue::List(_) => "a list",
            TreeValue::Table(_) => "a table",
        }
    }
}
