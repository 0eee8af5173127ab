//! Values that matter although what they are about seems to be missing: each moves a metric, and no warning says that it
//! has no effect.

use super::survey::play;

/// Pushes to pull requests and to the default branch for two weeks.
const HEAD: &str = "workload.days = 14\nworkload.warmup = \"0 s\"\nworkload.pushes-per-day = 20\n\
                    workload.pull-requests = { share = 0.5, merged = 1, pushes-each = 2 }\n";
const BOTH: &str = "workflow.ci.on = [\"push main\", \"pull_request\"]\n";

/// Fails if the value `other` for `VALUE` moves nothing in comparison with `value`, or if one is said to have no effect.
fn matters(lines: &str, value: &str, other: &str) {
    let of = |value: &str| format!("{HEAD}{}\n", lines.replace("VALUE", value));
    let [one, two] = [value, other].map(|value| play(&of(value), &[]).expect(lines));
    assert_ne!(one.metrics, two.metrics, "{lines}");
    for remarks in [one.remarks, two.remarks] {
        assert!(!remarks.contains("no effect"), "{lines}\n{remarks}");
    }
}

/// What is said of these lines.
fn said(lines: &str) -> String {
    play(&format!("{HEAD}{lines}\n"), &[]).expect(lines).remarks
}

/// A job whose steps with actions/cache have these keys.
fn step(key: &str, restore_key: &str) -> String {
    let keys = format!("key = \"{key}\", restore-keys = [\"{restore_key}\"]");
    format!(
        "{BOTH}workflow.ci.job.test.cache.actions-cache = {{ {keys}, size = \"50 MB\", miss = \"5 min\", partial = \"VALUE\" }}"
    )
}

/// A restore key that names a value that a run has finds what such a run has stored.
#[test]
fn a_restore_key_may_reach_into_a_placeholder() {
    for (key, restore_key) in [
        ("k-{branch}-{lock}", "k-main-"),
        ("k-{branch}-{lock}", "k-pull-"),
        ("k-{ref}-{lock}", "k-refs/heads/main-"),
        ("k-{event}-{lock}", "k-push-"),
        ("k-{base}-{lock}", "k-main-"),
        ("k-{job}-{lock}", "k-te"),
        ("k-{workflow}-{lock}", "k-ci-"),
        ("k-{run-attempt}-{lock}", "k-1-"),
        ("k-{date}-{lock}", "k-2026-"),
        ("k-{week}-{lock}", "k-2026-"),
        ("k-{month}-{lock}", "k-2026-01-"),
        ("k-{days:7}-{lock}", "k-2"),
        ("k-{time}", "k-{date}"),
        ("k-{ref}{event}", "k-refs/heads/mainpu"),
    ] {
        matters(&step(key, restore_key), "1 s", "4 min");
    }
}

/// Unless no run can have such a value.
#[test]
fn a_restore_key_that_no_value_begins_with_is_told() {
    for (key, restore_key) in [
        ("k-{branch}-{lock}", "k-mian-"),
        ("k-{ref}-{lock}", "k-main-"),
        ("k-{event}-{lock}", "k-pushed-"),
        ("k-{workflow}-{lock}", "k-nightly-"),
        ("k-{date}-{lock}", "k-2026-01-x"),
        ("k-{number}-{lock}", "k-pull"),
    ] {
        let said = said(&step(key, restore_key).replace("VALUE", "1 s"));
        assert!(said.contains(&format!("the restore key `{restore_key}` has no effect")), "{key}\n{said}");
    }
}

/// Branches of the scenario are values, too.
#[test]
fn a_restore_key_may_name_another_branch() {
    let step = step("k-{branch}-{lock}", "k-rel-").replace(BOTH, "");
    let on = "branch.rel.pushes-per-day = 4\nworkflow.ci.on = [\"push rel\", \"pull_request\"]";
    assert!(!said(&format!("{on}\n{step}").replace("VALUE", "1 s")).contains("the restore key"));
}

