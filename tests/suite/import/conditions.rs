//! Conditions of jobs and steps that decide what a scenario has at all: of failures, of names, of refs.

use super::{Repository, checked};

/// The draft of a workflow with these jobs, started by `on`.
fn draft(on: &str, jobs: &str) -> String {
    let draft = Repository::with(&format!("on: {on}\njobs:\n{jobs}")).draft().expect("a scenario");
    checked(&draft);
    draft.text
}

/// A job with this `if` that caches.
fn job(id: &str, condition: &str, more: &str) -> String {
    format!(
        "  {id}:\n    if: {condition}\n{more}    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/cache@v4\n        with: {{ \
         path: p, key: {id} }}\n"
    )
}

/// The value of a key in the table of a job.
fn value<'a>(text: &'a str, job: &str, key: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("[workflow.ci.job.{job}]"))?;
    let table = rest.split("\n[").next()?;
    table.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")))
}

const PUSHES: &str = "{ push: { branches: [main], tags: ['v*'] }, pull_request: }";

/// `!failure()` skips nothing where nothing fails.
#[test]
fn a_job_that_is_skipped_after_a_failure_alone_is_there() {
    for (condition, status) in [
        ("'!failure()'", Some("\"!cancelled()\"")),
        ("'!cancelled() && !failure()'", Some("\"!cancelled()\"")),
        ("'${{ success() || failure() }}'", Some("\"!cancelled()\"")),
        ("'always()'", Some("\"always()\"")),
        ("'failure()'", Some("\"failure()\"")),
        ("'success()'", None),
    ] {
        let before = job("a", "true", "");
        let text = draft(PUSHES, &format!("{before}{}", job("b", condition, "    needs: a\n")));
        assert!(text.contains("[workflow.ci.job.b]"), "{condition}\n{text}");
        assert_eq!(value(&text, "b", "if"), status, "{condition}\n{text}");
        assert_eq!(
            text.contains("has failed: here it runs then, too"),
            condition.contains("!failure"),
            "{text}"
        );
    }
}

/// A save that asks for no failure is none after a failure.
#[test]
fn a_save_that_asks_for_no_failure_is_none_after_one() {
    for (condition, on_failure) in [("!cancelled() && !failure()", false), ("!cancelled()", true)] {
        let step = format!(
            "      - if: ${{{{ {condition} }}}}\n        uses: actions/cache/save@v4\n        with: {{ path: p, key: k }}\n"
        );
        let text = draft(PUSHES, &format!("{}{step}", job("a", "true", "")));
        assert_eq!(text.contains("on-failure = true"), on_failure, "{condition}\n{text}");
    }
}

/// What a workflow does not want to be called is not its name: that of a template, for example.
#[test]
fn a_name_that_is_excluded_is_not_the_own_one() {
    for condition in [
        "github.repository != 'shop/template'",
        "github.repository_owner != 'shop-forks'",
        "github.repository == 'shop/shop' && github.repository != 'shop/template'",
        "github.event.pull_request.head.repo.full_name != 'shop/template'",
    ] {
        let text = draft(PUSHES, &job("a", condition, ""));
        assert!(text.contains("[workflow.ci.job.a]"), "{condition}\n{text}");
    }
    let forks = "github.event.pull_request.head.repo.full_name != github.repository";
    let jobs = format!(
        "{}{}",
        job("a", "true", ""),
        job("b", &format!("github.event_name == 'pull_request' && {forks}"), "")
    );
    assert!(!draft(PUSHES, &jobs).contains("[workflow.ci.job.b]"), "no pull request comes from a fork");
}

/// `github.event.ref` is the ref that was pushed.
#[test]
fn the_ref_of_a_push_is_known_from_the_event_too() {
    let text =
        draft(PUSHES, &job("a", "github.event_name == 'push' && github.event.ref == 'refs/heads/main'", ""));
    assert_eq!(value(&text, "a", "on"), Some("[\"push main\"] # if"), "{text}");
}

/// Of a tag only that it is one is known, not how its name begins.
#[test]
fn a_job_for_certain_tags_runs_for_tags() {
    for (condition, on) in [
        ("startsWith(github.ref, 'refs/tags/cli-')", "[\"push tags\"] # if"),
        (
            "startsWith(github.ref, 'refs/tags/v2.') || startsWith(github.ref, 'refs/tags/v3.')",
            "[\"push tags\"] # if",
        ),
        ("\"!startsWith(github.ref, 'refs/tags/')\"", "[\"push main\", \"pull_request\"] # if"),
        ("startsWith(github.ref, 'refs/heads/')", "[\"push main\"] # if"),
    ] {
        let text = draft(PUSHES, &job("a", condition, ""));
        assert_eq!(value(&text, "a", "on"), Some(on), "{condition}\n{text}");
    }
}

/// A workflow that others call as well starts by itself only on its own events.
#[test]
fn a_call_is_no_event_of_the_called_workflow() {
    let text = draft("{ workflow_call: , schedule: [{ cron: '5 4 * * 1' }] }", &job("a", "true", ""));
    assert!(text.contains("on = [\"schedule\"]"), "{text}");
    assert!(!text.contains("push main"), "{text}");
}

/// A workflow that is called by the repository's own name is read.
#[test]
fn a_call_by_the_own_name_is_followed() {
    let called = job("build", "true", "").replace("key: build", "key: called");
    let caller = |name: &str| {
        let uses = format!("uses: {name}/.github/workflows/called.yml@main");
        let text = format!("-- .github/workflows/ci.yml --\non: push\njobs:\n  a:\n    {uses}\n");
        format!("{text}-- .github/workflows/called.yml --\non: {{ workflow_call: }}\njobs:\n{called}")
    };
    let text = Repository::of(&caller("shop/shop")).draft().expect("a scenario").text;
    assert!(text.contains("key = \"called\""), "{text}");
    // The other repository's file has the same name. No workflow calls the local one.
    let others = caller("tools/shared").replace("workflow_call:", "workflow_dispatch:");
    let text = Repository::of(&others).draft().expect("a scenario").text;
    assert!(text.contains("a workflow of another repository is not read"), "{text}");
}

/// The date of a script is that of its call, whatever prints it.
#[test]
fn the_format_of_a_date_is_that_of_its_call() {
    for script in
        ["printf 'date=%s\\n' \"$(date -I)\"", "echo \"date=$(date +%F)\"", "echo date=`date +%Y-%m-%d`"]
    {
        let steps = format!(
            "  a:\n    runs-on: ubuntu-latest\n    steps:\n      - id: day\n        run: {script} >> $GITHUB_OUTPUT\n      - uses: \
             actions/cache@v4\n        with: {{ path: p, key: 'k-${{{{ steps.day.outputs.date }}}}' }}\n"
        );
        assert!(draft("push", &steps).contains("key = \"k-{date}\""), "{script}");
    }
}

/// Whatever the action says, a pull request never saves.
#[test]
fn a_save_that_is_undecided_on_some_events_happens_on_no_others() {
    let jobs = "  a:\n    runs-on: ubuntu-latest\n    steps:\n      - { id: x, uses: some/thing@v1 }\n      - uses: \
                actions/cache/save@v4\n        if: steps.x.outputs.y == 'yes' && github.ref == 'refs/heads/main'\n        with: { path: \
                p, key: \"k-${{ github.run_id }}\" }\n";
    let text = draft("{ push: { branches: [main] }, pull_request: }", jobs);
    assert!(text.contains("save-on = [\"push main\"]") && text.contains("which runs save: "), "{text}");
}
