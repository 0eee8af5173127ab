//! Which steps can meet by their keys at all, found without comparing each step with each other: a look-up finds keys
//! that begin with a text, and those stand together in a sorted list. `mod.rs` decides whether they do.

use crate::client::OpenValue;
use std::collections::BTreeMap;

/// The texts that steps look up and store, by their places among all steps. Of a text with a value that only a run
/// knows, what is before it counts.
#[derive(Default)]
pub(super) struct Nearby {
    stored: Heads,
    /// Keys and restore keys.
    wanted: Heads,
    /// The steps without keys of their own: those that store objects and layers.
    nameless: Vec<usize>,
}

/// Beginnings of texts, with the steps that have them.
#[derive(Default)]
struct Heads(BTreeMap<String, Vec<usize>>);

impl Nearby {
    /// Adds a step that stores under these keys and looks up these texts.
    pub fn add<'t>(
        &mut self,
        step: usize,
        stored: impl Iterator<Item = &'t str>,
        wanted: impl Iterator<Item = &'t str>,
    ) {
        let mut stored = stored.peekable();
        if stored.peek().is_none() {
            return self.nameless.push(step);
        }
        stored.for_each(|key| self.stored.add(step, key));
        wanted.for_each(|text| self.wanted.add(step, text));
    }

    /// The steps that may store under a key that begins with this text; some of them twice.
    pub fn storing(&self, text: &str) -> impl Iterator<Item = usize> {
        self.stored.meeting(text)
    }

    /// The steps that may look up a text with which this key begins; some of them twice.
    pub fn wanting(&self, key: &str) -> impl Iterator<Item = usize> {
        self.wanted.meeting(key)
    }

    /// The steps without keys of their own.
    pub fn nameless(&self) -> impl Iterator<Item = usize> {
        self.nameless.iter().copied()
    }
}

impl Heads {
    fn add(&mut self, step: usize, text: &str) {
        let steps = self.0.entry(head(text).to_owned()).or_default();
        if steps.last() != Some(&step) {
            steps.push(step);
        }
    }

    /// The steps with a text that begins as this one does, or that this one begins with.
    fn meeting(&self, text: &str) -> impl Iterator<Item = usize> {
        let head = head(text).to_owned();
        let shorter = (0..head.len()).filter_map(|end| self.0.get(head.get(..end)?));
        let shorter: Vec<&Vec<usize>> = shorter.collect();
        let longer = self.0.range(head.clone()..).take_while(move |(key, _)| key.starts_with(&head));
        shorter.into_iter().chain(longer.map(|(_, steps)| steps)).flatten().copied()
    }
}

/// The text up to the first value that only a run knows.
fn head(text: &str) -> &str {
    text.split(|letter| OpenValue::of(letter).is_some()).next().unwrap_or_default()
}
