//! What keys of one archive look like, whatever files are hashed: by it, an entry of a real cache is recognised as
//! one that a job of the scenario would have stored.

/// The form of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyPattern(Vec<PatternPart>);

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternPart {
    /// This text.
    Text(String),
    /// Letters and digits: a hash, a commit or the number of a run.
    Hash,
    /// Any text, which may be empty: a date, a branch, the version of a tool.
    Any,
}

impl KeyPattern {
    /// A pattern of these parts.
    pub fn new(parts: Vec<PatternPart>) -> KeyPattern {
        KeyPattern(parts)
    }

    /// The pattern followed by these parts.
    pub fn then(mut self, parts: impl IntoIterator<Item = PatternPart>) -> KeyPattern {
        self.0.extend(parts);
        self
    }

    /// The pattern followed by another one.
    pub fn joined(self, other: KeyPattern) -> KeyPattern {
        self.then(other.0)
    }

    /// True if the key has this form.
    pub fn matches(&self, key: &str) -> bool {
        // Each entry is true if the parts so far may end there.
        let mut ends = vec![false; key.len() + 1];
        ends[0] = true;
        for part in &self.0 {
            ends = part.ends(key, &ends);
            if !ends.contains(&true) {
                return false;
            }
        }
        ends[key.len()]
    }

    /// How many bytes of a key it fixes: of two patterns that match, the one that fixes more is meant.
    pub fn fixed(&self) -> usize {
        let fixed = |part: &PatternPart| if let PatternPart::Text(text) = part { text.len() } else { 0 };
        self.0.iter().map(fixed).sum()
    }
}

impl PatternPart {
    /// Where the part may end, given where it may begin.
    fn ends(&self, key: &str, begins: &[bool]) -> Vec<bool> {
        let mut ends = vec![false; begins.len()];
        let mut runs = false;
        for at in 0..begins.len() {
            let begins = begins[at];
            match self {
                PatternPart::Text(text) if begins && key.as_bytes()[at..].starts_with(text.as_bytes()) => {
                    ends[at + text.len()] = true;
                }
                PatternPart::Text(_) => {}
                PatternPart::Any => {
                    runs |= begins;
                    ends[at] = runs;
                }
                PatternPart::Hash => {
                    ends[at] = runs;
                    let goes_on = key.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric);
                    runs = (runs || begins) && goes_on;
                }
            }
        }
        ends
    }
}
