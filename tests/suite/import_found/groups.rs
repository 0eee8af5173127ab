//! Concurrency groups whose name is another one on pushes than on pull requests, and workflows that follow the end of
//! another one's runs.

use super::{blanks, drafted, value};

const CACHE: &str =
    "    runs-on: ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { path: p, key: k } }]\n";

/// The group of a workflow that runs on pushes and pull requests, or of its job.
fn group(text: &str, of_job: bool) -> String {
    let own = format!("concurrency: {{ group: \"{text}\", cancel-in-progress: true }}\n");
    let (first, second) = if of_job { ("", format!("    {own}")) } else { (own.as_str(), String::new()) };
    let draft = drafted(&format!("name: CI\non: [pull_request, push]\n{first}jobs:\n  a:\n{second}{CACHE}"));
    let table = if of_job { "[workflow.ci.job.a]" } else { "[workflow.ci]" };
    value(&draft.text, table, "concurrency").expect("a group").to_owned()
}

#[test]
fn a_group_without_anything_of_the_push_keeps_pull_requests_apart() {
    for (text, name) in [
        // The number is nothing on a push: all pushes are in one group, and each pull request is in its own.
        ("${{ github.workflow }}-${{ github.event.pull_request.number }}", "{workflow}-{number}"),
        ("${{ github.workflow }}-${{ github.event.number }}", "{workflow}-{number}"),
        ("${{ github.workflow }}-${{ github.head_ref }}", "{workflow}-{number}"),
        ("ci-${{ github.event.number || 'pushes' }}", "ci-pushes-{number}"),
        // The ref of a pull request is its own.
        ("${{ github.workflow }}-${{ github.event.number || github.ref }}", "{workflow}-{ref}"),
        ("${{ github.workflow }}-${{ github.head_ref || github.ref_name }}", "{workflow}-{branch}"),
        ("all", "all"),
    ] {
        for of_job in [false, true] {
            let table = group(text, of_job);
            assert!(
                table.starts_with(&format!("{{ group = \"{name}\", cancel-in-progress = true")),
                "{text}: {table}"
            );
        }
    }
}

#[test]
fn a_group_for_each_push_is_said_to_be_one_for_each_branch_here() {
    let text = "${{ github.workflow }}-${{ github.head_ref || github.run_id }}";
    let table = group(text, false);
    assert!(
        table.starts_with("{ group = \"{workflow}-{ref}\", cancel-in-progress = \"pull-requests\""),
        "{table}"
    );
}

/// A workflow that follows another one, with this `if`.
fn following(condition: &str) -> cache_budget::import::ScenarioDraft {
    let repository = crate::import::Repository::of(&format!(
        "-- .github/workflows/ci.yml --\nname: CI\non: push\njobs:\n  a:\n{CACHE}-- .github/workflows/next.yml --\non: {{ workflow_run: {{ workflows: [CI], types: [completed] }} }}\njobs:\n  b:\n    if: {condition}\n{CACHE}"
    ));
    let draft = repository.draft().expect("a scenario");
    crate::import::checked(&draft);
    draft
}

#[test]
fn the_ends_that_a_workflow_follows_are_those_under_which_its_condition_holds() {
    let end = "github.event.workflow_run.conclusion";
    for (condition, word, said) in [
        (format!("{end} == 'success'"), Some("\"success\" # if"), 0),
        (format!("\"!({end} == 'success')\""), Some("\"failure\" # if"), 1),
        (format!("\"!({end} == 'failure')\""), None, 1),
        (format!("{end} == 'failure'"), Some("\"failure\" # if"), 0),
        (format!("{end} != 'success'"), Some("\"failure\" # if"), 1),
        (format!("{end} == 'success' || {end} == 'failure'"), None, 1),
        (format!("contains(fromJSON('[\"success\"]'), {end})"), Some("\"success\" # if"), 0),
        ("always()".to_owned(), None, 0),
    ] {
        let draft = following(&condition);
        assert_eq!(
            value(&draft.text, "[workflow.next]", "after-conclusion"),
            word,
            "{condition}\n{}",
            draft.text
        );
        let told = blanks(&draft).iter().filter(|what| what.contains("after a run that ends with")).count();
        assert_eq!(told, said, "{condition}: {:?}", draft.blanks);
    }
}
