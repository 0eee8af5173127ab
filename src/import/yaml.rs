//! YAML as a tree whose nodes know their line and column. It is the gate for hostile files: nesting, aliases and
//! size are limited, and what passes can be walked without further care.
//!
//! It knows nothing of workflows; `workflow` and `action` read their files with it.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

/// The largest file that is read: GitHub refuses workflows above 512 KiB; actions have no such limit.
pub const YAML_BYTES_MAX: u64 = 600_000;
/// The deepest nesting of a tree.
const DEPTH_MAX: usize = 100;
/// The widest indentation. Each level of a block takes a column of it, and the parser calls itself for each level.
const INDENT_MAX: usize = 1_000;
/// The most nodes of a tree.
const NODES_MAX: usize = 100_000;

/// A node of a YAML file with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct YamlNode {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What it is.
    pub data: YamlContent,
}

/// What a node of a YAML file is.
#[derive(Debug, Clone, PartialEq)]
pub enum YamlContent {
    /// Nothing, or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Any other scalar.
    Text(String),
    /// A sequence.
    List(Vec<YamlNode>),
    /// A mapping whose keys are scalars, in the order of the file.
    Map(Vec<(String, YamlNode)>),
}

/// Why a file is not a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlProblem {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl YamlProblem {
    fn new(line: usize, column: usize, message: impl Into<String>) -> YamlProblem {
        YamlProblem { line, column, message: message.into() }
    }
}

impl YamlNode {
    /// A node without content.
    pub fn empty() -> YamlNode {
        YamlNode { line: 1, column: 1, data: YamlContent::Null }
    }

