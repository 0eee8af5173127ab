//! What no file decides is told and is no confident number: jobs, groups, patterns and classes of public repositories, rebuilt
//! in other words.

use super::{Repository, checked};
use cache_budget::import::ScenarioDraft;

const CACHE: &str =
    "    runs-on: ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { path: p, key: k } }]\n";

fn draft(workflow: &str) -> ScenarioDraft {
    let draft = Repository::with(workflow).draft().expect("a scenario");
    let (_, said) = checked(&draft);
    assert!(!said.contains("no-effect"), "{said}\n{}", draft.text);
    draft
}

fn blanks(draft: &ScenarioDraft) -> Vec<&str> {
    draft.blanks.iter().map(|(_, what)| what.as_str()).collect()
}

/// The value of a key in the table of a job.
fn value<'a>(text: &'a str, job: &str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("[workflow.ci.job.{job}]"))?;
    let table = rest.split("\n[").next()?;
    let line = table.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")))?;
    Some(line.split(" # ").next().unwrap_or(line))
}

/// What one event alone has is null under the others, so that a job for it does not run on them.
#[test]
fn a_job_for_what_one_event_brings_runs_on_that_event() {
    for (event, condition) in [
        ("repository_dispatch", "github.event.client_payload.order.name == 'try'"),
        ("issue_comment", "contains(github.event.comment.body, '/try')"),
        ("workflow_dispatch", "github.event.inputs.kind == 'full'"),
        ("schedule", "github.event.schedule == '0 4 * * *'"),
    ] {
        let own = match event {
            "schedule" => "[{ cron: '0 4 * * *' }]",
            "workflow_dispatch" => "{ inputs: { kind: { default: full } } }",
            _ => "",
        };
        let events = format!("push: {{ branches: [main] }}, pull_request: , {event}: {own}");
        let draft = draft(&format!(
            "on: {{ {events} }}\njobs:\n  a:\n{CACHE}  b:\n    if: ${{{{ {condition} }}}}\n{CACHE}"
        ));
        assert_eq!(value(&draft.text, "b", "on"), Some(format!("[\"{event}\"]").as_str()), "{}", draft.text);
        assert_eq!(value(&draft.text, "a", "on"), None);
    }
}

/// A job that only events run which no scenario has is not there, instead of running on all.
#[test]
fn a_job_of_an_event_that_is_not_simulated_is_left_out() {
    let draft = draft(&format!(
        "on: {{ push: {{ branches: [main] }}, issues: }}\njobs:\n  a:\n{CACHE}  b:\n    if: github.event_name == 'issues'\n{CACHE}"
    ));
    assert!(draft.text.contains("[workflow.ci.job.a]") && !draft.text.contains("job.b"), "{}", draft.text);
}

/// Every push is one of a branch or of a tag, and a job may want some of them.
#[test]
fn jobs_of_all_pushes_may_want_some_of_them() {
    let tag = "startsWith(github.ref, 'refs/tags/')";
    for (condition, wanted) in [
        (tag, Some("[\"push tags\"]")),
        ("github.ref == 'refs/heads/main'", Some("[\"push main\"]")),
        (
            "github.ref != 'refs/heads/main' && github.ref_type == 'branch'",
            Some("[\"push **\", \"push !main\"]"),
        ),
        ("github.event_name == 'push'", None),
    ] {
        let jobs = format!("  a:\n    if: {tag}\n{CACHE}  b:\n    if: {condition}\n{CACHE}");
        let draft = draft(&format!("on: push\njobs:\n{jobs}"));
        assert_eq!(value(&draft.text, "b", "on"), wanted, "{condition}\n{}", draft.text);
        assert!(draft.text.contains("releases-per-month"), "{}", draft.text);
    }
}

/// Patterns that mean other branches alone do not mean the default branch.
#[test]
fn pushes_to_all_branches_but_the_default_one_leave_it_out() {
    for filter in ["branches-ignore: [main]", "branches: ['**', '!main']"] {
        let draft = draft(&format!("on: {{ push: {{ {filter} }} }}\njobs:\n  a:\n{CACHE}"));
        assert!(draft.text.contains("on = [\"push **\", \"push !main\"]"), "{filter}\n{}", draft.text);
    }
    let draft = draft(&format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: {{ branches-ignore: [main] }} }}\njobs:\n  a:\n{CACHE}"
    ));
    assert!(draft.text.contains("on = [\"push main\"]"), "{}", draft.text);
    assert_eq!(blanks(&draft), ["pull requests to other branches than the default one are left out"]);
}

