//! Records that are not what they should be end in a message with a place; nothing is believed blindly.

use super::{WORKFLOW, run};
use crate::import::Repository;

/// The exit code and stderr for a file of jobs.
fn refused(bytes: &str) -> (Option<i32>, String) {
    let repository = Repository::with(WORKFLOW);
    repository.write("jobs.json", bytes);
    let output = run(&repository, &["--jobs", "jobs.json"]);
    (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn a_wrong_type_is_named_with_its_place() {
    let cases = [
        ("", "jobs.json: is empty"),
        (
            "[\n{\"name\":\"a\",\"steps\":[],\"startedAt\":5,\"completedAt\":5}]",
            "jobs.json:2:1: `startedAt` is `5`, not a time",
        ),
        ("{\"jobs\":[\n {\"name\":7,\"steps\":[]}]}", "jobs.json:2:2: `name` is `7`, not a text"),
        ("{\"jobs\":{}}", "jobs.json:1:1: `jobs` is no list"),
        ("[{\"name\":\"a\",\"steps\":[3]}]", "jobs.json:1:2: `3` is no step"),
        ("[{\"a\":1}]", "jobs.json:1:2: neither a run nor a job"),
        ("[1]", "jobs.json:1:2: `1` is no run and no job"),
        ("[{\"name\":\"a\",\"steps\":[],\"seconds\":NaN}]", "jobs.json:1:"),
        ("[{\"name\":\"a\",\"steps\":[],\"run_id\":-4}]", "`run_id` is `-4`, not a whole number"),
    ];
    for (text, message) in cases {
        let (code, said) = refused(text);
        assert_eq!(code, Some(3), "{text}\n{said}");
        assert!(said.contains(message), "{text}\n{said}");
    }
}

#[test]
fn huge_values_and_control_characters_are_harmless() {
    let long = "x".repeat(2_000_000);
    let text = format!("[{{\"name\":\"{long}\\u001b[2J\",\"steps\":[],\"startedAt\":\"{long}\"}}]");
    let (code, said) = refused(&text);
    assert_eq!(code, Some(3));
    assert!(said.len() < 2_000 && !said.contains('\u{1b}'), "{}", said.len());
    let nested = "[".repeat(100_000);
    assert_eq!(refused(&nested).0, Some(3));
    let many = format!("[{}]", vec!["{\"name\":1,\"steps\":[]}"; 1_000].join(","));
    let (_, said) = refused(&many);
    assert!(said.lines().count() < 60, "{}", said.lines().count());
}

#[test]
fn a_listing_with_a_hostile_key_is_shown_harmlessly() {
    let repository = Repository::with(WORKFLOW);
    let entry = super::entry(1, "evil\\u001b[2J\\n[workflow.x]", "refs/heads/main", 5, 1);
    repository.write("caches.json", &format!("[{entry}]"));
    let (scenario, said) = super::imported(&repository, &["--caches", "caches.json"]);
    assert!(
        !said.contains('\u{1b}') && !scenario.contains('\u{1b}') && !scenario.contains("\n[workflow.x]"),
        "{said}"
    );
}
