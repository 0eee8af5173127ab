//! What a sweep takes. Source: GitHub's dependency caching reference, "Usage limits and eviction
//! policy": entries not accessed in over 7 days are removed; above the limit the new cache is
//! saved and caches are evicted, oldest last access first, "until the total size is less than the
//! repository limit". Hourly since November 2025.

use super::store::{Store, lenient};
use cache_budget::service::{EvictionOrder, Identity, Limits, Owner, Reserve, Sweep};
use cache_budget::units::{Bytes, Duration, SimTime};

const DAY: i64 = 86_400_000;
const NOTHING: [&str; 0] = [];

fn limited(limit: u64) -> Store {
    Store::new(Limits { limit: Bytes(limit), ..lenient() })
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let limits = Limits::default();
    // 10 × 1024³
    assert_eq!(limits.limit, Bytes(10_737_418_240));
    assert_eq!(limits.retention, Duration(7 * DAY));
    assert_eq!(limits.sweep, Sweep::Every { period: Duration::HOUR, phase: None });
    assert_eq!(limits.order, EvictionOrder::LeastRecentlyAccessed);
}

#[test]
fn exactly_at_the_limit_nothing_goes() {
    let mut store = limited(100);
    store.save(0, "main", "a", 60);
    store.save(1, "main", "b", 40);
    assert_eq!(store.sweep(2), NOTHING);
}

#[test]
fn above_the_limit_it_stops_strictly_below() {
    let mut store = limited(100);
    store.save(0, "main", "a", 1);
    store.save(1, "main", "b", 40);
    store.save(2, "main", "c", 60);
    // 101 > 100. Without a: 100, not less than the limit. Without b: 60.
    assert_eq!(store.sweep(3), ["Size a", "Size b"]);
    assert_eq!(store.keys(), ["c"]);
    assert_eq!(store.service.bytes(), Bytes(60));
}

#[test]
fn the_least_recently_accessed_goes_first_whatever_its_scope_or_size() {
    let mut store = limited(100);
    store.save(0, "main", "a", 1);
    store.save(1, "pr/7", "b", 90);
    store.save(2, "main", "c", 5);
    store.save(3, "pr/8", "d", 5);
    assert_eq!(store.find(4, &["main"], "a", &[]), "exact main a");
    // 101 > 100; the order is now b, c, d, a.
    assert_eq!(store.keys(), ["b", "c", "d", "a"]);
    assert_eq!(store.sweep(5), ["Size b"]);
}

#[test]
fn by_creation_the_oldest_goes_first_though_it_was_just_read() {
    let order = EvictionOrder::OldestCreated;
    let mut store = Store::new(Limits { limit: Bytes(100), order, ..lenient() });
    store.save(0, "main", "a", 50);
    store.save(1, "main", "b", 60);
    assert_eq!(store.find(2, &["main"], "a", &[]), "exact main a");
    assert_eq!(store.sweep(3), ["Size a"]);
}

#[test]
fn an_entry_larger_than_the_limit_goes_too() {
    let mut store = limited(100);
    store.save(0, "main", "huge", 101);
    assert_eq!(store.sweep(1), ["Size huge"]);
    assert!(store.service.is_empty());
}

#[test]
fn between_sweeps_the_limit_is_overshot() {
    // 88 GB were seen under daily sweeps (ggml-org/llama.cpp#11661): saving never evicts.
    let mut store = limited(10);
    for (at, key) in ["a", "b", "c"].into_iter().enumerate() {
        store.save(at as i64, "main", key, 30);
    }
    assert_eq!(store.service.bytes(), Bytes(90));
    assert_eq!(store.keys(), ["a", "b", "c"]);
}

#[test]
fn the_period_of_the_sweep_is_the_callers_job() {
    // The service holds no clock: even with instant sweeps it waits to be told.
    let mut store = Store::new(Limits { limit: Bytes(10), sweep: Sweep::Instant, ..lenient() });
    store.save(0, "main", "a", 30);
    assert_eq!(store.service.bytes(), Bytes(30));
    assert_eq!(store.sweep(0), ["Size a"]);
}

#[test]
fn an_entry_expires_when_idle_for_more_than_the_retention() {
    let mut store = limited(100);
    store.save(0, "main", "a", 1);
    store.save(1, "main", "b", 1);
    assert_eq!(store.sweep(7 * DAY), NOTHING, "exactly seven days is not over seven days");
    assert_eq!(store.sweep(7 * DAY + 1), ["Idle a"]);
    assert_eq!(store.sweep(7 * DAY + 2), ["Idle b"]);
}

