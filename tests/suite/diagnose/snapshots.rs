//! What happened between listings.

use super::{circumstances, diagnosis_of, entry, listing};

const MAIN: &str = "refs/heads/main";

#[test]
fn what_was_written_and_removed_is_told_per_hour() {
    let before = listing(&[
        entry(1, MAIN, "a-1a2b3c4d1", 100, 1, 1),
        entry(2, MAIN, "a-1a2b3c4d2", 100, 2, 3),
        entry(3, MAIN, "b-1a2b3c4d3", 100, 3, 4),
    ]);
    let after = listing(&[
        entry(2, MAIN, "a-1a2b3c4d2", 100, 2, 3),
        entry(3, MAIN, "b-1a2b3c4d3", 100, 3, 7),
        entry(4, MAIN, "c-1a2b3c4d4", 60, 8, 8),
    ]);
    // In the order of the newest times, whatever the order given.
    for texts in [[&before, &after], [&after, &before]] {
        let found = diagnosis_of(&texts.map(String::as_str), &circumstances());
        let change = &found.changes[0];
        // Four hours from 04:00 to 08:00.
        assert_eq!((found.changes.len(), change.hours), (1, Some(4.0)));
        assert_eq!((change.written_bytes, change.written_bytes_per_hour), (60, Some(15.0)));
        assert_eq!((change.removed_bytes, change.removed_bytes_per_hour), (100, Some(25.0)));
        assert_eq!(change.removed_out_of_order, 0, "1 was accessed before all that stayed");
        // 3 was accessed at 04:00 and again at 07:00.
        assert_eq!((change.accessed_again, change.hit_age_hours), (1, Some(3.0)));
        assert_eq!(found.new_families, ["c"]);
        assert_eq!(found.usage_bytes, 260);
    }
}

#[test]
fn a_removal_out_of_order_is_counted() {
    let before = listing(&[
        entry(1, MAIN, "a", 1, 1, 1),
        entry(2, MAIN, "b", 1, 1, 2),
        entry(3, MAIN, "c", 1, 1, 3),
        entry(4, MAIN, "d", 1, 1, 4),
    ]);
    // 1 stays untouched, 2 and 3 are gone: they were accessed later. 4 was accessed again.
    let after = listing(&[entry(1, MAIN, "a", 1, 1, 1), entry(4, MAIN, "d", 1, 1, 6)]);
    let found = diagnosis_of(&[&before, &after], &circumstances());
    assert_eq!((found.changes[0].removed_entries, found.changes[0].removed_out_of_order), (2, 2));
}

#[test]
fn a_family_has_one_name_in_all_listings() {
    // Alone, `xcode-a` would be its own family.
    let before = listing(&[entry(1, MAIN, "xcode-a", 1, 1, 1)]);
    let after = listing(&[entry(1, MAIN, "xcode-a", 1, 1, 1), entry(2, MAIN, "xcode-b", 1, 2, 2)]);
    let found = diagnosis_of(&[&before, &after], &circumstances());
    assert_eq!((found.families.len(), found.families[0].family.as_str()), (1, "xcode"));
    assert!(found.new_families.is_empty());
}

/// A new value of a matrix is no new writer; other paths under new words are, and words where there were none.
#[test]
fn new_words_with_other_paths_are_a_new_writer() {
    let row = |id: u64, key: &str, version: &str| {
        entry(id, MAIN, &format!("{key}-1a2b3c4d{id}"), 1, 1, 1).replace(r#""v","#, &format!("{version:?},"))
    };
    let new = |before: &[String], row: String| {
        let after = listing(&[before, &[row]].concat());
        diagnosis_of(&[&listing(before), &after], &circumstances()).new_families
    };
    let known = [row(1, "ci-web", "v"), row(2, "ci-api", "w")];
    assert_eq!(new(&known, row(3, "ci-e2e-browsers", "x")), ["ci-e2e-browsers"]);
    assert_eq!(new(&known, row(3, "ci-docs", "x")), ["ci-docs"]);
    assert!(new(&known, row(3, "ci-docs", "w")).is_empty());
    assert!(new(&known, row(3, "ci-web", "x")).is_empty());
    assert_eq!(
        new(&[row(1, "Linux-cargo", "v")], row(2, "Linux-cargo-build-target", "v")),
        ["cargo-build-target"]
    );
}

#[test]
fn the_age_at_a_hit_is_an_upper_bound() {
    let text = |accessed| listing(&[entry(1, MAIN, "a", 1, 1, accessed)]);
    let found = diagnosis_of(&[&text(2), &text(5)], &circumstances());
    let table =
        cache_budget::report::diagnose::table(&found, true, cache_budget::diagnostic::Style::default());
    assert!(table.contains("at most") && table.contains("≤ 3.0 h"), "{table}");
}

#[test]
fn listings_without_times_stay_in_the_order_given() {
    let text = |id: u64| format!(r#"[{{"id":{id},"key":"k{id}","sizeInBytes":{id}}}]"#);
    let found = diagnosis_of(&[&text(2), &text(1)], &circumstances());
    assert_eq!((found.usage_bytes, found.changes[0].hours), (1, None));
    assert_eq!((found.changes[0].written_bytes, found.changes[0].removed_bytes), (1, 2));
}