    /// Reads the first document of a file.
    ///
    /// # Errors
    /// If it is not YAML, has a key twice in one mapping, or is too deep or too large.
    pub fn read(text: &str) -> Result<YamlNode, YamlProblem> {
        if text.len() as u64 > YAML_BYTES_MAX {
            let message = format!("larger than {YAML_BYTES_MAX} bytes, which GitHub does not run either");
            return Err(YamlProblem::new(1, 1, message));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if let Some(line) = text.lines().position(|line| indent(line) > INDENT_MAX) {
            return Err(YamlProblem::new(line + 1, 1, "indented more deeply than a workflow can need"));
        }
        let documents = MarkedYaml::load_from_str(text).map_err(|error| {
            let place = error.marker();
            let message = format!("not YAML: {}{}", error.info(), remedy(error.info()));
            YamlProblem::new(place.line(), place.col() + 1, message)
        })?;
        let mut documents = documents.into_iter();
        let document = documents.next();
        let document = document.ok_or_else(|| {
            YamlProblem::new(1, 1, "the file is empty: delete it, or write `on` and `jobs`")
        })?;
        if let Some(other) = documents.find(|other| !other.data.is_null()) {
            let (line, column) = (other.span.start.line(), other.span.start.col() + 1);
            return Err(YamlProblem::new(
                line,
                column,
                "a second document behind `---`: write one for each file",
            ));
        }
        let mut nodes = NODES_MAX;
        of(&document, DEPTH_MAX, &mut nodes)
    }

    /// The value of a key of a mapping; `None` if there is no such key or no mapping.
    pub fn get(&self, key: &str) -> Option<&YamlNode> {
        self.map().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The entries of a mapping; none if it is something else.
    pub fn map(&self) -> &[(String, YamlNode)] {
        match &self.data {
            YamlContent::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a sequence; none if it is something else.
    pub fn list(&self) -> &[YamlNode] {
        match &self.data {
            YamlContent::List(items) => items,
            _ => &[],
        }
    }

    /// The elements of a sequence, or the one scalar that stands in its place.
    pub fn one_or_more(&self) -> Vec<&YamlNode> {
        match &self.data {
            YamlContent::List(items) => items.iter().collect(),
            YamlContent::Null | YamlContent::Map(_) => Vec::new(),
            _ => vec![self],
        }
    }

    /// A scalar as GitHub writes it into a text: an integer without a point; `None` if it is no scalar.
    pub fn text(&self) -> Option<String> {
        match &self.data {
            YamlContent::Null => Some(String::new()),
            YamlContent::Bool(value) => Some(value.to_string()),
            YamlContent::Number(value) => Some(value.to_string()),
            YamlContent::Text(text) => Some(text.clone()),
            YamlContent::List(_) | YamlContent::Map(_) => None,
        }
    }

    /// The text of a key's value, if it is a scalar.
    pub fn text_of(&self, key: &str) -> Option<String> {
        self.get(key)?.text()
    }

    /// The number of nodes in it, itself included.
    pub fn count(&self) -> usize {
        let below = self.map().iter().map(|(_, node)| node).chain(self.list()).map(YamlNode::count);
        1 + below.sum::<usize>()
    }

    /// True if it is empty.
    pub fn is_null(&self) -> bool {
        self.data == YamlContent::Null
    }
}

/// What to do about an error of the parser; nothing where its words say it.
fn remedy(error: &str) -> &'static str {
    let remedies = [
        ("duplicated key", ": write it once, since GitHub refuses the file"),
        ("tabs disallowed", ": indent with spaces"),
        ("unknown anchor", ": write `&name` in front of what `*name` means"),
        (
            "unknown escape",
            ": in double quotes a backslash begins an escape; write it twice, or use single quotes",
        ),
        ("quoted scalar", ": close the quote, or indent what follows"),
    ];
    remedies.iter().find(|(part, _)| error.contains(part)).map_or("", |(_, remedy)| remedy)
}

/// The column at which a line's content begins, behind all `-` and `?` that open a level of their own.
fn indent(line: &str) -> usize {
    let is_indent = |byte: &u8| matches!(byte, b' ' | b'\t' | b'-' | b'?');
    line.bytes().take_while(|byte| is_indent(byte)).count()
}

/// The tree of a parsed document. `nodes` is how many more nodes are accepted.
fn of(node: &MarkedYaml, depth: usize, nodes: &mut usize) -> Result<YamlNode, YamlProblem> {
    let (line, column) = (node.span.start.line(), node.span.start.col() + 1);
    let limit = |what: &str| YamlProblem::new(line, column, format!("{what} than a workflow can need"));
    let depth = depth.checked_sub(1).ok_or_else(|| limit("nested more deeply"))?;
    *nodes = nodes.checked_sub(1).ok_or_else(|| limit("has more values"))?;
    let data = match &node.data {
        YamlData::Value(scalar) => content(scalar),
        YamlData::Representation(text, ..) => YamlContent::Text(text.to_string()),
        YamlData::Sequence(items) => {
            YamlContent::List(items.iter().map(|item| of(item, depth, nodes)).collect::<Result<_, _>>()?)
        }
        YamlData::Mapping(entries) => {
            let mut map = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let key = of(key, depth, nodes)?;
                let name = key.text().ok_or_else(|| {
                    YamlProblem::new(key.line, key.column, "a key of a mapping is a list or a mapping")
                })?;
                map.push((name, of(value, depth, nodes)?));
            }
            YamlContent::Map(map)
        }
        YamlData::Tagged(_, inner) => return of(inner, depth, nodes),
        YamlData::Alias(_) | YamlData::BadValue => YamlContent::Null,
    };
    Ok(YamlNode { line, column, data })
}

fn content(scalar: &Scalar) -> YamlContent {
    match scalar {
        Scalar::Null => YamlContent::Null,
        Scalar::Boolean(value) => YamlContent::Bool(*value),
        Scalar::Integer(value) => YamlContent::Number(*value as f64),
        Scalar::FloatingPoint(value) => YamlContent::Number(value.into_inner()),
        Scalar::String(text) => YamlContent::Text(text.to_string()),
    }
}
