//! Dates in keys: only one that is near the creation of its entry changes with time.

use super::{diagnosis_of, family, listing};
use cache_budget::diagnose::{Circumstances, folded};
use cache_budget::units::SimTime;

fn at(text: &str) -> SimTime {
    text.parse().expect("a time")
}

/// Key, creation, and the key with `*` for what changes with time.
const KEYS: &[(&str, &str, &str)] = &[
    // Every form that `date` usually prints.
    ("fix-2026-11-19-07", "2026-11-19T07:12:00Z", "fix-*-*"),
    ("fix-20261119-0310", "2026-11-19T03:09:00Z", "fix-*-*"),
    ("fix-2026-11-19-031059", "2026-11-19T03:12:00Z", "fix-*-*"),
    ("fix-2026-11-19-201059", "2026-11-19T20:12:00Z", "fix-*-*"),
    ("fix-2026-11-19-03-10-59", "2026-11-19T03:12:00Z", "fix-*-*-*-*"),
    ("fix-20261119T0310Z", "2026-11-19T03:12:00Z", "fix-*"),
    ("fix-19-11-2026", "2026-11-19T03:12:00Z", "fix-*"),
    ("fix-11/19/2026", "2026-11-19T03:12:00Z", "fix-*"),
    ("fix-2026-323", "2026-11-19T03:12:00Z", "fix-*"),
    ("fix-2026W47", "2026-11-19T03:12:00Z", "fix-*"),
    ("fix-week47", "2026-11-19T03:12:00Z", "fix-*"),
    ("fix-week-47", "2026-11-19T03:12:00Z", "fix-week-*"),
    ("fix-W01", "2027-01-05T03:12:00Z", "fix-*"),
    ("fix-202611", "2026-11-30T03:12:00Z", "fix-*"),
    ("fix-2026-11", "2026-11-30T03:12:00Z", "fix-*"),
    // The first day of the week, and a clock in the east.
    ("fix-2026-11-16", "2026-11-22T23:12:00Z", "fix-*"),
    ("fix-2026-11-20", "2026-11-19T23:12:00Z", "fix-*"),
    // Products, toolchains and versions beside a date.
    ("vs-2019-16-x", "2026-11-19T03:12:00Z", "vs-2019-16-x"),
    ("msvc-2022-17", "2026-11-19T03:12:00Z", "msvc-2022-17"),
    ("rust-nightly-2026-08-01", "2026-11-19T03:12:00Z", "rust-nightly-2026-08-01"),
    ("fix-20250101", "2026-11-19T03:12:00Z", "fix-20250101"),
    ("fix-week12", "2026-11-19T03:12:00Z", "fix-week12"),
    ("deps-2026-11-19-14", "2026-11-19T03:12:00Z", "deps-*-14"),
    ("deps-2026-11-19-34", "2026-11-19T03:12:00Z", "deps-*-34"),
    ("deps-2026-11-19-2022", "2026-11-19T03:12:00Z", "deps-*-2022"),
];

#[test]
fn a_date_is_believed_near_the_creation() {
    let found = |key: &&(&'static str, &str, &'static str)| folded(key.0, Some(at(key.1)));
    let wrong: Vec<_> =
        KEYS.iter().map(|key| (key.0, found(&key), key.2)).filter(|of| of.1 != of.2).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn editions_of_a_product_are_no_weeks() {
    let row = |id: u64, key: &str| {
        format!(
            r#"{{"id":{id},"key":"{key}-a9993e364706816aba3e25717850c26c9cd0d89d","ref":"refs/heads/main","version":"v","sizeInBytes":2000000000,"createdAt":"2026-11-20T10:0{id}:00Z","lastAccessedAt":"2026-11-20T10:0{id}:00Z"}}"#
        )
    };
    let names =
        ["vs-2019-16", "vs-2022-17", "avd-pixel6Api34DebugAndroidTest", "avd-pixel6Api35DebugAndroidTest"];
    let rows: Vec<String> = names.iter().zip(1..).map(|(name, id)| row(id, name)).collect();
    let circumstances = Circumstances { at: Some(at("2026-11-28T00:00:00Z")), ..super::circumstances() };
    let found = diagnosis_of(&[&listing(&rows)], &circumstances);
    assert_eq!((found.unreachable_bytes, found.unreachable_high_bytes), (0, 0));
    assert_eq!((family(&found, "vs").variants, family(&found, "avd").variants), (2, 2));
}

/// A cache by the hour has 24 generations a day.
#[test]
fn a_key_by_the_hour_has_generations() {
    let row = |hour: u64| {
        let key = format!("fixtures-2026-09-20-{hour:02}");
        super::entry(hour + 1, "refs/heads/main", &key, 10, hour, hour)
    };
    let found = super::settled(&(0..24).map(row).collect::<Vec<_>>());
    assert_eq!((family(&found, "fixtures").variants, found.unreachable_bytes), (1, 230));
}
