//! Plain HCL: blocks with labels, texts, lists and references to variables. Everything else is skipped as a whole and
//! becomes [`BakeValue::Unknown`].

use super::BadBakeFile;
use std::collections::BTreeMap;

/// A block with its values; blocks within it are skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BakeBlock {
    /// Its first word.
    pub kind: String,
    /// Its label.
    pub label: String,
    /// Its line, from 1.
    pub line: usize,
    /// Its values.
    pub values: BTreeMap<String, BakeValue>,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BakeValue {
    /// A text, in which `${NAME}` stands for a variable.
    Text(String),
    /// A list.
    List(Vec<BakeValue>),
    /// Anything else.
    Unknown,
}

/// The blocks of a file.
pub(super) fn blocks(text: &str) -> Result<Vec<BakeBlock>, BadBakeFile> {
    let mut reader = HclReader { text, at: 0 };
    let mut blocks = Vec::new();
    loop {
        reader.skip_space(true);
        let line = reader.line();
        let kind = reader.word();
        if kind.is_empty() {
            return match reader.peek() {
                None => Ok(blocks),
                Some(_) => Err(reader.malformed("expected a block")),
            };
        }
        reader.skip_space(false);
        if reader.takes('=') {
            reader.value(0)?;
            continue;
        }
        let label = reader.label();
        let values = reader.body(0)?;
        blocks.push(BakeBlock { kind, label, line, values });
    }
}

/// The deepest lists and blocks that are read.
const DEPTH_MAX: usize = 32;

struct HclReader<'a> {
    text: &'a str,
    at: usize,
}

impl HclReader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn line(&self) -> usize {
        self.text[..self.at].matches('\n').count() + 1
    }

    fn malformed(&self, what: &str) -> BadBakeFile {
        BadBakeFile::Malformed(self.line(), what.to_owned())
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    fn takes(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.at += wanted.len_utf8();
        }
        is_next
    }

    /// Skips blanks and comments, and line breaks if `lines`.
    fn skip_space(&mut self, lines: bool) {
        loop {
            let rest = &self.text[self.at..];
            let blank = |letter: char| letter.is_whitespace() && (lines || letter != '\n');
            let skipped = rest.len() - rest.trim_start_matches(blank).len();
            let comment = if rest.starts_with('#') || rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                0
            };
            if skipped.max(comment) == 0 {
                return;
            }
            self.at += skipped.max(comment);
        }
    }

    fn word(&mut self) -> String {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
        self.at += end;
        rest[..end].to_owned()
    }

    /// The first label before `{`.
    fn label(&mut self) -> String {
        let mut first = None;
        loop {
            self.skip_space(false);
            let label = match self.takes('"') {
                true => self.string().unwrap_or_default(),
                false => self.word(),
            };
            if label.is_empty() {
                return first.unwrap_or_default();
            }
            first.get_or_insert(label);
        }
    }

    /// The values between braces.
    fn body(&mut self, depth: usize) -> Result<BTreeMap<String, BakeValue>, BadBakeFile> {
        if depth > DEPTH_MAX {
            return Err(BadBakeFile::TooLarge("32 blocks in each other"));
        }
        if !self.takes('{') {
            return Err(self.malformed("expected `{`"));
        }
        let mut values = BTreeMap::new();
        loop {
            self.skip_space(true);
            if self.takes('}') {
                return Ok(values);
            }
            let key = match self.takes('"') {
                true => self.string().unwrap_or_default(),
                false => self.word(),
            };
            if key.is_empty() {
                return Err(self.malformed("expected a name or `}`"));
            }
            self.skip_space(false);
            if self.takes('=') || self.takes(':') {
                let value = self.value(depth)?;
                values.insert(key, value);
                self.skip_space(false);
                self.takes(',');
            } else {
                self.label();
                self.body(depth + 1)?;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Result<BakeValue, BadBakeFile> {
        self.skip_space(false);
        let start = self.at;
        let value = match self.peek() {
            Some('"') => {
                self.at += 1;
                self.string().map(BakeValue::Text)
            }
            Some('[') => self.list(depth)?,
            Some(letter) if letter.is_alphabetic() || letter == '_' => {
                let word = self.word();
                let constant = ["true", "false", "null"].contains(&word.as_str());
                Some(if constant { BakeValue::Unknown } else { BakeValue::Text(format!("${{{word}}}")) })
            }
            _ => None,
        };
        self.skip_space(false);
        let ends = self.peek().is_none_or(|letter| ['\n', ',', ']', '}'].contains(&letter));
        if let Some(value) = value.filter(|_| ends) {
            return Ok(value);
        }
        self.at = start;
        self.skip_expression()?;
        Ok(BakeValue::Unknown)
    }

    /// A list; `None` if it is more than that, such as a loop.
    fn list(&mut self, depth: usize) -> Result<Option<BakeValue>, BadBakeFile> {
        if depth > DEPTH_MAX {
            return Err(BadBakeFile::TooLarge("32 lists in each other"));
        }
        self.takes('[');
        let mut items = Vec::new();
        loop {
            self.skip_space(true);
            if self.takes(']') {
                return Ok(Some(BakeValue::List(items)));
            }
            if self.peek().is_none() {
                return Err(self.malformed("a list has no end"));
            }
            let before = self.at;
            items.push(self.value(depth + 1)?);
            self.skip_space(true);
            self.takes(',');
            if self.at == before {
                return Ok(None);
            }
        }
    }

    /// The rest of a text after its quote; `None` if it has no end. What stands in `${…}` may have quotes itself.
    fn string(&mut self) -> Option<String> {
        let (mut out, mut inside) = (String::new(), 0_usize);
        loop {
            match self.next()? {
                '"' if inside == 0 => return Some(out),
                '\\' if inside == 0 => out.push(match self.next()? {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                }),
                '$' if self.peek() == Some('{') => {
                    out.push_str("${");
                    self.at += 1;
                    inside += 1;
                }
                letter => {
                    inside -= usize::from(letter == '}' && inside > 0);
                    out.push(letter);
                }
            }
        }
    }

    /// Skips an expression: to the end of its line, or to what closes around it.
    fn skip_expression(&mut self) -> Result<(), BadBakeFile> {
        let mut open = 0_usize;
        while let Some(letter) = self.peek() {
            match letter {
                '"' => {
                    self.at += 1;
                    self.string().ok_or_else(|| self.malformed("a text has no end"))?;
                    continue;
                }
                '(' | '[' | '{' => open += 1,
                ')' | ']' | '}' if open == 0 => return Ok(()),
                ')' | ']' | '}' => open -= 1,
                '\n' | ',' if open == 0 => return Ok(()),
                _ => {}
            }
            self.next();
        }
        Ok(())
    }
}
