//! Times with and without the cache, failures, re-runs and late crons.

use super::{WORKFLOW, imported, line, run};
use crate::import::Repository;
use cache_budget::import::calibration::Sample;

/// A step of a job in REST's form that lasts this long; times within the same hour.
fn step(name: &str, from: u32, seconds: u32) -> String {
    format!(
        "{{\"name\":\"{name}\",\"status\":\"completed\",\"conclusion\":\"success\",\"number\":1,\"started_at\":\"{}\",\
         \"completed_at\":\"{}\"}}",
        at(from),
        at(from + seconds)
    )
}

fn at(second: u32) -> String {
    format!("2026-11-02T10:{:02}:{:02}Z", second / 60, second % 60)
}

/// A job with a restore, a build and a save of these lengths in seconds.
fn job(run: u64, name: &str, conclusion: &str, [restore, build, save]: [u32; 3]) -> String {
    let steps = [
        step("Set up job", 10, 3),
        step("Run Swatinem/rust-cache@v2", 13, restore),
        step("Run cargo clippy", 13 + restore, build),
        step("Post Run Swatinem/rust-cache@v2", 13 + restore + build, save),
        step("Complete job", 13 + restore + build + save, 0),
    ];
    let end = at(13 + restore + build + save);
    format!(
        "{{\"id\":{run}9,\"run_id\":{run},\"run_attempt\":1,\"workflow_name\":\"CI\",\"head_branch\":\"main\",\"name\":\
         \"{name}\",\"status\":\"completed\",\"conclusion\":\"{conclusion}\",\"created_at\":\"{}\",\"started_at\":\"{}\",\
         \"completed_at\":\"{end}\",\"runner_name\":\"r\",\"steps\":[{}]}}",
        at(0),
        at(10),
        steps.join(",")
    )
}

fn with(jobs: &[String]) -> Repository {
    let repository = Repository::with(WORKFLOW);
    let page = format!("{{\"total_count\":{},\"jobs\":[{}]}}", jobs.len(), jobs.join(","));
    repository.write("jobs.json", &page);
    repository
}

#[test]
fn restore_and_save_steps_tell_misses_from_hits() {
    // Misses (restore 1 s, save 20 s): builds of 500, 600 and 640 s, median 600 s = 10 min. Hits (restore 30 s): 120, 150
    // and 300 s, median 150 s = 2.5 min. By length alone, 300 s would be nearer to the misses.
    let misses = [500, 600, 640].map(|build| [1, build, 20]);
    let hits = [120, 150, 300].map(|build| [30, build, 0]);
    let jobs: Vec<String> = (1..)
        .zip(misses.iter().chain(&hits))
        .map(|(run, times)| job(run, "lint", "success", *times))
        .collect();
    let (scenario, said) = imported(&with(&jobs), &["--jobs", "jobs.json"]);
    let by = "told by their restore and save steps";
    let table = "[workflow.ci.job.lint]";
    assert_eq!(
        line(&scenario, table, "cold"),
        format!("cold = \"10 min\" # from jobs.json: 3 of 6 runs without, {by}")
    );
    assert_eq!(
        line(&scenario, table, "warm"),
        format!("warm = \"2.5 min\" # from jobs.json: 3 of 6 runs with their cache, {by}")
    );
    // From `created_at` to `started_at`: 10 s.
    assert!(said.contains("6 jobs waited 10 s for a runner, one in ten 10 s or longer"), "{said}");
}

#[test]
fn without_steps_two_groups_are_found_by_length() {
    // 100 to 110 s and 400 to 440 s, in gh's form, which has no `created_at`: medians 105 s = 1.8 min (1.75) and 420 s = 7 min.
    let job = |(run, seconds): (u64, u32)| {
        format!(
            "{{\"jobs\":[{{\"completedAt\":\"{}\",\"conclusion\":\"success\",\"databaseId\":{run}9,\"name\":\"Test on \
             ubuntu-latest\",\"startedAt\":\"{}\",\"status\":\"completed\",\"steps\":[],\"url\":\
             \"https://github.com/o/r/actions/runs/{run}/job/{run}9\"}}],\"workflowName\":\"CI\"}}",
            at(seconds),
            at(0)
        )
    };
    let jobs: Vec<String> = (1..).zip([100, 400, 105, 420, 110, 440]).map(job).collect();
    let repository = Repository::with(WORKFLOW);
    repository.write("jobs.json", &jobs.join("\n"));
    let (scenario, _) = imported(&repository, &["--jobs", "jobs.json"]);
    let table = "[workflow.ci.job.test]";
    assert!(line(&scenario, table, "cold").starts_with("cold = \"7 min\""), "{scenario}");
    assert!(line(&scenario, table, "warm").starts_with("warm = \"1.8 min\""), "{scenario}");
    assert!(line(&scenario, "[workflow.ci.job.lint]", "warm").ends_with("# assumed"), "{scenario}");
}

