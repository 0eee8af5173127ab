//! Generations: entries of one ref and version whose keys differ only in what time changes (a hash, a date, a run,
//! a commit). A look-up that does not find its exact key takes the newest of them, if it has restore keys. Matrix
//! values, systems, processors and toolchains are never folded: each of them needs its own entry.
//!
//! Keys do not tell the lock files of two modules from two versions of one lock file; only accesses do.

use super::token::{Token, TokenKind, tokens};
use super::writer::{KeyForm, KeyWriter};
use crate::replay::listing::ListedEntry;
use crate::units::{Duration, SimTime};
use std::collections::BTreeMap;

/// The place of an entry among its generations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Generation {
    /// How many newer generations there are; 0 for the newest.
    pub age: usize,
    /// True if it is in use although there is a newer one: a variant of its own, which the key does not tell apart.
    pub is_in_use: bool,
    /// True if it has certainly been replaced: no run has asked for it since a newer generation was stored, for a day or
    /// more.
    pub is_settled: bool,
}

/// How long after the newer entry was stored an access still counts as one before: a run that began to restore
/// while the newer one was uploaded.
const OVERLAP: Duration = Duration(5 * Duration::MINUTE.0);
/// How long a newer generation must be there without an access to the older one, until that counts as superseded.
const SILENCE: Duration = Duration::DAY;

/// What generations have in common: ref, version, and the key without what changes with time.
type VariantKey<'a> = (Option<&'a str>, Option<&'a str>, String);

/// The key with `*` for what changes with time. `created` is the creation of its entry, if it is known.
pub fn folded(key: &str, created: Option<SimTime>) -> String {
    let (tokens, mut text, mut from) = (tokens(key), String::with_capacity(key.len()), 0);
    for (token, is_time) in tokens.iter().zip(KeyWriter::of(key).times(key, &tokens, created)) {
        if is_time {
            text += &key[from..token.start];
            text.push('*');
            from = token.end();
        }
    }
    text + &key[from..]
}

/// How many entries a counter needs: fewer may grow with time by chance.
const COUNTED_MIN: usize = 4;
/// How far apart a counter's first and last entry are at least: the legs of a run are stored within hours.
const COUNTED_SPAN: Duration = Duration(12 * Duration::HOUR.0);
/// The digits of a counter: smaller numbers are rather versions.
const COUNTER_DIGITS: usize = 3;

/// A number in a folded key that may count runs, and the key with `*` in its place; `None` if there is not just one.
fn counter(line: &str) -> Option<(u64, String)> {
    let tokens = tokens(line);
    let may_count = |token: &&Token| token.kind == TokenKind::Number && token.text.len() >= COUNTER_DIGITS;
    let mut numbers = tokens.iter().filter(may_count);
    let (number, None) = (numbers.next()?, numbers.next()) else { return None };
    let rest = [&line[..number.start], &line[number.end()..]].join("*");
    Some((number.text.parse().ok()?, rest))
}

/// Joins the lines that differ only in a number that grows from each entry to the next: it counts runs
/// (`github.run_number`), while the values of a matrix are stored in any order, and within hours.
fn join_counted<'a>(lines: &mut BTreeMap<VariantKey<'a>, Vec<usize>>, entries: &[ListedEntry]) {
    let mut counted: BTreeMap<VariantKey<'a>, Vec<NumberedEntry<'a>>> = BTreeMap::new();
    for (line, indexes) in lines.iter() {
        let Some((number, rest)) = counter(&line.2) else { continue };
        let stored = indexes.iter().filter_map(|index| entries[*index].created_at());
        let stored = stored.map(|at| NumberedEntry { at, number, line: line.clone() });
        counted.entry((line.0, line.1, rest)).or_default().extend(stored);
    }
    for (line, mut stored) in counted {
        if grows(&mut stored) {
            let all = stored.iter().filter_map(|entry| lines.remove(&entry.line)).flatten().collect();
            lines.insert(line, all);
        }
    }
}

/// An entry whose key has a number that may count runs.
struct NumberedEntry<'a> {
    at: SimTime,
    number: u64,
    line: VariantKey<'a>,
}

/// True if the number is larger in each later entry, and there are enough of them.
fn grows(stored: &mut [NumberedEntry]) -> bool {
    stored.sort_by_key(|entry| (entry.at, entry.number));
    let span = stored.last().zip(stored.first()).map(|(last, first)| last.at - first.at);
    let rises = stored.windows(2).all(|pair| pair[0].at < pair[1].at && pair[0].number < pair[1].number);
    stored.len() >= COUNTED_MIN && rises && span.is_some_and(|span| span >= COUNTED_SPAN)
}

/// The generation of each entry, as of the instant of the listing. Without one, or without accesses, nothing is
/// settled.
pub fn generations(entries: &[ListedEntry], at: Option<SimTime>) -> Vec<Generation> {
    let mut lines: BTreeMap<VariantKey, Vec<usize>> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let line = folded(&entry.key, entry.created_at());
        let place = (entry.reference.as_deref(), entry.version.as_deref(), line);
        lines.entry(place).or_default().push(index);
    }
    join_counted(&mut lines, entries);
    let mut all = vec![Generation::default(); entries.len()];
    for mut line in lines.into_values().filter(|line| line.len() > 1) {
        line.retain(|index| entries[*index].created.is_some() || entries[*index].id.is_some());
        line.sort_by_key(|index| (entries[*index].created, entries[*index].id, entries[*index].row));
        for (place, pair) in line.windows(2).enumerate() {
            let [older, newer] = [pair[0], pair[1]].map(|index| &entries[index]);
            all[pair[0]] = Generation::of(line.len() - 1 - place, older, newer, at);
        }
    }
    all
}

impl Generation {
    /// The generation of `older`, which has `age` newer ones; `newer` is the one stored next.
    fn of(age: usize, older: &ListedEntry, newer: &ListedEntry, at: Option<SimTime>) -> Generation {
        let replaced = newer.created_at();
        let is_in_use = older
            .accessed_at()
            .zip(replaced)
            .is_some_and(|(accessed, replaced)| accessed > replaced + OVERLAP);
        // BuildKit always asks for the index with the highest number.
        let is_numbered = KeyWriter::of(&older.key).form == KeyForm::NumberedIndex;
        let silent = at.zip(replaced).is_some_and(|(at, replaced)| at - replaced >= SILENCE);
        let is_settled = is_numbered || silent || is_stamped(&older.key, &newer.key);
        Generation { age, is_in_use, is_settled: is_settled && !is_in_use }
    }
}

/// True if two keys differ in a date, a run or a commit: later runs do not ask for what an earlier one stored.
fn is_stamped(older: &str, newer: &str) -> bool {
    let of_a_run = |token: &Token| {
        matches!(token.kind, TokenKind::Date | TokenKind::RunId) || token.text.len() == COMMIT
    };
    tokens(older).iter().zip(&tokens(newer)).any(|(one, other)| one.text != other.text && of_a_run(one))
}

/// Length of a commit's hash; those of files have 64 digits.
const COMMIT: usize = 40;
