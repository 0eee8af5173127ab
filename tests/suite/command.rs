//! The command line: exit codes, streams, help that fits.

use crate::case::Case;
use assert_cmd::Command;
use cache_budget::observe::CATALOGUE;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    command.args(arguments).env_remove("NO_COLOR").env_remove("COLUMNS");
    command
}

fn stdout(arguments: &[&str]) -> String {
    let output = command(arguments).output().expect("it runs");
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn wrong_usage_is_code_2_and_says_nothing_on_stdout() {
    let wrong: [&[&str]; 6] = [
        &[],
        &["run"],
        &["run", "x.toml", "--replications", "0"],
        &["run", "x.toml", "--set", "no-assignment"],
        &["run", "x.toml", "--format", "xml"],
        &["no-such-command"],
    ];
    for arguments in wrong {
        let output = command(arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

/// Every name in brackets behind a message is explained, and a misspelt one is told.
#[test]
fn kinds_of_problems_are_explained() {
    for kind in cache_budget::diagnostic::REGISTRY {
        let text = stdout(&["check", "--explain", kind.slug]);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = kind.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words, format!("{} {said}", kind.slug));
    }
    let mut program = Command::cargo_bin("cache-budget").expect("the program");
    let output = program.args(["check", "--explain", "no-efect"]).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("'no-effect'"), "{said}");
}

#[test]
fn short_help_fits_a_screen() {
    for arguments in [
        &["-h"][..],
        &["run", "-h"],
        &["replay", "-h"],
        &["check", "-h"],
        &["metrics", "-h"],
        &["compare", "-h"],
        &["strategies", "-h"],
        &["sweep", "-h"],
        &["merge", "-h"],
        &["explain", "-h"],
        &["diagnose", "-h"],
        &["import", "-h"],
        &["report", "-h"],
        &["serve", "-h"],
        &["lesson", "-h"],
        &["schema", "-h"],
        &["completions", "-h"],
        &["man", "-h"],
        &["trace", "-h"],
        &["trace", "zipf", "-h"],
    ] {
        let help = stdout(arguments);
        assert!(help.lines().count() <= 30, "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }
}

#[test]
fn long_help_has_examples_and_exit_codes() {
    let help = stdout(&["--help"]);
    assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
    assert!(stdout(&["run", "--help"]).contains("Examples:"));
}

#[test]
fn the_metrics_are_listed_in_every_format() {
    let json: serde_json::Value =
        serde_json::from_str(&stdout(&["metrics", "--format", "json"])).expect("JSON");
    let names: Vec<_> =
        json.as_array().expect("a list").iter().map(|metric| metric["name"].as_str()).collect();
    assert_eq!(names, CATALOGUE.iter().map(|metric| Some(metric.name)).collect::<Vec<_>>());
    let csv = stdout(&["metrics", "--format", "csv"]);
    let rows = csv::Reader::from_reader(csv.as_bytes()).records().filter(Result::is_ok).count();
    assert_eq!(rows, CATALOGUE.len());
    for format in ["table", "markdown"] {
        let text = stdout(&["metrics", "--format", format]);
        assert!(CATALOGUE.iter().all(|metric| text.contains(metric.name)), "{text}");
    }
    let table = stdout(&["metrics", "--format", "table"]);
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
}

#[test]
fn a_scenario_that_cannot_be_read_is_code_1() {
    for arguments in [["check", "no-such.toml"], ["run", "no-such.toml"]] {
        let output = command(&arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert!(String::from_utf8_lossy(&output.stderr).contains("no-such.toml"));
    }
}

#[test]
fn a_mistyped_scenario_is_told_from_those_beside_it() {
    let case = Case::with(SCENARIO);
    case.write("nightly.toml", SCENARIO);
    let said = case.refused(&["run", "nigthly.toml"], 1);
    assert!(said.contains("help: did you mean `nightly.toml`?"), "{said}");
    assert!(!case.refused(&["run", "release.toml"], 1).contains("did you mean"));
}

const SCENARIO: &str = r#"
[cache]
limit = "2 GB"
[workload]
pushes-per-day = 6
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "1.2 GB" }
[[expect]]
metric = "restore.count"
client = "rust-cache"
min = 1
"#;

fn run_in(case: &Case, arguments: &[&str]) -> std::process::Output {
    case.run(&[&["run", "ci.toml", "--replications", "3"], arguments].concat())
}

#[test]
fn run_answers_on_stdout_and_writes_the_same_result() {
    let case = Case::with(SCENARIO);
    let output = run_in(&case, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let written = std::fs::read(case.path("output/ci/result.json")).expect("a result");
    assert_eq!(written, output.stdout);
    let result: serde_json::Value = serde_json::from_slice(&written).expect("JSON");
    assert_eq!(result["expectations"][0]["held"], true);
    let files = std::fs::read_dir(case.path("output/ci")).expect("a folder").count();
    assert_eq!(files, 1, "no temporary file stays");
    assert!(String::from_utf8_lossy(&output.stderr).contains("Wrote output/ci/result.json"), "{output:?}");
}

#[test]
fn results_depend_on_the_seed_and_not_on_threads() {
    let case = Case::with(SCENARIO);
    let result = |arguments: &[&str]| {
        run_in(&case, &[&["--format", "csv", "--quiet", "--output", "out"], arguments].concat()).stdout
    };
    let one = result(&["--threads", "1"]);
    assert!(!one.is_empty() && one == result(&["--threads", "3"]));
    assert_ne!(one, result(&["--seed", "2"]));
    assert_ne!(one, result(&["--set", "cache.limit=20 GB"]));
}

#[test]
fn an_expectation_that_does_not_hold_is_code_10() {
    let case = Case::with(&SCENARIO.replace("min = 1", "min = 1000"));
    let output = run_in(&case, &[]);
    assert_eq!(output.status.code(), Some(10), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("✗ restore.count {client=rust-cache} >= 1000"));
    // Where the answer is data, a person is told on stderr.
    let output = run_in(&case, &["--format", "csv"]);
    assert_eq!(output.status.code(), Some(10));
    assert!(String::from_utf8_lossy(&output.stderr).contains("✗ restore.count"));
}

#[test]
fn quiet_says_nothing_but_the_answer() {
    let case = Case::with(SCENARIO);
    let output = run_in(&case, &["--quiet"]);
    assert!(output.stderr.is_empty() && !output.stdout.is_empty(), "{output:?}");
    assert!(!output.stdout.contains(&0x1b), "colour without a terminal");
    assert!(run_in(&case, &["--color", "always"]).stdout.contains(&0x1b));
}

#[test]
fn the_question_is_said_before_the_answer() {
    let case = Case::with(&format!("question = \"Does one more fit?\"\n{SCENARIO}"));
    let output = run_in(&case, &[]);
    assert!(
        String::from_utf8_lossy(&output.stderr).starts_with("Question: Does one more fit?\n"),
        "{output:?}"
    );
    assert!(run_in(&case, &["--quiet"]).stderr.is_empty());
}

#[test]
fn an_event_limit_is_code_1() {
    let case = Case::with(SCENARIO);
    let output = run_in(&case, &["--set", "workload.event-limit=1"]);
    assert_ne!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("event-limit"), "{output:?}");
}

#[test]
fn an_answer_is_printed_even_where_its_folder_cannot_be_written() {
    let case = Case::with(SCENARIO);
    let answer = run_in(&case, &["--quiet"]).stdout;
    // A folder that the user named has to be written.
    let output = run_in(&case, &["--quiet", "--output", "ci.toml/below-a-file"]);
    assert_eq!((output.status.code(), &output.stdout), (Some(1), &answer), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("warning: cannot create the folder"));
    // The usual folder is an offer.
    std::fs::remove_dir_all(case.path("output")).expect("it was written");
    case.write("output", "a file");
    let output = run_in(&case, &["--quiet"]);
    assert_eq!((output.status.code(), &output.stdout), (Some(0), &answer), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("the result is not saved (name a folder with --output)"), "{said}");
    // A folder in the place of the file is found out only at the end.
    std::fs::create_dir_all(case.path("kept/result.json")).expect("a folder");
    let output = run_in(&case, &["--output", "kept"]);
    assert_eq!((output.status.code(), &output.stdout), (Some(1), &answer), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("Wrote"), "{output:?}");
}

#[test]
fn a_metric_that_needs_a_stat_says_so() {
    let case = Case::with(SCENARIO);
    let asked = ["sweep", "ci.toml", "--vary", "cache.limit=1GB,2GB", "--metric", "push.waiting"];
    let said = case.refused(&asked, 2);
    assert!(said.contains("`push.waiting` needs a `stat`: one of `mean`, `p10`, `p50`, `p90`"), "{said}");
    case.write("ci.toml", &format!("{SCENARIO}\n[[expect]]\nmetric = \"cache.bytes\"\nmax = 20e9\n"));
    let said = case.refused(&["run", "ci.toml"], 3);
    assert!(said.contains("`cache.bytes` needs a `stat`: one of `mean`, `peak`, `final`"), "{said}");
}

#[test]
fn no_more_replications_than_the_most_are_played() {
    let case = Case::with(SCENARIO);
    let asked = ["run", "ci.toml", "--precision", "0.1%", "--replications-max", "3"];
    assert_eq!(case.json(&asked)["replications"], 3);
}

#[test]
fn a_name_of_a_file_does_not_control_the_terminal() {
    let case = Case::with(SCENARIO);
    let name = "x\u{1b}[31mRED.toml";
    case.write(name, SCENARIO);
    let text = case.stdout(&["compare", "ci.toml", name, "--replications", "2"]);
    assert!(!text.contains('\u{1b}') && text.contains("x\\u{1b}[31mRED"), "{text}");
}

#[test]
fn the_scenarios_of_the_guide_run_as_they_stand() {
    let guide = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide.md")).expect("text");
    let blocks = guide.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let blocks: Vec<&str> = blocks.collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let output = run_in(&Case::with(block), &["--quiet"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}\n{block}");
        assert!(output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn columns_sets_the_width_of_a_table() {
    let case = Case::with(SCENARIO);
    let widest = |columns: &str| {
        let mut run = case.command(&["run", "ci.toml", "--replications", "3", "--quiet"]);
        let output = run.env("COLUMNS", columns).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let lines = text.lines().filter(|line| !line.starts_with("cache-budget run"));
        lines.map(|line| line.chars().count()).max().unwrap_or(0)
    };
    assert!(widest("60") <= 60);
    assert!((61..=80).contains(&widest("")) && (61..=80).contains(&widest("wide")));
    assert!((81..=120).contains(&widest("200")));
}

/// A named pipe in the folder, and who reads it.
#[cfg(unix)]
fn pipe(case: &Case) -> std::thread::JoinHandle<std::io::Result<String>> {
    let pipe = case.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    std::thread::spawn(move || std::fs::read_to_string(pipe))
}

#[cfg(unix)]
fn is_pipe(case: &Case) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::symlink_metadata(case.path("pipe")).expect("it is there").file_type().is_fifo()
}

/// To put a file in the place of `/dev/null` would take it from every program on the machine.
#[cfg(unix)]
#[test]
fn a_pipe_named_as_output_is_written_and_not_replaced() {
    let case = Case::with(SCENARIO);
    let reader = pipe(&case);
    let trace = ["trace", "zipf", "--requests", "10", "--objects", "5"];
    case.stdout(&[&trace[..], &["--output", "pipe", "--quiet"]].concat());
    assert!(is_pipe(&case));
    assert_eq!(reader.join().expect("it reads").expect("text"), stdout(&trace));
}

#[cfg(unix)]
#[test]
fn a_pipe_takes_a_report() {
    let case = Case::with(SCENARIO);
    run_in(&case, &["--quiet", "--output", "out"]);
    let reader = pipe(&case);
    case.stdout(&["report", "out", "--format", "html", "--output", "pipe", "--quiet"]);
    assert!(is_pipe(&case));
    assert!(reader.join().expect("it reads").expect("text").trim_end().ends_with("</html>"));
}

#[cfg(unix)]
#[test]
fn a_link_named_as_output_stays_a_link() {
    let case = Case::with(SCENARIO);
    let [file, link] = ["file.csv", "link.csv"].map(|name| case.path(name));
    std::fs::write(&file, "before").expect("a file");
    std::os::unix::fs::symlink("file.csv", &link).expect("a link");
    let trace = ["trace", "zipf", "--requests", "10", "--objects", "5"];
    case.stdout(&[&trace[..], &["--output", "link.csv", "--quiet"]].concat());
    assert!(link.is_symlink());
    assert_eq!(std::fs::read_to_string(&file).expect("text"), stdout(&trace));
}

/// The examples of the help are commands that run: each file of the repository that they name is there.
#[test]
fn the_help_names_files_that_exist() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    let mut waiting = vec![cache_budget::cli::command()];
    while let Some(command) = waiting.pop() {
        let helps = [command.get_after_help(), command.get_after_long_help()];
        for help in helps.into_iter().flatten().map(ToString::to_string) {
            for word in help.split_whitespace().filter(|word| word.starts_with("scenarios/")) {
                named += 1;
                assert!(root.join(word).is_file(), "{} names {word}", command.get_name());
            }
        }
        waiting.extend(command.get_subcommands().cloned());
    }
    assert!(named > 0, "there are examples");
}

/// A pipe can be read once, and whoever writes into it has gone by then.
#[cfg(unix)]
#[test]
fn a_scenario_in_a_pipe_is_read_once() {
    let case = Case::with("[cache]\nlimt = \"10 GB\"\n");
    let made = std::process::Command::new("mkfifo").arg(case.path("pipe")).status();
    assert!(made.expect("there is mkfifo").success());
    for (command, code) in [("check", 3), ("run", 3), ("explain", 3)] {
        let mut writer = std::process::Command::new("sh");
        let mut writer =
            writer.args(["-c", "cat ci.toml > pipe"]).current_dir(case.folder()).spawn().expect("a shell");
        let mut command = case.command(&[command, "pipe"]);
        let output = command.timeout(std::time::Duration::from_secs(60)).output().expect("it runs");
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `limit`?"), "{output:?}");
        assert!(writer.wait().expect("it ended").success());
    }
}
