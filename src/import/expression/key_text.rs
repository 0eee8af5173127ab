//! A text that may become a cache key: parts that are fixed, and parts that vary between runs, legs or commits.

/// The longest text that an expression may make, in bytes; a longer one is unknown.
const BYTES_MAX: usize = 50_000;

/// A text of fixed and varying parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyText {
    /// The parts in order; fixed ones are not empty and not next to each other.
    pub pieces: Vec<KeyPiece>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPiece {
    /// The same in every run.
    Fixed(String),
    /// What varies, and what it is under the assumed event and leg, if that is known.
    Varies(Varying, Option<String>),
}

/// What varies in a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Varying {
    /// The value of a matrix, by its key.
    Axis(String),
    /// A placeholder of scenarios, such as `os` or `run-id`.
    Named(&'static str),
    /// `hashFiles` of these patterns.
    Hash(Vec<String>),
    /// A text that one leg of another job makes; its other legs make others.
    OneLeg(String),
    /// Something else: the expression.
    Unknown(String),
}

impl KeyText {
    /// A text that does not vary.
    pub fn fixed(text: impl Into<String>) -> KeyText {
        let mut own = KeyText::default();
        own.push_fixed(&text.into());
        own
    }

    /// A text that is one varying part.
    pub fn varying(what: Varying, now: Option<String>) -> KeyText {
        KeyText { pieces: vec![KeyPiece::Varies(what, now)] }
    }

    /// Appends a fixed part.
    pub fn push_fixed(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(KeyPiece::Fixed(last)) => last.push_str(text),
            _ => self.pieces.push(KeyPiece::Fixed(text.to_owned())),
        }
    }

    /// The text with its fixed parts changed so.
    pub fn map_fixed(&self, change: impl Fn(&str) -> String) -> KeyText {
        let mut own = KeyText::default();
        for piece in &self.pieces {
            match piece {
                KeyPiece::Fixed(text) => own.push_fixed(&change(text)),
                varies => own.pieces.push(varies.clone()),
            }
        }
        own
    }

    /// Appends another text.
    pub fn push(&mut self, other: &KeyText) {
        for piece in &other.pieces {
            match piece {
                KeyPiece::Fixed(text) => self.push_fixed(text),
                varies => self.pieces.push(varies.clone()),
            }
        }
    }

    /// The text as it is in this leg: what varies by leg is fixed, as far as it is known.
    pub fn without_leg(self) -> KeyText {
        let mut own = KeyText::default();
        for piece in self.pieces {
            match piece {
                KeyPiece::Varies(Varying::Axis(_), Some(now)) => own.push_fixed(&now),
                KeyPiece::Varies(Varying::Axis(key), None) => {
                    own.pieces.push(KeyPiece::Varies(Varying::Unknown(format!("matrix.{key}")), None));
                }
                KeyPiece::Fixed(text) => own.push_fixed(&text),
                other => own.pieces.push(other),
            }
        }
        own
    }

    /// The text under the assumed event and leg, if all of it is known.
    pub fn known(&self) -> Option<String> {
        let part = |piece: &KeyPiece| match piece {
            KeyPiece::Fixed(text) => Some(text.clone()),
            KeyPiece::Varies(_, now) => now.clone(),
        };
        self.pieces.iter().map(part).collect()
    }

    /// The text under the assumed event and leg, without what is not known.
    pub fn now(&self) -> String {
        let part = |piece: &KeyPiece| match piece {
            KeyPiece::Fixed(text) | KeyPiece::Varies(_, Some(text)) => text.clone(),
            KeyPiece::Varies(_, None) => String::new(),
        };
        self.pieces.iter().map(part).collect()
    }

    /// True if a part of it contains this, whether it is fixed or what it is now.
    pub fn contains(&self, part: &str) -> bool {
        self.pieces.iter().any(|piece| match piece {
            KeyPiece::Fixed(text) | KeyPiece::Varies(_, Some(text)) => text.contains(part),
            KeyPiece::Varies(_, None) => false,
        })
    }

    /// True if it certainly is not empty; a hash and the names of runs never are.
    pub fn has_content(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            KeyPiece::Fixed(_) | KeyPiece::Varies(Varying::Hash(_), _) => true,
            KeyPiece::Varies(Varying::Named(_), None) => true,
            KeyPiece::Varies(_, Some(now)) => !now.is_empty(),
            KeyPiece::Varies(_, None) => false,
        })
    }

    /// True if it is longer than any text of a workflow.
    pub fn is_too_long(&self) -> bool {
        let length = |piece: &KeyPiece| match piece {
            KeyPiece::Fixed(text) => text.len(),
            KeyPiece::Varies(Varying::Unknown(text) | Varying::OneLeg(text), _) => 16 + text.len(),
            KeyPiece::Varies(_, now) => 16 + now.as_ref().map_or(0, String::len),
        };
        self.pieces.iter().map(length).sum::<usize>() > BYTES_MAX
    }

    /// Everything that varies in it.
    pub fn varyings(&self) -> impl Iterator<Item = &Varying> {
        self.pieces.iter().filter_map(|piece| match piece {
            KeyPiece::Varies(what, _) => Some(what),
            KeyPiece::Fixed(_) => None,
        })
    }
}
