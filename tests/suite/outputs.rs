//! What a command writes replaces no input of the same call, and no other command's result without a word. A stdout
//! that cannot be written is a failure of every command.
#![cfg(unix)]

use crate::case::{CROWDED, Case, LISTING, LOG};

const TINY: &str = "[workload]\ndays = 4\nwarmup = \"1 d\"\n[workflow.ci]\non = \"push main\"\n\
    job.test = { cold = \"17 min\", warm = \"4 min\", cache.rust-cache = { size = \"1.2 GB\" } }\n";

fn case() -> Case {
    let case = Case::with(TINY);
    case.write("log.jsonl", LOG);
    case.stdout(&["run", "ci.toml", "--replications", "1", "--no-advice", "--output", "ran", "--quiet"]);
    case
}

fn folder(case: &Case, name: &str, file: &str, text: &str) {
    std::fs::create_dir_all(case.path(name)).expect("a folder");
    case.write(&format!("{name}/{file}"), text);
}

/// Calls whose output is one of their inputs, and which.
const CALLS: &[(&[&str], &str)] = &[
    (&["explain", "ci.toml", "--worst", "1", "--journal", "ci.toml"], "ci.toml"),
    (&["explain", "ci.toml", "--journal", "./ran/../ci.toml"], "ci.toml"),
    (&["explain", "ci.toml", "--journal", "link.toml"], "ci.toml"),
    (&["explain", "link.toml", "--journal", "ci.toml"], "ci.toml"),
    (&["explain", "dated/ci.toml", "--journal", "dated/events.csv"], "dated/events.csv"),
    (&["report", "ran", "--output", "ran/result.json"], "ran/result.json"),
    (&["report", "ran/result.json", "--format", "html", "--output", "ran/result.json"], "ran/result.json"),
    (
        &["report", "ran", "--format", "svg", "--chart", "budget", "--output", "ran/result.json"],
        "ran/result.json",
    ),
    (&["replay", "log/result.json", "--output", "log"], "log/result.json"),
    (
        &["replay", "log.jsonl", "--initial", "listing/result.json", "--output", "listing"],
        "listing/result.json",
    ),
    (&["diagnose", "listing/result.json", "--output", "listing"], "listing/result.json"),
    (&["run", "scenario/result.json", "--replications", "1", "--output", "scenario"], "scenario/result.json"),
    (
        &[
            "compare",
            "scenario/result.json",
            "--strategy",
            "raise-limit=20GB",
            "--replications",
            "1",
            "--output",
            "scenario",
        ],
        "scenario/result.json",
    ),
    (
        &[
            "sweep",
            "points/points.csv",
            "--vary",
            "cache.limit=1GB,2GB",
            "--replications",
            "1",
            "--output",
            "points",
        ],
        "points/points.csv",
    ),
];

#[test]
fn an_input_is_never_overwritten() {
    let case = case();
    folder(&case, "log", "result.json", LOG);
    folder(&case, "listing", "result.json", LISTING);
    folder(&case, "scenario", "result.json", TINY);
    folder(&case, "points", "points.csv", TINY);
    folder(
        &case,
        "dated",
        "events.csv",
        "at,event\n2026-01-01T00:00:00Z,main_push\n2026-01-03T00:00:00Z,main_push\n",
    );
    let dated = TINY.replace("days = 4\nwarmup = \"1 d\"", "events = \"events.csv\"\nwarmup = \"1 h\"");
    case.write("dated/ci.toml", &dated);
    std::os::unix::fs::symlink("ci.toml", case.path("link.toml")).expect("a link");
    std::fs::hard_link(case.path("ran/result.json"), case.path("ran/other.json")).expect("a link");
    for (call, input) in CALLS {
        let before = std::fs::read(case.path(input)).expect("an input");
        let output = case.run(call);
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(std::fs::read(case.path(input)).expect("it is there"), before, "{call:?}: {said}");
        // A picture's folder is another one; the rest name the file.
        if !call.contains(&"svg") {
            assert!(matches!(output.status.code(), Some(1 | 2)), "{call:?}: {said}");
            assert!(said.contains("is an input of this command and is not overwritten"), "{call:?}: {said}");
        }
    }
}

