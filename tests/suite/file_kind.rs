//! A command that is given a file for another command says what it is and which command reads it, in one sentence.

use crate::case::{CROWDED, Case, LISTING, LOG};
use cache_budget::diagnostic::FileKind;

const REST: &str = r#"{
  "total_count": 1,
  "actions_caches": [{"id": 1, "ref": "refs/heads/main", "key": "k", "version": "v", "size_in_bytes": 10,
    "created_at": "2026-01-01T00:00:00Z", "last_accessed_at": "2026-01-01T00:00:00Z"}]
}"#;
const WORKFLOW: &str =
    "name: CI\non: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: x }]\n";
const PULLS: &str = r#"[{"number":7,"state":"OPEN"}]"#;
const TRACE: &str = "time,key,size\n1,a,10\n";

/// The files, with what each is called and a part of the command that reads it.
const FILES: [(&str, &str, &str); 7] = [
    ("listing.json", "a listing of a cache", "cache-budget diagnose FILE"),
    ("rest.json", "a listing of a cache", "cache-budget replay LOG --initial FILE"),
    ("log.jsonl", "a log of cache operations", "cache-budget replay FILE"),
    ("ci.toml", "a scenario", "cache-budget run FILE"),
    ("ran/result.json", "a saved result", "cache-budget report FILE"),
    ("workflow.yml", "a GitHub workflow", "cache-budget import --repo DIR"),
    ("trace.csv", "a trace of accesses", "cache-budget replay FILE"),
];

fn case() -> Case {
    let case = Case::with(CROWDED);
    for (name, text) in [
        ("listing.json", LISTING),
        ("rest.json", REST),
        ("log.jsonl", LOG),
        ("workflow.yml", WORKFLOW),
        ("pulls.json", PULLS),
        ("trace.csv", TRACE),
    ] {
        case.write(name, text);
    }
    case.stdout(&["run", "ci.toml", "--replications", "1", "--no-advice", "--output", "ran", "--quiet"]);
    case
}

/// What each command reads, and the words around the file.
const COMMANDS: [(&[&str], &[&str], &[&str]); 12] = [
    (&["check"], &[], &["ci.toml"]),
    (&["run"], &[], &["ci.toml"]),
    (&["explain"], &[], &["ci.toml"]),
    (&["compare"], &["--all"], &["ci.toml"]),
    (&["compare", "ci.toml"], &[], &["ci.toml"]),
    (&["sweep"], &["--vary", "cache.limit=1GB,2GB"], &["ci.toml"]),
    (&["report"], &[], &["ran/result.json"]),
    (&["diagnose"], &[], &["listing.json", "rest.json"]),
    (&["replay"], &[], &["log.jsonl", "trace.csv"]),
    (&["replay", "log.jsonl", "--initial"], &[], &["listing.json", "rest.json"]),
    (&["diagnose", "listing.json", "--pulls"], &[], &["pulls.json"]),
    (&["diagnose", "listing.json", "--scenario"], &[], &["ci.toml"]),
];

#[test]
fn every_command_names_the_command_that_reads_a_file_of_another_kind() {
    let case = case();
    for (before, after, read) in COMMANDS {
        for (file, name, reader) in FILES.iter().filter(|(file, ..)| !read.contains(file)) {
            let arguments = [before, &[*file], after].concat();
            let said = case.refused(&arguments, 3);
            assert!(
                said.contains(&format!("this is {name}")) && said.contains(reader),
                "{arguments:?}: {said}"
            );
            let errors = said.lines().filter(|line| line.starts_with("error")).count();
            assert_eq!(errors, 1, "{arguments:?}: {said}");
        }
    }
}

#[test]
fn records_for_import_are_told_apart_as_well() {
    let case = case();
    std::fs::create_dir_all(case.path("repository/.github/workflows")).expect("a folder");
    case.write("repository/.github/workflows/ci.yml", WORKFLOW);
    for (option, file, name) in [
        ("--caches", "log.jsonl", "a log of cache operations"),
        ("--caches", "ci.toml", "a scenario"),
        ("--runs", "listing.json", "a listing of a cache"),
        ("--jobs", "ran/result.json", "a saved result"),
    ] {
        let said = case.refused(&["import", "--repo", "repository", option, file], 3);
        assert!(said.contains(&format!("{file}: this is {name}")), "{said}");
    }
}

#[test]
fn what_is_not_recognised_for_certain_is_no_kind() {
    for text in ["", "   ", "[]", "{}", "[1,2]", "hello\nworld", "{\"a\":1}", "a,b,c\n1,2,3\n", "on: push\n"]
    {
        assert_eq!(FileKind::of(text.as_bytes()), None, "{text}");
    }
    // A table of tables begins like a list.
    assert_eq!(FileKind::of(b"[[expect]]\nmetric = \"x\"\n[cache]\n"), Some(FileKind::Scenario));
    // A log's line may name an event.
    let line = r#"{"at":"2026-01-01T00:00:00Z","op":"save","event":"push","ref":"r","key":"k","size":1}"#;
    assert_eq!(FileKind::of(line.as_bytes()), Some(FileKind::OperationLog));
}

/// How a code unit becomes two bytes.
type Order = fn(u16) -> [u8; 2];

/// PowerShell 5 writes UTF-16 where output is redirected. Listings are read as they are (`diagnose::formats`).
#[test]
fn utf_16_is_refused_in_one_sentence_that_says_how_to_convert_it() {
    let case = case();
    let orders: [(&[u8], Order); 3] =
        [(b"\xff\xfe", u16::to_le_bytes), (b"\xfe\xff", u16::to_be_bytes), (b"", u16::to_le_bytes)];
    for (arguments, file) in [
        (&["check", "wide"][..], "ci.toml"),
        (&["run", "wide", "--replications", "1"], "ci.toml"),
        (&["replay", "wide"], "log.jsonl"),
        (&["replay", "wide"], "trace.csv"),
        (&["report", "wide"], "ran/result.json"),
    ] {
        let text = std::fs::read_to_string(case.path(file)).expect("a file");
        for (mark, unit) in orders {
            let wide = [mark, &text.encode_utf16().flat_map(unit).collect::<Vec<_>>()].concat();
            std::fs::write(case.path("wide"), wide).expect("a file");
            let said = case.refused(arguments, 3);
            assert!(
                said.contains("is UTF-16 text, as PowerShell 5 writes it"),
                "{arguments:?} {file}: {said}"
            );
            assert!(said.contains("iconv -f UTF-16 -t UTF-8 FILE"), "{said}");
            assert_eq!(said.lines().filter(|line| line.starts_with("error")).count(), 1, "{said}");
        }
    }
}
