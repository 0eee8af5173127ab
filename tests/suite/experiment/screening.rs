//! Which assumption moves the answer most: effects computed by hand.

use cache_budget::experiment::AssumptionScreening;

/// Nothing is noisy, so that a push waits for exactly its job. What is assumed of merges moves no waiting time.
const SCENARIO: &str = r#"
[workload]
pushes-per-day = 4
days = 20
warmup = "1 d"
pull-requests = { merged = 0.85 }

[runner.ubuntu-latest]
boot = "0 s"
speed-noise = 1.0

[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.build]
setup = "10 min"
[workflow.ci.job.after]
needs = ["build"]
setup = "2 min"

[assumed."workload.pull-requests.merged"]
range = ["0.6..0.95"]
[assumed."workflow.ci.job.build.setup"]
range = ["5 min..15 min"]
[assumed."workflow.ci.job.after.setup"]
range = ["1 min..4 min"]
"#;

fn screened(text: &str) -> Option<AssumptionScreening> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("assumed.toml");
    std::fs::write(&file, text).expect("written");
    AssumptionScreening::of(&file).unwrap_or_else(|failure| panic!("{failure:?}"))
}

#[test]
fn a_waiting_time_moves_by_what_its_parts_do() {
    let screening = screened(SCENARIO).expect("something is assumed");
    let found: Vec<(&str, f64)> =
        screening.inputs.iter().map(|input| (input.path.as_str(), input.minutes)).collect();
    // From 5 to 15 min are 10 min, from 1 to 4 min are 3 min, whatever else holds; times are whole milliseconds.
    assert_eq!(found.len(), 2, "{found:?}");
    for ((path, minutes), (wanted, exact)) in
        found.iter().zip([("workflow.ci.job.build.setup", 10.0), ("workflow.ci.job.after.setup", 3.0)])
    {
        assert_eq!(*path, wanted);
        assert!((minutes - exact).abs() < 1e-4, "{found:?}");
    }
    assert_eq!((screening.idle, screening.paths), (1, 5));
    assert!((screening.days - 20.0).abs() < 1.0, "{screening:?}");
    assert_eq!(screening.inputs[0].range, "5 min to 15 min");
}

#[test]
#[ignore = "plays a million events; run by .ci/run"]
fn a_large_scenario_is_played_for_fewer_days_and_says_so() {
    let large =
        SCENARIO.replace("pushes-per-day = 4", "pushes-per-day = 1500").replace("days = 20", "days = 60");
    // Three assumptions make points of four: three paths of them are at most a million events, or seven days.
    let screening = screened(&large).expect("something is assumed");
    assert_eq!(screening.paths, 3, "{screening:?}");
    assert!(screening.days >= 7.0 && screening.days < 50.0, "{screening:?}");
}

#[test]
fn nothing_assumed_is_nothing_to_rank() {
    let (known, _) = SCENARIO.split_once("[assumed").expect("assumptions");
    assert_eq!(screened(known), None);
}
