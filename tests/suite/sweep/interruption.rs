//! A sweep that is killed, stopped, or runs out of disk loses nothing that is done.
#![cfg(unix)]

use super::{Case, SCENARIO};
use std::process::{Child, Command as Process, Stdio};
use std::time::Duration;

const SWEEP: [&str; 8] =
    ["sweep", "ci.toml", "--vary", "cache.limit=2GB..12GB:1GB", "--replications", "4", "--threads", "2"];

/// Without the thousands of objects of sccache.
fn light() -> Case {
    Case::with(&SCENARIO.replace("cache.sccache = {}", ""))
}

impl Case {
    fn whole(&self) -> Vec<Vec<u8>> {
        self.stdout(&[&SWEEP[..], &["--quiet", "--output", "whole"]].concat());
        self.files("whole")
    }

    /// Starts a sweep into a folder and waits until some of it is done.
    fn begun(&self, folder: &str, more: &[&str]) -> Child {
        let child = Process::new(assert_cmd::cargo::cargo_bin!("cache-budget"))
            .args(SWEEP)
            .args(["--output", folder])
            .args(more)
            .current_dir(self.folder())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        while self.done(folder) < 10 {
            std::thread::sleep(Duration::from_millis(1));
        }
        child
    }

    /// How many replications are in the points.
    fn done(&self, folder: &str) -> usize {
        let text = std::fs::read_to_string(self.path(folder).join("points.csv")).unwrap_or_default();
        let of = |line: &str| line.splitn(3, ',').take(2).map(str::to_owned).collect::<Vec<_>>();
        text.lines().skip(1).map(of).collect::<std::collections::BTreeSet<_>>().len()
    }

    fn is_finished(&self, folder: &str) -> bool {
        let plan = std::fs::read_to_string(self.path(folder).join("sweep.json")).expect("a plan");
        plan.contains("\"finished\":true")
    }
}

#[test]
fn a_killed_sweep_goes_on_and_ends_with_the_same_bytes() {
    let case = light();
    let whole = case.whole();
    let mut child = case.begun("killed", &["--quiet"]);
    // SIGKILL: nothing can be tidied up.
    child.kill().expect("it was running");
    child.wait().expect("it ended");
    let done = case.done("killed");
    assert!(!case.is_finished("killed") && done < 44, "{done} were done");
    let resumed =
        case.command(&[&SWEEP[..], &["--output", "killed", "--resume", "--quiet"]].concat()).output();
    assert!(resumed.expect("it runs").status.success());
    assert_eq!(case.files("killed"), whole);
}

#[test]
fn two_sweeps_do_not_write_to_one_folder() {
    let case = light();
    let mut child = case.begun("out", &["--quiet"]);
    for more in ["--resume", "--restart"] {
        let second = case.run(&[&SWEEP[..], &["--output", "out", "--quiet", more]].concat());
        if case.is_finished("out") {
            println!("skipped: the first sweep was too quick for a second one");
            continue;
        }
        assert_eq!(second.status.code(), Some(1), "{second:?}");
        let said = String::from_utf8(second.stderr).expect("UTF-8");
        assert!(said.contains("another sweep is writing to out/points.csv"), "{said}");
    }
    assert!(child.wait().expect("it ended").success());
    assert_eq!(case.files("out"), case.whole(), "the first is undisturbed");
}

#[test]
fn wherever_it_was_cut_it_goes_on() {
    let case = light();
    let whole = case.whole();
    let [points, sums, .., plan] = whole.as_slice() else { panic!("five files") };
    let unfinished = String::from_utf8_lossy(plan).replace("\"finished\":true", "\"finished\":false");
    let folder = case.path("cut");
    std::fs::create_dir(&folder).expect("a folder");
    let head = points.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
    for length in [0, 5, head, head + 1, head + 40, points.len() / 3, points.len() - 1, points.len()] {
        std::fs::write(folder.join("points.csv"), &points[..length]).expect("a file");
        std::fs::write(folder.join("points.sum"), sums).expect("a file");
        std::fs::write(folder.join("sweep.json"), &unfinished).expect("a file");
        case.stdout(&[&SWEEP[..], &["--output", "cut", "--resume", "--quiet"]].concat());
        assert_eq!(case.files("cut"), whole, "cut at {length} of {}", points.len());
    }
}