/// The sweeps under which entries expire, and whether by themselves.
const SWEEPS: [(Sweep, bool); 4] = [
    (Sweep::Every { period: Duration::HOUR, phase: None }, false),
    (Sweep::Every { period: Duration::DAY, phase: None }, false),
    (Sweep::Every { period: Duration(30 * DAY), phase: None }, true),
    (Sweep::Instant, true),
];

#[test]
fn an_expired_entry_is_not_found_whatever_the_sweeps() {
    for (sweep, _) in SWEEPS {
        let mut store = Store::new(Limits { sweep, ..lenient() });
        store.save(0, "main", "deps-1", 1);
        // The access on the seventh day, to the millisecond, starts the retention again.
        assert_eq!(store.find(7 * DAY, &["main"], "deps-1", &[]), "exact main deps-1");
        assert_eq!(store.find(14 * DAY + 1, &["main"], "deps-1", &["deps-"]), "Miss", "{sweep:?}");
        store.service.check_invariants();
        // Nobody has to wait for a sweep to save it again.
        store.save(14 * DAY + 2, "main", "deps-1", 1);
        assert_eq!(store.find(14 * DAY + 3, &["main"], "deps-1", &[]), "exact main deps-1");
    }
    let mut store = Store::new(Limits { sweep: Sweep::Never, ..lenient() });
    store.save(0, "main", "deps-1", 1);
    assert_eq!(store.find(999 * DAY, &["main"], "deps-1", &[]), "exact main deps-1");
    assert_eq!(store.reserve(1_999 * DAY, "main", "deps-1"), Reserve::Exists);
}

#[test]
fn an_expired_entry_hides_no_other() {
    let mut store = limited(100);
    store.save(0, "pr/7", "deps-1", 1);
    store.save(DAY, "main", "deps-0", 1);
    // The pull request's own entry comes first in the search, and has expired.
    assert_eq!(store.find(7 * DAY + 1, &["pr/7", "main"], "deps-1", &["deps-"]), "prefix main deps-0");
}

#[test]
fn an_expired_entrys_bytes_go_when_it_is_missed_or_replaced_or_with_a_sweep() {
    let mut store = limited(100);
    for key in ["missed", "replaced", "swept"] {
        store.save(0, "main", key, 1);
    }
    let late = 7 * DAY + 1;
    assert_eq!(store.service.bytes(), Bytes(3));
    assert_eq!(store.find(late, &["main"], "missed", &[]), "Miss");
    assert_eq!(store.service.bytes(), Bytes(2));
    store.save(late, "main", "replaced", 5);
    assert_eq!(store.service.bytes(), Bytes(6));
    assert_eq!(store.sweep(late), ["Idle swept"]);
    assert_eq!(store.keys(), ["replaced"]);
}

#[test]
fn entries_expire_by_themselves_where_no_sweep_comes_within_a_day() {
    for (sweep, by_itself) in SWEEPS {
        let mut store = Store::new(Limits { sweep, ..lenient() });
        assert_eq!(store.service.next_expiry(), None);
        store.save(5, "main", "a", 1);
        let next = by_itself.then_some(SimTime(7 * DAY + 6));
        assert_eq!(store.service.next_expiry(), next, "{sweep:?}");
    }
    let mut store = Store::new(Limits { sweep: Sweep::Never, ..lenient() });
    store.save(5, "main", "a", 1);
    assert_eq!(store.service.next_expiry(), None);
}

#[test]
fn an_access_starts_the_retention_again() {
    let mut store = limited(100);
    store.save(0, "main", "a", 1);
    assert_eq!(store.find(6 * DAY, &["main"], "a", &[]), "exact main a");
    assert_eq!(store.sweep(13 * DAY), NOTHING);
    assert_eq!(store.sweep(13 * DAY + 1), ["Idle a"]);
}

#[test]
fn by_creation_an_idle_entry_expires_behind_one_in_use() {
    let order = EvictionOrder::OldestCreated;
    let mut store = Store::new(Limits { order, ..lenient() });
    store.save(0, "main", "used", 1);
    store.save(1, "main", "idle", 1);
    assert_eq!(store.find(DAY, &["main"], "used", &[]), "exact main used");
    assert_eq!(store.keys(), ["used", "idle"]);
    assert_eq!(store.sweep(7 * DAY + 2), ["Idle idle"]);
}