#[test]
fn one_group_says_nothing_of_a_cold_cache() {
    let jobs: Vec<String> = (1..)
        .zip([200, 205, 210, 215, 220])
        .map(|(run, build)| job(run, "lint", "success", [2, build, 0]))
        .collect();
    let (scenario, _) = imported(&with(&jobs), &["--jobs", "jobs.json"]);
    let table = "[workflow.ci.job.lint]";
    // 210 s = 3.5 min; 2.4 × 210 s = 504 s = 8.4 min.
    assert!(
        line(&scenario, table, "warm").starts_with("warm = \"3.5 min\" # from jobs.json: 5 runs, one group")
    );
    assert!(
        line(&scenario, table, "cold").starts_with("cold = \"8.4 min\" # assumed: 2.4 × warm"),
        "{scenario}"
    );
    assert!(
        scenario.contains("[assumed.\"workflow.ci.job.lint.cold\"]\nrange = [\"3.5 min..17.5 min:log\"]"),
        "{scenario}"
    );
}

#[test]
fn failures_count_first_attempts_on_each_kind_of_ref() {
    // On main 3 of 12 first attempts are red: 0.25. The 4 cancelled ones do not count.
    let conclusion = |run| match run {
        1..=3 => "failure",
        4..=12 => "success",
        _ => "cancelled",
    };
    let jobs: Vec<String> = (1..=16).map(|run| job(run, "lint", conclusion(run), [2, 200, 0])).collect();
    let (scenario, _) = imported(&with(&jobs), &["--jobs", "jobs.json"]);
    let table = "[workflow.ci.job.lint]";
    assert_eq!(
        line(&scenario, table, "fails-on-main"),
        "fails-on-main = 0.25 # from jobs.json: 3 of 12 first attempts"
    );
    assert!(line(&scenario, table, "fails").ends_with("# assumed"), "{scenario}");
}

#[test]
fn a_run_that_was_re_run_had_failed() {
    // Of run 10 and 11, lint alone ran again, so it had failed; of run 12, two jobs did, so lint counts half. Run 13 was re-run
    // at 11:00, after lint, which is still that of the first attempt, and passed. 2.5 of 13 is 0.192.
    let again = |job: String| job.replace("\"run_attempt\":1", "\"run_attempt\":2");
    let lint = |run: u64| job(run, "lint", "success", [2, 200, 0]);
    let mut jobs: Vec<String> = (1..=9).map(lint).collect();
    jobs.extend([10, 11, 12, 13].map(|run| again(lint(run))));
    jobs.push(again(job(12, "Test on ubuntu-latest", "success", [2, 200, 0])));
    let repository = with(&jobs);
    let runs = "[{\"databaseId\":13,\"workflowName\":\"CI\",\"event\":\"push\",\"headBranch\":\"main\",\"attempt\":2,\
                \"status\":\"completed\",\"conclusion\":\"success\",\"createdAt\":\"2026-11-02T10:00:00Z\",\"startedAt\":\
                \"2026-11-02T11:00:00Z\"}]";
    repository.write("runs.json", runs);
    let (scenario, _) = imported(&repository, &["--jobs", "jobs.json", "--runs", "runs.json"]);
    let table = "[workflow.ci.job.lint]";
    let about = "from jobs.json: 2.5 of 13 first attempts, 3 of them known from a re-run alone";
    assert_eq!(line(&scenario, table, "fails-on-main"), format!("fails-on-main = 0.192 # {about}"));
    // Where the first attempt is listed, it counts, and its re-run does not: 3 of 12.
    let mut jobs: Vec<String> = (1..=9).map(lint).collect();
    jobs.extend([10, 11, 12].map(|run| job(run, "lint", "failure", [2, 200, 0])));
    jobs.extend([10, 11].map(|run| again(lint(run))));
    let (scenario, _) = imported(&with(&jobs), &["--jobs", "jobs.json"]);
    let about = "from jobs.json: 3 of 12 first attempts";
    assert_eq!(line(&scenario, table, "fails-on-main"), format!("fails-on-main = 0.25 # {about}"));
}

