//! The command line: exit codes, streams, help that fits.

use assert_cmd::Command;
use cache_budget::outcome::CATALOGUE;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    command.args(arguments).env_remove("NO_COLOR");
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

#[test]
fn short_help_fits_a_screen() {
    for arguments in [&["-h"][..], &["run", "-h"], &["check", "-h"], &["metrics", "-h"]] {
        let help = stdout(arguments);
        assert!(help.lines().count() <= 24, "{help}");
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
fn a_scenario_that_cannot_be_read_is_code_3() {
    for arguments in [["check", "no-such.toml"], ["run", "no-such.toml"]] {
        let output = command(&arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        assert!(output.stdout.is_empty());
        assert!(String::from_utf8_lossy(&output.stderr).contains("no-such.toml"));
    }
}
