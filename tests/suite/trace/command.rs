//! `replay` and `trace` from the command line.

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use std::process::Output;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("cache-budget").expect("it is built");
    command.current_dir(folder).env_remove("COLUMNS").args(arguments).output().expect("it runs")
}

/// A folder with `a.csv` in it.
fn folder(csv: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.csv"), csv).expect("a file");
    folder
}

fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

const ROWS: &str = "time,key,size\n0,a,4\n1,b,4\n2,a,4\n3,c,4\n4,b,4\n";

#[test]
fn json_is_what_the_contract_says() {
    let folder = folder(ROWS);
    let output =
        run(folder.path(), &["replay", "a.csv", "--limit", "8 B", "--limit", "12 B", "--format", "json"]);
    let result = json(&output);
    let expected = [(8, 1, 0.2, 2), (12, 2, 0.4, 0)];
    for (row, (limit, hits, ratio, evictions)) in
        result["results"].as_array().expect("rows").iter().zip(expected)
    {
        assert_eq!(row["limit_bytes"], limit);
        assert_eq!((&row["requests"], &row["hits"]), (&5.into(), &hits.into()));
        assert_eq!((&row["hit_ratio"], &row["byte_hit_ratio"]), (&ratio.into(), &ratio.into()));
        assert_eq!(row["evictions"], evictions);
    }
    assert!(result["note"].as_str().is_some_and(|note| note.contains("too optimistic")));
}

#[test]
fn every_form_says_that_it_is_too_optimistic() {
    let folder = folder(ROWS);
    for format in ["table", "json", "csv", "markdown"] {
        let output = run(folder.path(), &["replay", "a.csv", "--limit", "8 B", "--format", format]);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("too optimistic"), "{format}: {text}");
    }
}

#[test]
fn malformed_rows_are_code_3_and_nothing_is_printed() {
    let folder = folder(&format!("{ROWS}5,d\n6,e,1\n7,f,many\n"));
    let output = run(folder.path(), &["replay", "a.csv", "--limit", "8 B"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("a.csv:7:1: ") && said.contains("a.csv:9:5: "), "{said}");
    let output = run(folder.path(), &["replay", "a.csv", "--limit", "8 B", "--lenient", "--format", "json"]);
    assert_eq!(json(&output)["skipped"], 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("2 malformed rows"));
}

#[test]
fn a_generated_trace_replays_alike_in_both_forms() {
    let folder = folder(ROWS);
    let generate = ["trace", "zipf", "--requests", "5000", "--objects", "300", "--rate", "10", "--seed", "9"];
    let replay = |file: &str, format: &str| {
        let output = run(folder.path(), &[&generate[..], &["--format", format, "--output", file]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        json(&run(folder.path(), &["replay", file, "--limit", "1 MB", "--limit", "2 MB", "--format", "json"]))
    };
    let (csv, oracle) = (replay("z.csv", "csv"), replay("z.bin", "oracle-general"));
    assert_eq!(csv, oracle);
    assert_eq!(csv["results"][0]["requests"], 5000);
    let printed = run(folder.path(), &generate);
    let file = std::fs::read(folder.path().join("z.csv")).expect("it was written");
    assert!(printed.stdout == file, "stdout is the same trace");
}

#[test]
fn wrong_sizes_are_wrong_usage() {
    let folder = folder(ROWS);
    for sizes in [
        "pareto",
        "lognormal:mean=1KiB",
        "lognormal:median=-1KiB",
        "lognormal:sigma=9",
        "uniform:low=2MB,high=1MB",
    ] {
        let output = run(folder.path(), &["trace", "zipf", "--sizes", sizes]);
        assert_eq!(output.status.code(), Some(2), "{sizes}");
    }
    let output = run(folder.path(), &["trace", "zipf", "--objects", "0"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn how_a_trace_is_laid_out_can_be_said() {
    let folder = folder("obj;when;bytes\na;0;4\nb;1;4\na;2;4\n");
    let play = |more: &[&str]| run(folder.path(), &[&["replay", "a.csv", "--format", "json"], more].concat());
    let refused = play(&["--limit", "8 B"]);
    assert_eq!(refused.status.code(), Some(3));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.starts_with("error: a.csv:1:1: the columns are `obj`, `when`, `bytes`"), "{said}");
    let read = play(&["--limit", "8 B", "--columns", "when,obj,bytes"]);
    assert_eq!(json(&read)["results"][0]["hits"], 1);
    let numbered = play(&["--limit", "8 B", "--columns", "2,1,3", "--delimiter", ";"]);
    assert_eq!(json(&numbered), json(&read));
    assert_eq!(play(&["--columns", "when,obj"]).status.code(), Some(2));
    let twice = play(&["--limit", "8 B", "--columns", "when,when,bytes"]);
    let said = String::from_utf8_lossy(&twice.stderr).into_owned();
    assert!(twice.status.code() == Some(3) && said.contains("names one column twice"), "{said}");
    assert_eq!(play(&["--delimiter", "ab"]).status.code(), Some(2));
}

#[test]
fn what_is_said_of_a_text_is_wrong_of_an_operation_log() {
    let folder = folder("{\"at\":\"2026-09-23T02:15:10Z\",\"op\":\"sweep\"}\n");
    let output = run(folder.path(), &["replay", "a.csv", "--no-header"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn compressed_bytes_are_never_played_as_a_trace() {
    let folder = folder("");
    std::fs::write(folder.path().join("a.xz"), [b"\xfd7zXZ\0".as_slice(), &[0; 90]].concat())
        .expect("a file");
    let output = run(folder.path(), &["replay", "a.xz", "--lenient"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: a.xz: a file compressed with xz"));
}
