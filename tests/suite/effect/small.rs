//! Small scenarios around one client or one feature each. The values of most of their keys are made from the grammar,
//! so that a new key of a client is among them without being named here.

use super::features::{ALWAYS, CLIENT_HEADS, FEATURES, OWN};
use super::keys::{Keys, MARKS, RATES, SHARES, SIZES, SPANS};
use super::scenario::{Line, Lines};
use cache_budget::scenario::grammar::{Kind, Quantity, ROOT};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// What stands before the keys of a feature, and the keys.
struct Feature {
    head: String,
    keys: Vec<(String, Vec<String>)>,
}

/// The kind of the value under a dotted path.
fn kind(path: &str) -> &'static Kind {
    let mut parts = path.split('.');
    let first = parts.next().and_then(|part| ROOT.field(part)).expect("a key of a scenario");
    parts.fold(&first.kind, |kind, part| kind.under(part).unwrap_or_else(|| panic!("{path}: {part}")))
}

/// Some legal values, as TOML.
fn values(kind: &Kind, key: &str) -> Vec<String> {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    if let Some((_, own)) = OWN.iter().find(|(name, _)| *name == key) {
        return owned(own);
    }
    match kind {
        Kind::Quantity(quantity) => owned(amounts(*quantity)),
        Kind::Distribution(quantity, _) => [owned(&amounts(*quantity)[..2]), shapes(*quantity)].concat(),
        Kind::Bool => owned(&["true", "false"]),
        Kind::Integer { min, max } => vec![min.to_string(), (*max).min(min + 3).to_string()],
        Kind::Number { min, max } if (*min, *max) == (0.0, 1.0) => owned(SHARES),
        Kind::Number { min, max } => vec![min.to_string(), max.min(min + 3.0).to_string()],
        Kind::Choice(words) => words.iter().map(|(word, _)| format!("\"{word}\"")).collect(),
        Kind::Or(words, of) => [values(&Kind::Choice(words), key), values(of, key)].concat(),
        Kind::List(Kind::Text(_)) => owned(&["[\"lock\"]", "[\"web-lock\"]", "[]"]),
        Kind::List(of) => {
            let each = values(of, key).into_iter().map(|value| format!("[{value}]"));
            std::iter::once("[]".to_owned()).chain(each).collect()
        }
        Kind::Text(_) => owned(&["\"1\"", "\"{lock}\""]),
        other => panic!("`{key}` needs values of its own: {}", other.expected()),
    }
}

fn amounts(of: Quantity) -> &'static [&'static str] {
    match of {
        Quantity::Bytes => SIZES,
        Quantity::Duration => SPANS,
        Quantity::Rate => RATES,
        Quantity::Money => &["\"0 USD\"", "\"100 USD\""],
        Quantity::Time => &["\"2026-01-05\"", "\"2026-01-08\""],
        Quantity::Factor => &["1.0", "2.0"],
    }
}

fn shapes(of: Quantity) -> Vec<String> {
    let [low, high] = [amounts(of)[0], amounts(of)[1]];
    vec![
        format!("{{ lognormal = {{ median = {high}, sigma = 0.5 }} }}"),
        format!("{{ uniform = {{ low = {low}, high = {high} }} }}"),
        format!("{{ exponential = {{ mean = {high} }} }}"),
    ]
}

/// The keys of a client's table, each with values from its kind. The times of a measured job say what a miss costs.
fn all_of(at: &str, head: &str) -> Vec<(String, Vec<String>)> {
    let is_refused = |key: &str| head.contains(".cold") && ["miss", "partial"].contains(&key);
    let fields = kind(at).table().expect("a table").fields.iter();
    fields
        .filter(|field| !is_refused(field.name))
        .map(|field| (format!("{at}.{}", field.name), values(&field.kind, field.name)))
        .collect()
}

/// One for each client, whose keys are all there.
fn clients() -> Vec<Feature> {
    let clients = kind("workflow.ci.job.test.cache").table().expect("a table").fields;
    let of = |name: &str| {
        let head = CLIENT_HEADS.iter().filter(|(client, _)| name.starts_with(client)).map(|(_, head)| *head);
        let at = format!("workflow.ci.job.test.cache.{name}");
        head.map(|head| Feature { head: head.to_owned(), keys: all_of(&at, head) }).collect::<Vec<_>>()
    };
    // Steps with actions/cache are a list: they have features of their own.
    clients.iter().filter(|field| field.kind.table().is_some()).flat_map(|field| of(field.name)).collect()
}

fn feature(head: &str, keys: Keys) -> Feature {
    let of = |(path, written): &(&str, &[&str])| {
        let name = path.rsplit('.').next().unwrap_or_default();
        let written: Vec<_> = written.iter().map(|value| (*value).to_owned()).collect();
        ((*path).to_owned(), if written.is_empty() { values(kind(path), name) } else { written })
    };
    Feature { head: head.to_owned(), keys: keys.iter().map(of).collect() }
}

fn all() -> Vec<Feature> {
    let mut all: Vec<_> = FEATURES.iter().map(|(head, keys)| feature(head, keys)).collect();
    all.extend(clients());
    all
}

/// How many there are: so many cases in a row have each once.
pub fn count() -> u64 {
    all().len() as u64
}

/// Draws one: half of its keys in each round through all features, and some of the others.
pub fn draw(case: u64) -> Lines {
    let mut all = all();
    let (round, place) = (case / count(), (case % count()) as usize);
    let Feature { head, keys } = all.swap_remove(place);
    let mut rng = Pcg64::seed_from_u64(case ^ 0x00F_EA70);
    // The survey puts pressure on this runner, too.
    let own = std::iter::once("runner.own.concurrency = \"unlimited\"");
    let mut lines: Vec<Line> = own.chain(head.lines()).map(fixed).collect();
    for (index, (path, values)) in keys.into_iter().enumerate() {
        let turn = (index as u64 + round).is_multiple_of(2) || rng.random_bool(0.25);
        if turn || path.rsplit('.').next().is_some_and(|key| ALWAYS.contains(&key)) {
            lines.push(drawn(path, values, &mut rng));
        }
    }
    Lines(lines)
}

fn fixed(line: &str) -> Line {
    let (key, value) = line.split_once(" = ").expect("a key with its value");
    Line::new(key.trim().to_owned(), vec![value.to_owned().leak()], 0)
}

/// A line with one of the values that switch off no more than their key says.
fn drawn(path: String, values: Vec<String>, rng: &mut Pcg64) -> Line {
    let usual: Vec<_> = (0..values.len()).filter(|value| !values[*value].starts_with(MARKS)).collect();
    let value = usual[rng.random_range(0..usual.len())];
    let values =
        values.into_iter().map(|value| &*value.trim_start_matches(MARKS).to_owned().leak()).collect();
    Line::new(path, values, value)
}
