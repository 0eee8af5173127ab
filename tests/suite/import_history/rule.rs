//! Patterns of paths, by the rules of who writes them.

use cache_budget::import::pattern::{PathPatterns, PatternRules};

fn meant(patterns: &[&str], rules: PatternRules, paths: &[&str]) -> Vec<bool> {
    let patterns = PathPatterns::new(patterns, rules);
    paths.iter().map(|path| patterns.matches(path)).collect()
}

#[test]
fn hash_files_takes_any_folder_and_takes_away() {
    let paths = ["Cargo.lock", "a/b/Cargo.lock", "a/vendor/Cargo.lock", "xCargo.lock", "Cargo.lock/inside"];
    let found = meant(&["**/Cargo.lock", "!**/vendor/**"], PatternRules::HashFiles, &paths);
    assert_eq!(found, [true, true, false, false, true]);
}

#[test]
fn a_folder_is_what_is_in_it_only_for_hash_files() {
    assert_eq!(meant(&["docs"], PatternRules::HashFiles, &["docs/a/b", "docsx"]), [true, false]);
    assert_eq!(meant(&["docs"], PatternRules::Workflow, &["docs/a/b", "docs"]), [false, true]);
}

#[test]
fn stars_stay_in_a_name_unless_doubled() {
    let paths = ["src/a.rs", "src/x/a.rs", "a.rs"];
    assert_eq!(meant(&["src/*.rs"], PatternRules::HashFiles, &paths), [true, false, false]);
    assert_eq!(meant(&["src/**/*.rs"], PatternRules::HashFiles, &paths), [true, true, false]);
    assert_eq!(meant(&["**.rs"], PatternRules::Workflow, &paths), [true, true, true]);
}

#[test]
fn a_workflow_repeats_the_letter_before() {
    assert_eq!(meant(&["a.jsx?"], PatternRules::Workflow, &["a.js", "a.jsx", "a.jsxx"]), [true, true, false]);
    assert_eq!(
        meant(&["v[0-9]+"], PatternRules::Workflow, &["v", "v1", "v12", "vx"]),
        [false, true, true, false]
    );
    assert_eq!(meant(&["a.js?"], PatternRules::HashFiles, &["a.js", "a.jsx"]), [false, true]);
}

#[test]
fn braces_are_alternatives_where_they_are() {
    let paths = ["a/x.ts", "b/x.js", "c/x.ts"];
    assert_eq!(meant(&["{a,b}/*.{ts,js}"], PatternRules::Braces, &paths), [true, true, false]);
    assert_eq!(meant(&["{a,b}/*.ts"], PatternRules::HashFiles, &paths), [false, false, false]);
}

#[test]
fn no_pattern_takes_long() {
    let hostile = "**/a*".repeat(200);
    let path = "a/".repeat(1_000);
    assert_eq!(meant(&[&hostile, &"[".repeat(5_000)], PatternRules::HashFiles, &[&path]), [true]);
    let many = "{a,b}".repeat(300);
    meant(&[&many, "{{{{", "}}}}", "[", "[a", "\\", "+", "?", "!", "**"], PatternRules::Braces, &[&path]);
}
