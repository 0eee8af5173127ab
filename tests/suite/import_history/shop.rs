//! The repository that is shipped: its history unpacks to the same commits each time, and two commands answer.

use super::Made;
use super::draft::program;
use std::fs;
use std::path::Path;
use std::process::Command;

fn shop() -> Made {
    let made = Made { folder: tempfile::tempdir().unwrap() };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/repository/unpack.sh");
    let unpacked = Command::new("sh").arg(script).arg(made.path().join("shop")).status().expect("a shell");
    assert!(unpacked.success());
    made
}

#[test]
fn the_history_unpacks_to_the_same_commits() {
    let [one, other] = [shop(), shop()]
        .map(|made| fs::read_to_string(made.path().join("shop/.git/refs/tags/after")).unwrap());
    assert_eq!(one, other);
    let history = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/repository/history.txt");
    assert!(fs::metadata(history).unwrap().len() < 100_000);
}

#[test]
fn two_commands_answer() {
    let made = shop();
    let output = program(&made, &["import", "--repo", "shop", "--output", "ci.toml"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(": `gh run view --json jobs` would tell\n"), "{said}");
    assert!(said.contains("Of what is still assumed, this moves the time that a push waits most"), "{said}");
    let text = fs::read_to_string(made.path().join("ci.toml")).unwrap();
    assert!(text.contains("events = \"ci.events.csv\""), "{text}");
    assert!(text.contains("# api.Dockerfile:8"), "the step that compiles the dependencies\n{text}");
    let checked = program(&made, &["check", "ci.toml"]);
    assert!(!String::from_utf8_lossy(&checked.stderr).contains("warning"), "{checked:?}\n{text}");
    let played = program(&made, &["run", "ci.toml", "--replications", "1", "--quiet"]);
    assert!(played.status.success(), "{played:?}");
}

#[test]
fn the_change_at_its_end_is_compared() {
    let made = shop();
    let arguments = ["compare", "--repo", "shop", "--from", "before", "--to", "after", "--format", "json"];
    let output = program(&made, &[&arguments[..], &["--replications", "2"]].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let metrics = json["comparisons"][0]["metrics"].as_array().expect("metrics");
    let held = metrics
        .iter()
        .find(|metric| metric["name"] == "cache.evicted_bytes" || metric["name"] == "cache.bytes");
    let held = held.expect("what is held is compared");
    let [base, other] = ["base", "other"].map(|side| held[side].as_f64().expect("a number"));
    // The layers of four builds go to a registry, and pull requests save no more.
    assert!(other < base, "{held}");
}
