//! What is said of keys that nothing changes because the scenario leaves something out, of saves that never happen, and
//! of values that belong to other steps or to other legs.

use super::{ON_MAIN, said};

const NODE: &str = "workflow.ci.job.test.cache.setup-node = {}";
const STILL: &str =
    "the key of setup-node never changes: `workload.changes.web-lock` is 0 by default; set it";

#[test]
fn a_key_of_files_that_never_change_by_default_is_told() {
    assert!(said(&[ON_MAIN, NODE]).contains(STILL), "{}", said(&[ON_MAIN, NODE]));
    // Another client of the same files is not told again; one of other files is.
    let other = "workflow.ci.job.lint.cache.actions-cache = { key = \"{web-lock}\", size = \"1 MB\" }";
    let go = "workflow.ci.job.go.cache.setup-go = {}";
    let said_of_three = said(&[ON_MAIN, NODE, other, go]);
    assert_eq!(said_of_three.matches("[never-changes]").count(), 2, "{said_of_three}");
    assert!(said_of_three.contains("`workload.changes.go-sum` is 0 by default"), "{said_of_three}");
}

#[test]
fn a_rate_that_is_written_or_a_key_that_changes_anyway_is_not_told() {
    let is_told = |lines: &[&str]| said(&[&[ON_MAIN], lines].concat()).contains("never-changes");
    assert!(!is_told(&["workload.changes.web-lock = 0.1", NODE]));
    assert!(!is_told(&["workload.changes.web-lock = 0", NODE]), "0 is an answer");
    assert!(!is_told(&["input.web-lock.changes = 0.1", NODE]));
    let dated = "workflow.ci.job.test.cache.actions-cache = { key = \"{go-sum}-{week}\", size = \"1 MB\" }";
    assert!(!is_told(&[dated]));
    let lock = "workflow.ci.job.test.cache.actions-cache = { key = \"{lock}\", size = \"1 MB\" }";
    assert!(!is_told(&[lock]));
}

#[test]
fn a_step_that_saves_on_no_event_of_its_job_is_told() {
    let cache = |events: &str| {
        format!(
            "workflow.ci.job.test.cache.actions-cache = {{ key = \"{{sha}}\", restore-keys = [\"k\"], size = \"1 MB\", save-on = {events} }}"
        )
    };
    let why = "saves nothing: the job runs on none of the events in `save-on`";
    let never = said(&[ON_MAIN, &cache("[\"schedule\"]")]);
    assert!(never.contains(why), "{never}");
    let nightly = ["workflow.ci.on = [\"push main\", \"schedule\"]", "workflow.ci.cron = \"0 3 * * *\""];
    let at_night = said(&[nightly[0], nightly[1], &cache("[\"schedule\"]")]);
    assert!(!at_night.contains(why), "{at_night}");
}

#[test]
fn a_value_of_another_step_is_told_with_the_step() {
    let step =
        "workflow.ci.job.test.cache.actions-cache = { key = \"{sha}\", size = \"1 MB\", overwrite = true }";
    let said = said(&[ON_MAIN, step]);
    assert!(
        said.contains("`overwrite` has no effect: only a step with `action = \"save\"` replaces"),
        "{said}"
    );
}

#[test]
fn one_key_is_told_once() {
    let said = said(&[ON_MAIN, "workflow.ci.job.test = { setup = \"1 s\", fail-fast = false }"]);
    assert_eq!(said.matches("`fail-fast` has no effect").count(), 1, "{said}");
}
