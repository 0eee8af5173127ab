//! Quantities: what their arithmetic rounds to.

use cache_budget::units::{Bytes, Duration, Rate, SimTime};

#[test]
fn spans_are_rounded_to_the_nearest_millisecond_as_libm_does() {
    let below_half = 0.499_999_999_999_999_94;
    let large = 4_503_599_627_370_497.0;
    let edges = [0.0, below_half, 0.5, 1.0 - 1e-16, 1.5, 2.5, large / 2.0, large, 1e300, f64::INFINITY];
    let steps = (0..10_000).map(|step| f64::from(step) * 0.062_5);
    for value in edges.into_iter().chain(steps).flat_map(|value| [value, -value]) {
        assert_eq!(Duration(1).scaled(value), Duration(libm::round(value) as i64), "{value}");
    }
}

#[test]
fn a_transfer_takes_whole_milliseconds_and_at_least_one() {
    for bytes in (0..10_000).chain([999_999_999_999]) {
        let expected = libm::ceil(bytes as f64 * 1e3 / (3e3 * 0.7)) as i64;
        assert_eq!(Rate(3_000).time_for(Bytes(bytes), 0.7), Duration(expected), "{bytes} bytes");
    }
    assert_eq!(Rate(1_000_000).time_for(Bytes(1), 1.0), Duration(1));
}

#[test]
fn times_end_at_the_end_of_time() {
    let late = SimTime(i64::MAX) + Duration(1);
    assert_eq!((late, SimTime(i64::MIN) - Duration(1)), (SimTime(i64::MAX), SimTime(i64::MIN)));
    assert_eq!(Duration(i64::MAX) + Duration(1), Duration(i64::MAX));
    assert_eq!(SimTime(i64::MAX) - SimTime(i64::MIN), Duration(i64::MAX));
}

/// `b` is short for bit; sizes in bits are not guessed.
#[test]
fn bits_are_refused_with_the_unit_of_bytes() {
    for (text, unit) in [("10 Gb", "`GB`"), ("10 Gib", "`GiB`"), ("1 Kb", "`kB`")] {
        let said = text.parse::<Bytes>().expect_err(text).to_string();
        assert!(said.contains("bits") && said.contains(unit), "{said}");
    }
    let said = "100 Mb/s".parse::<Rate>().expect_err("bits").to_string();
    assert!(said.contains("`MB/s`"), "{said}");
    for text in ["10 GB", "10 gb", "10 b", "10 GIB", "10 kb"] {
        assert!(text.parse::<Bytes>().is_ok(), "{text}");
    }
}

/// Durations as people and Go write them: the largest unit first, each once.
#[test]
fn durations_may_have_several_parts() {
    let read = |text: &str| text.parse::<Duration>().map(|Duration(ms)| ms / 1_000);
    for (text, seconds) in [("3m30s", 210), ("1h 5m", 3_900), ("1 d 12 h", 129_600), ("1.5h30s", 5_430)] {
        assert_eq!(read(text).expect(text), seconds, "{text}");
    }
    for wrong in ["30s 3m", "3m 3m", "3m30", "3m-30s", "1h 5MB", "3m,30s", "9999999d 9999999d"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_time_beyond_the_calendar_is_told_as_such() {
    let said = "9999-12-31".parse::<SimTime>().expect_err("it is too late").to_string();
    assert!(said.contains("is too late; times end before the year 9999"), "{said}");
    let said = "9999-13-31".parse::<SimTime>().expect_err("no month").to_string();
    assert!(said.contains("is not a time"), "{said}");
}

#[test]
fn what_is_written_exactly_is_read_as_the_same() {
    let sizes = [0, 1, 999, 1_000, 2_500_000_000, 20 << 30, (20 << 30) + 1].map(Bytes);
    let written = ["0B", "1B", "999B", "1kB", "2500MB", "20GiB", "21474836481B"];
    assert_eq!(sizes.map(Bytes::exact), written);
    assert!(sizes.into_iter().all(|size| size.exact().parse() == Ok(size)));
    let spans = [Duration(0), Duration(1_500), Duration(90 * 60_000), Duration::DAY];
    assert_eq!(spans.map(Duration::exact), ["0ms", "1500ms", "90min", "1d"]);
    assert!(spans.into_iter().all(|span| span.exact().parse() == Ok(span)));
}
