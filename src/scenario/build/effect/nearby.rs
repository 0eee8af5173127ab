//! Which steps can meet by their keys at all, found without comparing each step with each other: a look-up finds
//! keys that begin with a text, and those stand together in a sorted list. `steps.rs` decides whether they do.

use std::collections::BTreeMap;

/// The texts that steps look up and store, by their places among all steps.
#[derive(Default)]
pub(super) struct Nearby {
    /// The keys that are stored, sorted.
    stored: Vec<(String, usize)>,
    /// The texts that are looked up: keys and restore keys.
    wanted: BTreeMap<String, Vec<usize>>,
    /// The steps without keys of their own: those that store objects and layers.
    nameless: Vec<usize>,
}

impl Nearby {
    /// Adds a step that stores under these keys and looks up these texts.
    pub fn add(&mut self, step: usize, stored: Vec<String>, wanted: Vec<String>) {
        if stored.is_empty() {
            return self.nameless.push(step);
        }
        self.stored.extend(stored.into_iter().map(|key| (key, step)));
        wanted.into_iter().for_each(|text| self.wanted.entry(text).or_default().push(step));
    }

    /// Sorts what was added. A step is found only after this.
    pub fn sort(&mut self) {
        self.stored.sort();
        self.stored.dedup();
    }

    /// The steps that store under a key that begins with this text; some of them twice.
    pub fn storing(&self, text: &str) -> impl Iterator<Item = usize> {
        let first = self.stored.partition_point(|(key, _)| key.as_str() < text);
        self.stored[first..].iter().take_while(move |(key, _)| key.starts_with(text)).map(|(_, step)| *step)
    }

    /// The steps that look up a text with which this key begins; some of them twice.
    pub fn wanting(&self, key: &str) -> impl Iterator<Item = usize> {
        let beginnings = (0..=key.len()).filter_map(|end| key.get(..end));
        beginnings.filter_map(|text| self.wanted.get(text)).flatten().copied()
    }

    /// The steps without keys of their own.
    pub fn nameless(&self) -> impl Iterator<Item = usize> {
        self.nameless.iter().copied()
    }
}
