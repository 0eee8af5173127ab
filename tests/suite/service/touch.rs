//! What counts as an access. Source: a download refreshes `last_accessed_at`, even of one byte
//! (measured by Mic92/hestia); whether the look-up alone does is not known, so it is a setting.

use super::store::{Store, lenient};
use cache_budget::service::{EvictionOrder, Limits, LookUp, Touch};
use cache_budget::units::SimTime;

fn store(touch: Touch) -> Store {
    let mut store = Store::new(Limits { touch, ..lenient() });
    store.save(0, "main", "old", 1);
    store.save(1, "main", "young", 1);
    store
}

#[test]
fn creation_is_the_first_access() {
    let store = store(Touch::LookUp);
    let accessed: Vec<_> = store.service.list().map(|entry| entry.accessed).collect();
    assert_eq!(accessed, [SimTime(0), SimTime(1)]);
}

#[test]
fn a_look_up_touches_by_default() {
    assert_eq!(Touch::default(), Touch::LookUp);
    let mut store = store(Touch::LookUp);
    assert_eq!(store.find(5, &["main"], "old", &[]), "exact main old");
    assert_eq!(store.keys(), ["young", "old"]);
    // A prefix hit is an access like an exact one.
    assert_eq!(store.find(6, &["main"], "you", &[]), "prefix main young");
    assert_eq!(store.keys(), ["old", "young"]);
}

#[test]
fn where_only_a_download_touches_a_look_up_does_not() {
    let mut store = store(Touch::Download);
    let LookUp::Exact(old) = store.look_up(5, &["main"], "old", &[]) else { panic!("not found") };
    assert_eq!(store.keys(), ["old", "young"]);
    assert_eq!(store.service.entry(old).accessed, SimTime(0));
    store.service.download(SimTime(7), old);
    assert_eq!(store.keys(), ["young", "old"]);
    assert_eq!(store.service.entry(old).accessed, SimTime(7));
}

#[test]
fn a_look_up_touches_what_it_finds_and_nothing_else() {
    let mut store = store(Touch::LookUp);
    store.save(2, "main", "older-prefix-match", 1);
    // The newest entry starting with "o" is found; "old", which would match too, is not touched.
    assert_eq!(store.find(5, &["main"], "o", &[]), "prefix main older-prefix-match");
    let accessed: Vec<_> = store.service.list().map(|entry| entry.accessed.0).collect();
    assert_eq!(accessed, [0, 1, 5]);
}

#[test]
fn a_download_of_what_is_gone_touches_nothing() {
    let mut store = store(Touch::Download);
    let LookUp::Exact(old) = store.look_up(5, &["main"], "old", &[]) else { panic!("not found") };
    store.service.delete(SimTime(0), old);
    store.service.download(SimTime(6), old);
    assert_eq!(store.keys(), ["young"]);
    store.service.check_invariants();
}

#[test]
fn by_creation_a_touch_changes_the_clock_but_not_the_order() {
    let mut store = Store::new(Limits { order: EvictionOrder::OldestCreated, ..lenient() });
    store.save(0, "main", "old", 1);
    store.save(1, "main", "young", 1);
    let LookUp::Exact(old) = store.look_up(5, &["main"], "old", &[]) else { panic!("not found") };
    assert_eq!(store.service.entry(old).accessed, SimTime(5));
    assert_eq!(store.keys(), ["old", "young"]);
}

#[test]
#[should_panic(expected = "service time went back")]
fn time_never_goes_back() {
    store(Touch::LookUp).find(0, &["main"], "old", &[]);
}
