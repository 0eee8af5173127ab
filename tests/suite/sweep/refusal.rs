//! What is refused before anything is simulated.

use super::Case;

fn refused(arguments: &[&str], code: i32) -> String {
    Case::new().refused(&[&["sweep", "ci.toml"], arguments].concat(), code)
}

#[test]
fn ranges_that_cannot_be_read_are_wrong_usage_all_at_once() {
    let said = refused(&["--vary", "cache.limit=5GB..", "--vary", "a=1,,2", "--vary", "workload.days"], 2);
    assert!(said.contains("is not an end of a range") && said.contains("a value is missing"), "{said}");
    assert!(said.contains("assumes no range for `workload.days`") && said.contains("3 errors"), "{said}");
    let said = refused(&["--vary", "cache.limit=1GB,2GB", "--vary", "cache.limit=3GB"], 2);
    assert!(said.contains("`cache.limit` is varied twice"), "{said}");
    let said = refused(&["--vary", "strategy=none,drop-sccahe"], 2);
    assert!(said.contains("did you mean `drop-sccache`?"), "{said}");
    let said = refused(&["--vary", "strategy=1..5"], 2);
    assert!(said.contains("strategies have no range"), "{said}");
    assert!(refused(&[], 2).contains("nothing is varied"));
}

#[test]
fn unknown_paths_and_values_out_of_range_are_invalid_input_all_at_once() {
    let arguments = [
        "--vary",
        "cache.limt=1GB,2GB",
        "--vary",
        "workload.pushes-per-day=-1,5",
        "--vary",
        "cache.retention=7 GB",
    ];
    let said = refused(&arguments, 3);
    assert!(said.contains("did you mean `limit`?"), "{said}");
    assert!(said.contains("out of range") && said.contains("not a unit of duration"), "{said}");
    assert_eq!(said.matches("did you mean").count(), 1, "once, not for every value: {said}");
    let said = refused(&["--vary", "workflow.ci.job.tset.cold=1min,2min"], 3);
    assert!(said.contains("the scenario has no `tset`") && said.contains("did you mean `test`?"), "{said}");
    let said = refused(&["--strategy", "mode-min"], 3);
    assert!(said.contains("`mode-min` does not apply"), "{said}");
}

#[test]
fn a_combination_that_is_no_scenario_is_named_with_its_point() {
    // Each of these is fine by itself; 20 days of warm-up leave nothing of 10 days.
    let said = refused(
        &[
            "--set",
            "workload.warmup=1 d",
            "--vary",
            "workload.days=10,40",
            "--vary",
            "workload.warmup=1 d,20 d",
        ],
        3,
    );
    assert!(said.contains("point 2 (workload.days = 10, workload.warmup = 20 d):"), "{said}");
    assert!(said.contains("not shorter than the simulated time"), "{said}");
}

#[test]
fn grids_over_the_limit_are_refused_with_the_remedy() {
    let said = refused(&["--vary", "cache.limit=1MB..1GB:1MB", "--vary", "workload.days=15..40:1"], 2);
    assert!(said.contains("26000 points are more than 20000") && said.contains("--sample"), "{said}");
    let said = refused(&["--vary", "cache.limit=1MB..1GB:1MB", "--replications", "2000"], 2);
    assert!(said.contains("2000000 simulations, more than 1000000"), "{said}");
    let said = refused(&["--vary", "cache.limit=1GB..2GB"], 2);
    assert!(said.contains("a grid needs a range with a step") && said.contains("--sample"), "{said}");
    let said = refused(&["--vary", "cache.limit=1GB..2GB", "--sensitivity", "sobol", "--sample", "2"], 2);
    assert!(said.contains("at least --sample 4"), "{said}");
}

#[test]
fn unknown_metrics_and_labels_are_told_apart() {
    let limits = ["--vary", "cache.limit=1GB,2GB", "--metric"];
    let of = |metric: &str| refused(&[&limits[..], &[metric]].concat(), 2);
    assert!(of("push.wating").contains("did you mean `push.waiting`?"));
    assert!(of("push.waiting{stats=mean}").contains("did you mean `stat`?"));
    assert!(of("restore.hit_ratio{client=rust-cach}").contains("did you mean `rust-cache`?"));
    assert!(of("job.duration{job=tests, stat=mean}").contains("did you mean `test`?"));
}

#[test]
fn parts_have_a_number() {
    for part in ["0/3", "4/3", "1/0", "x", "1/99999"] {
        assert!(refused(&["--vary", "cache.limit=1GB,2GB", "--shard", part], 2).contains("K/N"));
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_told_before_anything_is_simulated() {
    let case = Case::new();
    std::fs::write(case.path("file"), "").expect("a file");
    let arguments = ["sweep", "ci.toml", "--vary", "cache.limit=1GB,2GB", "--output"];
    let output = case.run(&[&arguments[..], &["file"]].concat());
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot create the folder file"), "{output:?}");
}

/// A device that is always full.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_is_told_before_anything_is_simulated() {
    let case = Case::new();
    std::fs::create_dir(case.path("out")).expect("a folder");
    std::os::unix::fs::symlink("/dev/full", case.path("out/points.csv")).expect("a link");
    let output = case.run(&["sweep", "ci.toml", "--vary", "cache.limit=1GB,2GB", "--output", "out"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("cannot write out/points.csv: No space left on device"), "{said}");
    assert!(!case.path("out/sweep.json").exists(), "nothing vouches for it");
}
