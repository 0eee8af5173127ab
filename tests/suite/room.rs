//! What a large replication takes is said before it is played, and no more threads are started than have room.
#![cfg(target_os = "linux")]

use crate::case::Case;
use cache_budget::experiment::Demand;
use std::io::{BufRead, BufReader};
use std::process::{Command as Process, Stdio};
use std::time::Duration;

/// Nothing is ever evicted, and every push changes what some objects hold.
const HUGE: &str = r#"
[workload]
days = 3660
pushes-per-day = 100
pull-requests = { share = 0.9, pushes-each = 1 }
warmup = "1 d"
[cache]
limit = "1000 TB"
retention = "3650000 d"
uploads-per-minute = "unlimited"
[project.flavour.f]
dependency-work = "1 h"
dependency-archive = "1 GB"
[workflow.ci]
on = ["push main", "pull_request"]
job.t = { compile = { flavour = "f" }, cache.sccache = {}, cache.rust-cache = { registry = "1 MB" } }
"#;

fn demand(case: &Case, days: &str) -> Option<Demand> {
    let sets = [format!("workload.days={days}")];
    Demand::of(&cache_budget::scenario::load(&case.path("ci.toml"), &sets).expect("it is sound").model)
}

/// 30,349 pushes of 183 days took 97 MB above the 27 MB that every process takes.
#[test]
fn pushes_and_memory_are_foretold() {
    let case = Case::with(HUGE);
    let half_a_year = demand(&case, "183").expect("it is not small");
    assert!((half_a_year.pushes / 30_349.0 - 1.0).abs() < 0.1, "{half_a_year:?}");
    assert!((half_a_year.memory.as_f64() / 124e6 - 1.0).abs() < 0.35, "{half_a_year:?}");
    assert!(!half_a_year.is_large());
    let all = demand(&case, "3660").expect("it is large");
    // Twenty times as long: what grows is twenty times as large.
    let grown = |demand: &Demand| demand.memory.as_f64() - 27e6;
    assert!((grown(&all) / grown(&half_a_year) / 20.0 - 1.0).abs() < 0.15, "{all:?}");
    assert!(demand(&case, "20").is_none(), "3,300 pushes need no estimate");
}

#[test]
fn check_and_run_say_it_and_what_does_not_fit_is_refused() {
    let case = Case::with(HUGE);
    let said = String::from_utf8(case.run(&["check", "ci.toml"]).stderr).expect("UTF-8");
    let note = "note: about 610,000 pushes, ";
    assert!(
        said.contains(note) && said.contains(" GB a thread, ") && said.contains(" s a replication\n"),
        "{said}"
    );
    let limited = |kibibytes: u32, arguments: &str| {
        let script = format!("ulimit -v {kibibytes}; exec \"$0\" {arguments}");
        let mut shell = Process::new("sh");
        shell
            .args(["-c", &script])
            .arg(assert_cmd::cargo::cargo_bin!("cache-budget"))
            .current_dir(case.folder());
        shell
    };
    for command in
        ["run ci.toml --replications 1", "explain ci.toml", "compare ci.toml --strategy raise-limit=20GB"]
    {
        let output = limited(1_500_000, command).output().expect("there is a shell");
        let said = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(
            said.contains("a replication takes about ") && said.contains("1.54 GB are free: lower"),
            "{said}"
        );
    }
    let mut child = limited(3_000_000, "run ci.toml --replications 4 --threads 3")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("there is a shell");
    let lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let said = lines.map_while(Result::ok).find(|line| line.contains(note)).expect("it is said");
    child.kill().expect("it was running");
    child.wait().expect("it ended");
    assert!(
        said.contains("on 1 of 3 threads about ") && said.contains("(3.07 GB of memory are free)"),
        "{said}"
    );
}

/// The memory that a replication really takes, beside the estimate.
#[test]
#[ignore = "long"]
fn the_estimate_is_near_what_the_kernel_counts() {
    let case = Case::with(&HUGE.replace("3660", "180"));
    let mut child = case_run(&case);
    let mut peak = 0.0_f64;
    while child.try_wait().expect("it can be asked").is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kibibytes = line.and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
        peak = peak.max(kibibytes.unwrap_or(0.0) * 1_024.0);
        std::thread::sleep(Duration::from_millis(20));
    }
    let estimate = demand(&case, "180").expect("it is not small").memory.as_f64();
    assert!((estimate / peak - 1.0).abs() < 0.35, "{estimate} and {peak}");
}

fn case_run(case: &Case) -> std::process::Child {
    let arguments = ["run", "ci.toml", "--replications", "1", "--threads", "1", "--no-advice", "--quiet"];
    Process::new(assert_cmd::cargo::cargo_bin!("cache-budget"))
        .args(arguments)
        .current_dir(case.folder())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts")
}
