//! The screen of an operation log: what restores find and saves store, under all limits at once.

use super::player::{line, settings};
use cache_budget::mrc::{KeyAccess, Mrc, MrcBuilder, MrcPoint, Rules};

use cache_budget::replay::{LogMrc, LogReader, Settings};
use cache_budget::service::Sweep;
use cache_budget::units::{Bytes, Duration, SimTime};
use proptest::prelude::*;

fn screen(text: &str, limits: &[Bytes], settings: &Settings) -> Vec<MrcPoint> {
    let mut screen = LogMrc::new(limits, settings);
    let mut log = LogReader::new(text.as_bytes(), false);
    while let Some(operation) = log.next_operation().expect("readable") {
        screen.play(&operation).expect("it fits");
    }
    assert!(log.problems().is_empty(), "{:?}", log.problems().list());
    screen.finish(0).results
}

fn by_hand(limit: u64, lines: &[&str]) -> MrcPoint {
    let text: String = lines.iter().map(|text| line(text)).collect();
    screen(&text, &[Bytes(limit)], &settings(0, Sweep::Instant))[0]
}

#[test]
fn a_restore_hits_where_what_was_accessed_since_fits() {
    let log = ["20 10:00 save a 60", "20 10:01 save b 30", "20 10:02 save c 40", "20 10:03 restore a"];
    // a's depth is 60 + 30 + 40 = 130.
    assert_eq!(by_hand(130, &log).hits, 1);
    let small = by_hand(129, &log);
    // Three saves and a restore, which stores a again: 60 + 30 + 40 + 60 written.
    assert_eq!((small.requests, small.hits, small.written()), (4, 0, Bytes(190)));
    // What is found nowhere is no access.
    assert_eq!(by_hand(130, &["20 10:00 restore a", "20 10:01 restore b"]).requests, 0);
}

#[test]
fn what_is_deleted_makes_room_at_once() {
    let log = [
        "20 10:00 save b 60",
        "20 10:01 save a 60",
        "20 10:02 delete a",
        "20 10:03 save c 60",
        "20 10:04 restore b",
    ];
    // Without a, b's depth is 60 + 60; nothing had to go.
    let result = by_hand(120, &log);
    assert_eq!((result.requests, result.hits, result.evictions), (4, 1, 0));
}

/// Accesses of keys with fixed sizes, minutes apart.
fn accesses() -> impl Strategy<Value = (Vec<u64>, Vec<(usize, i64)>)> {
    let sizes = prop::collection::vec(1..200u64, 12);
    (sizes, prop::collection::vec((0..12usize, 0..90i64), 1..60))
}

proptest! {
    #[test]
    fn a_log_is_screened_as_the_trace_of_its_accesses(
        (sizes, accesses) in accesses(),
        limits in prop::collection::vec((1..1500u64).prop_map(Bytes), 1..6),
        hourly in any::<bool>(),
    ) {
        let start: SimTime = "2026-07-20T00:07:00Z".parse().expect("a time");
        let (mut now, mut text, mut trace, mut known) = (start, String::new(), Vec::new(), [false; 12]);
        for (key, gap) in accesses {
            now = now + Duration(gap * Duration::MINUTE.0);
            let size = sizes[key];
            let known = std::mem::replace(&mut known[key], true);
            let action = if known {
                r#""op":"restore""#.to_owned()
            } else {
                format!(r#""op":"save","size":{size}"#)
            };
            text += &format!("{{\"at\":\"{now}\",{action},\"ref\":\"refs/heads/main\",\"key\":\"key {key},\"}}\n");
            trace.push(KeyAccess { time: now, id: key as u64, size: Bytes(size) });
        }
        let sweep = match hourly {
            true => Sweep::Every { period: Duration::HOUR, phase: None },
            false => Sweep::Instant,
        };
        let settings = settings(0, sweep);
        let rules = Rules { retention: Some(settings.limits.retention), sweep };
        let mut direct = MrcBuilder::new(&limits, rules);
        direct.record(&trace).expect("few keys");
        prop_assert_eq!(screen(&text, &limits, &settings), direct.finish(0).results);
    }
}

/// Between two sweeps, an entry is found under any limit: that is no reason to list all small ones.
#[test]
fn a_curve_begins_with_the_last_limit_that_is_no_better_than_none() {
    let limits: Vec<Bytes> = (1..=20).map(|tens| Bytes(10 * tens)).collect();
    let text: String = [
        "20 10:01 save a 60",
        "20 10:02 restore a",
        "20 11:01 save b 60",
        "20 12:01 restore a",
        "20 12:02 restore b",
    ]
    .map(line)
    .concat();
    let hourly = Sweep::Every { period: Duration::HOUR, phase: Some(Duration(0)) };
    let results = screen(&text, &limits, &settings(0, hourly));
    let curve = Mrc { results, objects: 2, footprint: Bytes(120), skipped: 0, resized: 0 }.rising();
    // Below 120 B, only the restore of the first hour hits, or that and one more; from there on, all three.
    let hits: Vec<u64> = curve.results.iter().map(|point| point.hits).collect();
    assert!(hits[0] < hits[1] && hits.is_sorted() && hits.last() == Some(&3), "{hits:?}");
    assert_eq!(curve.results.last().map(|point| point.limit), Some(Bytes(120)));
}
