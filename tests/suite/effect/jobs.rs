//! What is said of values of workflows, jobs, legs and runners.

use super::survey::play;
use super::{ON_MAIN, said, said_of};

#[test]
fn a_system_that_no_key_contains_is_told() {
    let job = |cache: &str| {
        let job = format!(
            "workflow.ci.job.test = {{ runner = \"mine\", cache.actions-cache = {{ {cache}, size = \"1 MB\" }} }}"
        );
        said(&["runner.mine = { os = \"macos\", arch = \"arm64\" }", ON_MAIN, &job])
    };
    let said = job("key = \"k\"");
    assert!(said.contains("`os` has no effect: no key contains it"), "{said}");
    assert!(said.contains("`arch` has no effect: no key contains it"), "{said}");
    let said = job("key = \"k-{os}\"");
    assert!(!said.contains("`os` has no effect") && said.contains("`arch` has no effect"), "{said}");
}

#[test]
fn packages_and_features_of_the_whole_workspace_are_told() {
    let said = said_of(
        "compile = { flavour = \"dev\", packages = [\"workspace\"], own-features = [] }\ncache.sccache = {}",
    );
    assert!(said.contains("`packages` has no effect: it names every crate"), "{said}");
    assert!(said.contains("`own-features` has no effect: the job compiles the whole workspace"), "{said}");
}

#[test]
fn build_axes_that_the_key_contains_are_told() {
    let job = |key: &str| {
        let cache = format!("cache.rust-cache = {{ key = \"{key}\" }}");
        said_of(&format!(
            "cold = \"9 min\"\nwarm = \"2 min\"\nmatrix = {{ leg = [\"a\", \"b\"] }}\nbuild-axes = [\"leg\"]\n{cache}"
        ))
    };
    assert!(job("{leg}").contains("`build-axes` has no effect: keys, runners or scopes"), "{}", job("{leg}"));
    assert!(!job("").contains("`build-axes` has no effect"), "{}", job(""));
}

/// A pattern that no branch matches, beside others that one does.
#[test]
fn a_pattern_that_no_branch_matches_is_told() {
    let of = |on: &str| {
        said(&[
            "branch.dev.pushes-per-day = 1",
            &format!("workflow.ci.on = {on}"),
            "workflow.ci.job.test.setup = \"1 s\"",
        ])
    };
    let typo = of("[\"push main\", \"push dve\"]");
    assert!(
        typo.contains(
            "`push dve` has no effect: no branch of the scenario has this name: did you mean `dev`?"
        ),
        "{typo}"
    );
    assert!(of("[\"push mian\"]").contains("did you mean `main`?"));
    let dead = of("[\"push dev\", \"push release/*\", \"push !gone\"]");
    assert!(dead.contains("`push release/*` has no effect: no branch of the scenario matches it"), "{dead}");
    assert!(dead.contains("`push !gone` has no effect"), "{dead}");
    assert!(!of("[\"push dev\", \"push **\", \"push !main\"]").contains("`push"), "{}", of("[\"push **\"]"));
    let bases = of("[\"pull_request\", \"pull_request dev\"]");
    assert!(
        bases.contains("`pull_request dev` has no effect: `pull_request` already stands for every base"),
        "{bases}"
    );
}

