//! Lines of a scenario that is being written, with their comments.

use crate::diagnostic::{is_hidden, visible};

/// The longest comment behind a value, in characters, and the longest one on a line of its own.
const COMMENT_MAX: usize = 160;
const REMARK_MAX: usize = 600;

/// A text as TOML writes it.
pub(in crate::import) fn quoted(text: &str) -> String {
    let json = serde_json::to_string(text).expect("a text has a JSON form");
    // What nobody sees, or what turns the direction of a line, is written by its number.
    let shown = |letter: char| match is_hidden(letter) {
        true => format!("\\U{:08X}", u32::from(letter)),
        false => letter.to_string(),
    };
    json.chars().map(shown).collect()
}

/// A key: as it is if it needs no quotes.
pub(in crate::import) fn key(name: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

/// A number with at most three decimals, or more if it is small.
pub(in crate::import) fn number(value: f64) -> String {
    let text = if value.abs() < 0.01 { format!("{value:.5}") } else { format!("{value:.3}") };
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short.is_empty() || short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// A list of texts.
pub(in crate::import) fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("[{}]", quoted.join(", "))
}

/// A comment on one line of at most so many characters.
fn comment(text: &str, longest: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let shown = visible(&words.join(" ")).into_owned();
    match shown.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

/// A part of a scenario that is being written.
#[derive(Debug, Clone, Default)]
pub(in crate::import) struct TomlLines(String);

impl TomlLines {
    /// A table's header, after an empty line.
    pub fn table(&mut self, header: &str, about: &str) {
        self.0 += &format!("\n{header}{}\n", trailing(about));
    }

    /// A key with its value.
    pub fn value(&mut self, name: &str, value: &str, about: &str) {
        self.0 += &format!("{name} = {value}{}\n", trailing(about));
    }

    /// A line that is only a comment.
    pub fn remark(&mut self, text: &str) {
        self.0 += &format!("# {}\n", comment(text, REMARK_MAX));
    }

    /// Tables that are written already.
    pub fn block(&mut self, tables: &str) {
        self.0 += &format!("\n{}\n", tables.trim_end());
    }

    /// Another part.
    pub fn append(&mut self, other: &TomlLines) {
        self.0 += &other.0;
    }

    /// Everything that was written.
    pub fn text(self) -> String {
        self.0
    }
}

fn trailing(about: &str) -> String {
    if about.is_empty() { String::new() } else { format!(" # {}", comment(about, COMMENT_MAX)) }
}
