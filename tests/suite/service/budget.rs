//! The paid budget. Source: GitHub's dependency caching reference, on limits above 10 GB: beyond
//! the budget the cache "becomes read-only" until billing is resolved or usage is below 10 GB.

use super::store::{Store, lenient};
use cache_budget::service::{Limits, Reserve};
use cache_budget::units::{Bytes, SimTime};

const GIB: u64 = 1 << 30;

fn paid() -> Store {
    Store::new(Limits { limit: Bytes(50 * GIB), budget: Some(Bytes(12 * GIB)), ..lenient() })
}

#[test]
fn up_to_the_budget_it_is_written() {
    let mut store = paid();
    store.save(0, "main", "a", 12 * GIB);
    assert!(matches!(store.reserve(1, "main", "b"), Reserve::Granted(_)));
}

#[test]
fn above_the_budget_it_is_read_only() {
    let mut store = paid();
    store.save(0, "main", "a", 12 * GIB);
    store.save(1, "main", "b", 1);
    assert_eq!(store.reserve(2, "main", "c"), Reserve::ReadOnly);
    assert_eq!(store.find(2, &["main"], "a", &[]), "exact main a");
}

#[test]
fn below_the_included_size_it_is_written_again() {
    let mut store = paid();
    let a = store.save(0, "main", "a", 3 * GIB);
    let b = store.save(1, "main", "b", 4 * GIB);
    store.save(2, "main", "c", 6 * GIB);
    // 13 GiB. Without a: 10 GiB, not below the 10 GiB that are included. Without b: 6 GiB.
    store.service.delete(SimTime(0), a);
    assert_eq!(store.reserve(3, "main", "d"), Reserve::ReadOnly);
    store.service.delete(SimTime(0), b);
    assert!(matches!(store.reserve(4, "main", "d"), Reserve::Granted(_)));
}

#[test]
fn expiry_can_bring_it_below_too() {
    let mut store = paid();
    store.save(0, "main", "a", 13 * GIB);
    assert_eq!(store.reserve(1, "main", "b"), Reserve::ReadOnly);
    assert_eq!(store.sweep(7 * 86_400_000 + 1), ["Idle a"]);
    assert!(matches!(store.reserve(7 * 86_400_000 + 2, "main", "b"), Reserve::Granted(_)));
}
