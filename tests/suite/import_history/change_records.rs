//! `compare --repo` with records: both commits get the same values from them.

use super::Made;
use super::change::{COMPARE, changed, changed_to};
use super::draft::program;
use std::fs;

fn at(second: u32) -> String {
    format!("2026-11-02T10:{:02}:{:02}Z", second / 60, second % 60)
}

/// A step of a job in REST's form.
fn step(name: &str, from: u32, seconds: u32) -> String {
    format!(
        "{{\"name\":\"{name}\",\"status\":\"completed\",\"conclusion\":\"success\",\"number\":1,\"started_at\":\"{}\",\
         \"completed_at\":\"{}\"}}",
        at(from),
        at(from + seconds)
    )
}

/// A run of the job `test`: its restore, build and save of these lengths in seconds.
fn job(run: usize, [restore, build, save]: [u32; 3]) -> String {
    let name = "Run Swatinem/rust-cache@v2";
    let steps = [
        step(name, 0, restore),
        step("Run cargo test", restore, build),
        step(&format!("Post {name}"), restore + build, save),
    ];
    format!(
        "{{\"id\":{run},\"run_id\":{run},\"run_attempt\":1,\"head_branch\":\"main\",\"name\":\"test\",\"status\":\
         \"completed\",\"conclusion\":\"success\",\"started_at\":\"{}\",\"completed_at\":\"{}\",\"runner_name\":\"r\",\
         \"steps\":[{}]}}",
        at(0),
        at(restore + build + save),
        steps.join(",")
    )
}

/// Three runs that missed their cache and took 20 min, and three that hit it and took 4 min.
fn with_jobs(made: &Made) {
    let times = [[1, 1190, 20], [1, 1200, 20], [1, 1210, 20], [30, 230, 0], [30, 240, 0], [30, 250, 0]];
    let jobs: Vec<String> = times.into_iter().enumerate().map(|(run, times)| job(run + 1, times)).collect();
    fs::write(made.path().join("jobs.json"), format!("{{\"jobs\":[{}]}}", jobs.join(","))).unwrap();
}

/// What the program says, and the scenarios of both commits.
fn compared(made: &Made, arguments: &[&str]) -> (String, [String; 2]) {
    let output =
        program(made, &[&COMPARE[..], &["--output", "out", "--replications", "2"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    let file = |name: &str| fs::read_to_string(made.path().join(format!("out/{name}.toml"))).unwrap();
    (said, ["before", "after"].map(file))
}

const BY: &str = "told by their restore and save steps";

#[test]
fn a_commit_that_drops_the_cache_has_the_times_of_the_runs_without_it() {
    let made = changed();
    with_jobs(&made);
    let (said, [before, after]) = compared(&made, &["--jobs", "jobs.json", "--format", "markdown"]);
    let cold = format!("\"20 min\" # from jobs.json: 3 of 6 runs without, {BY}\n");
    // The job has another cache in both: 1,200 s without rust-cache's steps, and 240 s with it.
    for scenario in [&before, &after] {
        assert!(scenario.contains(&format!("cold = {cold}")), "{scenario}");
        assert!(
            scenario.contains("warm = \"4 min\" # from jobs.json: 3 of 6 runs with their cache"),
            "{scenario}"
        );
    }
    let again = "cache-budget compare --repo . --from before --to after --jobs jobs.json --seed 1";
    assert!(said.contains(again), "{said}");
    let none = changed_to("      - run: cargo test\n");
    with_jobs(&none);
    let (_, [before, after]) = compared(&none, &["--jobs", "jobs.json"]);
    assert!(before.contains(&format!("cold = {cold}")), "{before}");
    assert!(after.contains(&format!("setup = {cold}")) && !after.contains("cold = "), "{after}");
}

#[test]
fn a_job_of_one_commit_alone_is_said_to_be_uncalibrated() {
    let steps = "      - uses: Swatinem/rust-cache@v2\n";
    let made = changed_to(&format!("{steps}  lint:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"));
    with_jobs(&made);
    let (said, [before, after]) = compared(&made, &["--jobs", "jobs.json"]);
    let told = "`lint` of ci is in after alone and not calibrated: no record tells of it";
    assert!(said.contains(&format!("note: {told}\n")), "{said}");
    assert!(!said.contains("`test` of ci"), "{said}");
    for scenario in [&before, &after] {
        assert!(scenario.contains(&format!("# - {told}\n")), "{scenario}");
        assert!(scenario.contains("cold = \"20 min\""), "{scenario}");
    }
    let (said, _) = compared(&made, &[]);
    assert!(!said.contains("calibrated"), "{said}");
}

#[test]
fn an_entry_that_one_commit_stores_tells_the_size_for_both() {
    // The second commit calls its key otherwise: the entry of 123 MB has the old name.
    let old = "data-${{ hashFiles('data/*.csv') }}";
    let made = changed_to(&format!(
        "      - uses: actions/cache@v4\n        with: {{ path: data, key: \"{}\" }}\n",
        old.replace("data-", "rows-")
    ));
    let entry = "{\"id\":1,\"key\":\"data-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"ref\":\
                 \"refs/heads/main\",\"version\":\"v\",\"sizeInBytes\":123000000,\"createdAt\":\"2026-03-01T00:00:00Z\",\
                 \"lastAccessedAt\":\"2026-03-01T00:00:00Z\"}";
    fs::write(made.path().join("caches.json"), format!("[{entry}]")).unwrap();
    let (said, [before, after]) = compared(&made, &["--caches", "caches.json"]);
    for scenario in [&before, &after] {
        assert!(scenario.contains("size = \"123 MB\" # from caches.json: 1 entry"), "{scenario}");
    }
    assert!(before.contains("key = \"data-") && after.contains("key = \"rows-"), "{after}");
    // It is stored by a job of one of them, so nothing is left over.
    assert!(!said.contains("stored by no job"), "{said}");
}

#[test]
fn records_that_are_none_are_refused() {
    let made = changed();
    fs::write(made.path().join("jobs.json"), "{\"jobs\":[{}]}").unwrap();
    let output = program(&made, &[&COMPARE[..], &["--jobs", "jobs.json"]].concat());
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("jobs.json"), "{output:?}");
    let alone = program(&made, &["compare", "a.toml", "b.toml", "--jobs", "jobs.json"]);
    assert_eq!(alone.status.code(), Some(2), "{alone:?}");
}