#[test]
fn every_command_has_a_folder_of_its_own() {
    let case = Case::with(TINY);
    let sweep = ["sweep", "ci.toml", "--vary", "cache.limit=1GB,2GB"];
    let of = |part: &'static str| [&sweep[..], &["--shard", part]].concat();
    let commands = [
        vec!["run", "ci.toml", "--no-advice"],
        vec!["compare", "ci.toml", "--strategy", "raise-limit=20GB"],
        sweep.to_vec(),
        of("1/2"),
        of("2/2"),
    ];
    for command in commands {
        case.stdout(&[&command[..], &["--replications", "1", "--quiet"]].concat());
    }
    case.stdout(&["merge", "output/ci/sweep/1-of-2", "output/ci/sweep/2-of-2", "--quiet"]);
    case.stdout(&["report", "output/ci", "--format", "html", "--quiet"]);
    case.stdout(&["report", "output/ci", "--format", "svg", "--chart", "budget", "--quiet"]);
    let files = |name: &str| case.path("output/ci").join(name).is_file();
    let written = ["", "compare/", "sweep/", "sweep/1-of-2/", "sweep/2-of-2/", "merge/"];
    assert!(written.iter().all(|folder| files(&format!("{folder}result.json"))));
    assert!(files("report/report.html") && case.path("output/ci/report/charts").is_dir());
    for (folder, command) in [("output/ci", "run"), ("output/ci/compare", "compare")] {
        let text = std::fs::read_to_string(case.path(folder).join("result.json")).expect("a result");
        assert!(text.contains(&format!("\"command\": \"{command}\"")), "{text}");
    }
    // Whoever names the scenario's folder, where only another command has written, is told where the result is.
    std::fs::remove_file(case.path("output/ci/result.json")).expect("a result");
    let said = String::from_utf8(case.run(&["report", "output/ci"]).stderr).expect("UTF-8");
    let told = "there is a result in output/ci/compare, output/ci/merge, output/ci/sweep";
    assert!(said.contains(told), "{said}");
}

