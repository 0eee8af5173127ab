//! What a miss is assumed to cost, by the kind of the cache: the work itself, or packages to be downloaded.

use super::{Repository, checked};

/// The draft of a job with this step.
fn draft(step: &str) -> String {
    let workflow = format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: \
         {step}\n      - run: make\n"
    );
    let draft = Repository::with(&workflow).draft().expect("a scenario");
    let (loaded, said) = checked(&draft);
    assert!(!said.contains("no-effect"), "{said}\n{}", draft.text);
    assert!(!loaded.assumed.is_empty(), "{}", draft.text);
    draft.text
}

fn is_measured(text: &str) -> bool {
    let has = |line: &str| text.lines().any(|own| own.starts_with(line));
    let (measured, by_miss) = (has("cold = \"12 min\""), has("prepare = \"5 min\""));
    assert_ne!(measured, by_miss, "{text}");
    assert_eq!(by_miss, has("miss = \"60 s\" # assumed"), "{text}");
    measured
}

#[test]
fn a_miss_of_what_was_compiled_costs_the_work() {
    for step in [
        "Swatinem/rust-cache@v2",
        "hendrikmuhs/ccache-action@v1.2",
        "bazel-contrib/setup-bazel@0.15.0\n        with: { disk-cache: true }",
        "actions/cache@v4\n        with: { path: target, key: k }",
        "actions/cache@v4\n        with: { path: '~/.cache/go-build', key: k }",
        "actions/cache@v4\n        with: { path: 'web/.next/cache', key: k }",
        "actions/cache@v4\n        with: { path: '~/.cache/ccache', key: k }",
        "Swatinem/rust-cache@v2\n      - uses: actions/setup-node@v4\n        with: { cache: npm }",
    ] {
        assert!(is_measured(&draft(step)), "{step}");
    }
}

#[test]
fn a_miss_of_a_package_store_costs_a_minute() {
    for step in [
        "actions/setup-node@v4\n        with: { cache: npm }",
        "actions/setup-python@v5\n        with: { cache: pip }",
        "pre-commit/action@v3.0.1",
        "actions/cache@v4\n        with: { path: '~/.npm', key: 'Linux-build-x' }",
        "actions/cache@v4\n        with: { path: node_modules, key: k }",
        "oven-sh/setup-bun@v2",
    ] {
        let text = draft(step);
        assert!(!is_measured(&text), "{step}");
        assert!(
            text.contains("range = [\"20 s..120 s\"]\nbasis = \"assumed; a log of a miss would tell\""),
            "{text}"
        );
    }
}

/// A step that only saves misses nothing.
#[test]
fn a_step_that_only_saves_has_no_miss() {
    let text = draft(
        "actions/cache/restore@v4\n        with: { path: p, key: k }\n      - uses: actions/cache/save@v4\n        with: { path: p, \
         key: k }",
    );
    assert_eq!(text.matches("miss = ").count(), 1, "{text}");
}

/// In a leg with other steps, the miss goes with them.
#[test]
fn the_miss_is_in_the_tables_of_legs_too() {
    let workflow = "on: push\njobs:\n  a:\n    strategy: { matrix: { os: [ubuntu-latest, windows-latest] } }\n    runs-on: ${{ \
                    matrix.os }}\n    steps:\n      - uses: actions/cache@v4\n        with: { path: p, key: k }\n      - if: \
                    runner.os == 'Windows'\n        uses: actions/cache@v4\n        with: { path: q, key: l }\n";
    let draft = Repository::with(workflow).draft().expect("a scenario");
    let leg = draft.text.lines().find(|line| line.starts_with("leg = ")).expect("legs differ");
    assert!(leg.contains("miss = \"60 s\""), "{leg}");
    checked(&draft);
}