/// A pattern that a scenario has no word for is told.
#[test]
fn a_pattern_with_classes_of_letters_is_a_blank() {
    let draft = draft(&format!("on: {{ push: {{ branches: [main, 'v[0-9]+.x'] }} }}\njobs:\n  a:\n{CACHE}"));
    assert!(draft.text.contains("on = [\"push main\"]"), "{}", draft.text);
    assert!(blanks(&draft)[0].starts_with("`v[0-9]+.x` of `branches`"), "{:?}", draft.blanks);
}

/// Runs of a group whose name is not known are not thrown into one group.
#[test]
fn a_concurrency_group_that_is_not_known_is_left_out() {
    let on = "on: { push: { branches: [main] }, workflow_dispatch: { inputs: { what: {} } } }";
    for (group, wanted) in [
        ("deploy-${{ inputs.what }}", None),
        ("${{ github.actor }}", None),
        ("${{ github.workflow_ref }}", Some("group = \"{workflow}@{ref}\"")),
        ("x-${{ github.event.comment.url || github.ref }}", Some("group = \"x-{ref}\"")),
    ] {
        let on =
            if group.contains("inputs") { "on: { workflow_dispatch: { inputs: { what: {} } } }" } else { on };
        let concurrency = format!("concurrency: {{ group: \"{group}\", cancel-in-progress: true }}");
        let draft = draft(&format!("{on}\n{concurrency}\njobs:\n  a:\n{CACHE}"));
        match wanted {
            Some(wanted) => assert!(draft.text.contains(wanted), "{group}\n{}", draft.text),
            None => {
                assert!(!draft.text.contains("concurrency ="), "{}", draft.text);
                assert!(blanks(&draft).iter().any(|what| what.contains("is not decided: here no run waits")));
            }
        }
        let job = draft_of_job(group);
        assert_eq!(job.text.contains("concurrency ="), wanted.is_some(), "{}", job.text);
    }
}

fn draft_of_job(group: &str) -> ScenarioDraft {
    let on = "on: { workflow_dispatch: { inputs: { what: {} } } }";
    let concurrency = format!("    concurrency: {{ group: \"{group}\", cancel-in-progress: true }}\n");
    draft(&format!("{on}\njobs:\n  a:\n{concurrency}{CACHE}"))
}

/// Somebody is no bot for a condition, and another one in each key.
#[test]
fn the_actor_is_known_to_conditions_alone() {
    let draft = draft(
        "on: { push: { branches: [main] } }\njobs:\n  a:\n    if: github.actor != 'helper[bot]'\n    runs-on: ubuntu-latest\n    steps: \
         [{ uses: actions/cache@v4, with: { path: p, key: 'k-${{ github.actor }}' } }]\n",
    );
    assert!(draft.text.contains("key = \"k-unknown\""), "{}", draft.text);
    let bot = "`a` does not run for `helper[bot]`: here it runs for everyone";
    assert_eq!(blanks(&draft), [bot, "`unknown` stands for `github.actor`"]);
}

/// A condition that nothing decides lets the job or the step run, and says so.
#[test]
fn a_condition_that_is_not_decided_is_told() {
    let open = "needs.a.outputs.wanted == 'yes'";
    let first = format!("  a:\n    outputs: {{ wanted: \"${{{{ steps.s.outputs.w }}}}\" }}\n{CACHE}");
    let text =
        format!("on: {{ workflow_dispatch: }}\njobs:\n{first}  b:\n    needs: a\n    if: {open}\n{CACHE}");
    let told = draft(&text);
    let wanted =
        format!("the `if` of `b` is not decided on workflow_dispatch: there it runs each time: {open}");
    assert!(blanks(&told).contains(&wanted.as_str()), "{:?}", told.blanks);
    let step = draft(
        "on: { push: { branches: [main] } }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - { id: s, run: ./ask }\n      - if: \
         steps.s.outputs.w == 'yes'\n        uses: actions/cache/restore@v4\n        with: { path: p, key: k }\n      - { uses: \
         actions/cache/save@v4, with: { path: p, key: k } }\n",
    );
    assert_eq!(
        blanks(&step),
        ["it is not decided if `actions/cache/restore` runs (steps.s.outputs.w == 'yes'): here it does"]
    );
}

