//! `docs/conformance.md` names tests that there are.

use super::{root, text};
use crate::conformance::page::{TESTS, marks, page, test_of};
use std::path::Path;

fn tests_of(path: &Path, found: &mut String) {
    for entry in std::fs::read_dir(path).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { tests_of(&path, found) } else { *found += &text(&path) }
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let mut tests = String::new();
    tests_of(&root().join("tests/suite"), &mut tests);
    let page = text(&root().join("docs/conformance.md"));
    let named: Vec<_> = page.split('`').skip(1).step_by(2).filter(|name| is_test(name)).collect();
    let missing: Vec<_> = named.iter().filter(|name| !tests.contains(&format!("fn {name}()"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(named.len() >= 10, "{named:?}");
}

#[test]
fn every_test_with_a_client_has_a_row() {
    let page = text(&page());
    for client in ["sccache", "actions/cache", "rust-cache"] {
        let (begin, end) = marks(client);
        let table = page.split_once(&begin).and_then(|(_, rest)| rest.split_once(&end)).expect("a table").0;
        let rows: Vec<_> = table.lines().filter_map(test_of).collect();
        let known: Vec<_> = TESTS.iter().filter(|(of, _)| *of == client).map(|(_, test)| *test).collect();
        assert!(known.iter().all(|test| rows.contains(test)), "{client}: a test has no row");
        assert!(rows.iter().all(|row| known.contains(row)), "{client}: a row has no test");
    }
}

/// Names of tests are sentences.
fn is_test(name: &str) -> bool {
    name.matches('_').count() >= 3 && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
}
