//! Rate limits. Source: GitHub's changelog of 2026-01-16 and the dependency caching reference:
//! 200 uploads and 1,500 downloads per minute and repository; further ones "will fail until the
//! relevant rate limit resets". That the window is a UTC minute is inferred from reported resets.

use super::store::{Store, lenient};
use cache_budget::service::{Limiter, Limits, LookUp, Reserve};
use cache_budget::units::{Duration, SimTime};

const MINUTE: i64 = 60_000;

fn limited(uploads: Option<u32>, downloads: Option<u32>) -> Store {
    Store::new(Limits { uploads_per_minute: uploads, downloads_per_minute: downloads, ..lenient() })
}

#[test]
fn the_defaults_are_the_documented_ones() {
    let limits = Limits::default();
    assert_eq!((limits.uploads_per_minute, limits.downloads_per_minute), (Some(200), Some(1_500)));
    let mut limiter = Limiter::new(limits.uploads_per_minute);
    let admitted = (0..500).filter(|_| limiter.admit(SimTime(0))).count();
    assert_eq!(admitted, 200);
}

#[test]
fn a_window_ends_with_the_utc_minute() {
    let mut store = limited(None, Some(2));
    // Two in the last millisecond of a minute, two in the first of the next: all four admitted,
    // though they lie 1 ms apart; the fifth is refused until the minute after.
    for at in [2 * MINUTE - 1, 2 * MINUTE - 1, 2 * MINUTE, 2 * MINUTE] {
        assert_eq!(store.find(at, &["main"], "deps", &[]), "Miss");
    }
    assert_eq!(store.find(2 * MINUTE, &["main"], "deps", &[]), "RateLimited");
    assert_eq!(store.find(3 * MINUTE - 1, &["main"], "deps", &[]), "RateLimited");
    assert_eq!(store.find(3 * MINUTE, &["main"], "deps", &[]), "Miss");
}

#[test]
fn look_ups_count_hit_or_miss() {
    let mut store = limited(None, Some(3));
    store.save(0, "main", "deps", 1);
    assert_eq!(store.find(1, &["main"], "deps", &[]), "exact main deps");
    assert_eq!(store.find(1, &["main"], "nothing", &["no", "n"]), "Miss");
    assert_eq!(store.find(1, &["main"], "de", &[]), "prefix main deps");
    assert_eq!(store.find(1, &["main"], "deps", &[]), "RateLimited");
}

#[test]
fn a_download_of_what_was_found_counts_no_second_time() {
    let mut store = limited(None, Some(2));
    store.save(0, "main", "deps", 1);
    for _ in 0..2 {
        let LookUp::Exact(id) = store.look_up(1, &["main"], "deps", &[]) else { panic!("not found") };
        store.service.download(SimTime(1), id);
    }
    assert_eq!(store.find(1, &["main"], "deps", &[]), "RateLimited");
}

#[test]
fn a_refused_look_up_does_not_touch() {
    let mut store = limited(None, Some(1));
    store.save(0, "main", "old", 1);
    store.save(1, "main", "young", 1);
    assert_eq!(store.find(2, &["main"], "nothing", &[]), "Miss");
    assert_eq!(store.find(3, &["main"], "old", &[]), "RateLimited");
    assert_eq!(store.keys(), ["old", "young"]);
}

#[test]
fn uploads_count_granted_or_not() {
    let mut store = limited(Some(2), None);
    store.save(0, "main", "deps", 1);
    assert_eq!(store.reserve(1, "main", "deps"), Reserve::Exists);
    assert_eq!(store.reserve(2, "main", "other"), Reserve::RateLimited);
    assert_eq!(store.reserve(2, "main", "deps"), Reserve::RateLimited);
    assert!(matches!(store.reserve(MINUTE, "main", "other"), Reserve::Granted(_)));
}

#[test]
fn uploads_and_downloads_are_counted_apart() {
    let mut store = limited(Some(1), Some(1));
    assert!(matches!(store.reserve(0, "main", "deps"), Reserve::Granted(_)));
    assert_eq!(store.find(0, &["main"], "deps", &[]), "Miss");
    assert_eq!(store.reserve(0, "main", "other"), Reserve::RateLimited);
    assert_eq!(store.find(0, &["main"], "deps", &[]), "RateLimited");
}

#[test]
fn what_the_token_forbids_is_not_counted() {
    let mut store = limited(None, Some(1));
    assert_eq!(store.find(0, &[], "deps", &[]), "Denied");
    assert_eq!(store.find(0, &["main"], "deps", &[]), "Miss");
}

#[test]
fn a_refused_request_is_not_counted() {
    let mut limiter = Limiter::new(Some(3));
    let admitted: Vec<_> = (0..5).map(|_| limiter.admit(SimTime(59_999))).collect();
    assert_eq!(admitted, [true, true, true, false, false]);
    assert_eq!(limiter.used(SimTime(59_999)), 3);
    // So a raised limit has its full difference left in the same minute.
    limiter.set_per_minute(Some(4));
    assert!(limiter.admit(SimTime(59_999)));
    assert!(!limiter.admit(SimTime(59_999)));
    assert_eq!(limiter.used(SimTime(60_000)), 0);
}

#[test]
fn a_refusal_says_when_the_window_ends() {
    assert_eq!(Limiter::resets_in(SimTime(42_000)), Duration(18_000));
    assert_eq!(Limiter::resets_in(SimTime(59_999)), Duration(1));
    assert_eq!(Limiter::resets_in(SimTime(60_000)), Duration(60_000));
}
