//! Logs in their three shapes, and what clients print in them.

use super::{WORKFLOW, imported, line, run};
use crate::import::Repository;
use cache_budget::import::calibration::Logs;

const TIME: &str = "2026-05-07T19:34:15.1536288Z";
const KEY: &str = "v0-rust-lint-Linux-x64-0123abcd-89abcdef";

/// A log of a job: a time in front of each line.
fn job_log(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("{TIME} {line}\n")).collect();
    format!("\u{feff}{}", lines.concat())
}

fn read(path: &str, text: &str) -> Logs {
    let mut logs = Logs::default();
    logs.read(path, text.as_bytes());
    logs
}

#[test]
fn the_three_shapes_say_the_same() {
    let lines = ["Cache hit for: k-1", "Cache Size: ~3 MB (3000784 B)", "Cache restored from key: k-1"];
    let view: String = lines.iter().map(|line| format!("lint\tUNKNOWN STEP\t{TIME} {line}\n")).collect();
    let shapes = [
        read("3_lint.txt", &job_log(&lines)),
        read("lint/5_Run actions_cache@v4.txt", &job_log(&lines)),
        read("12.log", &format!("\u{feff}{view}")),
        read("lint.txt", &lines.join("\r\n")),
    ];
    for logs in &shapes {
        assert_eq!(logs.jobs.keys().collect::<Vec<_>>(), ["lint"]);
        assert_eq!(logs.jobs["lint"].exact_hits, 1);
        assert_eq!(logs.sizes.get("k-1"), Some(&3_000_784), "{logs:?}");
    }
}

#[test]
fn a_refused_upload_prints_two_lines_and_counts_once() {
    let limit = "You've hit a rate limit, your rate limit will reset in 18 seconds";
    let race = "Failed to save: Unable to reserve cache with key k, another job may be creating this cache.";
    // Two refusals of two lines each, one of them as a warning, and one lost race.
    let warned = format!("##[warning]{race}");
    let logs = read("a.txt", &job_log(&[limit, race, "other", limit, &warned, "other", race]));
    assert_eq!((logs.jobs["a"].rate_limited, logs.jobs["a"].races), (2, 1));
}

#[test]
fn rust_cache_sccache_and_buildkit_are_read() {
    let restored = format!("Restored from cache key \"{KEY}\" full match: false.");
    let json = "{\"stats\":{\"compile_requests\":9,\"cache_hits\":{\"counts\":{\"Rust\":5,\"C/C++\":1}},\"cache_misses\":\
                {\"counts\":{\"Rust\":2}},\"cache_write_errors\":1}}";
    let logs = read(
        "a.txt",
        &job_log(&[
            &format!("Cache hit for restore-key: {KEY}"),
            "Cache Size: ~95 MB (100000000 B)",
            &restored,
            "No cache found.",
            "Sent 3000784 of 3000784 (100.0%), 79.5 MBs/sec",
            "Sent 4194304 of 100000000 (4.2%), 9.5 MBs/sec",
            "Cache hits                  10",
            "Cache misses                4",
            "Cache write errors          417",
            json,
            "#9 CACHED",
            "#10 DONE 1.2s",
            "#10 0.432 DONE nothing",
        ]),
    );
    let job = &logs.jobs["a"];
    assert_eq!((job.exact_hits, job.prefix_hits, job.misses), (0, 1, 1));
    assert_eq!(job.uploads, [79.5]);
    // 10 + 6 hits, 4 + 2 misses, 417 + 1 failed writes.
    assert_eq!(job.sccache, [16, 6, 418]);
    assert_eq!(job.steps, [1, 1]);
    assert_eq!(logs.sizes[KEY], 100_000_000);
}

#[test]
fn sizes_of_logs_replace_assumptions_and_hits_are_told() {
    let repository = Repository::with(WORKFLOW);
    let lines = [
        &format!("Cache hit for: {KEY}"),
        "Cache Size: ~95 MB (100000000 B)",
        &format!("Restored from cache key \"{KEY}\" full match: true."),
    ];
    repository.write("logs/3_lint.txt", &job_log(&lines));
    let (scenario, said) = imported(&repository, &["--logs", "logs"]);
    let size = line(&scenario, "[workflow.ci.job.lint.cache.rust-cache]", "size");
    assert_eq!(size, "size = \"100 MB\" # from logs: 1 entry");
    assert!(said.contains("note: logs: lint: of 1 restores 1 found their key and 0 another"), "{said}");
    // A listing says more than a log.
    repository.write("caches.json", &format!("[{}]", super::entry(1, KEY, "refs/heads/main", 7_000_000, 1)));
    let (scenario, _) = imported(&repository, &["--logs", "logs", "--caches", "caches.json"]);
    assert!(
        line(&scenario, "[workflow.ci.job.lint.cache.rust-cache]", "size").contains("7 MB"),
        "{scenario}"
    );
}

#[test]
fn a_recording_of_serve_says_sizes() {
    let line = |op: &str, key: &str, more: &str| {
        format!(
            "{{\"at\":\"2026-07-01T12:00:00Z\",\"op\":\"{op}\",\"ref\":\"main\",\"key\":\"{key}\"{more}}}\n"
        )
    };
    let text = line("restore", KEY, "")
        + &line("save", KEY, ",\"size\":70000000")
        + &line("save", "none", ",\"size\":0");
    let logs = read("build.jsonl", &text);
    assert_eq!(
        (logs.sizes.len(), logs.sizes.get(KEY)),
        (1, Some(&70_000_000)),
        "a refused save tells no size"
    );
    assert_eq!(logs.jobs["build"].recorded, [1, 2]);
    // The log of a job that prints the same is one of a job all the same.
    let logs = read("build.txt", &format!("Compiling\n{text}"));
    assert_eq!(logs.sizes.len(), 0);
}

#[test]
fn hostile_logs_are_read_to_their_end() {
    let long = format!("Cache hit for: {}\n", "x".repeat(1_000_000));
    let odd = [
        "Cache Size: ~3 MB (-5 B)",
        "Cache Size: ~3 MB (99999999999999999999 B)",
        "Sent 5 of 5 (100.0%), NaN MBs/sec",
        "Sent 5 of 5 (100.0%), -1 MBs/sec",
        "{\"compile_requests\"",
        "Restored from cache key \"unclosed",
        "#99999999999 CACHED",
        "\u{1b}[31mCache Size",
    ];
    let mut logs = read("a.txt", &(long + &job_log(&odd)));
    logs.read("b.txt", &[0xff, 0xfe, 0, b'\n', 0x80]);
    assert_eq!((logs.long_lines, logs.sizes.len()), (1, 0));
    assert!(logs.jobs.values().all(|job| job.uploads.is_empty()), "{logs:?}");
    let repository = Repository::with(WORKFLOW);
    let output = run(&repository, &["--logs", "missing"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    repository.write("logs/\u{1b}[2J.txt", &job_log(&["No cache found."]));
    let (scenario, said) = imported(&repository, &["--logs", "logs"]);
    assert!(!said.contains('\u{1b}') && !scenario.contains('\u{1b}'), "{said}");
}
