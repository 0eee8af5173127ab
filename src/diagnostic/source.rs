//! The texts that diagnostics point into, and positions in them. Spans count bytes; lines and
//! columns are computed only for display.

use std::path::Path;

/// An input as messages name it: its path, and what `-` stands for.
pub fn name_of_input(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// Handle to a text in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

impl FileId {
    /// Index of the text among its [`Sources`], from 0 in the order they were added.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A range of bytes in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text it is in.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

/// A position as editors count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The texts that diagnostics point into, with their names for display.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

#[derive(Debug, Clone)]
struct Source {
    name: String,
    text: String,
}

impl Sources {
    /// Adds a text under a name (a path, or where the text came from).
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        self.files.push(Source { name: name.into(), text: text.into() });
        FileId(self.files.len() as u32 - 1)
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True if there is no text.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The names of all texts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|source| source.name.as_str())
    }

    /// The name of a text.
    pub fn name(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].name
    }

    /// A whole text.
    pub fn text(&self, file: FileId) -> &str {
        &self.files[file.0 as usize].text
    }

    /// The text at `span`; empty if the span does not fit.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start..span.end).unwrap_or("")
    }

    /// The line and column at which `span` starts.
    pub fn position(&self, span: Span) -> Position {
        let text = self.text(span.file);
        let at = floor(text, span.start);
        let line_start = self.line_start(span);
        Position {
            line: text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1,
            column: text[line_start..at].chars().count() + 1,
        }
    }

    /// The first byte of the line on which `span` starts.
    pub fn line_start(&self, span: Span) -> usize {
        let text = self.text(span.file);
        text[..floor(text, span.start)].rfind('\n').map_or(0, |newline| newline + 1)
    }
}

/// The last character boundary at or before `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
