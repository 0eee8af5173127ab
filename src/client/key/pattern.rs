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
    /// Any text, which may be empty: a date, a branch.
    Any,
    /// The version of a tool that a run has chosen: this one or, as 1.24.9 is one of 1.24, a nearer one; any version if
    /// the text is none, such as `stable` or `>=3.10`.
    Version(String),
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
        let fixed = |part: &PatternPart| match part {
            PatternPart::Text(text) => text.len(),
            PatternPart::Version(text) => number_of(text).map_or(0, str::len),
            PatternPart::Hash | PatternPart::Any => 0,
        };
        self.0.iter().map(fixed).sum()
    }
}

impl PatternPart {
    /// Where the part may end, given where it may begin.
    fn ends(&self, key: &str, begins: &[bool]) -> Vec<bool> {
        if let PatternPart::Version(text) = self {
            return version_ends(text, key.as_bytes(), begins);
        }
        let mut ends = vec![false; begins.len()];
        let mut runs = false;
        for at in 0..begins.len() {
            let begins = begins[at];
            match self {
                PatternPart::Text(text) if begins && key.as_bytes()[at..].starts_with(text.as_bytes()) => {
                    ends[at + text.len()] = true;
                }
                PatternPart::Text(_) | PatternPart::Version(_) => {}
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

/// Where a version may end.
fn version_ends(text: &str, key: &[u8], begins: &[bool]) -> Vec<bool> {
    let number = number_of(text).unwrap_or_default().as_bytes();
    let mut ends = vec![false; begins.len()];
    for from in (0..key.len()).filter(|from| begins[*from] && key[*from..].starts_with(number)) {
        let after = from + number.len();
        // 3.1 is not the beginning of 3.12.
        if !number.is_empty() && key.get(after).is_some_and(u8::is_ascii_digit) {
            continue;
        }
        let goes_on = key[after..].iter().take_while(|letter| is_of_version(**letter)).count();
        let least = if number.is_empty() { after + 1 } else { after };
        (least..=after + goes_on).for_each(|end| ends[end] = true);
    }
    ends
}

fn is_of_version(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || b"._+-".contains(&letter)
}

/// The version that a text names, as an action resolves it: `1.24` of `1.24`, `1.24.x`, `v1.24` and `go1.24`. `None` if it
/// names a range or an alias.
pub fn number_of(text: &str) -> Option<&str> {
    let text = text.trim();
    let text = ["go", "v"].iter().find_map(|start| text.strip_prefix(start)).unwrap_or(text);
    let number = [".x", ".X", ".*"].iter().fold(text, |text, end| text.trim_end_matches(end));
    let is_number = number.split('.').all(|part| part.starts_with(|letter: char| letter.is_ascii_digit()));
    (is_number && number.bytes().all(is_of_version)).then_some(number)
}
