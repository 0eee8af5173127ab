//! Listings made to do harm.

use super::{circumstances, diagnosis_of};
use crate::case::Case;
use cache_budget::replay::listing::read_snapshot;

fn refused(text: &str) -> String {
    read_snapshot(text.as_bytes()).expect_err("it was accepted").list()[0].to_string()
}

#[test]
fn impossible_numbers_are_refused() {
    let row = |size: &str| format!(r#"[{{"key":"k","sizeInBytes":{size}}}]"#);
    assert!(refused(&row("99999999999999")).contains("larger than 10.00 TB"));
    for size in ["-1", "1e9", "1.5", "99999999999999999999999", "\"7\"", "[]"] {
        assert!(refused(&row(size)).contains("not a whole number"), "{size}");
    }
    assert!(refused(r#"[{"key":"k","sizeInBytes":1,"id":-1}]"#).contains("`id` is not a whole number"));
}

#[test]
fn depth_and_length_are_limited() {
    assert!(refused(&"[".repeat(100_000)).contains("recursion limit"));
    let long = "x".repeat(3_000);
    assert!(
        refused(&format!(r#"[{{"key":"{long}","sizeInBytes":1}}]"#)).contains("more than 2048 characters")
    );
    let wrong = format!("[{}]", vec!["7"; 100_000].join(","));
    assert_eq!(read_snapshot(wrong.as_bytes()).expect_err("numbers").list().len(), 50);
}

#[test]
fn times_from_another_age_are_told() {
    let row = |id: u32, time: &str| {
        format!(
            r#"{{"id":{id},"key":"k{id}","ref":"refs/heads/main","sizeInBytes":1,"createdAt":"{time}","lastAccessedAt":"{time}"}}"#
        )
    };
    let of = |rows: &[String]| diagnosis_of(&[&format!("[{}]", rows.join(","))], &circumstances());
    let found =
        of(&[row(1, "2026-09-20T10:00:00Z"), row(2, "1969-07-20T20:17:00Z"), row(3, "0002-01-02T00:00:00Z")]);
    assert!(
        found.notes.iter().any(|note| note.starts_with("2 entries are dated before 2019")),
        "{:?}",
        found.notes
    );
    let found = of(&[row(1, "2026-09-20T10:00:00Z"), row(2, "9999-12-30T22:00:00Z")]);
    assert!(found.notes.iter().any(|note| note.contains("days after all others")), "{:?}", found.notes);
    assert!(found.oldest_access_hours.expect("there are times") > 0.0);
}

#[test]
fn keys_do_not_control_what_shows_them() {
    let case = Case::with("");
    let key = "k\\u001b[2J\\u202e\\r\\n| `x` <b>@me</b>";
    let row = |id: u32| {
        format!(
            r#"{{"id":{id},"key":"{key}{id}","ref":"refs/heads/\u001b[31m={id}","sizeInBytes":9,"createdAt":"2026-09-20T10:00:00Z"}}"#
        )
    };
    case.write("a.json", &format!("[{},{}]", row(1), row(2)));
    for format in ["table", "markdown", "csv"] {
        let text =
            case.stdout(&["diagnose", "a.json", "--limit", "5B", "--details", "--format", format, "--quiet"]);
        assert!(
            !text.contains(|letter: char| letter.is_control() && letter != '\n' || letter == '\u{202e}'),
            "{text}"
        );
    }
    let text =
        case.stdout(&["diagnose", "a.json", "--limit", "5B", "--details", "--format", "markdown", "-q"]);
    assert!(!text.contains("<b>") && !text.contains("@me") && !text.contains("| `x`"), "{text}");
    let csv = case.stdout(&["diagnose", "a.json", "--limit", "5B", "--format", "csv", "-q"]);
    let rows = csv::Reader::from_reader(csv.as_bytes()).into_records().map(|row| row.expect("a row").len());
    assert!(rows.into_iter().all(|cells| cells == 8));
    let json = case.json(&["diagnose", "a.json", "--limit", "5B"]);
    assert_eq!(json["next_to_evict"][0]["key"], "k\u{1b}[2J\u{202e}\r\n| `x` <b>@me</b>1");
}

#[cfg(unix)]
#[test]
fn a_device_without_end_is_refused() {
    let case = Case::with("");
    let said = String::from_utf8(case.run(&["diagnose", "/dev/zero"]).stderr).expect("UTF-8");
    assert!(said.contains("has more than 64000000 bytes"), "{said}");
}
