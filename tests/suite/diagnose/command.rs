//! The command line: formats, exit codes, messages.

use super::{LISTING_22, entry, listing};
use crate::case::Case;

fn case() -> Case {
    let case = Case::with("");
    case.write("caches.json", LISTING_22);
    case
}

#[test]
fn the_json_is_what_the_contract_says() {
    let case = case();
    let found = case.json(&["diagnose", "caches.json"]);
    assert_eq!((&found["schema_version"], &found["command"]), (&1.into(), &"diagnose".into()));
    assert_eq!(found["limit_bytes"], 10_u64 << 30);
    assert_eq!(found["entries"], 22);
    let next: Vec<_> =
        found["next_to_evict"].as_array().expect("rows").iter().map(|row| row["id"].clone()).collect();
    assert_eq!(next, [120, 108, 121, 109]);
    let row = &found["families"][0];
    assert_eq!(
        (&row["family"], &row["client"], &row["refs"]),
        (&"spm".into(), &"actions-cache".into(), &5.into())
    );
    for finding in found["findings"].as_array().expect("rows") {
        assert!(
            finding["slug"].is_string() && finding["text"].is_string() && finding["bytes"].is_u64(),
            "{finding}"
        );
        let strategy = finding["strategy"].as_str();
        assert!(strategy.is_none_or(|name| cache_budget::strategy::find(name).is_some()), "{finding}");
    }
    let schema = serde_json::to_value(cache_budget::result::schema()).expect("JSON");
    assert!(jsonschema::is_valid(&schema, &found));
    let read: cache_budget::result::Diagnosis = serde_json::from_value(found.clone()).expect("a diagnosis");
    assert_eq!(serde_json::to_value(&read).expect("JSON"), found);
}

#[test]
fn the_answer_fits_a_screen() {
    let case = case();
    let text = case.stdout(&["diagnose", "caches.json"]);
    assert!(text.lines().count() <= 30 && text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(
        text.starts_with("The cache holds 10.86 GiB in 22 entries, 109 % of its limit of 10 GiB."),
        "{text}"
    );
    assert!(text.contains("4.33 GiB") && text.contains("18 entries stay"), "{text}");
    assert!(text.contains("--details shows the reasons, what to edit, and all tables."), "{text}");
    let details = case.stdout(&["diagnose", "caches.json", "--details"]);
    assert!(details.lines().count() > text.lines().count() && details.contains("Edit: "), "{details}");
}

/// However much there is to say, a screen has 30 lines, and one of them says what is left out.
#[test]
fn a_long_answer_is_cut_to_a_screen_and_says_what_it_leaves_out() {
    let kinds = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    ];
    let rows = kinds.iter().enumerate().flat_map(|(place, kind)| {
        (0..4).map(move |old| {
            format!(
                r#"{{"id":{},"key":"{kind}-cache-{:064x}","ref":"refs/{}","version":"v","sizeInBytes":{},
                    "createdAt":"2026-01-{:02}T00:00:00Z","lastAccessedAt":"2026-01-{:02}T0{old}:00:00Z"}}"#,
                place * 10 + old,
                place * 1_000 + old,
                ["heads/main", "pull/7/merge", "tags/v1", "heads/gh-readonly-queue/main/pr-1-a"][old % 4],
                (place + 1) * 100_000_000,
                1 + old,
                5 + old,
            )
        })
    });
    let case = Case::with("");
    case.write("caches.json", &format!("[{}]", rows.collect::<Vec<_>>().join(",")));
    case.write("earlier.json", "[]");
    for listings in [&["caches.json"][..], &["earlier.json", "caches.json"]] {
        let text = case.stdout(&[&["diagnose"][..], listings, &["--quiet"]].concat());
        assert!(text.lines().count() <= 30, "{} lines: {text}", text.lines().count());
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("--details shows ") && words.contains(" more families ("), "{text}");
        assert!(words.contains(" more entries that go, ") && words.contains(" more finding"), "{text}");
    }
}

#[test]
fn the_printed_command_gives_the_same_again() {
    let case = case();
    case.write("pulls.json", r#"[{"number":70,"state":"OPEN"},{"number":71,"state":"CLOSED"}]"#);
    let asked = [
        "diagnose",
        "caches.json",
        "--pulls",
        "pulls.json",
        "--limit",
        "8GB",
        "--retention",
        "30d",
        "--at",
        "2026-06-16",
    ];
    let first = case.json(&asked);
    let again = first["reproduce"].as_str().expect("a command").to_owned();
    let words: Vec<&str> = again.split(' ').skip(1).collect();
    assert_eq!(case.json(&words), first);
}

#[test]
fn conditions_that_are_met_are_code_10() {
    let case = case();
    let code = |condition: &str| {
        case.run(&["diagnose", "caches.json", "--fail-on", condition, "--quiet"]).status.code()
    };
    // 11.66 GB of 10 GiB: 108.6 %.
    let met = [
        "over",
        "over=80%",
        "over=108%",
        "over=11GB",
        "family=spm",
        "family=spm-*",
        "family=spm:4GiB",
        "family=40%",
        "over=200%,family=bun",
    ];
    let not =
        ["over=109%", "over=12GB", "family=rust", "family=spm:5GiB", "family=44%", "over=200%,family=none"];
    assert!(met.iter().all(|condition| code(condition) == Some(10)), "{:?}", met.map(code));
    assert!(not.iter().all(|condition| code(condition) == Some(0)), "{:?}", not.map(code));
    let output =
        case.run(&["diagnose", "caches.json", "--fail-on", "over=80%,family=40%", "--format", "json"]);
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.contains("--fail-on: the cache holds 10.86 GiB, which is over 80 % of the limit"), "{said}");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(found["failed_on"].as_array().map(Vec::len), Some(2));
    for wrong in ["", "ovr=80%", "over=x", "new-writer=1", "over=80"] {
        assert_eq!(code(wrong), Some(2), "{wrong}");
    }
}

