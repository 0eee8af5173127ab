//! Reports of `cargo build --timings`: what a miss of rust-cache or sccache costs.

use super::{WORKFLOW, imported, line, run};
use crate::import::Repository;

const LOCK: &str = "version = 4
[[package]]
name = \"own\"
version = \"0.1.0\"
dependencies = [\"serde\", \"libc\"]
[[package]]
name = \"libc\"
version = \"0.2.1\"
source = \"registry+https://index.example/\"
[[package]]
name = \"serde\"
version = \"1.0.0\"
source = \"registry+https://index.example/\"
";

/// A page as cargo writes it, with as much of it as is read: name, start and duration of each unit in seconds.
fn page(slots: u32, units: &[(&str, f64, f64)]) -> String {
    let unit = |(name, start, duration): &(&str, f64, f64)| {
        format!(
            "{{\"i\":0,\"name\":\"{name}\",\"version\":\"1.0.0\",\"mode\":\"todo\",\"target\":\"\",\"features\":[],\
             \"start\":{start},\"duration\":{duration},\"unblocked_units\":[],\"unblocked_rmeta_units\":[],\"sections\":null}}"
        )
    };
    let units: Vec<String> = units.iter().map(unit).collect();
    format!(
        "<html><td>Max concurrency:</td><td>{slots} (jobs={slots} ncpu=8)</td><script>\nDURATION = 9;\nconst UNIT_DATA = \
         [{}];\nconst CONCURRENCY_DATA = [];\n</script></html>",
        units.join(",")
    )
}

fn repository(page: &str) -> Repository {
    let repository = Repository::with(WORKFLOW);
    repository.write("Cargo.lock", LOCK);
    repository.write("timing.html", page);
    repository
}

/// On two jobs at a time: libc 0–100 s and serde 0–200 s alone, then serde beside `own` 200–260 s, then `own` alone.
/// External crates: 200 s + 60 s ÷ 2 = 230 s on two, 115 s on four cores.
#[test]
fn a_timed_build_tells_what_a_miss_costs() {
    let page = page(2, &[("libc", 0.0, 100.0), ("serde", 0.0, 260.0), ("own", 200.0, 90.0)]);
    let (scenario, _) = imported(&repository(&page), &["--timings", "timing.html"]);
    // The usual time with the cache, 5 min, and 115 s = 1.9 min (1.92): 415 s = 6.9 min (6.92).
    for table in ["[workflow.ci.job.lint]", "[workflow.ci.job.test]"] {
        assert_eq!(
            line(&scenario, table, "cold"),
            "cold = \"6.9 min\" # assumed: warm and 1.9 min for 2 external crates, from timing.html, on 4 cores"
        );
        assert_eq!(line(&scenario, table, "warm"), "warm = \"5 min\" # assumed");
    }
    // Half and twice as much beside the 5 min: 357.5 s = 6 min (5.96), 530 s = 8.8 min (8.83).
    assert!(scenario.contains("range = [\"6 min..8.8 min:log\"]"), "{scenario}");
}

#[test]
fn a_report_that_cannot_tell_is_refused_with_the_reason() {
    let cold = page(2, &[("libc", 0.0, 100.0), ("own", 100.0, 90.0)]);
    let fresh = page(2, &[("libc", 0.0, 0.0), ("serde", 0.0, 9.0), ("own", 9.0, 90.0)]);
    let no_time = page(2, &[("libc", 0.0, -1.0)]);
    let cases = [
        (fresh.as_str(), "1 of 2 units were there before: time a build from nothing (`cargo clean`"),
        (no_time.as_str(), "`libc` has no time from 0 s"),
        ("<html></html>", "it is no report of `cargo build --timings`"),
        ("const UNIT_DATA = [{]", "its units: "),
    ];
    for (page, reason) in cases {
        let output = run(&repository(page), &["--timings", "timing.html"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(3) && said.contains(reason), "{reason}: {said}");
    }
    let without_lock = Repository::with(WORKFLOW);
    without_lock.write("timing.html", &cold);
    let output = run(&without_lock, &["--timings", "timing.html"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(3) && said.contains("without a Cargo.lock"), "{said}");
}
