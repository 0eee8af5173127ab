//! Sizes of entries, by client and leg; refs; what no job stores.

use super::{WORKFLOW, entry, imported, line};
use crate::import::Repository;

const MAIN: &str = "refs/heads/main";
const HASHES: &str = "0123abcd-89abcdef";

fn with(entries: &[String]) -> Repository {
    let repository = Repository::with(WORKFLOW);
    repository.write("caches.json", &format!("[{}]", entries.join(",")));
    repository
}

fn rust_cache(id: u64, job: &str, system: &str, bytes: u64, day: u32) -> String {
    entry(id, &format!("v0-rust-{job}-{system}-x64-{HASHES}"), MAIN, bytes, day)
}

#[test]
fn the_median_of_a_clients_entries_replaces_the_assumption() {
    // 1.0, 1.1 and 1.6 GB: the median is 1.1 GB, whatever the mean (1.23 GB).
    let entries = [(1, 1_000), (2, 1_100), (3, 1_600)]
        .map(|(id, megabytes)| rust_cache(id, "lint", "Linux", megabytes * 1_000_000, id as u32));
    let (scenario, _) = imported(&with(&entries), &["--caches", "caches.json"]);
    let size = line(&scenario, "[workflow.ci.job.lint.cache.rust-cache]", "size");
    // From one to the next: 1.1/1.0 = +10 %, 1.6/1.1 = +45 %; the median of both is +28 % (27.7).
    assert_eq!(
        size,
        "size = \"1.1 GB\" # from caches.json: 3 entries, +28 % from one generation to the next"
    );
    // Of the other clients, nothing is known.
    assert!(
        line(&scenario, "[workflow.ci.job.test.cache.rust-cache]", "size").contains("# assumed"),
        "{scenario}"
    );
    assert!(!scenario.contains("\"workflow.ci.job.lint.cache.rust-cache.size\""), "{scenario}");
}

#[test]
fn legs_that_keys_tell_apart_have_sizes_of_their_own() {
    // Linux 0.8 and 1.0: 0.9 GB; Windows 1.8 and 2.0: 1.9 GB, more than 1.3 times as much; all: (1.0 + 1.8) / 2 = 1.4 GB.
    let sizes = [("Linux", 800), ("Linux", 1_000), ("Windows_NT", 1_800), ("Windows_NT", 2_000)];
    let entries: Vec<String> = (1..)
        .zip(sizes)
        .map(|(id, (system, megabytes))| rust_cache(id, "test", system, megabytes * 1_000_000, 1))
        .collect();
    let (scenario, _) = imported(&with(&entries), &["--caches", "caches.json"]);
    assert!(
        line(&scenario, "[workflow.ci.job.test.cache.rust-cache]", "size").starts_with("size = \"1.4 GB\"")
    );
    let legs = line(&scenario, "[workflow.ci.job.test]", "leg");
    assert_eq!(
        legs,
        "leg = [{ when = { os = [\"ubuntu-latest\"] }, cache.rust-cache.size = \"900 MB\" }, { when = { os = \
         [\"windows-latest\"] }, cache.rust-cache.size = \"1.9 GB\" }]"
    );
}

#[test]
fn the_refs_of_entries_decide_which_runs_save() {
    let on = |reference: &str| -> Vec<String> {
        let entries =
            (1..6).map(|id| entry(id, &format!("v0-rust-lint-Linux-x64-{HASHES}"), reference, 9_000_000, 1));
        entries.collect()
    };
    let (before, _) = imported(&with(&[]), &[]);
    assert!(before.contains("which runs save"), "{before}");
    let (scenario, _) = imported(&with(&on(MAIN)), &["--caches", "caches.json"]);
    let saves = line(&scenario, "[workflow.ci.job.lint.cache.rust-cache]", "save-if");
    assert_eq!(
        saves,
        "save-if = \"default-branch\" # from caches.json: 5 of 5 entries are of refs/heads/main"
    );
    assert!(!scenario.contains("which runs save"), "{scenario}");
    let (scenario, _) = imported(&with(&on("refs/pull/7/merge")), &["--caches", "caches.json"]);
    let saves = line(&scenario, "[workflow.ci.job.lint.cache.rust-cache]", "save-if");
    assert!(saves.starts_with("save-if = \"always\""), "{saves}");
}

