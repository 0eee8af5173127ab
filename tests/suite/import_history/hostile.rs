//! A repository that means harm: nothing of it is executed, and nothing that it names controls what is printed.

use super::{MONDAY, Made};
use cache_budget::import::git::RunLimits;
use cache_budget::import::history::{GitHistory, HistoryLimits, PushRecord};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Stdio};
use std::time::Duration as WallTime;

/// A commit with a signature, which `git log` checks if the repository's settings say so.
fn signed(made: &Made) {
    let text = |arguments: &[&str]| {
        let output = Command::new("git").current_dir(made.path()).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let (tree, parent) = (text(&["rev-parse", "HEAD^{tree}"]), text(&["rev-parse", "HEAD"]));
    let who = format!("A\u{1b}[31m\u{202e}, \"; <a@b> {} +0000", MONDAY + 3_600);
    let signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----";
    let commit = format!(
        "tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n{signature}\n\n\u{1b}]0;x\u{7} (#1)\n"
    );
    let mut child = Command::new("git")
        .current_dir(made.path())
        .args(["hash-object", "-t", "commit", "-w", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(commit.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let name = String::from_utf8(output.stdout).unwrap();
    made.git(&["update-ref", "refs/heads/main", name.trim()], 0);
}

/// Settings that name a program wherever `git` would run one. It leaves a file behind.
fn armed(made: &Made) {
    let evil = made.path().join("evil");
    fs::write(&evil, format!("#!/bin/sh\ntouch '{}'\n", made.path().join("executed").display())).unwrap();
    fs::set_permissions(&evil, fs::Permissions::from_mode(0o755)).unwrap();
    fs::copy(&evil, made.path().join("git")).unwrap();
    let evil = evil.to_str().unwrap();
    let settings = [
        "gpg.program",
        "core.fsmonitor",
        "diff.external",
        "core.pager",
        "diff.x.textconv",
        "core.sshCommand",
    ];
    settings.iter().for_each(|setting| made.git(&["config", setting, evil], 0));
    made.git(&["config", "log.showSignature", "true"], 0);
    fs::write(made.path().join(".git/info/attributes"), "* diff=x filter=x\n").unwrap();
}

#[test]
fn nothing_of_a_repository_is_executed() {
    let made = Made::new();
    made.commit("a", "One", 0);
    signed(&made);
    armed(&made);
    let plain = Command::new("git").current_dir(made.path()).arg("log").output().unwrap();
    assert!(plain.status.success());
    let executed = made.path().join("executed");
    assert!(executed.exists(), "the trap works: plain `git log` runs the program");
    fs::remove_file(&executed).unwrap();
    let history = made.history().unwrap();
    assert_eq!(history.commits.len(), 2);
    let git = made.open();
    git.files(&git.revision("main").unwrap()).unwrap();
    assert!(!executed.exists());
}

#[test]
fn names_control_nothing() {
    let made = Made::new();
    made.commit("odd\n\u{1b}[31m,\"\u{202e}/Cargo.lock", "One", 0);
    signed(&made);
    let history = made.history().unwrap();
    assert_eq!(history.commits[0].files, ["odd\n\u{1b}[31m,\"\u{202e}/Cargo.lock"]);
    let lock = cache_budget::import::lock::INPUT_KINDS[0].named();
    let record = PushRecord::new(&history, &[lock], &[], None);
    // The first is the push to #1, an hour before its merge.
    assert_eq!(record.pushes[1].changes, [0]);
    let csv = record.csv();
    assert!(csv.chars().all(|letter| letter == '\n' || !letter.is_control()), "{csv:?}");
}

#[test]
fn a_link_in_the_objects_is_refused() {
    let made = Made::new();
    made.commit("a", "One", 0);
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), made.path().join(".git/objects/zz")).unwrap();
    let told = made.history().unwrap_err().to_string();
    assert!(told.contains("is no plain file: nothing outside is read"), "{told}");
}

#[test]
fn a_broken_object_ends_in_a_message() {
    let made = Made::new();
    made.commit("a", "One", 0);
    fs::write(made.path().join(".git/refs/heads/main"), "0".repeat(40)).unwrap();
    let told = made.history().unwrap_err().to_string();
    assert!(told.starts_with("`git log` failed: fatal: bad object"), "{told}");
}

#[test]
fn limits_cut_and_say_so() {
    let made = Made::new();
    (0..4).for_each(|hours| made.commit("a", "More", hours));
    let limits = HistoryLimits { commits: 2, ..HistoryLimits::default() };
    let history = GitHistory::read(made.path(), &limits).unwrap();
    assert_eq!(
        (history.commits.len(), history.left_out[0].as_str()),
        (2, "only the newest 2 commits were read")
    );
    let run = RunLimits { bytes: 200, time: WallTime::from_secs(60) };
    let cut = GitHistory::read(made.path(), &HistoryLimits { run, ..limits }).unwrap();
    assert!(cut.commits.len() < 2 && cut.left_out[0].contains("fill the limit"), "{cut:?}");
    let run = RunLimits { time: WallTime::ZERO, ..RunLimits::default() };
    let slow = GitHistory::read(made.path(), &HistoryLimits { run, ..limits }).unwrap_err().to_string();
    assert!(slow.contains("was stopped after 0 s"), "{slow}");
}
