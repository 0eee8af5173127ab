//! Generations: entries of one ref and version whose keys differ only in what time changes (a hash, a date, a run,
//! a commit). A look-up that does not find its exact key takes the newest of them. Matrix values, systems,
//! processors and toolchains are never folded: each of them needs its own entry.

use super::token::tokens;
use super::writer::KeyWriter;
use crate::replay::listing::ListedEntry;
use std::collections::BTreeMap;

/// The place of an entry among its generations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Generation {
    /// How many newer generations there are; 0 for the newest.
    pub age: usize,
    /// True if the entry was accessed after a newer generation was stored, so that some run still asks for it.
    pub is_still_read: bool,
}

/// What generations have in common: ref, version, and the key without what changes with time.
type VariantKey<'a> = (Option<&'a str>, Option<&'a str>, String);

/// The key with `*` for what changes with time.
pub fn folded(key: &str) -> String {
    let (tokens, mut text, mut from) = (tokens(key), String::with_capacity(key.len()), 0);
    for (token, is_time) in tokens.iter().zip(KeyWriter::of(key).times(key, &tokens)) {
        if is_time {
            text += &key[from..token.start];
            text.push('*');
            from = token.end();
        }
    }
    text + &key[from..]
}

/// The generation of each entry.
pub fn generations(entries: &[ListedEntry]) -> Vec<Generation> {
    let mut lines: BTreeMap<VariantKey, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let place = (entry.reference.as_deref(), entry.version.as_deref(), folded(&entry.key));
        lines.entry(place).or_default().push(index);
    }
    let mut all = vec![Generation::default(); entries.len()];
    for mut line in lines.into_values().filter(|line| line.len() > 1) {
        line.retain(|index| entries[*index].created.is_some() || entries[*index].id.is_some());
        line.sort_by_key(|index| (entries[*index].created, entries[*index].id, entries[*index].row));
        let newer = line.iter().skip(1).map(|index| entries[*index].created).chain([None]);
        for ((place, index), newer) in line.iter().enumerate().zip(newer) {
            let is_still_read = newer.is_some_and(|newer| entries[*index].accessed > Some(newer));
            all[*index] = Generation { age: line.len() - 1 - place, is_still_read };
        }
    }
    all
}