#[test]
fn families_of_no_job_are_named() {
    let entries = [
        entry(1, "docs-0123456789abcdef", MAIN, 30_000_000, 1),
        entry(2, "docs-fedcba9876543210", MAIN, 12_000_000, 2),
    ];
    let (scenario, said) = imported(&with(&entries), &["--caches", "caches.json"]);
    let what = "caches.json: docs-* (actions-cache): 2 entries, 42 MB: stored by no job that is imported";
    assert!(
        said.contains(&format!("note: {what}")) && scenario.contains(&format!("# - {what}")),
        "{said}\n{scenario}"
    );
}

#[test]
fn a_key_of_the_users_own_is_matched_by_its_form() {
    let entries = [entry(1, "fixtures-0123456789abcdef", MAIN, 42_000_000, 1)];
    let (scenario, _) = imported(&with(&entries), &["--caches", "caches.json"]);
    let size = line(&scenario, "[[workflow.ci.job.test.cache.actions-cache]]", "size");
    assert_eq!(size, "size = \"42 MB\" # from caches.json: 1 entry");
}

#[test]
fn the_same_listing_in_another_order_gives_the_same_bytes() {
    let mut entries: Vec<String> =
        (1..20).map(|id| rust_cache(id, "lint", "Linux", id * 10_000_000, 1 + id as u32)).collect();
    let (first, _) = imported(&with(&entries), &["--caches", "caches.json"]);
    entries.reverse();
    let (second, _) = imported(&with(&entries), &["--caches", "caches.json"]);
    let untitled = |text: &str| {
        let own = text.lines().filter(|line| !line.starts_with("title =") && !line.starts_with("# Imported"));
        own.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(untitled(&first), untitled(&second));
    // 10 to 190 MB in steps of 10: the tenth of 19 is 100 MB, a quarter is at 55 (between 50 and 60), 145.
    assert!(
        first.contains("size = \"100 MB\" # from caches.json: 19 entries, half of them 55 MB to 145 MB"),
        "{first}"
    );
}

/// A list of steps has no size for each leg, so each leg has the list.
#[test]
fn legs_of_a_users_own_key_have_sizes_of_their_own() {
    let workflow = "on: { push: { branches: [main] } }\njobs:\n  test:\n    strategy: { matrix: { node: [20, 22] } }\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/cache@v4\n        with: { path: node_modules, key: \"deps-${{ matrix.node }}-${{ hashFiles('yarn.lock') }}\" }\n";
    let repository = Repository::with(workflow);
    let hash = |at: u32| format!("{at:064x}");
    let entries: Vec<String> = [(1, 20, 100), (2, 20, 100), (3, 22, 900), (4, 22, 900)]
        .into_iter()
        .map(|(id, node, megabytes)| {
            entry(id, &format!("deps-{node}-{}", hash(id as u32)), MAIN, megabytes * 1_000_000, id as u32)
        })
        .collect();
    repository.write("caches.json", &format!("[{}]", entries.join(",")));
    let (scenario, _) = imported(&repository, &["--caches", "caches.json"]);
    let legs = line(&scenario, "[workflow.ci.job.test]", "leg");
    for (node, size) in [("20", "100 MB"), ("22", "900 MB")] {
        let when = format!("{{ when = {{ node = [\"{node}\"] }}, cache.actions-cache = [{{ key = ");
        let own = legs.split_once(&when).unwrap_or_else(|| panic!("{node}\n{scenario}")).1;
        assert!(
            own.split("] }").next().is_some_and(|own| own.contains(&format!("size = \"{size}\""))),
            "{legs}"
        );
    }
}
