//! Which entry a look-up finds. Source: GitHub's dependency caching reference, "Cache key
//! matching" and "Example of search priority": for each scope, for each key, an exact match and
//! then the most recently created entry the key is a prefix of.

use super::store::{Store, lenient};
use cache_budget::service::{Limits, LookUp, Owner, Payload, Reserve};
use cache_budget::units::{Bytes, Duration, SimTime};

const PULL: &[&str] = &["pr/7", "main"];

#[test]
fn scope_comes_before_key() {
    let mut store = Store::new(lenient());
    store.save(0, "main", "deps-2", 1);
    store.save(1, "pr/7", "deps-1", 1);
    // The exact key is on main, but the run's own scope is searched with all keys first.
    assert_eq!(store.find(2, PULL, "deps-2", &["deps-"]), "prefix pr/7 deps-1");
    assert_eq!(store.find(2, PULL, "deps-2", &[]), "exact main deps-2");
}

#[test]
fn key_comes_before_restore_keys() {
    let mut store = Store::new(lenient());
    store.save(0, "main", "deps-linux-1", 1);
    store.save(1, "main", "deps-2", 1);
    // deps-2 is newer, but `deps-linux-` is asked for first.
    assert_eq!(store.find(2, PULL, "deps-linux-9", &["deps-linux-", "deps-"]), "prefix main deps-linux-1");
    assert_eq!(store.find(2, PULL, "deps-linux-9", &["deps-", "deps-linux-"]), "prefix main deps-2");
}

#[test]
fn exact_comes_before_prefix_even_when_older() {
    let mut store = Store::new(lenient());
    store.save(0, "main", "deps", 1);
    store.save(1, "main", "deps-newer", 1);
    assert_eq!(store.find(2, PULL, "deps", &[]), "exact main deps");
}

#[test]
fn an_exact_match_of_a_restore_key_is_no_exact_hit() {
    let mut store = Store::new(lenient());
    store.save(0, "main", "deps", 1);
    store.save(1, "main", "deps-newer", 1);
    // Exact before prefix holds for the restore key too; `cache-hit` is true for the key alone.
    assert_eq!(store.find(2, PULL, "other", &["deps"]), "prefix main deps");
}

#[test]
fn the_newest_of_several_prefix_matches_wins() {
    let mut store = Store::new(lenient());
    store.save(0, "main", "deps-9", 1);
    store.save(1, "main", "deps-1", 1);
    store.save(2, "main", "deps-5", 1);
    assert_eq!(store.find(3, PULL, "deps-x", &["deps-"]), "prefix main deps-5");
    // By creation, not by access: reading deps-9 last changes nothing.
    assert_eq!(store.find(4, PULL, "deps-9", &[]), "exact main deps-9");
    assert_eq!(store.find(5, PULL, "deps-x", &["deps-"]), "prefix main deps-5");
}

#[test]
fn of_two_created_at_once_the_greater_key_wins() {
    // No source: an arbitrary rule that makes the answer independent of the order of saving.
    for keys in [["deps-1", "deps-2"], ["deps-2", "deps-1"]] {
        let mut store = Store::new(lenient());
        for key in keys {
            store.save(0, "main", key, 1);
        }
        assert_eq!(store.find(1, PULL, "x", &["deps-"]), "prefix main deps-2");
    }
}

#[test]
fn the_key_itself_is_a_prefix_too() {
    // actions/cache#1094: `key: foo` restores `foobar`.
    let mut store = Store::new(lenient());
    store.save(0, "main", "foobar", 1);
    assert_eq!(store.find(1, PULL, "foo", &[]), "prefix main foobar");
    assert_eq!(store.find(1, PULL, "foobarbaz", &[]), "Miss");
}

#[test]
fn another_version_never_matches() {
    let mut store = Store::new(lenient());
    store.save(0, "main", "deps-1", 1);
    let (access, key) = (store.access(PULL), store.key("deps-1"));
    let zstd = store.service.names.version("other paths or compression");
    assert_eq!(store.service.look_up(SimTime(1), &access, zstd, key, &[key], |_, _| ()), LookUp::Miss);
    // The same key of another version is another entry.
    let access = store.access(&["main"]);
    let reserved = store.service.reserve(SimTime(1), &access, zstd, key, Owner(0), |_, _| ());
    assert!(matches!(reserved, Reserve::Granted(_)), "{reserved:?}");
}

#[test]
fn an_entry_is_found_only_after_the_visibility_lag() {
    let mut store = Store::new(Limits { visibility_lag: Duration(3_000), ..lenient() });
    store.save(1_000, "main", "deps-1", 1);
    assert_eq!(store.find(3_999, PULL, "deps-1", &["deps-"]), "Miss");
    assert_eq!(store.find(4_000, PULL, "deps-1", &[]), "exact main deps-1");
}

#[test]
fn while_a_newer_entry_is_invisible_the_older_one_is_found() {
    let mut store = Store::new(Limits { visibility_lag: Duration(3_000), ..lenient() });
    store.save(0, "main", "deps-1", 1);
    store.save(10_000, "main", "deps-2", 1);
    assert_eq!(store.find(12_000, PULL, "deps-3", &["deps-"]), "prefix main deps-1");
    assert_eq!(store.find(13_000, PULL, "deps-3", &["deps-"]), "prefix main deps-2");
}

#[test]
fn an_unfinished_upload_is_not_found() {
    let mut store = Store::new(lenient());
    let Reserve::Granted(reservation) = store.reserve(0, "main", "deps-1") else { panic!("refused") };
    assert_eq!(store.find(1, PULL, "deps-1", &["deps-"]), "Miss");
    store.service.finalise(SimTime(2), reservation, Bytes(1), Payload(0));
    assert_eq!(store.find(3, PULL, "deps-1", &[]), "exact main deps-1");
}

#[test]
fn a_key_with_a_digest_is_matched_exactly_only() {
    let mut store = Store::new(lenient());
    let (access, version) = (store.access(&["main"]), store.version());
    let stem = store.key("sccache-");
    let object = store.service.names.object(stem, 7);
    let reserved = store.service.reserve(SimTime(0), &access, version, object, Owner(0), |_, _| ());
    let Reserve::Granted(reservation) = reserved else { panic!("{reserved:?}") };
    let id = store.service.finalise(SimTime(0), reservation, Bytes(1), Payload(0)).expect("fresh");
    assert_eq!(
        store.service.look_up(SimTime(1), &access, version, object, &[], |_, _| ()),
        LookUp::Exact(id)
    );
    let other = store.service.names.object(stem, 8);
    assert_eq!(store.service.look_up(SimTime(1), &access, version, other, &[], |_, _| ()), LookUp::Miss);
    assert_eq!(store.find(1, &["main"], "sccache-", &[]), "Miss");
    assert_eq!(store.keys(), ["sccache-0000000000000007"]);
}
