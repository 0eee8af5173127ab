//! What accesses say of older generations: in use, replaced lately, or superseded.

use super::{circumstances, diagnosis, diagnosis_of, entry, finding, listing, settled, slugs};
use cache_budget::report::diagnose::verdict;
use cache_budget::result::Diagnosis;

const MAIN: &str = "refs/heads/main";

fn reasons(found: &Diagnosis) -> Vec<(&str, u64)> {
    found.unreachable.iter().map(|row| (row.reason.as_str(), row.bytes)).collect()
}

/// setup-go has no restore keys: each access is an exact hit, here of the modules of one repository.
#[test]
fn modules_that_are_all_read_are_all_in_use() {
    let module = |id: u64, hour| {
        let key = format!("setup-go-Linux-x64-ubuntu24-go-1.25.3-{}", format!("a1b{id}").repeat(16));
        entry(id, MAIN, &key, 500, hour, 20)
    };
    let found = settled(&[module(1, 1), module(2, 2), module(3, 3)]);
    assert_eq!((found.unreachable_bytes, found.unreachable_high_bytes), (0, 0));
    assert!(!slugs(&found).contains(&"superseded"), "{:?}", slugs(&found));
    assert!(found.next_to_evict.iter().all(|row| row.reachable == "yes"), "{:?}", found.next_to_evict);
    // Keys alone make generations of them.
    assert_eq!((found.families[0].variants, found.families[0].newest_only_bytes), (1, 500));
    assert!(found.keep_newest.iter().all(|keep| keep.freed_bytes == 0 && keep.kept_bytes == 1_500));
}

/// Minutes after a new lock file was stored, nobody knows if the older one belongs to another job.
#[test]
fn what_was_replaced_lately_is_perhaps_superseded() {
    let lock = |id: u64, created, accessed| {
        let key = format!("node-cache-Linux-x64-npm-{}", format!("a1b{id}").repeat(16));
        entry(id, MAIN, &key, 400, created, accessed)
    };
    let entries = [lock(1, 1, 9), lock(2, 10, 10)];
    let found = diagnosis(&entries);
    assert_eq!((found.unreachable_low_bytes, found.unreachable_bytes), (0, 400));
    assert_eq!(reasons(&found), [("perhaps_superseded", 400)]);
    assert!(
        verdict(&found).contains(
            "Up to 400 B of it (50 %) can no longer be restored: that depends on whether a newer generation has \
             replaced some of it."
        ),
        "{}",
        verdict(&found)
    );
    assert_eq!(finding(&found, "superseded").strategy, None);
    assert_eq!(reasons(&settled(&entries)), [("superseded", 400)]);
}

/// Later runs do not ask for the commit of an earlier one.
#[test]
fn a_newer_commit_replaces_an_older_one_at_once() {
    let commit =
        |id: u64, hour| entry(id, MAIN, &format!("build-{}", format!("a1b{id}").repeat(10)), 400, hour, hour);
    let found = diagnosis(&[commit(1, 9), commit(2, 10)]);
    assert_eq!((found.unreachable_low_bytes, found.unreachable_bytes), (400, 400));
    assert_eq!(reasons(&found), [("superseded", 400)]);
}

#[test]
fn what_is_in_use_is_no_part_of_the_advice() {
    let found = settled(&[
        entry(1, MAIN, "deps-1a2b3c4d1", 100, 1, 1),
        // Read at five, after 3 was stored at three.
        entry(2, MAIN, "deps-1a2b3c4d2", 200, 2, 5),
        entry(3, MAIN, "deps-1a2b3c4d3", 400, 3, 6),
    ]);
    assert_eq!((found.unreachable_low_bytes, found.unreachable_bytes), (100, 100));
    let superseded = finding(&found, "superseded");
    assert_eq!(
        (superseded.bytes, superseded.entries, superseded.strategy.as_deref()),
        (100, 1, Some("keep-newest"))
    );
    assert!(
        superseded.text.ends_with(
            "Not these: 200 B in 1 entry that some run still asks for, although there is a newer one."
        ),
        "{}",
        superseded.text
    );
    let freed: Vec<_> = found.keep_newest.iter().map(|keep| (keep.kept_bytes, keep.freed_bytes)).collect();
    // 1 is the third: with three kept, it stays.
    assert_eq!(freed, [(600, 100), (600, 100), (700, 0)]);
}

/// A restore that began before the newer entry could be found is no exact hit.
#[test]
fn an_access_while_the_newer_one_is_stored_says_nothing() {
    let at = |id: u64, created: &str, accessed: &str| {
        super::dated(id, created, accessed).replace(&format!("\"k{id}\""), &format!("\"deps-1a2b3c4d{id}\""))
    };
    let of = |accessed: &str| {
        let older = at(1, "2026-09-20T08:00:00Z", accessed);
        let newer = at(2, "2026-09-20T10:00:00Z", "2026-09-22T10:00:00Z");
        diagnosis_of(&[&listing(&[older, newer])], &circumstances()).unreachable_bytes
    };
    assert_eq!((of("2026-09-20T10:04:00Z"), of("2026-09-20T10:06:00Z")), (1, 0));
}

#[test]
fn without_accesses_nothing_is_superseded_for_sure() {
    let row = |id: u64| {
        format!(
            r#"{{"id":{id},"key":"deps-1a2b3c4d{id}","ref":"{MAIN}","sizeInBytes":100,"createdAt":"2026-09-{:02}T10:00:00Z"}}"#,
            10 + id
        )
    };
    let found = diagnosis_of(&[&listing(&[row(1), row(9)])], &circumstances());
    assert_eq!(reasons(&found), [("perhaps_superseded", 100)]);
}

/// `github.run_number` grows with time, the values of a matrix come in any order or all at once.
#[test]
fn numbers_that_grow_with_each_entry_count_runs() {
    let stored = |numbers: [u64; 4], hours: [u64; 4]| {
        let entries = std::iter::zip(numbers, hours).enumerate();
        let entry = |(id, (number, hour)): (usize, (u64, u64))| {
            entry(id as u64 + 1, MAIN, &format!("Linux-build-{number}"), 100, hour, hour)
        };
        settled(&entries.map(entry).collect::<Vec<_>>()).families[0].newest_only_bytes
    };
    assert_eq!(stored([111, 112, 115, 130], [1, 5, 9, 20]), 100, "a counter: one generation is enough");
    assert_eq!(stored([130, 112, 115, 111], [1, 5, 9, 20]), 400, "in any order");
    assert_eq!(stored([111, 112, 115, 130], [1, 2, 3, 4]), 400, "within a few hours");
    assert_eq!(stored([18, 20, 22, 24], [1, 5, 9, 20]), 400, "versions");
}
