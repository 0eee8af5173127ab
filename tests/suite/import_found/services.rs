//! Caches that are not in GitHub's: of runners whose provider has a service of its own, and of another provider's action.

use super::{blanks, drafted, value};
use crate::import::Repository;

fn workflow(runner: &str, matrix: &str) -> String {
    format!(
        "on: {{ push: {{ branches: [main] }} }}\njobs:\n  here:\n    runs-on: ubuntu-latest\n    steps: [{{ uses: actions/cache@v4, with: {{ path: p, key: here }} }}]\n  there:\n    runs-on: {runner}\n    strategy: {{ matrix: {matrix} }}\n    steps:\n      - {{ uses: actions/cache@v4, with: {{ path: p, key: there }} }}\n      - {{ uses: Swatinem/rust-cache@v2 }}\n"
    )
}

#[test]
fn caches_in_a_providers_own_service_are_no_part_of_githubs_limit() {
    for runner in [
        "depot-ubuntu-24.04-16",
        "blacksmith-4vcpu-ubuntu-2404",
        "'runs-on=1,extras=s3-cache'",
        "'runs-on=${{ github.run_id }}/runner=2cpu-linux-x64/extras=s3-cache'",
        "'runs-on=${{ github.run_id }}-${{ steps.x.outputs.y }}/extras=s3-cache'",
    ] {
        let text = workflow(runner, "{}");
        let draft = drafted(&text);
        assert!(
            draft.text.contains("key = \"here\"") && !draft.text.contains("key = \"there\""),
            "{}",
            draft.text
        );
        assert!(!draft.text.contains("rust-cache]"), "{}", draft.text);
        // Two clients in one leg, said at the top and at the job.
        let top = draft.text.lines().nth(1).expect("a second line");
        assert!(top.contains("GitHub's cache alone") && top.contains("2 caches on runners"), "{top}");
        assert!(
            draft.text.contains("# left out: 2 caches in a service of the runner's provider"),
            "{}",
            draft.text
        );
        // The inventory still has them.
        assert_eq!(Repository::with(&text).inventory().workflows[0].jobs[1].clients.len(), 2);
    }
}

#[test]
fn legs_on_such_runners_have_no_cache_and_the_others_do() {
    let draft = drafted(&workflow("'${{ matrix.os }}'", "{ os: [ubuntu-latest, depot-ubuntu-24.04] }"));
    assert!(draft.text.contains("key = \"there\""), "{}", draft.text);
    let leg = "{ when = { os = [\"depot-ubuntu-24.04\"] }, cache.rust-cache = false }";
    assert!(draft.text.contains(leg), "{}", draft.text);
    assert!(
        draft.text.lines().nth(1).is_some_and(|line| line.contains("2 caches on runners")),
        "{}",
        draft.text
    );
}

#[test]
fn a_workflow_with_such_caches_alone_is_left_out_for_that() {
    let repository = Repository::with(&workflow("ubuntu-latest", "{}"));
    repository.write(
        ".github/workflows/other.yml",
        "on: push\njobs:\n  a:\n    runs-on: depot-ubuntu-24.04\n    steps: [{ uses: Swatinem/rust-cache@v2 }]\n",
    );
    let text = repository.draft().expect("a scenario").text;
    assert!(
        text.contains(
            "# - .github/workflows/other.yml: its caches are in a service of the runners' provider"
        ),
        "{text}"
    );
}

/// A script may use the cache where a step hands its address and token on; the import does not read the script.
#[test]
fn a_step_that_hands_the_service_on_could_cache() {
    let unknown = |steps: &str| {
        let job = format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}      - run: bin/docker-build-all\n"
        );
        Repository::with(&job).found().1
    };
    let runtime = "      - uses: crazy-max/ghaction-github-runtime@v3\n";
    let why = "it gives later steps the address of the cache and its token";
    let said = unknown(runtime);
    assert!(said.len() == 1 && said[0].starts_with("crazy-max/ghaction-github-runtime: "), "{said:?}");
    assert!(said[0].contains(why), "{said:?}");
    let script = "      - uses: actions/github-script@v7\n        with: { script: \"core.exportVariable('ACTIONS_RUNTIME_TOKEN', \
                  process.env.ACTIONS_RUNTIME_TOKEN)\" }\n";
    assert!(unknown(script)[0].contains(why));
    // A build whose cache is seen is what it is there for.
    let build = "      - run: docker buildx build --cache-to type=gha --cache-from type=gha .\n";
    assert!(unknown(&format!("{runtime}{build}")).is_empty());
    assert!(unknown("      - if: false\n        uses: crazy-max/ghaction-github-runtime@v3\n").is_empty());
}

#[test]
fn what_is_switched_off_is_told() {
    let draft = drafted(
        "on: { push: { branches: [main] } }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - { uses: actions/cache@v4, with: { path: p, key: k } }\n      - { if: false, uses: actions/setup-go@v5 }\n      - { if: '${{ false }}', uses: actions/cache@v4, with: { path: q, key: l } }\n      - { uses: Swatinem/rust-cache@v2, with: { cache-provider: buildjet } }\n  off:\n    if: false\n    runs-on: ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { path: p, key: m } }]\n",
    );
    for line in [
        "# disabled: `actions/setup-go` in line 7 (`if: false`)",
        "# disabled: `actions/cache` in line 8 (`if: false`)",
        "# not in GitHub's cache: `Swatinem/rust-cache` in line 9 (`cache-provider: buildjet`)",
    ] {
        assert!(draft.text.contains(line), "{line}\n{}", draft.text);
    }
    assert_eq!(blanks(&draft), ["`off` is disabled (`if: false`)"]);
    assert_eq!(value(&draft.text, "[workflow.ci.job.off]", "needs"), None);
}
