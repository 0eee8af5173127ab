//! Values whose lack of effect the small scenarios have brought to light.

use super::{ON_MAIN, said};

#[test]
fn a_cache_that_saves_on_none_of_its_events_has_no_settings_of_saves() {
    let step = |events: &str| {
        let cache = format!(
            "cache.setup-go = {{ unpacked-ratio = 9, save-if = \"default-branch\", save-on = {events} }}"
        );
        said(&[ON_MAIN, &format!("workflow.ci.job.test.{cache}")])
    };
    let never = step("[\"schedule\"]");
    assert!(never.contains("`unpacked-ratio` has no effect: nothing in the job depends"), "{never}");
    assert!(never.contains("`save-if` has no effect: the job runs on none of the events"), "{never}");
    assert!(!step("[\"push\"]").contains("`unpacked-ratio`"), "{}", step("[\"push\"]"));
}

#[test]
fn a_profile_that_no_other_job_meets_is_told() {
    let job = |name: &str, more: &str| {
        format!("workflow.ci.job.{name} = {{ cold = \"9 min\", warm = \"2 min\", {more} }}")
    };
    let idle = "`profile` has no effect: no other job uses a key of this one";
    let alone = said(&[ON_MAIN, &job("a", "profile = \"release\", cache.rust-cache = {}")]);
    assert!(alone.contains(idle), "{alone}");
    let shared = |profile: &str| job("a", &format!("{profile}cache.rust-cache = {{ shared-key = \"all\" }}"));
    let other = shared("").replace("job.a", "job.b");
    let both = said(&[ON_MAIN, &shared("profile = \"release\", "), &other]);
    assert!(!both.contains("`profile`"), "{both}");
}

#[test]
fn a_branch_in_a_log_and_an_event_without_workflow_are_told() {
    let log = "workload.events = \"pushes.csv\"\nworkload.events-per-day.workflow_dispatch = 3\nbranch.dev.pushes-per-day = 3";
    let said = said(&[log, ON_MAIN, "workflow.ci.job.test.setup = \"1 s\""]);
    assert!(said.contains("`workflow_dispatch` has no effect: no workflow runs on it"), "{said}");
    assert!(said.contains("`pushes-per-day` has no effect: `workload.events` says"), "{said}");
}
