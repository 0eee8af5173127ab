//! A scenario from a repository with a history: what is measured replaces what is assumed.

use super::{HOUR, MONDAY, Made};
use assert_cmd::Command as Program;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

const WORKFLOW: &str = "on:\n  push: { branches: [main], paths: ['src/**'] }\n  pull_request: { paths: ['src/**'] }\njobs:\n  test:\n    \
     runs-on: ubuntu-latest\n    steps:\n      - uses: Swatinem/rust-cache@v2\n      - uses: actions/cache@v4\n        \
     with: { path: data, key: \"data-${{ hashFiles('data/*.csv') }}\" }\n";

/// A push to main each 12 hours: each fourth changes the lock file, each tenth the data. `subject` says what it is called.
fn stream(commits: usize, subject: fn(usize) -> String) -> String {
    let mut text = String::from("feature done\n");
    for index in 0..commits {
        let time = MONDAY + index as i64 * 12 * HOUR;
        let subject = subject(index);
        write!(text, "commit refs/heads/main\nmark :{}\n", index + 1).unwrap();
        write!(text, "committer Ann <a@b.c> {time} +0000\ndata {}\n{subject}\n", subject.len()).unwrap();
        if index > 0 {
            writeln!(text, "from :{index}").unwrap();
        }
        let mut file = |path: &str, content: &str| {
            write!(text, "M 100644 inline {path}\ndata {}\n{content}\n", content.len()).unwrap();
        };
        file("src/lib.rs", &format!("// {index}"));
        if index % 4 == 0 {
            file("Cargo.lock", &format!("# {index}"));
        }
        if index % 10 == 0 {
            file("data/a.csv", &index.to_string());
        }
        text.push('\n');
    }
    text + "done\n"
}

