//! Calibration of `import`: what listings, runs and jobs replace in a drafted scenario, with medians computed by hand,
//! and what is dropped.

mod back_test;
mod export;
#[cfg(unix)]
mod gh;
mod hostile;
mod keys;
mod listing;
mod logs;
mod times;
mod timings;
mod works;
mod worlds;

use crate::import::Repository;
use assert_cmd::Command;
use cache_budget::diagnostic::Style;
use cache_budget::scenario::load;

/// Two jobs with rust-cache, one of them with two legs, and a cache of the user's own.
pub const WORKFLOW: &str = "name: CI
on:
  push: { branches: [main] }
  pull_request:
  schedule: [{ cron: '0 3 * * *' }]
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: Swatinem/rust-cache@v2
        with: { save-if: \"${{ steps.x.outputs.y }}\" }
      - run: cargo clippy
  test:
    name: Test on ${{ matrix.os }}
    strategy: { matrix: { os: [ubuntu-latest, windows-latest] } }
    runs-on: ${{ matrix.os }}
    steps:
      - uses: actions/checkout@v4
      - uses: Swatinem/rust-cache@v2
      - name: Fixtures
        uses: actions/cache@v4
        with: { path: fixtures, key: \"fixtures-${{ hashFiles('fixtures.lock') }}\" }
      - run: cargo test
";

/// The scenario that the program writes, and what it says on stderr.
pub fn imported(repository: &Repository, arguments: &[&str]) -> (String, String) {
    let output = run(repository, arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    let scenario = text(&output.stdout);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("imported.toml");
    std::fs::write(&path, &scenario).expect("written");
    load(&path, &[]).unwrap_or_else(|report| panic!("{}\n{scenario}", report.render(&Style::default())));
    (scenario, text(&output.stderr))
}

pub fn run(repository: &Repository, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    let command = command.args(["import", "--repo", "."]).args(arguments);
    command.current_dir(repository.folder()).output().expect("it runs")
}

/// The line of a table that begins so.
pub fn line<'a>(scenario: &'a str, table: &str, key: &str) -> &'a str {
    let (_, rest) = scenario.split_once(table).unwrap_or_else(|| panic!("no {table}\n{scenario}"));
    let own = rest.lines().skip(1).take_while(|line| !line.starts_with('['));
    let found = own.into_iter().find(|line| line.starts_with(&format!("{key} = ")));
    found.unwrap_or_else(|| panic!("no {key} in {table}\n{scenario}"))
}

/// An entry as `gh cache list --json` writes it.
pub fn entry(id: u64, key: &str, reference: &str, bytes: u64, day: u32) -> String {
    let at = format!("2026-11-{day:02}T10:00:00Z");
    format!(
        "{{\"createdAt\":\"{at}\",\"id\":{id},\"key\":\"{key}\",\"lastAccessedAt\":\"{at}\",\"ref\":\"{reference}\",\
         \"sizeInBytes\":{bytes},\"version\":\"v\"}}"
    )
}
