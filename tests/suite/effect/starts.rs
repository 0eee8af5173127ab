//! What is said of workflows and jobs that never start, and of saves that never happen, because of how workflows and
//! jobs follow each other.

use super::said;

const CI: &str = "workflow.ci.on = [\"push main\", \"pull_request\"]";
const FAST: &str = "workflow.ci.job.fast.setup = \"1 min\"";
const SLOW: &str = "workflow.l.job.slow.setup = \"20 min\"";

/// A workflow `l` that follows others, with these keys.
fn following(ci: &str, keys: &str) -> String {
    said(&[CI, FAST, ci, "workflow.l.on = \"workflow_run\"", keys, SLOW])
}

#[test]
fn a_workflow_that_follows_nothing_is_told() {
    let idle = |why: &str| format!("`workflow.l` has no effect: {why}");
    let after = "workflow.l.after = [\"ci\"]";
    let failure = &format!("{after}\nworkflow.l.after-conclusion = \"failure\"");
    let never_fails = idle("no run that it follows ever fails");
    assert!(following("", failure).contains(&never_fails), "{}", following("", failure));
    let fails = "workflow.ci.job.fast.fails = 0.2";
    assert!(!following(fails, failure).contains("`workflow.l`"));
    let goes_on = "workflow.ci.job.fast.fails = 0.2\nworkflow.ci.job.fast.continue-on-error = true";
    assert!(following(goes_on, failure).contains(&never_fails));

    let branches = |of: &str| following("", &format!("{after}\nworkflow.l.after-branches = {of}"));
    let no_branch = idle("no run that it follows is for such a branch");
    assert!(branches("[\"!main\"]").contains(&no_branch), "{}", branches("[\"!main\"]"));
    assert!(!branches("[\"**\", \"!main\"]").contains("`workflow.l`"));
    assert!(!branches("[\"main\"]").contains("`workflow.l`"));

    let release = "workflow.r = { on = \"release\", job.x.setup = \"1 s\" }";
    let never_runs = idle("none of the workflows that it follows ever runs");
    assert!(following(release, "workflow.l.after = [\"r\"]").contains(&never_runs));
    let both = following(release, "workflow.l.after = [\"r\", \"ci\"]");
    assert!(!both.contains("`workflow.l`"), "{both}");
}

/// What follows a workflow that follows nothing never runs, either. What another event starts runs all the same.
#[test]
fn a_start_that_never_comes_is_told_alone() {
    let last = "workflow.m = { on = \"workflow_run\", after = [\"l\"], job.x.setup = \"1 s\" }";
    let after = "workflow.l.after = [\"ci\"]\nworkflow.l.after-conclusion = \"failure\"";
    let chain = following(last, after);
    assert!(chain.contains("`workflow.m` has no effect: none of the workflows that it follows"), "{chain}");
    let pushed = said(&[CI, FAST, "workflow.l.on = [\"workflow_run\", \"push main\"]", after, SLOW]);
    assert!(
        pushed.contains("`after-conclusion` has no effect: no run that it follows ever fails"),
        "{pushed}"
    );
    assert!(!pushed.contains("`workflow.l`"), "{pushed}");
}

#[test]
fn a_cron_at_no_simulated_time_is_told() {
    let of = |on: &str| {
        let cron = "workflow.l.cron = \"0 3 24 12 *\"";
        said(&["workload.days = 9", CI, FAST, &format!("workflow.l.on = {on}"), cron, SLOW])
    };
    let only = of("\"schedule\"");
    assert!(
        only.contains("`workflow.l` has no effect: its `cron` names no time that is simulated"),
        "{only}"
    );
    let both = of("[\"schedule\", \"push main\"]");
    assert!(both.contains("`cron` has no effect: it names no time that is simulated"), "{both}");
}

#[test]
fn a_job_that_meets_none_of_its_needs_is_told() {
    let of = |on: &str, condition: &str| {
        let first = format!("workflow.ci.job.a = {{ on = \"{on}\", setup = \"1 min\" }}");
        let second = format!(
            "workflow.ci.job.b = {{ on = \"pull_request\", needs = [\"a\"], {condition}setup = \"10 min\" }}"
        );
        said(&[CI, &first, &second])
    };
    let idle =
        "`workflow.ci.job.b` has no effect: the jobs that it needs never run on an event on which it runs";
    assert!(of("push main", "").contains(idle), "{}", of("push main", ""));
    assert!(!of("pull_request", "").contains("`workflow.ci.job.b`"));
    assert!(!of("push main", "if = \"always()\", ").contains("`workflow.ci.job.b`"));
}

#[test]
fn a_job_that_waits_for_a_failure_elsewhere_is_told() {
    let of = |fails: &str, on: &str| {
        let first = format!("workflow.ci.job.a = {{ {fails}, setup = \"1 min\" }}");
        let second =
            format!("workflow.ci.job.b = {{ {on}needs = [\"a\"], if = \"failure()\", setup = \"10 min\" }}");
        said(&[CI, &first, &second])
    };
    let idle = "`workflow.ci.job.b` has no effect: it runs after a failure of the jobs that it needs";
    let main = "on = \"push main\", ";
    assert!(of("fails = 0.2", main).contains(idle), "{}", of("fails = 0.2", main));
    assert!(!of("fails-on-main = 0.2", main).contains(idle));
    assert!(!of("fails = 0.2", "").contains(idle));
    assert!(of("fails = 0.2, continue-on-error = true", "").contains(idle));
}

#[test]
fn a_job_off_the_default_branch_that_saves_there_only_is_told() {
    let step = "cache.actions-cache = { key = \"k-{lock}\", size = \"1 MB\", save-if = \"default-branch\" }";
    let of = |on: &str, more: &str| {
        let on = format!("workflow.l.on = \"{on}\"");
        said(&[&on, &format!("workflow.l.job.test.{step}"), more])
    };
    let idle = "`workflow.l.job.test.cache.actions-cache` saves nothing";
    assert!(of("pull_request", "").contains(idle), "{}", of("pull_request", ""));
    assert!(!of("push main", "").contains(idle));
    let other = format!("workflow.m = {{ on = \"push main\", job.test.{step} }}");
    assert!(!of("pull_request", &other).contains(idle));
}

/// An entry is found only by steps with its paths: that matters where their keys meet.
#[test]
fn a_path_matters_where_keys_meet() {
    let step = |job: &str, key: &str| {
        format!(
            "workflow.ci.job.{job}.cache.actions-cache = {{ key = \"{key}\", restore-keys = [\"{{os}}-\"], size = \"1 MB\", \
             miss = \"1 min\", path = \"~/.{job}\" }}"
        )
    };
    let both = said(&[CI, &step("pip", "{os}-pip-{lock}"), &step("npm", "{os}-npm-{lock}")]);
    assert!(!both.contains("`path`"), "{both}");
    let alone = said(&[CI, &step("pip", "{os}-pip-{lock}")]);
    assert!(alone.contains("`path` has no effect: no other step asks for its entries"), "{alone}");
}
