//! The command that a result names gives the same result again, byte for byte, with every option.

use super::QUICK;
use crate::case::Case;
use std::fs;

/// What a command writes to its folder, and the command that its result names.
fn result(case: &Case, command: &[&str], folder: &str) -> (Vec<u8>, String) {
    let output = case.run(&[command, &["--quiet", "--output", folder]].concat());
    assert!(output.status.success(), "{output:?}");
    let bytes = fs::read(case.path(folder).join("result.json")).expect("a result");
    let json: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    (bytes, json["reproduce"].as_str().expect("a command").to_owned())
}

/// The words of a command as a shell splits it.
pub(super) fn words(command: &str) -> Vec<String> {
    let script = format!("printf '%s\\n' {command}");
    let output = std::process::Command::new("bash").args(["-c", &script]).output().expect("there is a shell");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().skip(1).map(str::to_owned).collect()
}

fn is_reproduced(command: &[&str]) {
    let case = Case::with(QUICK);
    case.write("other one.toml", &QUICK.replace("2 GB", "3 GB"));
    let (first, again) = result(&case, command, "first");
    let again = words(&again);
    let again: Vec<&str> = again.iter().map(String::as_str).collect();
    let (second, _) = result(&case, &again, "second");
    assert!(first == second, "{again:?} gives another result than {command:?}");
}

#[test]
fn of_a_run() {
    is_reproduced(&[
        "run",
        "ci.toml",
        "--set",
        "cache.limit=\"3 GB\"",
        "--set",
        "workload.days=15",
        "--seed",
        "3",
    ]);
    is_reproduced(&["run", "other one.toml", "--with-screen", "--replications", "3", "--threads", "2"]);
    is_reproduced(&["run", "ci.toml", "--batches", "8"]);
    is_reproduced(&[
        "run",
        "ci.toml",
        "--replications",
        "2",
        "--precision",
        "12.5%",
        "--replications-max",
        "9",
    ]);
    let metric = ["--precision-metric", "save.stored{client=rust-cache,ref=main}"];
    is_reproduced(&[&["run", "ci.toml", "--replications", "3", "--precision", "0.3"][..], &metric].concat());
}

#[test]
fn of_a_comparison() {
    is_reproduced(&["compare", "ci.toml", "other one.toml", "--replications", "2", "--seed", "9"]);
    let strategies = ["--strategy", "raise-limit=8GB", "--strategy", "save-on-main-only+raise-limit=4GB"];
    is_reproduced(
        &[&["compare", "ci.toml", "--replications", "2", "--set", "workload.days=15"][..], &strategies]
            .concat(),
    );
    is_reproduced(&[&["compare", "ci.toml", "--replications", "2", "--attribute"][..], &strategies].concat());
    let precision = ["--precision", "40%", "--precision-metric", "runner.minutes", "--replications-max", "6"];
    is_reproduced(&[&["compare", "ci.toml", "--replications", "2"][..], &strategies, &precision].concat());
}

#[test]
fn of_a_sweep() {
    let grid = ["--vary", "cache.limit=2GB..4GB:1GB", "--strategy", "save-on-main-only"];
    is_reproduced(&[&["sweep", "ci.toml", "--replications", "2", "--all-metrics"][..], &grid].concat());
    let drawn = ["--vary", "cache.limit=2GB..4GB", "--vary", "workload.pushes-per-day=3..6"];
    is_reproduced(&[&["sweep", "ci.toml", "--replications", "1", "--sample", "5"][..], &drawn].concat());
    let morris = ["--sensitivity", "morris", "--sample", "4", "--metric", "save.stored{client=rust-cache}"];
    is_reproduced(
        &[&["sweep", "ci.toml", "--replications", "1", "--seed", "2"][..], &drawn, &morris].concat(),
    );
}

#[test]
fn of_an_explanation() {
    let case = Case::with(QUICK);
    let asked = ["--job", "test", "--ref", "main", "--client", "rust-cache", "--worst", "2", "--no-remedies"];
    let which = ["--set", "cache.limit=3 GB", "--seed", "2", "--replication", "3", "--at", "2026-01-20"];
    let first = case.json(&[&["explain", "ci.toml"][..], &asked, &which].concat());
    let again = words(first["reproduce"].as_str().expect("a command"));
    let again: Vec<&str> = again.iter().map(String::as_str).collect();
    assert_eq!(case.json(&again), first);
}
