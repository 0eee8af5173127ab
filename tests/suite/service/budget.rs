//! The paid budgets: in bytes, and in money for a month. Source: GitHub's dependency caching reference, on limits above 10 GB: beyond
//! the budget the cache "becomes read-only" until billing is resolved or usage is below 10 GB.

use super::store::{Store, lenient};
use cache_budget::service::{Limits, MonthlyBudget, Reserve};
use cache_budget::units::{Bytes, Duration, Money, SimTime};

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

const HOUR: i64 = Duration::HOUR.0;

/// A cache at 0.72 USD per GB and 30 days, which is 0.001 USD per GB and hour, that may cost so many micro-dollars.
fn priced(most: i64) -> Store {
    let monthly_budget = Some(MonthlyBudget { most: Money(most), price: Money(720_000) });
    Store::new(Limits { limit: Bytes(50 * GIB), monthly_budget, ..lenient() })
}

fn is_granted(store: &mut Store, at: i64, key: &str) -> bool {
    match store.reserve(at, "main", key) {
        Reserve::Granted(_) => true,
        Reserve::ReadOnly => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn hours_add_up_until_the_budget_is_used() {
    // 5 GB above the included size cost 0.005 USD an hour: 0.010 USD are used when the second hour has ended. The peak of
    // an hour counts, so the first one costs as much although the cache was empty in its first half.
    let mut store = priced(10_000);
    store.save(HOUR / 2, "main", "a", 10 * GIB + 5_000_000_000);
    assert!(is_granted(&mut store, 2 * HOUR - 1, "b"));
    assert!(!is_granted(&mut store, 2 * HOUR, "c"));
    assert_eq!(store.find(2 * HOUR, &["main"], "a", &[]), "exact main a");
}

#[test]
fn an_hour_that_ends_smaller_than_it_was_costs_its_peak() {
    // Hour 0: 5 GB above for a part of it, then 1 GB above. Hours 0, 1, …: 0.005 + 0.001 + 0.001 = 0.007 USD.
    let mut store = priced(7_000);
    let large = store.save(1, "main", "large", 4_000_000_000);
    store.save(2, "main", "rest", 10 * GIB + 1_000_000_000);
    store.service.delete(SimTime(3), large);
    assert!(is_granted(&mut store, 3 * HOUR - 1, "b"));
    assert!(!is_granted(&mut store, 3 * HOUR, "c"));
}

#[test]
fn a_month_begins_with_its_whole_budget() {
    // January 1970 has 31 days: 744 hours. Read-only from the second hour on, and writable on 1 February.
    let mut store = priced(10_000);
    store.save(0, "main", "a", 10 * GIB + 5_000_000_000);
    assert!(!is_granted(&mut store, 744 * HOUR - 1, "b"));
    assert!(is_granted(&mut store, 744 * HOUR, "c"));
    assert!(is_granted(&mut store, 746 * HOUR - 1, "d"));
    assert!(!is_granted(&mut store, 746 * HOUR, "e"));
}

#[test]
fn what_is_included_is_never_read_only() {
    // A budget of nothing: every write is granted until the cache is larger than 10 GiB, and again when it no longer is.
    let mut store = priced(0);
    store.save(0, "main", "a", 10 * GIB);
    let b = store.save(1, "main", "b", 1);
    assert!(!is_granted(&mut store, 2, "c"));
    store.service.delete(SimTime(3), b);
    assert!(is_granted(&mut store, 4, "d"));
}