/// The keys of other clients have placeholders, too.
#[test]
fn a_shared_key_may_be_the_value_of_a_placeholder() {
    let of = |key: &str| {
        let job = |workflow: &str, on: &str, key: &str| {
            let client = format!("{{ shared-key = \"{key}\", lookup-only = true, save-if = \"never\" }}");
            format!(
                "workflow.{workflow} = {{ on = \"{on}\", job.test = {{ cold = \"9 min\", warm = \"2 min\", cache.rust-cache = {client} }} }}\n"
            )
        };
        let saves =
            job("main", "push main", "k-main").replace(", lookup-only = true, save-if = \"never\"", "");
        said(&format!("{saves}{}", job("ci", "pull_request", key)))
    };
    let idle = "`lookup-only` has no effect: no run saves an archive that this one could find";
    assert!(!of("k-{base}").contains(idle), "{}", of("k-{base}"));
    assert!(of("k-{event}").contains(idle), "{}", of("k-{event}"));
}

#[test]
fn a_run_that_follows_another_one_or_its_pull_request_counts_for_green() {
    let job = "workflow.l.job.slow.prepare = \"20 min\"\nworkflow.ci.job.fast.setup = \"1 min\"";
    for on in ["on = [\"workflow_run\"], after = [\"ci\"]", "on = [\"pull_request_target\"]"] {
        let on = on.replace(", ", "\nworkflow.l.");
        matters(&format!("{BOTH}workflow.l.{on}\nworkflow.l.required = VALUE\n{job}"), "true", "false");
    }
    let nightly = "workload.schedules-per-day = 3\nworkflow.ci.on = \"schedule\"\nworkflow.l.on = \"workflow_run\"\n\
                   workflow.l.after = [\"ci\"]\nworkflow.l.required = false";
    assert!(said(&format!("{nightly}\n{job}")).contains("`required` has no effect"));
}

/// A step that saves after a failure does so whatever has failed.
#[test]
fn a_job_fails_where_a_cache_or_the_disk_lets_it_down() {
    let save = "{ action = \"save\", key = \"k-{lock}\", size = \"100 MB\", on-failure = VALUE }";
    let look = "{ action = \"restore\", key = \"k-{lock}\", size = \"100 MB\", fail-on-cache-miss = true }";
    let job = "workflow.ci.job.test.prepare = \"2 min\"\nworkflow.ci.job.test.cache.actions-cache";
    matters(&format!("{BOTH}{job} = [{look}, {save}]"), "true", "false");
    let full = "runner.ubuntu-latest.disk = \"150 MB\"";
    let step = "{ key = \"k-{lock}\", size = \"100 MB\", on-failure = true }";
    assert!(!said(&format!("{full}\n{BOTH}{job} = {step}")).contains("`on-failure`"));
}

/// A fork's branch is not in the repository.
#[test]
fn forks_matter_to_pushes_to_any_branch() {
    let of = |share: &str| {
        let head = HEAD.replace(" }", &format!(", forks = {share} }}"));
        let ci = "workflow.ci = { on = \"push\", job.test.setup = \"1 min\" }";
        play(&format!("{head}{ci}\n"), &[]).expect("a scenario")
    };
    assert_ne!(of("0").metrics, of("0.5").metrics);
    assert!(!of("0.5").remarks.contains("no effect"), "{}", of("0.5").remarks);
}

#[test]
fn what_fails_for_a_pull_request_is_mended() {
    let job = "workflow.l.job.test = { setup = \"1 min\", fails-on-main = 0.3 }";
    matters(
        &format!("workload.fixes.share = VALUE\nworkflow.l.on = \"pull_request_target\"\n{job}"),
        "1",
        "0",
    );
}

