//! Ctrl-C: what is finished is kept and said, and the exit code is that of the signal.

use super::QUICK;
use crate::case::Case;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command as Process, Output, Stdio};
use std::time::Duration;

/// Starts a command, sends it a signal a while after it has read its scenario, and waits until it ends.
fn interrupted(case: &Case, arguments: &[&str], signal: &str) -> Output {
    let mut child = Process::new(assert_cmd::cargo::cargo_bin!("cache-budget"))
        .args(arguments)
        .current_dir(case.folder())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut said = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut stderr = String::new();
    said.read_line(&mut stderr).expect("it says its question");
    std::thread::sleep(Duration::from_millis(1_500));
    let sent = Process::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.expect("there is a kill").success());
    // It may write more than a pipe holds.
    let output = child.wait_with_output().expect("it ends");
    said.read_to_string(&mut stderr).expect("text");
    Output { stderr: stderr.into_bytes(), ..output }
}

fn case() -> Case {
    Case::with(&format!("question = \"How long?\"\n{QUICK}"))
}

#[test]
fn a_run_has_the_result_of_what_was_finished() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let case = case();
        let output =
            interrupted(&case, &["run", "ci.toml", "--replications", "10000", "--format", "json"], signal);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a result");
        let played = result["replications"].as_u64().expect("a number");
        assert!((1..10_000).contains(&played), "{played}");
        let told =
            format!("Stopped: {played} of 10000 replications were finished, and the result uses only these.");
        assert!(said.contains(&told), "{said}");
        let count = played.to_string();
        let again = ["run", "ci.toml", "--no-advice", "--replications", &count, "--format", "json"];
        let again = case.run(&again);
        assert_eq!(again.stdout, output.stdout, "as if no more had been asked for");
    }
}

#[test]
fn a_comparison_has_the_result_of_what_was_finished() {
    let case = case();
    let compare = ["compare", "ci.toml", "--strategy", "save-on-main-only", "--replications", "10000"];
    let output = interrupted(&case, &[&compare[..], &["--format", "json"]].concat(), "-INT");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a result");
    let played = result["replications"].as_u64().expect("a number");
    assert!(said.contains(&format!("Stopped: {played} of 10000 replications were finished")), "{said}");
    assert!(said.contains("the comparison at other limits"), "{said}");
    // It can be shown as any other.
    let shown = case.stdout(&["report", "output/ci"]);
    assert!(shown.contains("save-on-main-only"), "{shown}");
}

#[test]
fn an_explanation_tells_of_the_remedies_that_were_tried() {
    let case =
        Case::with(&format!("question = \"How long?\"\n{}", QUICK.replace("days = 20", "days = 3000")));
    let output = interrupted(&case, &["explain", "ci.toml", "--threads", "1"], "-INT");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("strategies were tried."), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("rust-cache"), "{output:?}");
}
