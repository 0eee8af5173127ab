//! What holds for any listing.

use super::diagnosis_of;
use cache_budget::diagnose::{Circumstances, generations};
use cache_budget::units::Bytes;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const REFS: [&str; 5] = [
    "refs/heads/main",
    "refs/pull/1/merge",
    "refs/pull/2/merge",
    "refs/tags/v1",
    "refs/heads/gh-readonly-queue/main/x",
];
const STEMS: [&str; 8] = [
    "v0-rust-test-Linux-x64-aaaaaaa1-",
    "Linux-cargo-",
    "app-web-",
    "app-api-",
    "sccache/1/2/3/",
    "index-x-1-f921bd05#",
    "deps-",
    "xcode-",
];

/// Stem, hash, ref, size, created and accessed minutes.
type Drawn = (usize, u32, usize, u64, u32, u32);

fn text(drawn: &[Drawn]) -> String {
    let time = |minutes: u32| {
        format!("2026-09-{:02}T{:02}:{:02}:00Z", 1 + minutes / 1_440, minutes / 60 % 24, minutes % 60)
    };
    let row = |(id, (stem, hash, reference, size, created, after)): (usize, &Drawn)| {
        format!(
            r#"{{"id":{},"key":"{}{hash:08x}","ref":"{}","version":"v","sizeInBytes":{size},"createdAt":"{}","lastAccessedAt":"{}"}}"#,
            id + 1,
            STEMS[*stem],
            REFS[*reference],
            time(*created),
            time(created + after)
        )
    };
    format!("[{}]", drawn.iter().enumerate().map(row).collect::<Vec<_>>().join(","))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn sums_add_up_and_the_newest_are_never_touched(
        drawn in prop::collection::vec((0..8_usize, 0..6_u32, 0..5_usize, 0..400_u64, 0..9_000_u32, 0..9_000_u32), 1..60),
        limit in 0..9_000_u64,
    ) {
        let text = text(&drawn);
        let found = diagnosis_of(&[&text], &Circumstances { limit: Bytes(limit), ..Circumstances::default() });
        let usage: u64 = drawn.iter().map(|row| row.3).sum();
        prop_assert_eq!(found.usage_bytes, usage);
        // Families, clients and classes of refs are each a partition.
        prop_assert_eq!(found.families.iter().map(|of| (of.entries, of.bytes)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)), (found.entries, usage));
        prop_assert_eq!(found.clients.iter().map(|of| of.bytes).sum::<u64>(), usage);
        prop_assert_eq!(found.refs.iter().map(|of| of.bytes).sum::<u64>(), usage);
        let names: BTreeSet<_> = found.families.iter().map(|of| &of.family).collect();
        prop_assert_eq!(names.len(), found.families.len());
        // What goes next is in the order of last access, and no more than needed.
        let idle: Vec<f64> = found.next_to_evict.iter().filter_map(|row| row.idle_hours).collect();
        prop_assert!(idle.is_sorted_by(|a, b| a >= b));
        let gone: u64 = found.next_to_evict.iter().map(|row| row.bytes).sum();
        prop_assert!(usage <= limit || usage - gone < limit || usage == gone);
        prop_assert!(found.unreachable_low_bytes <= found.unreachable_bytes);
        prop_assert!(found.unreachable_bytes <= found.unreachable_high_bytes && found.unreachable_high_bytes <= usage);
        // Keeping the newest keeps the newest of each family and ref.
        let snapshot = super::snapshot(&text);
        let mut newest: BTreeMap<_, (_, usize)> = BTreeMap::new();
        for (index, entry) in snapshot.entries.iter().enumerate() {
            let stem = STEMS.iter().find(|stem| entry.key.starts_with(**stem));
            let known = newest.entry((stem, &entry.reference)).or_insert(((entry.created, entry.id), index));
            *known = (*known).max(((entry.created, entry.id), index));
        }
        let generations = generations(&snapshot.entries, snapshot.newest());
        prop_assert!(newest.values().all(|(_, index)| generations[*index].age == 0));
        let kept: u64 = snapshot.entries.iter().zip(&generations).filter(|(_, of)| of.age == 0).map(|(entry, _)| entry.size.0).sum();
        let in_use = snapshot.entries.iter().zip(&generations).filter(|(_, of)| of.is_in_use).map(|(entry, _)| entry.size.0).sum::<u64>();
        prop_assert_eq!(found.keep_newest[0].kept_bytes, kept + in_use);
        prop_assert_eq!(found.families.iter().map(|of| of.newest_only_bytes).sum::<u64>(), kept);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}", table in "([0-9]{1,3}(  |\t)[ -~]{1,9}(  |\t)[0-9.]{1,4} [KMG]iB(  |\t)about [0-9] days ago(  |\t)[ -~]{1,9}\n){1,3}") {
        for text in [text.as_str(), table.as_str()] {
            let _ = cache_budget::replay::listing::read_snapshot(text.as_bytes());
            let row = format!("[{}]", serde_json::json!({"key": format!("k{text}"), "sizeInBytes": 1}));
            diagnosis_of(&[&row], &Circumstances::default());
        }
    }
}