/// Its pull requests are not for the default branch.
#[test]
fn a_branch_takes_pull_requests_from_the_default_branch() {
    for on in ["[\"push main\", \"pull_request main\"]", "\"push main\"", "\"pull_request_target\""] {
        let lines = "branch.rel = { pushes-per-day = 0, pull-requests = 0.5 }";
        let job = format!("workflow.ci.on = {on}\nworkflow.ci.job.test.setup = \"1 min\"");
        let [with, without] = [format!("{lines}\n{job}"), job].map(|text| said(&text));
        assert!(!with.contains("no effect") && !without.contains("no effect"), "{on}\n{with}");
    }
}

/// In a cancelled run, a job that runs always still runs; another one does not. A job may also be replaced in a group of
/// its own.
#[test]
fn a_job_may_run_after_jobs_that_are_cancelled() {
    let jobs = "workflow.ci.job.a.setup = \"40 min\"\nworkflow.ci.job.b = { needs = [\"a\"], if = \"VALUE\", setup = \"5 min\" }";
    let of_run = format!("{BOTH}workflow.ci.concurrency = \"cancel\"\n{jobs}");
    matters(&of_run, "always()", "success()");
    let of_job = format!(
        "{BOTH}workflow.ci.job.a.concurrency = {{ group = \"all\", cancel-in-progress = false }}\n{jobs}"
    );
    matters(&of_job, "!cancelled()", "success()");
    assert!(said(&of_run.replace("VALUE", "!cancelled()")).contains("`if` has no effect"));
}

/// What `save-on` leaves out is what would be saved without it.
#[test]
fn a_job_that_saves_on_none_of_its_events_saves_nothing() {
    let step = |on: &str, more: &str| {
        let cache = "workflow.ci.job.test.cache.actions-cache = { key = \"k-{lock}\", size = \"1 MB\", save-on = VALUE }";
        format!("workflow.ci.on = [\"{on}\"]\n{more}workflow.ci.job.test.setup = \"1 min\"\n{cache}")
    };
    matters(&step("pull_request", ""), "[\"push\"]", "[]");
    let mode = "workflow.ci.cache-mode = \"write\"\n";
    matters(&step("pull_request_target", mode), "[\"push\"]", "[]");
    for (on, events) in [("pull_request", "pull_request"), ("pull_request_target", "push")] {
        let idle = said(&step(on, "").replace("VALUE", &format!("[\"{events}\"]")));
        assert!(idle.contains("`save-on` has no effect"), "{on}\n{idle}");
    }
}

#[test]
fn an_entry_that_never_expires_may_be_idle_for_long() {
    let janitor = "janitor.tidy = { cron = \"0 5 * * *\", idle-for = \"9 d\" }";
    let step = "workflow.ci.job.test.cache.actions-cache = { key = \"k-{sha}\", size = \"1 MB\" }";
    let idle = |sweep: &str| said(&format!("cache.sweep = \"{sweep}\"\n{janitor}\n{BOTH}{step}"));
    assert!(!idle("none").contains("`idle-for`"), "{}", idle("none"));
    assert!(idle("daily").contains("`idle-for` has no effect: entries expire"), "{}", idle("daily"));
}

/// Each is told for its own reason only.
#[test]
fn a_reason_fits_the_scenario() {
    let job = "workflow.ci.job.test.setup = \"1 min\"";
    let queue = said(&format!("workload.merge-queue = true\n{BOTH}{job}"));
    assert!(
        queue.contains("`merge-queue` has no effect: no workflow runs on `merge_group` or on every `push`"),
        "{queue}"
    );
    assert!(!queue.contains("no pull request is merged"), "{queue}");
    let after = "workflow.l = { on = \"workflow_run\", after = [\"ci\"], after-branches = [\"master\"], job.x.setup = \"1 s\" }";
    let after = said(&format!("{BOTH}{job}\n{after}"));
    assert!(after.contains("`master` has no effect: no branch of the scenario"), "{after}");
    assert!(!after.contains("push master"), "{after}");
}
