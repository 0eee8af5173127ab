//! Who may store a key. Source: the first reservation wins and losers get `already_exists`
//! (actions/toolkit's client; staff on actions/cache#1541: one that is never finalised is cleared
//! after 24 hours).

use super::store::{Store, lenient};
use cache_budget::service::{Access, Limits, OverQuota, Owner, Payload, Reserve};
use cache_budget::units::{Bytes, Duration, SimTime};

const DAY: i64 = 86_400_000;

#[test]
fn the_first_reservation_wins() {
    let mut store = Store::new(lenient());
    let Reserve::Granted(reservation) = store.reserve(0, "main", "deps") else { panic!("refused") };
    assert_eq!(store.reserve(0, "main", "deps"), Reserve::Exists);
    assert_eq!(store.service.bytes(), Bytes(0), "a reservation holds no bytes");
    let id = store.service.finalise(SimTime(5), reservation, Bytes(10), Payload(3)).expect("fresh");
    assert_eq!(store.reserve(6, "main", "deps"), Reserve::Exists);
    let entry = store.service.entry(id);
    assert_eq!((entry.size, entry.payload, entry.created), (Bytes(10), Payload(3), SimTime(5)));
}

#[test]
fn the_same_key_in_another_scope_is_another_entry() {
    let mut store = Store::new(lenient());
    store.save(0, "main", "deps", 3);
    store.save(0, "pr/7", "deps", 4);
    assert_eq!(store.service.bytes(), Bytes(7));
    assert_eq!(store.service.len(), 2);
}

#[test]
fn an_abandoned_reservation_blocks_its_key_for_a_day() {
    let mut store = Store::new(lenient());
    let Reserve::Granted(abandoned) = store.reserve(0, "main", "deps") else { panic!("refused") };
    assert_eq!(store.reserve(DAY - 1, "main", "deps"), Reserve::Exists);
    assert!(matches!(store.reserve(DAY, "main", "deps"), Reserve::Granted(_)));
    assert_eq!(store.service.finalise(SimTime(DAY), abandoned, Bytes(1), Payload(0)), None);
    assert_eq!(store.service.len(), 0, "the late finaliser must not finish the other's entry");
}

#[test]
fn finalised_reservations_are_not_remembered_for_a_day() {
    let mut store = Store::new(Limits { uploads_per_minute: None, ..lenient() });
    let Reserve::Granted(_) = store.reserve(0, "main", "abandoned") else { panic!("refused") };
    for number in 0..5_000 {
        store.save(number, "main", &format!("k{number}"), 1);
    }
    assert!(store.service.remembered_reservations() <= 1_024, "{}", store.service.remembered_reservations());
    // The one that is open is not forgotten.
    assert_eq!(store.reserve(DAY - 1, "main", "abandoned"), Reserve::Exists);
    assert!(matches!(store.reserve(DAY, "main", "abandoned"), Reserve::Granted(_)));
}

#[test]
fn a_reservation_ends_after_a_day_though_nobody_else_asks() {
    let mut store = Store::new(lenient());
    let Reserve::Granted(late) = store.reserve(0, "main", "late") else { panic!("refused") };
    assert_eq!(store.service.finalise(SimTime(DAY), late, Bytes(1), Payload(0)), None);
    let Reserve::Granted(in_time) = store.reserve(DAY, "main", "in time") else { panic!("refused") };
    let stored = store.service.finalise(SimTime(2 * DAY - 1), in_time, Bytes(1), Payload(0));
    assert!(stored.is_some());
}

#[test]
fn the_time_a_reservation_blocks_can_be_set() {
    let mut store = Store::new(Limits { reservation: Duration(100), ..lenient() });
    store.reserve(0, "main", "deps");
    assert_eq!(store.reserve(99, "main", "deps"), Reserve::Exists);
    assert!(matches!(store.reserve(100, "main", "deps"), Reserve::Granted(_)));
}

#[test]
fn a_failed_save_does_not_touch() {
    // Clients that store an existing key again have to touch it themselves: "already exists" does
    // not refresh the entry (measured by Mic92/hestia).
    let mut store = Store::new(Limits { limit: Bytes(20), ..lenient() });
    store.save(0, "main", "old", 10);
    store.save(1, "main", "young", 10);
    assert_eq!(store.reserve(2, "main", "old"), Reserve::Exists);
    assert_eq!(store.keys(), ["old", "young"]);
    store.save(3, "main", "third", 1);
    // 21 > 20: old goes (11 left), below the limit.
    assert_eq!(store.sweep(4), ["Size old"]);
}

#[test]
fn a_deleted_or_evicted_key_can_be_stored_again() {
    let mut store = Store::new(lenient());
    let id = store.save(0, "main", "deps", 5);
    assert!(store.service.delete(SimTime(0), id));
    assert!(!store.service.delete(SimTime(0), id), "it is gone");
    assert_eq!(store.service.bytes(), Bytes(0));
    store.save(1, "main", "deps", 6);
    assert_eq!(store.service.bytes(), Bytes(6));
    store.service.check_invariants();
}

#[test]
fn a_token_without_writable_scope_is_read_only() {
    let mut store = Store::new(lenient());
    let (version, key) = (store.version(), store.key("deps"));
    let scope = store.service.names.scope("main");
    let access = Access::new(&[scope], None);
    let answer = store.service.reserve(SimTime(0), &access, version, key, Owner(0), |_, _| ());
    assert_eq!(answer, Reserve::ReadOnly);
}

#[test]
fn over_quota_rejects_until_a_sweep_has_made_room() {
    let limits = Limits { limit: Bytes(20), over_quota: OverQuota::Reject, ..lenient() };
    let mut store = Store::new(limits);
    store.save(0, "main", "a", 15);
    store.save(1, "main", "b", 6);
    // 15 + 6 = 21 > 20.
    assert_eq!(store.reserve(2, "main", "c"), Reserve::OverQuota);
    assert_eq!(store.reserve(2, "main", "a"), Reserve::Exists, "what is there is there");
    assert_eq!(store.sweep(3), ["Size a"]);
    assert!(matches!(store.reserve(4, "main", "c"), Reserve::Granted(_)));
}

#[test]
fn exactly_at_the_limit_is_not_over_it() {
    // A sweep would make no room here, so a refusal would last until something expires.
    let limits = Limits { limit: Bytes(20), over_quota: OverQuota::Reject, ..lenient() };
    let mut store = Store::new(limits);
    store.save(0, "main", "a", 20);
    assert_eq!(store.sweep(1), [""; 0]);
    assert!(matches!(store.reserve(2, "main", "b"), Reserve::Granted(_)));
}
