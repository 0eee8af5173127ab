//! A change of one value, by the parts of its path. Strategies consist of such changes.

use std::fmt;

/// A new value for a path in a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The keys that lead to the value. An element of a list is given by its index.
    pub path: Vec<String>,
    /// The new value as TOML. `false` removes a table that may be missing.
    pub value: String,
}

impl Change {
    /// A change of the value at `path`.
    pub fn new<'a>(path: impl IntoIterator<Item = &'a str>, value: impl Into<String>) -> Change {
        Change { path: path.into_iter().map(str::to_owned).collect(), value: value.into() }
    }
}

/// Writes it as `--set` takes it, unless a name contains both kinds of quotes.
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
