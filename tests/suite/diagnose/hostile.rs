//! Listings made to do harm.

use super::{circumstances, dated, diagnosis_of, listing, note, problems};
use crate::case::Case;

fn refused(text: &str) -> String {
    problems(text).swap_remove(0)
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
    let different: Vec<String> = (0..100_000).map(|number| number.to_string()).collect();
    assert_eq!(problems(format!("[{}]", different.join(","))).len(), 50);
    // The same one is told twice and counted.
    let alike = problems(format!("[{}]", vec!["7"; 100_000].join(",")));
    assert!(alike.len() == 3 && alike[2].starts_with("99998 more entries: `7` is not an entry"), "{alike:?}");
}

#[test]
fn times_from_another_age_are_told() {
    let usual = || dated(1, "2026-09-20T10:00:00Z", "2026-09-20T10:00:00Z");
    let of = |times: &[(&str, &str)]| {
        let others = times.iter().zip(2..).map(|((created, accessed), id)| dated(id, created, accessed));
        diagnosis_of(&[&listing(&[vec![usual()], others.collect()].concat())], &circumstances())
    };
    let found = of(&[
        ("1969-07-20T20:17:00Z", "1969-07-20T20:17:00Z"),
        ("0002-01-02T00:00:00Z", "0002-01-02T00:00:00Z"),
    ]);
    note(&found, "2 entries are dated before 2019");
    let last = "9999-12-30T22:00:00Z";
    let found = of(&[(last, last)]);
    note(&found, "1 entry is dated after 2099: its times are wrong, so pass --at");
    assert!(found.oldest_access_hours.expect("there are times") > 0.0);
    // 2027-02-01 is 134 days after 2026-09-20; two of five are the fewer.
    let (early, late) = ("2026-09-20T09:00:00Z", "2027-02-01T10:00:00Z");
    let found = of(&[(early, early), (early, early), (late, late), (late, late)]);
    note(&found, "2 entries are dated 2027-02-01T10:00:00Z or later, 134 days after all others");
    note(
        &of(&[(early, early), (late, late)]),
        "one entry is dated 2027-02-01T10:00:00Z, 134 days after all others",
    );
    // Most of them are right, and the old one was not swept yet.
    assert!(of(&[(late, late), (late, late)]).notes.iter().all(|note| !note.contains("after all others")));
    note(&of(&[(last, early)]), "1 entry is listed as accessed before it was created");
    let late = problems(listing(&[dated(1, "9999-12-31T23:59:59Z", "2026-09-20T10:00:00Z")]));
    assert!(late[0].contains("which is later than any time"), "{late:?}");
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
