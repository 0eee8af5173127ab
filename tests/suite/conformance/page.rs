//! `docs/conformance.md`: its rows are written by the tests that have the real clients. Each says what the model predicts
//! and what the client did; `UPDATE_CONFORMANCE=1 cargo test --test suite -- facade conformance --ignored` writes them
//! again, and without it they must stand there.

use crate::outside::folder;
use std::fmt::Display;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// The tests with rows, in the order of the page, and the client that each of them has.
pub const TESTS: &[(&str, &str)] = &[
    ("sccache", "sccache_finds_again_what_the_model_says"),
    ("sccache", "what_the_rate_limit_refuses_sccache_drops_as_the_model_says"),
    ("actions/cache", "what_was_saved_is_restored_byte_by_byte"),
    ("actions/cache", "an_upload_in_blocks_is_put_together_again"),
    ("actions/cache", "a_second_save_of_a_key_conflicts_and_changes_nothing"),
    ("actions/cache", "keys_are_matched_exactly_then_by_prefix_newest_first"),
    ("actions/cache", "a_pull_request_reads_its_own_scope_before_main_and_nobody_elses"),
    ("actions/cache", "other_paths_are_another_version"),
    ("actions/cache", "a_token_that_may_not_is_told_so"),
    ("actions/cache", "a_refused_rate_is_a_miss_or_a_lost_save_until_the_minute_is_over"),
    ("actions/cache", "a_sweep_evicts_what_was_used_least_recently"),
    ("rust-cache", "rust_cache_was_recorded_doing_what_the_model_says"),
];

/// One page, and tests in several threads.
static PAGE: Mutex<()> = Mutex::new(());

pub fn page() -> PathBuf {
    folder("suite").join("../../docs/conformance.md")
}

/// A client did what the model predicts. The row of this behaviour stands on the page with both, or is written there.
///
/// # Panics
/// If it did not, or if the page says something else.
pub fn held(test: &str, behaviour: &str, predicted: impl Display, did: impl Display) {
    let (predicted, did) = (predicted.to_string(), did.to_string());
    assert_eq!(did, predicted, "{behaviour}");
    let row = format!("| {behaviour} | {predicted} | {did} | `{test}` |");
    let client = TESTS.iter().find(|(_, known)| *known == test).expect("a test of the page").0;
    let _alone = PAGE.lock().unwrap_or_else(PoisonError::into_inner);
    let text = fs::read_to_string(page()).expect("the page");
    if text.lines().any(|line| line == row) {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_CONFORMANCE").is_some(),
        "docs/conformance.md has no row `{row}`: write it again with UPDATE_CONFORMANCE=1"
    );
    fs::write(page(), with_row(&text, client, test, (behaviour, &row))).expect("written");
}

/// The page with this row in the table of its client: in the place of that of the same behaviour, or behind the others
/// of its test. Rows of tests that there are no more go.
fn with_row(page: &str, client: &str, test: &str, (behaviour, row): (&str, &str)) -> String {
    let (begin, end) = marks(client);
    let (head, rest) = page.split_once(&begin).expect("the table begins");
    let (table, tail) = rest.split_once(&end).expect("the table ends");
    let mut lines: Vec<&str> = table.lines().filter(|line| !line.is_empty()).collect();
    let is_it = |line: &str| line.starts_with(&format!("| {behaviour} |")) && test_of(line) == Some(test);
    match lines.iter().position(|line| is_it(line)) {
        Some(place) => lines[place] = row,
        None => lines.push(row),
    }
    let rank = |line: &str| TESTS.iter().position(|(_, known)| test_of(line) == Some(known));
    let (heading, mut rows): (Vec<&str>, Vec<&str>) =
        lines.into_iter().partition(|line| test_of(line).is_none());
    rows.retain(|line| rank(line).is_some());
    rows.sort_by_key(|line| rank(line));
    let table: String = heading.into_iter().chain(rows).map(|line| format!("{line}\n")).collect();
    format!("{head}{begin}{table}{end}{tail}")
}

/// What a table stands between.
pub fn marks(client: &str) -> (String, String) {
    (format!("<!-- {client}: written by a command -->\n"), format!("<!-- end of {client} -->"))
}

/// The test of a row.
pub fn test_of(line: &str) -> Option<&str> {
    line.strip_suffix("` |")?.rsplit_once("| `").map(|(_, test)| test)
}
