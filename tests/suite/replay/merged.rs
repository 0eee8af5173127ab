//! Several logs as one, and one log as the builds of a team.

use crate::case::Case;
use serde_json::Value;

/// A log with a line for each second and text after the operation's name.
fn log(lines: &[(u32, &str)]) -> String {
    let line = |(second, rest): &(u32, &str)| {
        format!("{{\"at\":\"2026-07-01T12:{:02}:{:02}Z\",{rest}}}\n", second / 60, second % 60)
    };
    lines.iter().map(line).collect()
}

const SAVE: &str = r#""op":"save","ref":"refs/heads/main","key":"k","size":10"#;
const RESTORE: &str = r#""op":"restore","ref":"refs/heads/main","key":"k""#;
const PULL_SAVE: &str =
    r#""op":"save","ref":"refs/pull/7/merge","base":"refs/heads/main","key":"p","size":5"#;

/// The outcomes as `restore exact`.
fn outcomes(result: &Value) -> Vec<String> {
    let text = |outcome: &Value, name: &str| outcome[name].as_str().unwrap_or("").to_owned();
    let outcomes = result["outcomes"].as_array().expect("a list").iter();
    outcomes.map(|outcome| format!("{} {}", text(outcome, "op"), text(outcome, "outcome"))).collect()
}

#[test]
fn logs_are_merged_in_time_order() {
    let case = Case::with("");
    case.write("a.jsonl", &log(&[(10, RESTORE), (30, RESTORE)]));
    case.write("b.jsonl", &log(&[(20, SAVE)]));
    let result = case.json(&["replay", "a.jsonl", "b.jsonl"]);
    assert_eq!(outcomes(&result), ["restore miss", "save stored", "restore exact"]);
    let lines: Vec<_> =
        result["outcomes"].as_array().expect("a list").iter().map(|o| o["line"].as_u64()).collect();
    assert_eq!(lines, [Some(1), Some(2), Some(3)], "operations of several logs are numbered together");
    // At one instant, the first log comes first: its restore at 10 s before the save.
    let result = case.json(&["replay", "a.jsonl", "b.jsonl", "--align"]);
    assert_eq!(outcomes(&result), ["restore miss", "save stored", "restore exact"]);
    let result = case.json(&["replay", "b.jsonl", "a.jsonl", "--align"]);
    assert_eq!(outcomes(&result), ["save stored", "restore exact", "restore exact"]);
}

#[test]
fn each_further_build_is_a_pull_requests_of_its_own() {
    let case = Case::with("");
    case.write("log.jsonl", &log(&[(0, RESTORE), (1, SAVE), (2, PULL_SAVE)]));
    let result = case.json(&["replay", "log.jsonl", "--scale", "3", "--every", "60s"]);
    // The recorded build saves on main. A minute later the second one finds that, and saves beside it for itself.
    let once = ["restore exact", "save stored", "save stored"];
    let all = [&["restore miss", "save stored", "save stored"][..], &once, &once].concat();
    assert_eq!(outcomes(&result), all);
    let mut refs: Vec<_> =
        result["final"].as_array().expect("a list").iter().map(|entry| entry["ref"].as_str()).collect();
    refs.sort_unstable();
    let own = [
        "refs/heads/main",
        "refs/pull/1000007/merge",
        "refs/pull/1900000/merge",
        "refs/pull/2000007/merge",
        "refs/pull/2900000/merge",
        "refs/pull/7/merge",
    ];
    assert_eq!(refs, own.map(Some));
}

#[test]
fn builds_at_once_share_the_uploads_of_a_minute() {
    let case = Case::with("");
    let keys: Vec<String> = (0..3).map(|number| SAVE.replace("\"k\"", &format!("\"k{number}\""))).collect();
    let lines: Vec<_> = keys.iter().map(|line| (0, line.as_str())).collect();
    case.write("log.jsonl", &log(&lines));
    let refused = |more: &[&str]| {
        let all = [&["replay", "log.jsonl", "--uploads-per-minute", "4"][..], more].concat();
        case.json(&all)["counts"]["save"]["rate_limited"].as_u64()
    };
    // 3 builds of 3 saves in one minute of 4; or in three minutes.
    assert_eq!(refused(&[]), Some(0));
    assert_eq!(refused(&["--scale", "3", "--every", "0s"]), Some(5));
    assert_eq!(refused(&["--scale", "3", "--every", "1min"]), Some(0));
    assert_eq!(refused(&["--scale", "3"]), Some(0), "ten minutes");
}

#[test]
fn a_problem_is_told_of_its_own_file() {
    let case = Case::with("");
    case.write("a.jsonl", &log(&[(10, RESTORE), (5, RESTORE)]));
    case.write("b.jsonl", "{\"op\":\"no\"}\n");
    let said = case.refused(&["replay", "a.jsonl", "b.jsonl"], 3);
    assert!(said.contains("a.jsonl:2: ") && said.contains("b.jsonl:1: "), "{said}");
    case.write("trace.csv", "time,key,size\n1,a,1\n");
    assert!(case.refused(&["replay", "a.jsonl", "trace.csv"], 2).contains("operation logs"));
    case.refused(&["replay", "trace.csv", "--scale", "2"], 2);
    case.refused(&["replay", "a.jsonl", "--scale", "0"], 2);
    case.write("c.jsonl", &log(&[(1, &SAVE.replace("\"size\"", "\"version\":\"v\",\"size\""))]));
    case.write("d.jsonl", &log(&[(1, SAVE)]));
    assert!(case.refused(&["replay", "c.jsonl", "d.jsonl"], 2).contains("versions"));
}