#[test]
fn a_new_writer_is_one_that_the_first_listing_lacks() {
    let case = Case::with("");
    let main = "refs/heads/main";
    let old = entry(1, main, "a-1a2b3c4d1", 1, 1, 1);
    case.write("1.json", &listing(std::slice::from_ref(&old)));
    case.write("2.json", &listing(&[old.clone(), entry(2, main, "a-1a2b3c4d2", 1, 2, 2)]));
    case.write("3.json", &listing(&[old, entry(3, main, "b-1a2b3c4d2", 1, 3, 3)]));
    let run = |files: &[&str]| {
        let output = case.run(&[&["diagnose"], files, &["--fail-on", "new-writer"]].concat());
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    assert_eq!(run(&["1.json", "2.json"]).0, Some(0));
    let (code, said) = run(&["3.json", "1.json", "2.json"]);
    assert!(code == Some(10) && said.contains("new since the first listing: b"), "{said}");
    let (code, said) = run(&["1.json"]);
    assert!(code == Some(2) && said.contains("needs two listings or more"), "{said}");
}

#[test]
fn wrong_input_is_code_3_and_names_its_place() {
    let case = Case::with("");
    case.write("bad.json", "[{\"key\":\"k\"},\n {\"key\":\"k\",\"sizeInBytes\":1,\"createdAt\":\"x\"}]");
    let said = case.refused(&["diagnose", "bad.json"], 3);
    assert!(said.contains("bad.json:1:2: entry 1: `sizeInBytes` is missing: request it"), "{said}");
    assert!(said.contains("bad.json:2:2: entry 2: `createdAt` is \"x\", which is not a time"), "{said}");
    case.write("ok.json", "[]");
    case.write("pulls.json", "{}");
    let said = case.refused(&["diagnose", "ok.json", "--pulls", "pulls.json"], 3);
    assert!(said.contains("pulls.json:") && said.contains("gh pr list"), "{said}");
    assert_eq!(case.run(&["diagnose", "none.json"]).status.code(), Some(1));
    assert!(case.refused(&["diagnose", "ok.json", "ok.json"], 2).contains("named twice"));
    assert!(case.refused(&["diagnose"], 2).contains("LISTING"));
    assert!(case.stdout(&["diagnose", "ok.json"]).starts_with("The cache is empty"));
}

#[test]
fn every_format_and_the_folder_are_written() {
    let case = case();
    let markdown = case.stdout(&["diagnose", "caches.json", "--format", "markdown", "--quiet"]);
    assert!(markdown.starts_with("### What is in the cache\n\n**The cache holds"), "{markdown}");
    let csv = case.stdout(&["diagnose", "caches.json", "--format", "csv", "--quiet"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let row = rows.iter().find(|row| &row[0] == "family").expect("a family");
    assert_eq!((&row[1], &row[5], &row[6]), ("spm", "13", "4649302086"));
    case.stdout(&["diagnose", "caches.json", "--output", "out", "--quiet"]);
    let written: serde_json::Value =
        serde_json::from_slice(&std::fs::read(case.path("out/result.json")).expect("a file")).expect("JSON");
    assert_eq!(written, case.json(&["diagnose", "caches.json"]));
}

#[test]
fn a_saved_diagnosis_is_shown_again() {
    let case = case();
    case.stdout(&["diagnose", "caches.json", "--fail-on", "over=200%", "--output", "out", "--quiet"]);
    for format in ["table", "markdown", "csv"] {
        let own = case.stdout(&[
            "diagnose",
            "caches.json",
            "--fail-on",
            "over=200%",
            "--details",
            "--format",
            format,
            "-q",
        ]);
        let again = ["report", "out", "--format", format, "--details", "-q"];
        assert_eq!(case.stdout(&again), own, "{format}");
    }
    case.stdout(&["report", "out", "--format", "html", "--output", "page.html", "-q"]);
    let page = std::fs::read_to_string(case.path("page.html")).expect("a page").replace('\u{a0}', " ");
    assert!(
        page.contains("What is in the cache</h2>")
            && page.contains("The cache holds 10.86 GiB in 22 entries")
    );
    let text = std::fs::read_to_string(case.path("out/result.json")).expect("a file");
    case.write("wrong.json", &text.replacen("\"usage_bytes\": ", "\"usage_bytes\": -", 1));
    assert!(case.refused(&["report", "wrong.json"], 3).contains("usage_bytes: "));
}

#[test]
fn a_limit_without_its_unit_is_told() {
    let case = case();
    let said = case.refused(&["diagnose", "caches.json", "--limit", "10"], 2);
    assert!(said.contains("`10` has no unit; write for example `10GB`"), "{said}");
    let said = |limit: &str| {
        String::from_utf8(case.run(&["diagnose", "caches.json", "--limit", limit]).stderr).expect("UTF-8")
    };
    assert!(!said("10GiB").contains("unit") && !said("10737418240").contains("unit"));
    for command in ["diagnose", "replay"] {
        let said = case.refused(&[command, "caches.json", "--limit", "-5GB"], 2);
        assert!(
            said.contains("invalid value '-5GB' for '--limit <SIZE>'") && !said.contains("tip:"),
            "{said}"
        );
    }
    case.write("log.jsonl", "{\"at\":\"2026-09-23T02:15:10Z\",\"op\":\"sweep\"}");
    let replayed = case.run(&["replay", "log.jsonl", "--limit", "10"]);
    let said = String::from_utf8(replayed.stderr).expect("UTF-8");
    assert!(said.contains("note: the limit is only 10 B"), "{said}");
}

#[test]
fn a_family_that_no_key_has_is_told() {
    let case = case();
    let said = |condition: &str| {
        let output = case.run(&["diagnose", "caches.json", "--fail-on", condition]);
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    let typo = said("family=spn:2GiB");
    assert!(typo.contains("no key family is called spn: did you mean spm?"), "{typo}");
    let elsewhere = said("family=elsewhere");
    assert!(
        elsewhere.contains("is called elsewhere: there are spm, avd, swift, xcode, bun\n"),
        "{elsewhere}"
    );
    assert!(!said("family=spm:90GiB").contains("no key family"));
}

/// `cargo-build-target` alone is a family; beside `cargo` it is a part of one.
#[test]
fn a_condition_holds_whatever_the_family_is_called() {
    let case = Case::with("");
    let main = "refs/heads/main";
    let large = entry(1, main, "Linux-cargo-build-target-1a2b3c4d1", 3_000, 1, 1);
    case.write("alone.json", &listing(std::slice::from_ref(&large)));
    case.write("beside.json", &listing(&[large, entry(2, main, "Linux-cargo-1a2b3c4d2", 100, 2, 2)]));
    for (file, condition, code) in [
        ("alone.json", "family=cargo-build-target:2kB", 10),
        ("beside.json", "family=cargo-build-target:2kB", 10),
        ("beside.json", "family=*-cargo-build-target-*:2kB", 10),
        ("beside.json", "family=cargo-build-target:3kB", 0),
        ("alone.json", "family=cargo:2kB", 10),
        ("alone.json", "family=carg:2kB", 0),
    ] {
        let found = case.run(&["diagnose", file, "--fail-on", condition, "--quiet"]).status.code();
        assert_eq!(found, Some(code), "{file} {condition}");
    }
}

/// What cannot be read is no invalid input.
#[test]
fn a_file_that_cannot_be_read_is_code_1_for_every_command() {
    let case = case();
    case.write("bad.toml", "x = 1");
    for arguments in [
        &["check", "none.toml"][..],
        &["run", "none.toml"],
        &["compare", "none.toml", "--strategy", "drop-sccache"],
        &["explain", "none.toml"],
        &["sweep", "none.toml", "--vary", "cache.limit=1GB,2GB"],
        &["report", "none.json"],
        &["replay", "none.jsonl"],
        &["diagnose", "none.json"],
        &["diagnose", "caches.json", "--pulls", "none.json"],
        &["diagnose", "caches.json", "--scenario", "none.toml"],
    ] {
        let said = case.refused(arguments, 1);
        assert!(said.contains("none.") && said.contains("No such file"), "{arguments:?}\n{said}");
    }
    case.refused(&["check", "none.toml", "bad.toml"], 3);
    case.refused(&["check", "bad.toml", "none.toml"], 3);
}

#[test]
fn standard_input_is_read() {
    let case = case();
    let output =
        case.command(&["diagnose", "-", "--format", "json", "--quiet"]).write_stdin(LISTING_22).output();
    let found: serde_json::Value = serde_json::from_slice(&output.expect("it runs").stdout).expect("JSON");
    assert_eq!(found["entries"], 22);
}

#[test]
fn the_readme_shows_what_is_printed() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let case = Case::with("");
    for name in ["listing.json", "pulls.json"] {
        let text = std::fs::read_to_string(format!("{root}scenarios/caches/{name}")).expect("it is shipped");
        case.write(name, &text);
    }
    let printed = case.stdout(&["diagnose", "listing.json", "--pulls", "pulls.json"]);
    let readme = std::fs::read_to_string(format!("{root}README.md")).expect("text");
    let blocks = readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    let shown =
        blocks.into_iter().find(|block| block.starts_with("The cache holds 11.54 GiB")).expect("a block");
    assert!(printed.starts_with(shown), "{printed}");
}
