//! `docs/conformance.md` names tests that there are.

use super::{root, text};
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

/// Names of tests are sentences.
fn is_test(name: &str) -> bool {
    name.matches('_').count() >= 3 && name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
}
