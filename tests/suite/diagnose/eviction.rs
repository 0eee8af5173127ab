//! What goes next: the service's own sweep, in its order, and the ages that follow.

use super::{LISTING_22, circumstances, diagnosis, diagnosis_of, entry, listing};
use cache_budget::diagnose::{Circumstances, NextSweep};
use cache_budget::replay::listing::{ListedEntry, Snapshot};
use cache_budget::units::{Bytes, Duration, SimTime};

fn ids(found: &cache_budget::result::Diagnosis) -> Vec<u64> {
    found.next_to_evict.iter().map(|row| row.id).collect()
}

#[test]
fn the_founding_listing_loses_four() {
    let limit = Bytes(10 << 30);
    let found = diagnosis_of(&[LISTING_22], &Circumstances { limit, ..Circumstances::default() });
    // 923,417,955 B over the limit: 243,381,480 + 357,638,622 + 243,381,480 are too little, with another
    // 357,638,622 it is enough.
    assert_eq!(ids(&found), [120, 108, 121, 109]);
    assert_eq!(found.entries - found.next_to_evict.len() as u64, 18);
    assert_eq!(found.then_evicted[0].id, 122);
    // The newest access is at 11:59, the first of the 18 that stay at 02:02.
    let age = found.eviction_age_hours.expect("it is full");
    assert!((age - (9.0 + 57.0 / 60.0)).abs() < 1e-9, "{age}");
}

#[test]
fn a_sweep_goes_on_until_it_is_below_the_limit() {
    let main = "refs/heads/main";
    let of = |sizes: [u64; 3]| {
        let each =
            sizes.iter().zip(1..).map(|(size, id)| entry(id, main, &format!("k{id}-x"), *size, id, id));
        ids(&diagnosis(&each.collect::<Vec<_>>()))
    };
    assert_eq!(of([1, 500, 499]), [0_u64; 0], "exactly at the limit nothing is evicted");
    // 1,001 B: without the first it is exactly 1,000 B, which is not below the limit.
    assert_eq!(of([1, 500, 500]), [1, 2]);
    assert_eq!(of([2, 500, 500]), [1, 2]);
    assert_eq!(of([3, 500, 499]), [1]);
}

#[test]
fn idle_entries_expire_only_where_the_retention_is_known() {
    let at = |day: u32| format!("2026-09-{day:02}T00:00:00Z");
    let row = |id: u64, day| {
        let time = at(day);
        format!(
            r#"{{"id":{id},"key":"k{id}","ref":"refs/heads/main","sizeInBytes":1,"lastAccessedAt":"{time}"}}"#
        )
    };
    let week = listing(&[row(1, 1), row(2, 8), row(3, 9)]);
    // Idle for eight days, as the delay of a sweep allows.
    let found = diagnosis_of(&[&week], &circumstances());
    assert_eq!((ids(&found), found.next_to_evict[0].reason.as_str()), (vec![1], "idle"));
    // An entry that was idle for nine days shows a longer retention.
    let longer = listing(&[row(1, 1), row(2, 10)]);
    assert!(ids(&diagnosis_of(&[&longer], &circumstances())).is_empty());
    let known = Circumstances { retention: Some(Duration(Duration::DAY.0)), ..circumstances() };
    assert_eq!(ids(&diagnosis_of(&[&longer], &known)), [1]);
}

#[test]
fn what_is_written_in_a_day_shows_what_is_in_danger() {
    let found = diagnosis_of(
        &[
            r#"[{"id":1,"key":"old","ref":"refs/heads/main","sizeInBytes":300,"createdAt":"2026-09-01T00:00:00Z","lastAccessedAt":"2026-09-19T00:00:00Z"},
            {"id":2,"key":"mid","ref":"refs/heads/main","sizeInBytes":300,"createdAt":"2026-09-01T00:00:00Z","lastAccessedAt":"2026-09-20T00:00:00Z"},
            {"id":3,"key":"new","ref":"refs/heads/main","sizeInBytes":350,"createdAt":"2026-09-20T12:00:00Z","lastAccessedAt":"2026-09-20T12:00:00Z"}]"#,
        ],
        &circumstances(),
    );
    // 950 B of 1,000 B; 350 B were written in the last day. Once as much is written again, 650 B may stay, so
    // `old` goes (650 B are not below 650 B) and `mid` too.
    assert_eq!(found.written_last_day_bytes, Some(350));
    assert!(found.next_to_evict.is_empty());
    assert_eq!(found.in_danger.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 2]);
    // 950 of 1,000 B count as full: the oldest was accessed 36 h ago.
    assert_eq!((found.eviction_age_hours, found.characteristic_hours), (Some(36.0), Some(36.0)));
    let roomy = Circumstances { limit: Bytes(1_900), ..circumstances() };
    let found = diagnosis_of(
        &[&listing(&[
            entry(1, "refs/heads/main", "k", 950, 1, 1),
            entry(2, "refs/heads/main", "m", 0, 1, 11),
        ])],
        &roomy,
    );
    // Half full after 10 h: the limit lasts at least 20 h.
    assert_eq!((found.eviction_age_hours, found.characteristic_hours), (None, Some(20.0)));
    assert!(found.characteristic_is_lower_bound);
}

#[test]
fn one_entry_stays_and_two_stay() {
    let of = |sizes: &[u64]| {
        let each = sizes
            .iter()
            .zip(1..)
            .map(|(size, id)| entry(id, "refs/heads/main", &format!("k{id}-x"), *size, id, id));
        cache_budget::report::diagnose::verdict(&diagnosis(&each.collect::<Vec<_>>()))
    };
    assert!(of(&[600, 600]).contains("evicts 1 entry (600 B); 1 entry stays."), "{}", of(&[600, 600]));
    assert!(of(&[600, 300, 300]).contains("; 2 entries stay."), "{}", of(&[600, 300, 300]));
}

#[test]
fn entries_without_times_go_last() {
    let row = |row: u64, accessed: Option<i64>| ListedEntry {
        row,
        id: Some(row),
        reference: None,
        key: "k".into(),
        version: None,
        size: Bytes(600),
        created: None,
        accessed: accessed.and_then(jiff_time),
    };
    let entries = vec![row(1, Some(5_000)), row(2, Some(9_000)), row(3, None)];
    let sweep = NextSweep { at: SimTime(6_000), limit: Bytes(1_000), retention: None };
    let gone: Vec<usize> = sweep.removes(&entries).iter().map(|next| next.index).collect();
    assert_eq!(gone, [0, 1]);
    assert_eq!(Snapshot { entries, ..Snapshot::default() }.newest(), Some(SimTime(9_000)));
}

fn jiff_time(ms: i64) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_millisecond(ms).ok()
}

/// Where nothing is evicted now, an entry that was idle for nearly the retention does not show at which age entries are evicted:
/// older ones may have expired.
#[test]
fn an_age_near_the_retention_is_none_of_eviction() {
    let age = |accessed: &str| {
        let main = "refs/heads/main";
        let old = entry(1, main, "a-1", 500, 1, 2).replace("2026-09-20T02", accessed);
        let old = old.replace("2026-09-20T01", accessed);
        let found = diagnosis_of(&[&listing(&[old, entry(2, main, "b-1", 480, 3, 4)])], &circumstances());
        assert!(found.next_to_evict.is_empty() && found.usage_bytes == 980);
        found.eviction_age_hours
    };
    assert_eq!(age("2026-09-18T04"), Some(48.0));
    assert_eq!(age("2026-09-14T02"), None);
}