#[test]
fn expiry_comes_first_and_may_make_eviction_needless() {
    let mut store = limited(100);
    store.save(0, "main", "idle", 60);
    store.save(7 * DAY, "main", "young", 60);
    // 120 > 100, but without the expired 60 it is 60.
    assert_eq!(store.sweep(7 * DAY + 1), ["Idle idle"]);
}

#[test]
fn a_reservation_is_no_victim() {
    let mut store = limited(10);
    store.reserve(0, "main", "pending");
    store.save(1, "main", "a", 11);
    assert_eq!(store.sweep(2), ["Size a"]);
    assert_eq!(store.service.len(), 0);
}

/// Preloads three entries in an order that is neither that of creation nor that of access.
fn preloaded(order: EvictionOrder) -> Store {
    let mut store = Store::new(Limits { limit: Bytes(25), order, ..lenient() });
    let (version, scope) = (store.version(), store.service.names.scope("main"));
    for (key, created, accessed) in [("b", 20, 60), ("c", 30, 50), ("a", 10, 70)] {
        let identity = Identity { scope, version, key: store.key(key) };
        let (created, accessed) = (SimTime(created), SimTime(accessed));
        store.service.preload(identity, Owner(0), Bytes(10), created, accessed);
    }
    store.service.check_invariants();
    store
}

#[test]
fn preloaded_entries_are_in_order_of_access() {
    let mut store = preloaded(EvictionOrder::LeastRecentlyAccessed);
    assert_eq!(store.keys(), ["c", "b", "a"]);
    // 30 > 25; without c: 20.
    assert_eq!(store.sweep(100), ["Size c"]);
}

#[test]
fn preloaded_entries_are_in_order_of_creation_where_that_decides() {
    let mut store = preloaded(EvictionOrder::OldestCreated);
    assert_eq!(store.keys(), ["a", "b", "c"]);
    assert_eq!(store.sweep(100), ["Size a"]);
}

#[test]
fn a_limit_that_is_changed_acts_at_the_next_sweep() {
    let mut store = limited(100);
    store.save(0, "main", "a", 40);
    store.save(1, "main", "b", 40);
    store.service.set_limits(Limits { limit: Bytes(50), ..lenient() });
    assert_eq!(store.keys(), ["a", "b"], "lowering evicts nothing by itself");
    assert_eq!(store.sweep(2), ["Size a"]);
    store.service.set_limits(Limits { limit: Bytes(100), retention: Duration(5), ..lenient() });
    store.save(3, "main", "c", 50);
    assert_eq!(store.sweep(6), NOTHING, "90 of 100, b is idle for 5 ms");
    assert_eq!(store.sweep(7), ["Idle b"]);
}

#[test]
fn an_entry_stated_with_a_later_access_stays_behind_what_happens_before() {
    let mut store = limited(15);
    let (version, scope) = (store.version(), store.service.names.scope("main"));
    let identity = Identity { scope, version, key: store.key("later") };
    store.service.preload(identity, Owner(0), Bytes(10), SimTime(0), SimTime(50));
    store.save(10, "main", "now", 10);
    assert_eq!(store.keys(), ["now", "later"]);
    assert_eq!(store.find(20, &["main"], "later", &[]), "exact main later");
    assert_eq!(store.keys(), ["now", "later"]);
    assert_eq!(store.find(30, &["main"], "now", &[]), "exact main now");
    assert_eq!(store.keys(), ["later", "now"]);
    store.service.check_invariants();
}

#[test]
fn new_limits_bring_the_entries_into_the_new_order() {
    let mut store = preloaded(EvictionOrder::OldestCreated);
    store.service.set_limits(Limits { limit: Bytes(25), ..lenient() });
    assert_eq!(store.keys(), ["c", "b", "a"]);
    store.service.check_invariants();
    assert_eq!(store.sweep(100), ["Size c"]);
}

#[test]
fn an_entry_larger_than_the_limit_is_stored_and_takes_all_older_ones_with_it() {
    let mut store = limited(100);
    store.save(0, "main", "old", 1);
    store.save(1, "main", "huge", 101);
    store.save(2, "main", "young", 1);
    assert_eq!(store.find(3, &["main"], "huge", &[]), "exact main huge");
    store.save(4, "main", "younger", 1);
    // By last access: old, young, huge, younger. 104 > 100, until huge is gone, too.
    assert_eq!(store.sweep(5), ["Size old", "Size young", "Size huge"]);
    assert_eq!(store.keys(), ["younger"]);
}