#[test]
fn every_command_warns_of_what_it_replaces() {
    let case = case();
    case.write("listing.json", LISTING);
    let said = |arguments: &[&str]| {
        case.stdout(&["run", "ci.toml", "--replications", "1", "--no-advice", "--quiet", "--output", "out"]);
        let output = case.run(&[arguments, &["--output", "out", "--quiet"]].concat());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    let told = "warning: out/result.json is a result of `run` for ci.toml and will be replaced";
    assert!(said(&["diagnose", "listing.json"]).starts_with(told));
    assert!(said(&["replay", "log.jsonl"]).starts_with(told));
    let parts = ["output/ci/sweep/1-of-1"];
    let sweep = ["sweep", "ci.toml", "--vary", "cache.limit=1GB,2GB", "--replications", "1"];
    case.stdout(&[&sweep[..], &["--shard", "1/1", "--quiet"]].concat());
    assert!(said(&[&["merge"], &parts[..]].concat()).starts_with(told));
}

#[test]
fn a_result_of_something_else_is_replaced_with_a_word() {
    let case = case();
    folder(&case, "b", "ci.toml", TINY);
    let said = |arguments: &[&str]| {
        let output = case.run(&[arguments, &["--replications", "1", "--output", "out"]].concat());
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    let told = |command: &str, file: &str| {
        format!(
            "warning: out/result.json is a result of `{command}` for {file} and will be replaced; --output names another folder\n"
        )
    };
    let (run, compare) =
        (["run", "ci.toml", "--no-advice"], ["compare", "ci.toml", "--strategy", "raise-limit=20GB"]);
    assert!(!said(&run).contains("replaced"), "nothing was there");
    assert!(!said(&run).contains("replaced"), "it is the same again");
    assert!(
        said(&["run", "b/ci.toml", "--no-advice"]).contains(&told("run", "ci.toml")),
        "another scenario of that name"
    );
    assert!(said(&compare).contains(&told("run", "b/ci.toml")), "another command");
    assert!(said(&run).contains(&told("compare", "ci.toml")));
    // What is lost is no progress: `--quiet` does not hide it.
    let quiet = [&["compare", "b/ci.toml", "--quiet"], &compare[2..]].concat();
    assert_eq!(said(&quiet), told("run", "ci.toml"));
    said(&compare);
    let sweep = ["sweep", "ci.toml", "--vary", "cache.limit=1GB,2GB"];
    assert!(said(&sweep).contains(&told("compare", "ci.toml")));
    assert!(!said(&sweep).contains("replaced"));
}

#[test]
fn a_report_never_replaces_a_scenario() {
    let case = case();
    let run = ["run", "ci.toml", "-q", "--replications", "2", "--no-advice", "--output", "r"];
    assert!(case.run(&run).status.success());
    let before = std::fs::read(case.path("ci.toml")).expect("a scenario");
    for format in ["markdown", "html", "csv", "table"] {
        let refused = case.run(&["report", "r", "--format", format, "--output", "ci.toml"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("ci.toml is a scenario and is not overwritten"), "{said}");
        assert_eq!(std::fs::read(case.path("ci.toml")).expect("it is there"), before);
    }
}

/// Every command that prints anything, with a stdout that is full, and with one that nobody reads.
#[test]
#[cfg(target_os = "linux")]
fn a_full_stdout_is_a_failure_and_a_closed_one_is_none() {
    let case = Case::with(&CROWDED.replace("cache.sccache = {}", "").replace("days = 24", "days = 4"));
    case.write("log.jsonl", LOG);
    case.write("listing.json", LISTING);
    case.stdout(&["run", "ci.toml", "--replications", "1", "--no-advice", "--output", "ran", "--quiet"]);
    let calls: &[&[&str]] = &[
        &["--help"],
        &["-h"],
        &["--version"],
        &["run", "--help"],
        &["sweep", "-h"],
        &["run", "ci.toml", "--replications", "1"],
        &["compare", "ci.toml", "--strategy", "raise-limit=20GB", "--replications", "1"],
        &["explain", "ci.toml", "--no-remedies"],
        &["sweep", "ci.toml", "--vary", "cache.limit=1GB,2GB", "--replications", "1", "--output", "swept"],
        &["check", "ci.toml", "--show-defaults"],
        &["replay", "log.jsonl"],
        &["replay", "log.jsonl", "--format", "csv"],
        &["diagnose", "listing.json"],
        &["report", "ran"],
        &["metrics"],
        &["strategies"],
        &["schema"],
        &["completions", "bash"],
        &["man"],
        &["trace", "zipf", "--requests", "50", "--objects", "9"],
    ];
    for call in calls {
        let program = assert_cmd::cargo::cargo_bin!("cache-budget");
        let run = |stdout: std::process::Stdio| {
            let command = std::process::Command::new(program)
                .args(*call)
                .current_dir(case.folder())
                .stdout(stdout)
                .output();
            let output = command.expect("it runs");
            (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
        };
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a device");
        let (code, said) = run(full.into());
        assert!(
            code == Some(1) && said.contains("error: cannot write to stdout: No space left"),
            "{call:?}: {said}"
        );
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let (code, said) = run(writer.into());
        assert!(code == Some(0) && !said.contains("error"), "{call:?}: {said}");
    }
}

/// Every command that writes a result into a folder prints its answer where that folder cannot be written.
#[test]
fn an_answer_is_printed_where_the_folder_asked_for_cannot_be_written() {
    let case = case();
    case.write("listing.json", LISTING);
    for asked in [
        &["diagnose", "listing.json"][..],
        &["diagnose", "listing.json", "--format", "json"],
        &["replay", "log.jsonl"],
        &["replay", "log.jsonl", "--format", "json"],
        &["replay", "log.jsonl", "--limit", "1GB", "--limit", "2GB"],
        &["run", "ci.toml", "--replications", "1", "--no-advice"],
    ] {
        let answer = case.run(&[asked, &["--quiet"]].concat());
        let output = case.run(&[asked, &["--quiet", "--output", "ci.toml/below-a-file"]].concat());
        assert_eq!(
            (output.status.code(), &output.stdout),
            (Some(1), &answer.stdout),
            "{asked:?}: {output:?}"
        );
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("warning: ") && said.contains("the result is not saved"), "{asked:?}: {said}");
    }
}

/// A draft is locked while its process lives.
#[test]
fn drafts_of_killed_processes_go_with_the_next_output_into_their_folder() {
    let case = case();
    let left = |name: &str| case.path(name).exists();
    let drafts = ["ran/cache-budget-abc123.tmp", "cache-budget-000000.tmp"];
    let others = ["ran/cache-budget-abc12.tmp", "ran/cache-budget-abc12_.tmp", "ran/abc123.tmp"];
    for arguments in [
        &["run", "ci.toml", "--replications", "1", "--no-advice", "--output", "ran", "--quiet"][..],
        &["compare", "ci.toml", "--strategy", "raise-limit=20GB", "--replications", "2", "--output", "ran"],
        &["report", "ran", "--format", "markdown", "--output", "ran/comment.md"],
    ] {
        drafts.iter().chain(&others).for_each(|name| case.write(name, "half"));
        case.write("ran/cache-budget-held00.tmp", "half");
        let held = std::fs::File::open(case.path("ran/cache-budget-held00.tmp")).expect("a file");
        held.lock().expect("it can be locked");
        case.stdout(arguments);
        assert!(!left(drafts[0]), "{arguments:?}");
        assert!(left(drafts[1]), "nothing was written into this folder: {arguments:?}");
        assert!(others.iter().all(|name| left(name)) && left("ran/cache-budget-held00.tmp"), "{arguments:?}");
    }
    // It is in nobody's way: a folder is no draft, and a pipe is not opened.
    std::fs::remove_file(case.path("ran/cache-budget-held00.tmp")).expect("a file");
    std::fs::create_dir(case.path("ran/cache-budget-folder.tmp")).expect("a folder");
    case.stdout(&["run", "ci.toml", "--replications", "1", "--no-advice", "--output", "ran", "--quiet"]);
    assert!(left("ran/cache-budget-folder.tmp"));
}
