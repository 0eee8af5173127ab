//! Which keys of the grammar no drawn scenario has.

use super::{LARGE, ROUNDS, scenario, small};
use cache_budget::scenario::grammar::{Kind, ROOT};
use std::collections::BTreeSet;
use toml::Value;

/// What is never drawn, each with its reason. What stands below a key is meant, too.
const NEVER: [(&str, &str); 6] = [
    ("extends", "names another scenario; what is inherited is told by its own keys"),
    ("title", "is only printed"),
    ("question", "is only printed"),
    ("assumed", "is for `sweep` and `--uncertain`; one simulation reads none of it"),
    ("expect", "judges metrics and moves none"),
    ("runner.*.keeps", "is refused on most runners; `disk` has a test of each of its effects"),
];

/// Where the shapes of all distributions stand.
const SHAPES: &str = "(a distribution)";

fn below(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

/// Every key of values of this kind.
fn keys(kind: &'static Kind, at: &str, found: &mut BTreeSet<String>) {
    match kind {
        Kind::Table(table) | Kind::Switch(table) | Kind::Tables(table) => {
            for field in table.fields {
                let path = below(at, field.name);
                keys(&field.kind, &path, found);
                found.insert(path);
            }
        }
        Kind::Distribution(_, shapes) => {
            for field in shapes.fields {
                let path = below(SHAPES, field.name);
                keys(&field.kind, &path, found);
                found.insert(path);
            }
        }
        Kind::Map { of, .. } => keys(of, &below(at, "*"), found),
        Kind::PlainOrTable(plain, table) => [plain, table].into_iter().for_each(|of| keys(of, at, found)),
        Kind::List(of) | Kind::Or(_, of) => keys(of, at, found),
        // Nothing stands below; a leg has keys of its job.
        _ => {}
    }
}

/// Every key that is written.
fn written(kind: &'static Kind, value: &Value, at: &str, found: &mut BTreeSet<String>) {
    match (kind, value) {
        (Kind::PlainOrTable(_, table), Value::Table(_)) => written(table, value, at, found),
        (Kind::PlainOrTable(plain, _), _) => written(plain, value, at, found),
        (Kind::List(of), Value::Array(items)) => items.iter().for_each(|item| written(of, item, at, found)),
        (Kind::List(of), _) => written(of, value, at, found),
        (_, Value::Array(items)) => items.iter().for_each(|item| written(kind, item, at, found)),
        (_, Value::Table(table)) => {
            let (at, is_map) = match kind {
                Kind::Distribution(..) => (SHAPES, false),
                Kind::Map { .. } => (at, true),
                _ => (at, false),
            };
            for (name, value) in table {
                let Some(of) = kind.under(name) else { continue };
                let path = below(at, if is_map { "*" } else { name });
                written(of, value, &path, found);
                found.insert(path);
            }
        }
        _ => {}
    }
}

#[test]
fn every_key_of_the_grammar_is_in_a_drawn_scenario() {
    static SCENARIO: Kind = Kind::Table(&ROOT);
    let mut drawn = BTreeSet::new();
    let large = LARGE.map(scenario::draw);
    for lines in large.chain((0..small::count() * ROUNDS).map(small::draw)) {
        for text in lines.texts() {
            let value: Value = toml::from_str(&text).unwrap_or_else(|problem| panic!("{problem}\n{text}"));
            written(&SCENARIO, &value, "", &mut drawn);
        }
    }
    let mut known = BTreeSet::new();
    keys(&SCENARIO, "", &mut known);
    let is_excepted = |key: &str| {
        let of = |name: &str| key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
        NEVER.iter().any(|(name, _)| of(name))
    };
    let missing: Vec<_> = known.difference(&drawn).filter(|key| !is_excepted(key)).collect();
    assert!(missing.is_empty(), "{} keys are in no drawn scenario: {missing:#?}", missing.len());
    for (name, _) in NEVER {
        assert!(known.contains(name), "there is no key `{name}`");
        assert!(!drawn.iter().any(|key| key == name), "`{name}` is drawn after all");
    }
}