#[test]
fn a_signal_ends_it_with_the_answer_so_far_and_how_to_go_on() {
    let case = light();
    let whole = case.whole();
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let child = case.begun("stopped", &["--restart"]);
        let sent = Process::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.expect("there is a kill").success());
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains("Stopped. Kept ") && said.contains(" of 44 replications."), "{said}");
        // The answer so far is the output, as it is of a sweep that ended.
        let answer = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(
            answer.starts_with("Interrupted after ") && answer.contains(" of 44 replications: "),
            "{answer}"
        );
        assert!(answer.contains("By cache.limit") && answer.contains("2GB"), "the points so far: {answer}");
        let again = said.lines().last().expect("a line");
        assert!(
            again.starts_with("cache-budget sweep ci.toml") && again.ends_with("--output stopped --resume"),
            "{said}"
        );
        assert!(answer.trim_end().ends_with(again), "it says how to go on as well: {answer}");
        let words: Vec<&str> = again.split(' ').skip(1).collect();
        case.stdout(&[&words[..], &["--quiet"]].concat());
        assert_eq!(case.files("stopped"), whole);
        std::fs::remove_dir_all(case.path("stopped")).expect("a folder");
    }
}

#[test]
fn a_disk_that_fills_up_loses_nothing_that_is_done() {
    let case = light();
    let whole = case.whole();
    let program = assert_cmd::cargo::cargo_bin!("cache-budget");
    // A file may grow to so many blocks; beyond, writing fails as on a full disk.
    let script = r#"trap '' XFSZ; ulimit -f 100; exec "$@""#;
    let output = Process::new("sh")
        .args(["-c", script, "sh"])
        .arg(program)
        .args(SWEEP)
        .args(["--output", "full"])
        .current_dir(case.folder())
        .output()
        .expect("there is a shell");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot write full/points.csv") && said.contains("Kept "), "{said}");
    assert!(case.done("full") > 0 && !case.is_finished("full"));
    let points = std::fs::read(case.path("full/points.csv")).expect("points");
    assert!(points.ends_with(b"\n"), "what was torn is taken back");
    case.stdout(&[&SWEEP[..], &["--output", "full", "--resume", "--quiet"]].concat());
    assert_eq!(case.files("full"), whole);
}

#[test]
fn an_unfinished_sweep_is_neither_overwritten_nor_taken_for_another() {
    let case = light();
    let whole = case.whole();
    let plan = String::from_utf8_lossy(&whole[4]).replace("\"finished\":true", "\"finished\":false");
    std::fs::write(case.path("whole/sweep.json"), &plan).expect("a file");
    let refused = |more: &[&str], code: i32, text: &str| {
        let output = case.run(&[&SWEEP[..], &["--output", "whole"], more].concat());
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(output.status.code() == Some(code) && said.contains(text), "{said}");
        assert_eq!(std::fs::read(case.path("whole/points.csv")).expect("points"), whole[0]);
    };
    refused(&[], 2, "contains an unfinished sweep: continue it with --resume, or start over with --restart");
    refused(&["--resume", "--seed", "7"], 3, "They differ in the seed (1 and 7)");
    refused(&["--resume", "--set", "workload.days=20"], 3, "the scenario");
    refused(&["--resume", "--vary", "workload.days=20,30"], 3, "the varied inputs");
    refused(&["--resume", "--shard", "1/2"], 3, "the part");
    let newer = plan.replace(env!("CARGO_PKG_VERSION"), "9.9.9");
    std::fs::write(case.path("whole/sweep.json"), newer).expect("a file");
    refused(&["--resume"], 3, "the version");
    std::fs::write(case.path("whole/sweep.json"), &plan).expect("a file");
    case.stdout(&[&SWEEP[..], &["--output", "whole", "--restart", "--quiet"]].concat());
    assert_eq!(case.files("whole"), whole);
}

#[test]
fn there_may_be_nothing_to_resume_and_nothing_left_to_do() {
    let case = light();
    case.stdout(&[&SWEEP[..], &["--output", "new", "--resume", "--quiet"]].concat());
    let first = case.files("new");
    case.stdout(&[&SWEEP[..], &["--output", "new", "--resume", "--quiet"]].concat());
    assert_eq!(case.files("new"), first);
    assert_eq!(case.whole(), first);
}
