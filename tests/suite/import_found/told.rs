//! What is left out or simplified is said: jobs whose `if` never holds, pull requests without their later pushes, workflows
//! that only call others.

use super::{blanks, drafted};
use crate::import::{Repository, checked};

const CACHE: &str =
    "    runs-on: ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { path: p, key: k } }]\n";

/// A job that a label of a pull request, or the name of a branch, starts has a cache that is nowhere else.
#[test]
fn a_job_whose_condition_never_holds_is_told() {
    for condition in [
        "contains(github.event.pull_request.labels.*.name, 'bench')",
        "startsWith(github.ref, 'refs/heads/release/')",
        "github.event_name == 'issues'",
    ] {
        let draft = drafted(&format!(
            "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n{CACHE}  bench:\n    if: {condition}\n{CACHE}"
        ));
        let said = format!(
            "`bench` is left out: its `if` does not hold on push to the default branch, pull_request: {condition}"
        );
        assert_eq!(blanks(&draft), [said], "{}", draft.text);
        assert!(draft.text.contains("`bench` is left out"), "{}", draft.text);
    }
    // Without a cache, nothing of it is missing.
    let other = format!(
        "on: push\njobs:\n  a:\n{CACHE}  b:\n    if: github.event_name == 'issues'\n    runs-on: ubuntu-latest\n    steps: [{{ run: x }}]\n"
    );
    assert!(blanks(&drafted(&other)).is_empty());
}

#[test]
fn pull_requests_without_their_later_pushes_are_told() {
    let of = |types: &str| {
        let draft =
            drafted(&format!("on: {{ push: , pull_request: {{ types: [{types}] }} }}\njobs:\n  a:\n{CACHE}"));
        blanks(&draft).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let first = "on GitHub a later push to a pull request does not start it, and here each one does";
    assert_eq!(of("opened"), [format!("`pull_request` of type `opened`: {first}")]);
    assert_eq!(of("opened, reopened"), [format!("`pull_request` of types `opened`, `reopened`: {first}")]);
    assert!(of("opened, synchronize, labeled").is_empty());
    assert_eq!(of("labeled"), ["`pull_request` of type `labeled` is not simulated"]);
}

#[test]
fn a_workflow_that_calls_one_that_is_not_read_may_have_a_cache() {
    let repository = Repository::with(&format!("on: push\njobs:\n  a:\n{CACHE}"));
    repository.write(
        ".github/workflows/other.yml",
        "on: push\njobs:\n  a: { uses: somebody/else/.github/workflows/build.yml@v1 }\n",
    );
    for name in ["p", "q", "r", "s"] {
        repository.write(
            &format!(".github/workflows/{name}.yml"),
            "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: x }] } }\n",
        );
    }
    let draft = repository.draft().expect("a scenario");
    checked(&draft);
    let why = "other.yml: it has no cache itself, and a workflow that it calls is not read";
    assert!(draft.text.contains(why), "{}", draft.text);
    assert!(draft.text.contains("# - each of .github/workflows/p.yml, "), "{}", draft.text);
}
