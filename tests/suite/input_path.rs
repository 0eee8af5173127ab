//! Filters by paths that name an input: `paths: ['**/Cargo.lock']`.

use crate::miniature::{HOUR, Miniature, Played};

fn scene(rest: &str) -> Miniature {
    Miniature::new(&format!(
        "[input.gradle]\n[workflow.ci]\n{rest}\n[workflow.ci.job.test]\nsetup = \"1 s\"\n"
    ))
}

fn started(played: &Played, events: u32) -> Vec<u32> {
    (0..events).filter(|event| played.find(*event, "test").is_some()).collect()
}

#[test]
fn a_push_starts_what_filters_by_an_input_that_it_changes() {
    let of = |paths: &str| {
        let scene = scene(&format!("on = [\"push main\", \"pull_request\"]\npaths = {paths}"));
        let played = scene
            .event(0, "main_push", "source")
            .event(HOUR, "main_push", "source;lock")
            .event_in(2 * HOUR, "main_push", "source", "rust")
            .event(3 * HOUR, "pr_push 7", "gradle;source")
            .event(4 * HOUR, "pr_push 7", "gradle;source")
            .event(5 * HOUR, "pr_push 8", "source")
            .play();
        started(&played, 6)
    };
    assert_eq!(of("[\"lock\"]"), [1]);
    assert_eq!(of("[\"rust\", \"lock\"]"), [1, 2]);
    // A pull request is compared with its base, so each push of #7 has the file.
    assert_eq!(of("[\"gradle\"]"), [3, 4]);
    assert_eq!(of("{ push = [\"lock\"] }"), [1, 3, 4, 5]);
}

#[test]
fn a_lock_file_that_is_not_committed_has_no_path() {
    let played = scene("on = [\"push main\"]\npaths = [\"lock\"]")
        .set("workload.lock-committed-from=2026-01-05T02:00:00Z")
        .event(0, "main_push", "lock")
        .event(3 * HOUR, "main_push", "lock")
        .play();
    assert_eq!(started(&played, 2), [1]);
}

#[test]
fn a_class_of_the_name_of_an_input_is_meant_first() {
    let played = scene("on = [\"push main\"]\npaths = [\"lock\"]")
        .set("workload.path-classes=[\"lock\"]")
        .event(0, "main_push", "lock")
        .event_in(HOUR, "main_push", "source", "lock")
        .play();
    assert_eq!(started(&played, 2), [1]);
}

/// Of 400 direct pushes, 0.25 change the file: 100 runs, with a standard deviation of √(400 × 0.25 × 0.75) = 8.7.
#[test]
fn drawn_pushes_pass_by_the_share_that_changes_the_input() {
    let text = "[workload]\ndays = 40\nwarmup = \"0 s\"\npushes-per-day = 10\npull-requests.share = 0\n\
                [input.gradle]\nchanges = 0.25\n[workflow.ci]\non = [\"push main\"]\npaths = [\"gradle\"]\njob.test.setup = \"1 s\"\n";
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    std::fs::write(&file, text).expect("a file");
    let loaded = cache_budget::scenario::load(&file, &[]).expect("valid");
    assert_eq!(
        loaded.report.render(&cache_budget::diagnostic::Style::default()),
        "",
        "the filter reads the input"
    );
    let draws = cache_budget::random::Draws::new(1, 0);
    let outcome = cache_budget::observe::measure(&loaded.model, draws).expect("within the limits");
    let runs = outcome.workflow_runs.len();
    assert!((65..=135).contains(&runs), "{runs}");
}
