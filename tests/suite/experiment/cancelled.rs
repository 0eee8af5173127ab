//! Ctrl-C: what is finished is kept and said, and the exit code is that of the signal.
#![cfg(unix)]

use super::QUICK;
use crate::case::Case;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command as Process, Output, Stdio};
use std::time::Duration;

/// Starts a command, sends it a signal a while after it has read its scenario, and waits until it ends.
fn interrupted(case: &Case, arguments: &[&str], signal: &str) -> Output {
    interrupted_after(Duration::from_millis(1_500), case, arguments, signal)
}

/// As [`interrupted`], but late enough that something was finished, however busy the machine is.
fn interrupted_with(finished: &str, case: &Case, arguments: &[&str], signal: &str) -> Output {
    let waits = [1_500, 6_000, 24_000].map(Duration::from_millis);
    let mut tries = waits.into_iter().map(|wait| interrupted_after(wait, case, arguments, signal));
    let is_late = |output: &Output| String::from_utf8_lossy(&output.stderr).contains(finished);
    tries.find(is_late).unwrap_or_else(|| panic!("{arguments:?} never finished anything"))
}

fn interrupted_after(wait: Duration, case: &Case, arguments: &[&str], signal: &str) -> Output {
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
    std::thread::sleep(wait);
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
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let case = case();
        let run = ["run", "ci.toml", "--replications", "10000", "--format", "json"];
        let output = interrupted_with("and the result uses only these", &case, &run, signal);
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
    let compare_as_json = [&compare[..], &["--format", "json"]].concat();
    let output = interrupted_with("replications were finished", &case, &compare_as_json, "-INT");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a result");
    let played = result["replications"].as_u64().expect("a number");
    assert!(said.contains(&format!("Stopped: {played} of 10000 replications were finished")), "{said}");
    assert!(said.contains("the comparison at other limits"), "{said}");
    // It can be shown as any other.
    let shown = case.stdout(&["report", "output/ci/compare"]);
    assert!(shown.contains("save-on-main-only"), "{shown}");
}

#[test]
fn an_explanation_tells_of_the_remedies_that_were_tried() {
    let long = QUICK.replace("days = 20", "days = 3660").replace("day = 6", "day = 10");
    let case = Case::with(&format!("question = \"How long?\"\n{long}"));
    let explain = ["explain", "ci.toml", "--threads", "1"];
    let output = interrupted_with("strategies were tried.", &case, &explain, "-INT");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("strategies were tried."), "{said}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("rust-cache"), "{output:?}");
}

/// A replication of minutes: it is given up within one, and nothing is left behind.
#[test]
#[expect(clippy::disallowed_types, reason = "how soon it ends is the question")]
fn one_long_replication_is_given_up() {
    let case = Case::with(&format!(
        "question = \"How long?\"\n{}",
        QUICK.replace("days = 20", "days = 3660").replace("day = 6", "day = 100")
    ));
    let commands: [&[&str]; 5] = [
        &["run", "ci.toml", "--replications", "1"],
        &["run", "ci.toml", "--batches", "8"],
        &["compare", "ci.toml", "--strategy", "save-on-main-only", "--replications", "1"],
        &["explain", "ci.toml", "--journal", "journal.jsonl"],
        &["sweep", "ci.toml", "--vary", "cache.limit=1GB,2GB", "--replications", "1", "--output", "swept"],
    ];
    for command in commands {
        let before = std::time::Instant::now();
        let output = interrupted(&case, command, "-TERM");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(143), "{command:?}: {said}");
        assert!(before.elapsed() < Duration::from_secs(60), "{command:?} took {:?}", before.elapsed());
        assert!(said.contains("Stopped"), "{said}");
        assert!(output.stdout.is_empty() && !case.path("journal.jsonl").exists());
        for folder in ["output/ci", "output/ci/compare"] {
            assert!(!case.path(folder).join("result.json").exists(), "{command:?}");
        }
    }
    let resumed =
        String::from_utf8(std::fs::read(case.path("swept/points.csv")).expect("points")).expect("text");
    assert_eq!(resumed.lines().count(), 1, "only its head");
}

/// `nohup` and shells with jobs in the background have a signal ignored; that stays so.
#[test]
#[cfg(target_os = "linux")]
fn an_ignored_signal_stays_ignored() {
    let case = case();
    let script = r#"
        trap '' HUP
        "$0" run ci.toml --replications 40 --no-advice --quiet --format csv > run.csv &
        sleep 0.3; kill -HUP $!; wait $!"#;
    let program = assert_cmd::cargo::cargo_bin!("cache-budget");
    let status = Process::new("sh").args(["-c", script]).arg(program).current_dir(case.folder()).status();
    assert_eq!(status.expect("there is a shell").code(), Some(0));
    let whole =
        case.stdout(&["run", "ci.toml", "--replications", "40", "--no-advice", "--quiet", "--format", "csv"]);
    assert_eq!(std::fs::read_to_string(case.path("run.csv")).expect("a result"), whole);
}