pub(super) fn repository(commits: usize, subject: fn(usize) -> String) -> Made {
    let made = Made::new();
    let mut import = Command::new("git")
        .current_dir(made.path())
        .args(["fast-import", "--quiet", "--done"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("git is installed");
    import.stdin.take().expect("a pipe").write_all(stream(commits, subject).as_bytes()).expect("written");
    assert!(import.wait().expect("it ends").success());
    workflow(&made);
    made
}

pub(super) fn workflow(made: &Made) {
    fs::create_dir_all(made.path().join(".github/workflows")).unwrap();
    fs::write(made.path().join(".github/workflows/ci.yml"), WORKFLOW).unwrap();
}

pub(super) fn program(made: &Made, arguments: &[&str]) -> Output {
    Program::cargo_bin("cache-budget").unwrap().args(arguments).current_dir(made.path()).output().unwrap()
}

/// The scenario, and what is said about it.
fn imported(made: &Made) -> (String, String) {
    let output = program(made, &["import", "--repo", ".", "--no-advice", "--output", "ci.toml"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    (fs::read_to_string(made.path().join("ci.toml")).unwrap(), String::from_utf8(output.stderr).unwrap())
}

/// `check` says nothing, and `run` answers.
fn plays(made: &Made) {
    let checked = program(made, &["check", "ci.toml"]);
    let said =
        String::from_utf8_lossy(&checked.stderr).into_owned() + &String::from_utf8_lossy(&checked.stdout);
    assert!(checked.status.success() && !said.contains("warning"), "{said}");
    let played = program(made, &["run", "ci.toml", "--replications", "1", "--quiet"]);
    assert!(played.status.success(), "{played:?}");
}

#[test]
fn numbered_merges_are_replayed() {
    let made = repository(300, |index| format!("Change {index} (#{})", index + 1));
    let (text, said) = imported(&made);
    assert!(text.contains("events = \"ci.events.csv\""), "{text}");
    assert!(said.contains("the newest pushes are replayed"), "{said}");
    // 30 of 300 pushes change the data.
    assert!(text.contains("# The event log says when: 30 of 300 pushes to main."), "{text}");
    let log = fs::read_to_string(made.path().join("ci.events.csv")).unwrap();
    // 60 days with two pushes each, the first of them included, and as many to pull requests.
    let main = log.lines().filter(|line| line.contains(",main_push,")).count();
    assert_eq!(main, 121, "{log}");
    assert!(!text.contains("pushes-per-day"), "{text}");
    plays(&made);
    let again = imported(&made);
    assert_eq!((again.0, fs::read_to_string(made.path().join("ci.events.csv")).unwrap()), (text, log));
}

/// No commit shows what was started by hand, and that is no reason to leave out what commits show.
#[test]
fn a_workflow_started_by_hand_leaves_the_history_to_be_replayed() {
    let made = repository(300, |index| format!("Change {index} (#{})", index + 1));
    let by_hand = "on: workflow_dispatch\njobs:\n  bench:\n    runs-on: ubuntu-latest\n    steps:\n      \
                   - uses: Swatinem/rust-cache@v2\n";
    fs::write(made.path().join(".github/workflows/bench.yml"), by_hand).unwrap();
    let (text, said) = imported(&made);
    assert!(said.contains("the newest pushes are replayed"), "{said}");
    for line in [
        "events = \"ci.events.csv\"",
        "events-per-day.workflow_dispatch = 0.2 # assumed",
        "on = [\"workflow_dispatch\"]",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    plays(&made);
}

#[test]
fn pushes_without_numbers_give_rates() {
    let made = repository(101, |index| format!("Change {index}"));
    let (text, said) = imported(&made);
    assert!(said.contains("only 0 of 101 pushes name their pull request"), "{said}");
    assert!(!made.path().join("ci.events.csv").exists());
    for line in [
        // 26 of 101, 11 of 101, and every push touches src.
        "changes.lock = 0.257 # history: 26 of 101 pushes to main",
        "changes = 0.109 # 11 of 101 pushes to main",
        "changes.paths.ci = 0.995 # history: 101 of 101 pushes to main, src/**",
        "pull-requests.share = 0.7 # assumed",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    plays(&made);
}

#[test]
fn what_is_not_known_stays_assumed() {
    let made = Made { folder: tempfile::tempdir().unwrap() };
    workflow(&made);
    let (text, said) = imported(&made);
    assert!(
        text.contains("changes = 0.1 # assumed") && text.contains("pushes-per-day = 6 # assumed"),
        "{text}"
    );
    assert!(said.contains("History: "), "{said}");
    let whole = repository(10, |index| format!("Change {index}"));
    fs::write(whole.path().join(".git/shallow"), "0123456789012345678901234567890123456789\n").unwrap();
    let (text, said) = imported(&whole);
    assert!(text.contains("pushes-per-day = 6 # assumed"), "{text}");
    assert!(said.contains("shallow clone") && text.contains("shallow clone"), "{said}");
}

#[test]
fn the_filters_of_an_action_are_measured() {
    let made = repository(101, |index| format!("Change {index}"));
    let text = "on: { push: { branches: [main] } }\njobs:\n  changed:\n    runs-on: ubuntu-latest\n    outputs: { rows: \
                '${{ steps.filter.outputs.data }}' }\n    steps:\n      - id: filter\n        uses: dorny/paths-filter@v3\n        \
                with:\n          filters: |\n            data:\n              - 'data/*.{csv,tsv}'\n  test:\n    needs: changed\n    \
                if: needs.changed.outputs.rows == 'true'\n    runs-on: ubuntu-latest\n    steps: [{ uses: Swatinem/rust-cache@v2 }]\n";
    fs::write(made.path().join(".github/workflows/ci.yml"), text).unwrap();
    let (text, _) = imported(&made);
    assert!(text.contains("changes.paths.rows = 0.109 # history: 11 of 101 pushes to main"), "{text}");
    plays(&made);
}

#[test]
fn an_image_has_the_steps_of_its_container_file() {
    let made = repository(101, |index| format!("Change {index}"));
    let text = "on: { push: { branches: [main] } }\njobs:\n  image:\n    runs-on: ubuntu-latest\n    strategy: { matrix: { app: [api, \
                web] } }\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          file: \
                ${{ matrix.app }}.Dockerfile\n          cache-to: type=gha,mode=max,scope=${{ matrix.app }}\n          cache-from: \
                type=gha,scope=${{ matrix.app }}\n";
    fs::write(made.path().join(".github/workflows/ci.yml"), text).unwrap();
    let file =
        "FROM rust:1\nCOPY Cargo.lock data /app/\nRUN cargo build\nCOPY . .\nRUN cargo build --release\n";
    fs::write(made.path().join("api.Dockerfile"), file).unwrap();
    for (path, text) in [("Cargo.lock", "#"), ("data/a.csv", "1")] {
        fs::create_dir_all(made.path().join("data")).unwrap();
        fs::write(made.path().join(path), text).unwrap();
    }
    let (text, _) = imported(&made);
    assert!(text.contains("[[image.\"ci-image-api\".step]] # api.Dockerfile:2"), "{text}");
    // The step copies the lock file and the data, which are no input of a key: 11 of 101 pushes or 26 of 101 change them.
    assert!(text.contains("content = \"files-cargo-lock-data\""), "{text}");
    assert!(text.contains("changes = 0.307 # 31 of 101 pushes to main"), "{text}");
    assert!(text.contains("without steps: there is no web.Dockerfile"), "{text}");
    plays(&made);
}

#[test]
#[ignore = "long: ten thousand commits"]
fn ten_thousand_commits_are_imported_within_five_seconds() {
    let made = repository(10_000, |index| format!("Change {index} (#{})", index + 1));
    let mut command = Program::cargo_bin("cache-budget").unwrap();
    command.args(["import", "--repo", ".", "--no-advice", "--output", "ci.toml"]).current_dir(made.path());
    command.timeout(std::time::Duration::from_secs(5)).assert().success();
}

/// The history of an input is that of its own files. Of 20 pushes, 10 change the lock file at the top and 5 the other one.
#[test]
fn each_input_has_the_rate_of_its_own_files() {
    let made = Made::new();
    for index in 0..20 {
        let file = ["Cargo.lock", "fuzz/Cargo.lock", "Cargo.lock", "src/lib.rs"][index % 4];
        made.commit(file, "more", 12 * index as i64);
    }
    let step = |file: &str| {
        format!(
            "      - {{ uses: actions/cache@v4, with: {{ path: p, key: \"{file}-${{{{ hashFiles('{file}') }}}}\" }} }}\n"
        )
    };
    let steps = step("fuzz/Cargo.lock") + &step("Cargo.lock");
    workflow(&made);
    fs::write(
        made.path().join(".github/workflows/ci.yml"),
        format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"),
    )
    .unwrap();
    let (text, _) = imported(&made);
    assert!(text.contains("changes.lock = 0.5 # history: 10 of 20 pushes"), "{text}");
    let own = "[input.fuzz-cargo-lock] # fuzz/Cargo.lock\nchanges = 0.25 # 5 of 20 pushes to main";
    assert!(text.contains(own), "{text}");
}
