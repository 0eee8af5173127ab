//! A log that begins later: the same operations, in other minutes of the rate limits.

use crate::case::Case;
use cache_budget::replay::{Operation, Shift};
use cache_budget::units::Duration;
use proptest::prelude::*;

/// Four saves in a quarter of a minute, from the third second of a minute on.
fn case() -> Case {
    let case = Case::with("");
    let line = |second: u32| {
        format!(
            "{{\"at\":\"2026-07-01T12:00:{second:02}Z\",\"op\":\"save\",\"ref\":\"main\",\"key\":\"k{second}\",\"size\":1}}\n"
        )
    };
    case.write("log.jsonl", &[3, 8, 13, 18].map(line).concat());
    case
}

#[test]
fn the_phase_of_the_minute_decides_what_is_refused() {
    let result = case().json(&["replay", "log.jsonl", "--uploads-per-minute", "2", "--shift", "5s..60s"]);
    let rows = result["results"].as_array().expect("a list");
    let of = |name: &str| rows.iter().map(|row| row[name].as_f64().expect("a number")).collect::<Vec<_>>();
    assert_eq!(of("shift_seconds"), [5., 10., 15., 20., 25., 30., 35., 40., 45., 50., 55., 60.]);
    // Two of a minute are refused of four, one of three, none of two: the fourth save is in the next minute from
    // 60 − 18 = 42 s on, the third from 47 s, the second from 52 s, the first from 57 s.
    assert_eq!(of("saves_refused"), [2., 2., 2., 2., 2., 2., 2., 2., 1., 0., 1., 2.]);
    assert_eq!(rows[8]["refused_share"], 0.25);
}

#[test]
fn several_phases_are_a_picture() {
    let case = case();
    let arguments = ["replay", "log.jsonl", "--uploads-per-minute", "2", "--shift", "5s..60s"];
    case.stdout(&[&arguments[..], &["--output", "out"]].concat());
    let svg = std::fs::read_to_string(case.path("out/phases.svg")).expect("a picture");
    assert!(svg.starts_with("<svg") && svg.contains("begun later") && !svg.contains("measured"), "{svg}");
    // A point for each of the twelve times.
    assert_eq!(svg.matches("<circle").count(), 12);
    case.stdout(&[&arguments[..5], &["5s", "--output", "one"]].concat());
    assert!(!case.path("one/phases.svg").exists(), "one time has no phases");
}

#[test]
fn one_shift_moves_the_whole_log() {
    let case = case();
    let arguments = ["replay", "log.jsonl", "--uploads-per-minute", "2", "--shift", "50s"];
    let result = case.json(&arguments);
    assert_eq!(result["counts"]["save"]["stored"], 4);
    assert_eq!(result["final"][0]["createdAt"], "2026-07-01T12:01:08Z");
    // `--until` is a time of the log, not of the shifted one.
    let cut = case.json(&[&arguments[..], &["--until", "2026-07-01T12:00:13Z"]].concat());
    assert_eq!(cut["counts"]["save"]["stored"], 3);
}

#[test]
fn the_sentence_names_the_ends() {
    let arguments = ["replay", "log.jsonl", "--uploads-per-minute", "2", "--shift"];
    let said = case().stdout(&[&arguments[..], &["5s..60s"]].concat());
    let first: Vec<_> = said.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(
        first.join(" "),
        "Of 4 saves, the rate limit refuses from 0 (0 %) 50 s later to 2 (50 %) 60 s later."
    );
}

#[test]
fn a_range_is_compared_under_one_limit() {
    let case = case();
    for arguments in [&["--limit", "1GB", "--limit", "2GB"][..], &["--screen"]] {
        case.refused(&[&["replay", "log.jsonl", "--shift", "5s..60s"][..], arguments].concat(), 2);
    }
    for shift in ["60s..5s", "5s..5s", "5s..", "soon"] {
        case.refused(&["replay", "log.jsonl", "--shift", shift], 2);
    }
    case.write("trace.csv", "time,key,size\n1,a,1\n");
    case.refused(&["replay", "trace.csv", "--shift", "5s"], 2);
}

proptest! {
    #[test]
    fn a_shift_is_read_as_it_is_written(from in 0..100_000i64, more in 20..100_000i64, is_range: bool) {
        let to = is_range.then_some(Duration(from + more));
        let shift = Shift { from: Duration(from), to };
        prop_assert_eq!(shift.to_string().parse::<Shift>(), Ok(shift));
        let times = shift.times();
        prop_assert_eq!((times[0], *times.last().expect("one")), (shift.from, to.unwrap_or(shift.from)));
    }

    /// What is written is read again, whatever the texts are.
    #[test]
    fn an_operation_is_read_as_it_is_written(
        key in ".{1,20}", version in ".{0,5}", size in 0..1_000_000u64, at in 0..4_000_000_000_000i64, kind in 0..5usize,
    ) {
        let line = |op: &str, fields: &str| format!(
            "{{\"at\":\"{}\",\"op\":\"{op}\",\"version\":{}{fields}}}", cache_budget::units::SimTime(at),
            serde_json::Value::from(version.as_str())
        );
        let key = serde_json::Value::from(key.as_str());
        let text = match kind {
            0 => line("save", &format!(",\"ref\":\"a\",\"key\":{key},\"size\":{size},\"mode\":\"write-only\"")),
            1 => line("restore", &format!(",\"ref\":\"a\",\"base\":\"b\",\"key\":{key},\"restore_keys\":[{key}]")),
            2 => line("entry", &format!(",\"id\":7,\"key\":{key},\"size\":{size},\"created_at\":\"2026-01-01\"")),
            3 => line("delete", &format!(",\"key\":{key},\"id\":{size}")),
            _ => format!("{{\"at\":\"{}\",\"op\":\"sweep\"}}", cache_budget::units::SimTime(at)),
        };
        let read = Operation::read(text.as_bytes(), 1, false).expect("an operation");
        let again = Operation::read(read.written().trim_end().as_bytes(), 1, false).expect("an operation");
        prop_assert_eq!(again, read);
    }
}