/// Nothing fails, so that no needed job has failed; and what a caller gives by paths is told with them.
#[test]
fn a_condition_that_is_decided_elsewhere_is_not_told() {
    let text = format!(
        "on: {{ workflow_dispatch: }}\njobs:\n  a:\n{CACHE}  b:\n    needs: a\n    if: ${{{{ !contains(needs.*.result, 'failure') \
         }}}}\n{CACHE}  c:\n    needs: a\n    if: contains(needs.*.result, 'cancelled')\n{CACHE}"
    );
    let told = draft(&text);
    assert!(
        told.blanks.is_empty() && told.text.contains("job.b]") && !told.text.contains("job.c]"),
        "{}",
        told.text
    );
    let find = "  find:\n    runs-on: ubuntu-latest\n    outputs: { x: \"${{ steps.f.outputs.x }}\" }\n    steps: [{ id: f, uses: \
                dorny/paths-filter@v3, with: { filters: \"x: ['x/**']\" } }]\n";
    let repository = Repository::with(&format!(
        "on: {{ push: {{ branches: [main] }} }}\njobs:\n{find}  call:\n    needs: find\n    uses: ./.github/workflows/c.yml\n    with: {{ \
         wanted: \"${{{{ needs.find.outputs.x == 'true' }}}}\" }}\n"
    ));
    let called = "on: { workflow_call: { inputs: { wanted: { type: boolean } } } }\njobs:\n  a:\n    if: inputs.wanted\n";
    repository.write(".github/workflows/c.yml", &format!("{called}{CACHE}"));
    let draft = repository.draft().expect("a scenario");
    checked(&draft);
    assert!(
        draft.blanks.is_empty() && draft.text.contains("paths = [\"x\"]"),
        "{:?}\n{}",
        draft.blanks,
        draft.text
    );
}

/// A filter of an action and one of a workflow, or of two workflows, may have one name and other patterns.
#[test]
fn filters_of_one_name_with_other_patterns_are_two_classes() {
    let job = |filter: &str, more: &str| {
        format!(
            "jobs:\n  find:\n    runs-on: ubuntu-latest\n    outputs: {{ ci: \"${{{{ steps.f.outputs.ci }}}}\" }}\n    steps: [{{ id: f, \
             uses: dorny/paths-filter@v3, with: {{ filters: \"ci: ['{filter}']\" }} }}]\n  test:\n    needs: find\n    if: \
             needs.find.outputs.ci == 'true'\n{CACHE}{more}"
        )
    };
    let on = |paths: &str| format!("on: {{ push: {{ branches: [main] }}, pull_request: {{ {paths} }} }}\n");
    let repository = Repository::with(&format!("{}{}", on("paths: ['src/**']"), job("tools/**", "")));
    repository.write(".github/workflows/other.yml", &format!("{}{}", on(""), job("docs/**", "")));
    repository.write(".github/workflows/third.yml", &format!("{}{}", on(""), job("tools/**", "")));
    let draft = repository.draft().expect("a scenario");
    checked(&draft);
    assert!(draft.text.contains("path-classes = [\"ci\", \"ci-2\", \"ci-3\"]"), "{}", draft.text);
    assert!(draft.text.contains("paths = { pull_request = [\"ci\"] }"), "{}", draft.text);
    for (workflow, class) in [("ci", "ci-2"), ("other", "ci-3"), ("third", "ci-2")] {
        let (_, rest) = draft.text.split_once(&format!("[workflow.{workflow}.job.test]")).expect("its job");
        assert!(
            rest.split("\n[").next().expect("a table").contains(&format!("paths = [\"{class}\"]")),
            "{rest}"
        );
    }
}

/// A job that never fails has no use for `fail-fast`.
#[test]
fn what_a_job_of_tags_alone_does_not_need_is_not_written() {
    let draft = draft(
        "on: { push: { tags: ['v*'] } }\njobs:\n  a:\n    strategy: { fail-fast: false, matrix: { n: [1, 2] } }\n    runs-on: \
         ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { path: p, key: 'k-${{ matrix.n }}' } }]\n",
    );
    assert!(!draft.text.contains("fail-fast"), "{}", draft.text);
}
