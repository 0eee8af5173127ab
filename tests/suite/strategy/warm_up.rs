//! `warm-up-after-lock-change`: who warms which key, and what a pull request then finds.

use super::{model, treated};
use crate::miniature::{HOUR, Miniature, Told};
use cache_budget::event::RestoreOutcome::{self, Exact, Miss};

const STRATEGY: &str = "warm-up-after-lock-change";

/// The changes in a scenario, which stays valid with them, or why there are none.
fn changes(scenario: &str) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("ci.toml");
    std::fs::write(&file, format!("[workload]\npath-classes = [\"rust\"]\n{scenario}")).expect("a file");
    let (scenario, changes) = treated(&file, STRATEGY).map_err(|refusal| refusal.to_string())?;
    model(&file, scenario);
    Ok(changes.iter().map(ToString::to_string).collect())
}

const PULLS: &str = r#"
[workflow.ci]
on = ["pull_request"]
job.test = { cache.actions-cache = { key = "deps-{lock}", size = "1 MB", miss = "100 s" } }
job.lint.setup = "1 s"
"#;

#[test]
fn a_workflow_of_pull_requests_runs_on_main_after_a_lock_change() {
    let found = changes(PULLS).expect("no run on main saves");
    let on = "workflow.ci.on=[\"pull_request\", \"push main\"]";
    let paths = "workflow.ci.paths={ push = [\"lock\"] }";
    assert_eq!(found, [on, paths, "workflow.ci.job.lint.on=[\"pull_request\"]"]);
}

/// Main gets another lock file, then two pull requests with other sources follow, with a push of sources to main between
/// them. Before, each pull request misses: 2 × 100 s. After, the run on main alone misses, and no other push starts it.
#[test]
fn pull_requests_find_what_the_run_on_main_has_saved() {
    let play = |changes: &[String]| {
        let scene = changes.iter().fold(Miniature::new(PULLS), |scene, change| scene.set(change));
        scene
            .event(0, "main_push", "lock")
            .event(HOUR, "pr_push 7", "source")
            .event(2 * HOUR, "main_push", "source")
            .event(3 * HOUR, "pr_push 8", "source")
            .event(4 * HOUR, "pr_push 9", "lock")
            .play()
    };
    let found = |changes: &[String]| -> Vec<Option<Vec<RestoreOutcome>>> {
        let played = play(changes);
        (0..5).map(|event| played.find(event, "test").map(Told::found)).collect()
    };
    let (miss, exact) = (Some(vec![Miss]), Some(vec![Exact]));
    assert_eq!(found(&[]), [None, miss.clone(), None, miss.clone(), miss.clone()]);
    let changes = changes(PULLS).expect("it applies");
    assert_eq!(found(&changes), [miss.clone(), exact.clone(), None, exact, miss]);
    let played = play(&changes);
    assert!(played.find(0, "lint").is_none() && played.find(1, "lint").is_some());
    assert_eq!(played.stored_at(HOUR - 1)[0].scope, "refs/heads/main");
}

#[test]
fn a_filter_gets_the_files_and_keeps_its_classes() {
    let cache = "job.test = { cache.rust-cache = { size = \"1 GB\" }, cold = \"9 min\", warm = \"3 min\" }";
    let ci = |rest: &str| format!("[workflow.ci]\non = [\"push main\", \"pull_request\"]\n{rest}\n{cache}");
    let (inputs, only) = ("\"lock\", \"manifests\", \"toolchain\"", "workflow.ci.paths");
    assert_eq!(
        changes(&ci("paths = [\"rust\"]")).expect("pushes are filtered"),
        [format!("{only}={{ push = [\"rust\", {inputs}], pull_request = [\"rust\"] }}")]
    );
    let table = "paths = { push = [\"rust\", \"lock\"] }";
    assert_eq!(
        changes(&ci(table)).expect("two files are not in the filter"),
        [format!("{only}.push=[\"rust\", {inputs}]")]
    );
    let why = "a run on main already saves each key";
    for rest in ["", &format!("paths = [{inputs}]"), "paths = { pull_request = [\"rust\"] }"] {
        assert!(changes(&ci(rest)).expect_err(rest).contains(why), "{rest}");
    }
}

/// The nightly job that saves is the one that runs on main already; what it needs runs with it.
#[test]
fn what_saves_at_night_also_saves_after_a_change() {
    let step = |action: &str| {
        format!("cache.actions-cache = {{ key = \"m-{{hash:gradle, lock}}\", size = \"1 MB\"{action} }}")
    };
    let scenario = format!(
        "schedules-per-day = 1\n[input.gradle]\nchanges = 0.1\n[workflow.pulls]\non = [\"pull_request\"]\n[workflow.pulls.job.test]\n{}\n\
         [workflow.nightly]\non = [\"schedule\"]\n[workflow.nightly.job.plan]\n[workflow.nightly.job.publish]\nneeds = [\"fill\"]\n\
         [workflow.nightly.job.fill]\nneeds = [\"plan\"]\non = [\"schedule\"]\n{}",
        step(", action = \"restore\""),
        step("")
    );
    let nightly = |rest: &str| format!("workflow.nightly.{rest}");
    let expected = [
        nightly("on=[\"schedule\", \"push main\"]"),
        nightly("paths={ push = [\"gradle\", \"lock\"] }"),
        nightly("job.publish.on=[\"schedule\"]"),
        nightly("job.fill.on=[\"schedule\", \"push main\"]"),
    ];
    assert_eq!(changes(&scenario).expect("no push to main is followed by a save"), expected);
}

#[test]
fn where_nobody_may_warm_a_key_it_does_not_apply() {
    let test = "[workflow.ci.job.test]\ncache.actions-cache";
    let pulls = "[workflow.ci]\non = [\"pull_request\"]\n";
    for scenario in [
        format!("{pulls}{test} = {{ key = \"deps-{{sha}}-{{lock}}\", size = \"1 MB\" }}"),
        format!("{pulls}{test} = {{ key = \"deps\", size = \"1 MB\" }}"),
        format!("{pulls}cache-mode = \"read\"\n{test} = {{ key = \"{{lock}}\", size = \"1 MB\" }}"),
        format!("{pulls}{test} = {{ key = \"{{lock}}\", size = \"1 MB\", save-on = [\"pull_request\"] }}"),
        // A filter by paths would hold for the release branches, too.
        format!(
            "[branch.r1]\n[workflow.ci]\non = [\"push r1\", \"pull_request\"]\n{test} = {{ key = \"{{lock}}\", size = \"1 MB\" }}"
        ),
        format!(
            "[workflow.ci]\non = [\"schedule\"]\ncron = [\"5 5 * * *\"]\n{test} = {{ key = \"{{lock}}\", size = \"1 MB\" }}"
        ),
    ] {
        changes(&scenario).expect_err(&scenario);
    }
}
