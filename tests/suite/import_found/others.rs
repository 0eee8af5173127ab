//! Jobs that run for forks or for bots, of which an import knows no push; and the comments at the top.

use super::{blanks, drafted};
use crate::import::Repository;

const CACHE: &str =
    "    runs-on: ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { path: p, key: k } }]\n";

fn told(condition: &str) -> (Vec<String>, bool) {
    let draft = drafted(&format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n{CACHE}  b:\n    if: {condition}\n{CACHE}"
    ));
    let said = blanks(&draft).into_iter().map(str::to_owned).collect();
    (said, draft.text.contains("[workflow.ci.job.b]"))
}

#[test]
fn a_job_for_forks_is_said() {
    let fork = "github.event.pull_request.head.repo.full_name != github.repository";
    let alone = format!("github.event_name == 'pull_request' && {fork}");
    for condition in [alone.as_str(), "github.event.pull_request.head.repo.fork"] {
        let (said, is_there) = told(condition);
        assert!(!is_there, "{condition}");
        assert_eq!(said, ["`b` runs for pull requests from forks alone, and is left out"], "{condition}");
    }
    // The usual way to run once for a push to a branch of one's own.
    let (said, is_there) = told(&format!("github.event_name == 'push' || {fork}"));
    assert!(is_there);
    assert_eq!(said, ["`b` also runs for pull requests from forks, and here it does not"]);
    assert_eq!(told("github.event_name == 'push'"), (Vec::new(), true));
}

#[test]
fn a_job_without_bots_is_said() {
    for condition in
        ["github.actor != 'dependabot[bot]'", "github.event.pull_request.user.login != 'renovate[bot]'"]
    {
        let (said, is_there) = told(condition);
        assert!(is_there && said.len() == 1, "{condition}: {said:?}");
        assert!(said[0].contains("[bot]`: here it runs for everyone"), "{said:?}");
    }
    let (said, is_there) = told("github.actor == 'dependabot[bot]'");
    assert!(!is_there);
    assert_eq!(said, ["`b` runs for `dependabot[bot]` alone, and is left out"]);
}

/// Twelve jobs with the same gap are one line at the top.
#[test]
fn a_reason_that_many_jobs_share_is_one_line() {
    let jobs: String = (0..12).map(|at| format!("  j{at}:\n    timeout-minutes: 5\n    runs-on: '${{{{ vars.R || inputs.r }}}}-x'\n    steps: [{{ uses: actions/cache@v4, with: {{ path: p, key: k }} }}]\n")).collect();
    let draft = drafted(&format!("on: {{ workflow_dispatch: {{ inputs: {{ r: {{}} }} }} }}\njobs:\n{jobs}"));
    assert_eq!(blanks(&draft).iter().filter(|what| what.starts_with("the runner of")).count(), 12);
    let lines: Vec<&str> = draft.text.lines().filter(|line| line.contains("the runner of")).collect();
    assert!(lines.len() == 1 && lines[0].contains("ci.yml:4 (and in 11 more places)"), "{lines:?}");
}

/// A block scalar ends with a line break, which is no part of the cron.
#[test]
fn a_cron_is_written_without_what_is_around_it() {
    let draft = drafted(&format!("on:\n  schedule:\n    - cron: |\n        5 4 * * 1\njobs:\n  a:\n{CACHE}"));
    assert!(draft.text.contains("cron = [\"5 4 * * 1\"]"), "{}", draft.text);
}

/// The lock file of crates that a key hashes and nobody has committed.
#[test]
fn a_lock_file_that_is_not_there_is_said() {
    for steps in [
        "{ uses: Swatinem/rust-cache@v2 }",
        "{ uses: actions/cache@v4, with: { path: target, key: \"${{ hashFiles('**/Cargo.lock') }}\" } }",
    ] {
        let workflow = format!(
            "on: {{ push: {{ branches: [main] }} }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{steps}]\n"
        );
        let repository = Repository::with(&workflow);
        repository.write("Cargo.toml", "[package]\n");
        let told = |repository: &Repository| {
            let draft = repository.draft().expect("a scenario");
            draft
                .blanks
                .iter()
                .any(|(_, what)| what.starts_with("`Cargo.lock`: the repository has no such file"))
        };
        assert!(told(&repository), "{steps}");
        repository.write("Cargo.lock", "version = 4\n");
        assert!(!told(&repository), "{steps}");
    }
}

/// In double quotes a backslash begins an escape.
#[test]
fn an_unknown_escape_has_its_own_remedy() {
    let repository = Repository::with("on: push\njobs: { a: { runs-on: x, steps: [{ run: x }] } }\n");
    repository.write(
        ".github/workflows/other.yml",
        "on: push\nenv: { V: \"v0\\.19\" }\njobs: { a: { runs-on: x } }\n",
    );
    let unknown = repository.inventory().unknown;
    assert!(
        unknown.iter().any(|note| note.why.contains("write it twice, or use single quotes")),
        "{unknown:?}"
    );
}
