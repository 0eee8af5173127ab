//! A change of one value, known by the parts of its path: what a strategy is made of.

use std::fmt;

/// One value of a scenario to change: where it stands, and what is to stand there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The keys that lead to it; an element of a list by its number.
    pub path: Vec<String>,
    /// The new value as TOML; `false` removes a table that may be absent.
    pub value: String,
}

impl Change {
    /// A change of the value at `path`.
    pub fn new<'a>(path: impl IntoIterator<Item = &'a str>, value: impl Into<String>) -> Change {
        Change { path: path.into_iter().map(str::to_owned).collect(), value: value.into() }
    }
}

/// As `--set` takes it, where no name holds both kinds of quotes.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let part = |name: &String| match name {
            plain if plain.chars().all(|c| c.is_alphanumeric() || "-_".contains(c)) => plain.clone(),
            quoted if quoted.contains('"') => format!("'{quoted}'"),
            other => format!("\"{other}\""),
        };
        let path: Vec<String> = self.path.iter().map(part).collect();
        write!(f, "{}={}", path.join("."), self.value)
    }
}