/// The events of a workflow do not all reach its jobs.
#[test]
fn values_for_refs_on_which_a_job_never_runs_are_told() {
    let of = |job: &str| {
        let head = "workflow.ci.on = [\"push main\", \"pull_request\", \"release\"]";
        said(&[
            head,
            "[workflow.ci.job.other]\nsetup = \"1 s\"",
            "[workflow.ci.job.test]\nsetup = \"1 s\"",
            job,
        ])
    };
    assert!(
        of("on = \"push main\"\nfails = 0.5")
            .contains("`fails` has no effect: the job runs for no pull request")
    );
    let pulls = of("on = \"pull_request\"\nfails-on-main = 0.5");
    assert!(pulls.contains("`fails-on-main` has no effect: the job runs for pull requests only"), "{pulls}");
    assert!(!of("fails = 0.5\nfails-on-main = 0.5").contains("no effect"));
    // No release is drawn.
    let never = of("on = \"release\"\nfails = 0.5\ncache.setup-node = { size = \"9 MB\" }");
    assert!(
        never.contains("`workflow.ci.job.test` has no effect: no event on which it runs ever happens"),
        "{never}"
    );
    assert_eq!(never.matches("warning[").count(), 1, "{never}");
    let all = of("on = [\"push main\", \"pull_request\"]");
    assert!(
        all.contains("`on` has no effect: the job runs on every event that starts its workflow"),
        "{all}"
    );
    let saves = of(
        "on = \"pull_request\"\ncache.actions-cache = { key = \"k\", size = \"1 MB\", save-if = \"default-branch\", lookup-only = true }",
    );
    assert!(saves.contains("`lookup-only` has no effect"), "{saves}");
}

#[test]
fn values_of_legs_are_told_like_those_of_jobs() {
    let of = |legs: &str| {
        said_of(&format!(
            "setup = \"1 s\"\nmatrix = {{ n = [\"1\", \"2\"] }}\ncache.rust-cache = {{ size = \"9 MB\", registry = \"9 MB\" }}\nleg = [{legs}]"
        ))
    };
    let first = "when = { n = \"1\" }";
    let fails = of(&format!("{{ {first}, fails = 0.5 }}"));
    assert!(fails.contains("`fails` has no effect: the job runs for no pull request"), "{fails}");
    assert!(!of(&format!("{{ {first}, fails-on-main = 0.5 }}")).contains("`fails-on-main`"));
    let client = of(&format!("{{ {first}, cache.rust-cache = {{ on-failure = true }} }}"));
    assert!(client.contains("`on-failure` has no effect: the job never fails"), "{client}");
    // It fails in the legs that the value is for.
    let both = of(&format!("{{ {first}, fails-on-main = 0.5, cache.rust-cache = {{ on-failure = true }} }}"));
    assert!(!both.contains("`on-failure`"), "{both}");
    let twice = of(&format!("{{ {first}, timeout = \"5 h\" }}, {{ {first}, timeout = \"4 h\" }}"));
    assert!(twice.contains("`timeout` has no effect: a later table of `leg` replaces it"), "{twice}");
    assert_eq!(twice.matches("replaces it").count(), 1, "{twice}");
    let all = of("{ when = { n = \"1\" }, setup = \"5 s\" }, { when = { n = \"2\" }, setup = \"4 s\" }");
    assert!(all.contains("`setup` has no effect: `leg` has another value for each leg"), "{all}");
}

#[test]
fn a_job_that_never_ends_in_time_saves_nothing() {
    let said = said_of(
        "timeout = \"1 min\"\nfinish = \"9 min\"\nfails-on-main = 0.5\n\
         cache.actions-cache = { key = \"k\", size = \"1 MB\", lookup-only = true }",
    );
    assert!(said.contains("`fails-on-main` has no effect: no run ends before its `timeout`"), "{said}");
    assert!(said.contains("`lookup-only` has no effect"), "{said}");
}

#[test]
fn a_runner_that_exists_unwritten_is_no_remark() {
    let job = "[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nrunner = \"big\"\ncold = \"9 min\"\nwarm = \"2 min\"\n\
               cache.rust-cache = { size = \"1 GB\" }\n";
    let remarks = |runners: &str| play(&format!("{runners}\n{job}"), &[]).expect("a scenario").remarks;
    assert_eq!(remarks("[runner.big]\ncores = 16"), "");
    let said = remarks("[runner.big]\ncores = 16\n[runner.small]\ncores = 2");
    assert!(said.contains("`runner.small` has no effect: no job runs on it"), "{said}");
    assert_eq!(said.matches("warning[").count(), 1, "{said}");
}