#[test]
fn runs_tell_re_runs_and_late_crons() {
    // Five scheduled runs for 03:00, 4, 8, 10, 12 and 40 minutes late: median 10 min; quartiles 8 and 12 min, so sigma is
    // ln(12/8) / 1.349 = 0.30. Of 2 red first attempts and 3 later attempts, 3 of 5 were run again: 0.6.
    let row = |id: u64, event: &str, attempt: u32, conclusion: &str, created: &str| {
        format!(
            "{{\"databaseId\":{id},\"workflowName\":\"CI\",\"event\":\"{event}\",\"headBranch\":\"main\",\"attempt\":\
             {attempt},\"status\":\"completed\",\"conclusion\":\"{conclusion}\",\"createdAt\":\"{created}\",\"startedAt\":\
             \"{created}\"}}"
        )
    };
    let late = [4, 8, 10, 12, 40].map(|late| {
        row(
            late,
            "schedule",
            1,
            "success",
            &format!("2026-11-{late:02}T03:{late:02}:00Z").replace("11-40", "11-20"),
        )
    });
    let other =
        [(91, 1, "failure"), (92, 1, "failure"), (93, 2, "success"), (94, 2, "failure"), (95, 3, "success")]
            .map(|(id, attempt, conclusion)| row(id, "push", attempt, conclusion, "2026-11-02T12:00:00Z"));
    let repository = Repository::with(WORKFLOW);
    repository.write("runs.json", &format!("[{}]", [late, other].concat().join(",")));
    let (scenario, _) = imported(&repository, &["--runs", "runs.json"]);
    assert_eq!(
        line(&scenario, "[workload]", "cron-delay"),
        "cron-delay = { lognormal = { median = \"10 min\", sigma = 0.3 } } # from runs.json: 5 scheduled runs"
    );
    assert_eq!(
        line(&scenario, "[workload]", "re-runs.share"),
        "re-runs.share = 0.6 # from runs.json: 3 of 5 red runs"
    );
}

#[test]
fn what_never_ran_is_dropped_and_counted() {
    let unfinished = "{\"name\":\"lint\",\"status\":\"in_progress\",\"conclusion\":\"\",\"startedAt\":\"2026-11-02T10:00:00Z\",\
                      \"completedAt\":\"0001-01-01T00:00:00Z\",\"steps\":[]}";
    let skipped = "{\"name\":\"lint\",\"status\":\"completed\",\"conclusion\":\"skipped\",\"labels\":[],\"steps\":[],\
                   \"runner_name\":null,\"created_at\":\"2026-11-02T10:00:00Z\",\"started_at\":\"2026-11-02T10:00:00Z\",\
                   \"completed_at\":\"2026-11-02T10:00:00Z\"}";
    let backwards = "{\"name\":\"lint\",\"status\":\"completed\",\"conclusion\":\"success\",\"startedAt\":\
                     \"2026-11-02T10:00:00Z\",\"completedAt\":\"2026-11-02T09:00:00Z\",\"steps\":[]}";
    let (scenario, said) =
        imported(&with(&[unfinished, skipped, backwards].map(String::from)), &["--jobs", "jobs.json"]);
    for what in ["1 unfinished jobs", "1 skipped jobs", "1 jobs that end before they start"] {
        assert!(said.contains(&format!("jobs.json: {what} left out")), "{said}");
    }
    assert!(line(&scenario, "[workflow.ci.job.lint]", "warm").ends_with("# assumed"), "{scenario}");
}

#[test]
fn two_groups_are_only_found_where_there_are_two() {
    let sample = |values: &[f64]| Sample::of(values.iter().copied());
    let (low, high) = sample(&[9.0, 10.0, 11.0, 28.0, 30.0, 33.0]).two_groups().expect("two");
    assert_eq!((low.median(), high.median()), (Some(10.0), Some(30.0)));
    // Evenly spread: the best cut explains three quarters.
    let even: Vec<f64> = (0..40).map(|step| 10.0 * libm::pow(1.05, f64::from(step))).collect();
    assert_eq!(sample(&even).two_groups(), None);
    // Apart by less than half.
    assert_eq!(sample(&[10.0, 10.1, 10.2, 14.0, 14.1, 14.2]).two_groups(), None);
    // A single slow run is no group.
    assert_eq!(sample(&[10.0, 10.0, 11.0, 12.0, 90.0]).two_groups(), None);
    assert_eq!(sample(&[f64::NAN, f64::INFINITY]).median(), None);
}

#[test]
fn the_end_says_what_is_still_assumed_and_how_to_replace_it() {
    let repository = Repository::with(WORKFLOW);
    let said = |arguments: &[&str]| {
        let output = run(&repository, arguments);
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    let plain = said(&[]);
    assert!(
        plain.contains("gh cache list --limit 10000 --json") && plain.contains("--jobs jobs.json"),
        "{plain}"
    );
    let jobs: Vec<String> = ["lint", "Test on ubuntu-latest"]
        .iter()
        .flat_map(|name| {
            (1..7)
                .map(|run| job(run, name, "success", if run % 2 == 0 { [1, 600, 20] } else { [30, 100, 0] }))
        })
        .collect();
    repository.write("jobs.json", &format!("{{\"jobs\":[{}]}}", jobs.join(",")));
    let after = said(&["--jobs", "jobs.json"]);
    // Now only sizes, failures and the workload are open.
    assert!(after.contains("gh cache list") && !after.contains("/jobs\""), "{after}");
}
