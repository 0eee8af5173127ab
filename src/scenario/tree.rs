use crate::diagnostic::Span;
use indexmap::IndexMap;

/// A value of a scenario with the place where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value stands; for a default, the table that lacks the key.
    pub span: Span,
    /// Whether the user wrote it.
    pub origin: ValueOrigin,
    /// The value.
    pub value: TreeValue,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueOrigin {
    /// A scenario file or a `--set`.
    Written,
    /// The grammar's default.
    Default,
}

/// The shapes TOML values have. Times are texts here: they are read like every other quantity.
#[derive(Debug, Clone, PartialEq)]
pub enum TreeValue {
    /// A quoted text or a bare time.
    Text(String),
    /// A whole number; one that does not fit is held at the nearest bound, which no key allows.
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

/// A table: what it has under each key.
pub type TreeTable = IndexMap<String, TreeEntry>;

/// A key of a table and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeEntry {
    /// Where the key stands.
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

    /// An empty table where `other` stands.
    pub fn empty_like(other: &Node) -> Node {
        Node { span: other.span, origin: other.origin, value: TreeValue::Table(TreeTable::new()) }
    }

    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&TreeTable> {
        match &self.value {
            TreeValue::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The table, if it is one.
    pub fn as_table_mut(&mut self) -> Option<&mut TreeTable> {
        match &mut self.value {
            TreeValue::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            TreeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, with or without a fraction, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            TreeValue::Integer(number) => Some(number as f64),
            TreeValue::Float(number) => Some(number),
            _ => None,
        }
    }

    /// What a table has under `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_table()?.get(key).map(|entry| &entry.node)
    }

    /// What the user would call this value, for "found …".
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
