use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const LOG: &str = r#"{"at":"2026-09-23T02:15:10Z","op":"restore","ref":"refs/pull/7/merge","base":"refs/heads/main","key":"k-2","restore_keys":["k-"],"version":"v"}
{"at":"2026-09-23T02:15:11Z","op":"save","ref":"refs/heads/main","key":"k-1","version":"v","size":1}
{"at":"2026-09-23T02:15:12Z","op":"save","ref":"refs/heads/main","key":"big","version":"v","size":400}
{"at":"2026-09-23T02:15:13Z","op":"restore","ref":"refs/heads/main","key":"none"}
{"at":"2026-09-23T02:15:14Z","op":"sweep"}
"#;
const LISTING: &str = r#"[{"createdAt":"2026-09-20T10:00:00Z","id":8002807183,"key":"k-1","lastAccessedAt":"2026-09-21T10:00:00.5Z","ref":"refs/heads/main","sizeInBytes":123,"version":"v"}]"#;

fn folder(log: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("log.jsonl"), log).expect("a file");
    std::fs::write(folder.path().join("listing.json"), LISTING).expect("a file");
    folder
}

fn replay(folder: &TempDir, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    command.arg("replay").args(arguments).current_dir(folder.path()).env_remove("COLUMNS");
    command.output().expect("it runs")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn the_json_is_what_the_contract_says() {
    let folder = folder(LOG);
    let arguments = ["log.jsonl", "--initial", "listing.json", "--limit", "500B", "--format", "json"];
    let output = replay(&folder, &[&arguments[..], &["--output", "out"]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let outcomes = result["outcomes"].as_array().expect("a list");
    let shown: Vec<_> = outcomes
        .iter()
        .map(|o| {
            ["op", "line", "outcome", "ref", "key", "id", "reason", "at"]
                .map(|name| o[name].to_string())
                .join(" ")
        })
        .collect();
    assert_eq!(
        shown,
        [
            r#""restore" 1 "prefix" "refs/heads/main" "k-1" null null null"#,
            r#""save" 2 "exists" null null null null null"#,
            r#""save" 3 "stored" null null null null null"#,
            r#""restore" 4 "miss" null null null null null"#,
            r#""evict" null null "refs/heads/main" "k-1" 8002807183 "size" "2026-09-23T02:15:14Z""#,
        ]
    );
    let last = &result["final"][0];
    assert_eq!((&last["key"], &last["id"]), (&Value::from("big"), &Value::from(8_002_807_184_u64)));
    assert_eq!(last["createdAt"], "2026-09-23T02:15:12Z");
    assert_eq!(result["bytes"], serde_json::json!({"peak": 523, "final": 400}));
    let written = std::fs::read(folder.path().join("out/result.json")).expect("a result");
    assert_eq!(written, output.stdout);
    assert_eq!(std::fs::read_dir(folder.path().join("out")).expect("a folder").count(), 1);
}

#[test]
fn the_final_listing_is_an_initial_one() {
    let folder = folder(LOG);
    let output = replay(&folder, &["log.jsonl", "--initial", "listing.json", "--format", "json", "--quiet"]);
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    std::fs::write(folder.path().join("final.json"), result["final"].to_string()).expect("a file");
    std::fs::write(folder.path().join("empty.jsonl"), "").expect("a file");
    let again = replay(&folder, &["empty.jsonl", "--initial", "final.json", "--format", "json"]);
    let again: Value = serde_json::from_slice(&again.stdout).expect("JSON");
    assert_eq!(again["final"], result["final"]);
}

#[test]
fn a_malformed_line_is_code_3_and_nothing_is_half_written() {
    let folder = folder(&format!("{LOG}nonsense\n{LOG}"));
    for format in ["table", "json", "csv", "markdown"] {
        let output = replay(&folder, &["log.jsonl", "--format", format, "--output", "out"]);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        assert!(output.stdout.is_empty());
        let said = text(&output.stderr);
        assert!(said.starts_with("error: log.jsonl:6:2: "), "{said}");
        assert!(said.contains("log.jsonl:7: 2026-09-23T02:15:10Z is before"), "all at once: {said}");
        let left = std::fs::read_dir(folder.path().join("out")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "nothing is left in the folder");
    }
    let output = replay(&folder, &["log.jsonl", "--lenient", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stderr).contains("5 malformed lines were skipped"), "{output:?}");
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["counts"]["skipped_lines"], 5);
}

#[test]
fn a_malformed_listing_is_code_3() {
    let folder = folder(LOG);
    std::fs::write(folder.path().join("listing.json"), r#"{"message":"Bad credentials"}"#).expect("a file");
    let output = replay(&folder, &["log.jsonl", "--initial", "listing.json"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(output.stdout.is_empty() && text(&output.stderr).contains("listing.json"), "{output:?}");
}

#[test]
fn several_limits_make_a_table_of_hit_ratios() {
    let folder = folder(LOG);
    let arguments = ["log.jsonl", "--initial", "listing.json", "--limit", "100B", "--limit", "10GB"];
    let table = replay(&folder, &arguments);
    let table = text(&table.stdout);
    assert!(table.starts_with("Of 2 restores, 50 % hit at 100 B, as without a limit.\n"), "{table}");
    let json = replay(&folder, &[&arguments[..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!(json["results"][1]["limit_bytes"], 10_000_000_000_u64);
    assert_eq!(json["results"][0]["evictions"], 2);
    let csv = replay(&folder, &[&arguments[..], &["--format", "csv"]].concat());
    assert_eq!(csv::Reader::from_reader(&csv.stdout[..]).records().filter(Result::is_ok).count(), 3);
    let markdown = replay(&folder, &[&arguments[..], &["--format", "markdown"]].concat());
    assert!(text(&markdown.stdout).contains("| 100 B | 2 | 1 |"), "{markdown:?}");
}

#[test]
fn the_first_line_is_the_answer_and_until_ends_it() {
    let folder = folder(LOG);
    let output = replay(&folder, &["log.jsonl", "--until", "2026-09-23T02:15:11Z", "--quiet"]);
    assert!(output.stderr.is_empty(), "{output:?}");
    assert!(text(&output.stdout).starts_with("At 10 GiB, 0 % of 1 restore hit"), "{output:?}");
}

#[test]
fn outcomes_that_outgrow_memory_come_out_whole() {
    let line = |n: u32| {
        format!(
            "{{\"at\":\"2026-09-23T02:15:10Z\",\"op\":\"save\",\"ref\":\"main\",\"key\":\"k{n}\",\"size\":1}}\n"
        )
    };
    let folder = folder(&(0..40_000).map(line).collect::<String>());
    let arguments = ["log.jsonl", "--uploads-per-minute", "1000000", "--format", "json", "--quiet"];
    let output = replay(&folder, &arguments);
    assert!(output.stdout.len() > 2 << 20, "more than waits in memory");
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["outcomes"].as_array().expect("a list").len(), 40_000);
    assert_eq!(result["final"].as_array().expect("a list").len(), 40_000);
}

#[test]
fn a_log_may_come_from_stdin() {
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    let output = command.args(["replay", "-", "--format", "csv"]).write_stdin(LOG).output().expect("it runs");
    let rows = csv::Reader::from_reader(&output.stdout[..]).records().filter(Result::is_ok).count();
    assert_eq!((output.status.code(), rows), (Some(0), 4), "{output:?}");
}

#[test]
fn a_log_that_is_not_there_is_code_1_and_wrong_options_are_code_2() {
    let folder = folder(LOG);
    let output = replay(&folder, &["none.jsonl"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    for wrong in [["--sweep", "weekly"], ["--limit", "much"], ["--until", "noon"], ["--sweep", "0s"]] {
        let output = replay(&folder, &[&["log.jsonl"][..], &wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn options_of_logs_are_refused_for_a_trace() {
    let folder = folder("");
    std::fs::write(folder.path().join("trace.csv"), "time,key,size\n1,a,1\n").expect("a file");
    for option in [
        ["--uploads-per-minute", "5"],
        ["--downloads-per-minute", "5"],
        ["--over-quota", "reject"],
        ["--default-branch", "dev"],
        ["--sweep", "daily"],
    ] {
        let output = replay(&folder, &[&["trace.csv", "--limit", "10B"][..], &option].concat());
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("{} is only for operation logs", option[0])), "{said}");
        assert!(said.trim_end().ends_with(&format!("leave {} out", option[0])), "{said}");
    }
    let output = replay(&folder, &["trace.csv", "--screen"]);
    let said = text(&output.stderr);
    assert!(said.contains("leave --screen out: the answer is that curve anyway"), "{said}");
}

/// Restores that find nothing have no size, so the curve of a log leaves them out, and says how many there are.
#[test]
fn the_curve_of_a_log_says_what_its_requests_are() {
    let line = |at: u32, op: &str, key: &str, more: &str| {
        format!(
            "{{\"at\":\"2026-01-01T00:00:{at:02}Z\",\"op\":\"{op}\",\"ref\":\"refs/heads/main\",\"key\":\"{key}\"{more}}}\n"
        )
    };
    let size = ",\"size\":10";
    let log = [
        line(1, "restore", "a", ""),
        line(2, "save", "a", size),
        line(3, "restore", "a", ""),
        line(4, "restore", "never", ""),
        line(5, "save", "b", size),
        line(6, "save", "b", size),
    ];
    let folder = folder(&log.concat());
    let output = replay(&folder, &["log.jsonl", "--screen", "--format", "json"]);
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(result["log"], serde_json::json!({"restores": 3, "found": 1, "stored": 2}));
    assert_eq!(result["results"][0]["requests"], 3, "{result}");
    for (format, stream) in [("table", 0), ("markdown", 0), ("csv", 1)] {
        let output = replay(&folder, &["log.jsonl", "--screen", "--format", format]);
        let said = text([&output.stdout, &output.stderr][stream]).replace('\n', " ");
        assert!(said.contains("without a limit (1 of 3), and the saves that are stored there (2)"), "{said}");
        assert!(said.contains("The other 2 restores find nothing there"), "{said}");
    }
}

/// What was idle for too long before the log begins goes when it begins, and no sweep comes earlier.
#[test]
fn nothing_is_swept_before_the_log_begins() {
    let row = |id: u32, key: &str, size: u32, at: &str| {
        format!(
            r#"{{"id":{id},"ref":"refs/heads/main","key":"{key}","version":"v","sizeInBytes":{size},"createdAt":"{at}","lastAccessedAt":"{at}"}}"#
        )
    };
    let listing = format!(
        "[{},{},{}]",
        row(1, "old", 1, "2026-09-10T00:00:00Z"),
        row(2, "a", 600, "2026-09-20T12:00:00Z"),
        row(3, "b", 600, "2026-09-20T13:00:00Z")
    );
    let folder = folder(
        "{\"at\":\"2026-09-21T09:00:00Z\",\"op\":\"restore\",\"ref\":\"refs/heads/main\",\"key\":\"a\",\"version\":\"v\"}\n",
    );
    std::fs::write(folder.path().join("listing.json"), listing).expect("a file");
    for sweep in ["36h", "hourly", "none"] {
        let options = ["--initial", "listing.json", "--limit", "1000B", "--sweep", sweep, "--format", "json"];
        let output = replay(&folder, &[&["log.jsonl"][..], &options].concat());
        let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let outcomes = result["outcomes"].as_array().expect("a list");
        let restored = outcomes.iter().find(|of| of["op"] == "restore").expect("a restore");
        assert_eq!(restored["outcome"], "exact", "{sweep}: {result}");
        let evicted = outcomes.iter().filter(|of| of["op"] == "evict");
        assert!(evicted.clone().all(|of| of["at"].as_str() >= Some("2026-09-21T09:00:00Z")), "{result}");
    }
}

const TWO: &str = r#"[{"createdAt":"2026-09-06T18:39:56Z","id":1,"key":"gomod-v1","lastAccessedAt":"2026-09-06T21:38:28Z","ref":"refs/heads/main","sizeInBytes":746000000,"version":"v"},
{"createdAt":"2026-09-06T18:40:56Z","id":2,"key":"setup-uv-1","lastAccessedAt":"2026-09-06T21:39:28Z","ref":"refs/heads/main","sizeInBytes":172000000,"version":"v"}]"#;

/// The result of a log beside a listing, and what is said on stderr.
fn beside(listing: &str, log: &str) -> (Value, String) {
    let folder = folder(log);
    std::fs::write(folder.path().join("listing.json"), listing).expect("a file");
    let output = replay(&folder, &["log.jsonl", "--initial", "listing.json", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    (serde_json::from_slice(&output.stdout).expect("JSON"), text(&output.stderr).to_owned())
}

#[test]
fn the_peak_has_what_was_there_at_the_start() {
    // By the first line both have expired.
    let (result, _) = beside(TWO, "{\"at\":\"2026-09-20T00:00:00Z\",\"op\":\"sweep\"}\n");
    assert_eq!(result["bytes"], serde_json::json!({"peak": 918_000_000, "final": 0}));
}

#[test]
fn a_log_without_versions_finds_what_a_listing_has_under_any() {
    let line = |version: &str| {
        let main = r#""ref":"refs/heads/main""#;
        format!(
            "{{\"at\":\"2026-09-07T00:00:00Z\",\"op\":\"restore\",{main},\"key\":\"gomod-v1\"{version}}}\n"
        )
    };
    let (result, said) = beside(TWO, &line(""));
    assert_eq!(result["outcomes"][0]["outcome"], "exact");
    assert!(said.contains("note: 2 entries of the listing have versions and the log has none"), "{said}");
    // A log that names another version means it.
    let (result, said) = beside(TWO, &line(r#","version":"w""#));
    assert_eq!(result["outcomes"][0]["outcome"], "miss");
    assert!(
        said.contains(
            "note: 1 restore missed although its key, or one that starts with a restore key, is stored"
        ),
        "{said}"
    );
    let (result, said) = beside(TWO, &line(r#","version":"v""#));
    assert_eq!((&result["outcomes"][0]["outcome"], said.as_str()), (&Value::from("exact"), ""));
}

#[test]
fn of_several_versions_of_a_key_a_log_without_versions_finds_the_newest() {
    let newer = TWO.replace("setup-uv-1", "gomod-v1").replace(r#""version":"v"}]"#, r#""version":"w"}]"#);
    let log = r#"{"at":"2026-09-07T00:00:00Z","op":"restore","ref":"refs/heads/main","key":"gomod-v1"}"#;
    let (result, _) = beside(&newer, log);
    assert_eq!(result["outcomes"][0]["size"], 172_000_000);
    // The other one occupies space all the same.
    assert_eq!(result["final"].as_array().map(Vec::len), Some(2));
    let sizes = result["final"].as_array().expect("rows").iter().map(|row| row["sizeInBytes"].as_u64());
    assert_eq!(result["bytes"]["peak"].as_u64(), sizes.sum());
}

#[test]
fn a_listing_that_is_younger_than_the_log_is_warned_of() {
    let (_, said) = beside(TWO, "{\"at\":\"2026-09-06T18:40:00Z\",\"op\":\"sweep\"}\n");
    assert!(
        said.contains("note: 2 entries of the listing were created or accessed after the log's first line"),
        "{said}"
    );
}

#[test]
fn a_restore_key_under_another_version_is_noted_as_well() {
    let restore = |keys: &str| {
        format!(
            "{{\"at\":\"2026-09-07T00:00:00Z\",\"op\":\"restore\",\"ref\":\"refs/heads/main\",\"version\":\"w\",{keys}}}\n"
        )
    };
    let noted = |keys: &str| beside(TWO, &restore(keys)).1.contains("under another version");
    assert!(noted(r#""key":"gomod-v1-x","restore_keys":["other-","gomod-"]"#));
    // A key is a prefix, too.
    assert!(noted(r#""key":"gomod""#));
    assert!(!noted(r#""key":"gomod-v1-x","restore_keys":["other-"]"#));
}

#[test]
fn an_entry_that_is_not_there_yet_is_no_other_version() {
    let restore = |at: &str, version: &str| {
        format!(
            "{{\"at\":\"{at}\",\"op\":\"restore\",\"ref\":\"refs/heads/main\",\"version\":\"{version}\",\"key\":\"gomod-v1\"}}\n"
        )
    };
    let noted = |at, version| beside(TWO, &restore(at, version)).1.contains("under another version");
    // The entry was created in September 2026.
    assert!(!noted("2026-01-07T00:00:00Z", "v"));
    assert!(!noted("2026-01-07T00:00:00Z", "w"));
    assert!(noted("2026-09-07T00:00:00Z", "w"));
}

#[cfg(unix)]
#[test]
fn a_device_of_zeros_is_no_trace() {
    let folder = folder(LOG);
    for arguments in [&["/dev/zero"][..], &["log.jsonl", "/dev/zero"]] {
        let output = replay(&folder, arguments);
        assert_eq!(output.status.code(), Some(3), "{output:?}");
        let said = text(&output.stderr);
        assert!(
            said.starts_with("error: /dev/zero: begins with 4096 bytes that are 0: it is a device"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
