//! Actions that a repository uses under its own name, actions of its owner, versions of actions, and times of jobs that compile
//! nothing.

use super::{Repository, checked};

const ACTION: &str = "-- actions/setup/action.yml --
runs:
  using: composite
  steps: [{ uses: actions/cache@v4, with: { path: p, key: k } }]
";

fn workflow(uses: &str) -> String {
    format!(
        "-- .github/workflows/ci.yml --\non: {{ push: {{ branches: [main] }} }}\njobs: {{ a: {{ runs-on: ubuntu-latest, steps: [{{ uses: {uses} }}] }} }}\n"
    )
}

#[test]
fn an_action_by_the_own_name_of_the_repository_is_local() {
    let files = [
        ("package.json", r#"{ "repository": "acme/tools" }"#),
        ("package.json", r#"{ "repository": { "url": "git+https://github.com/Acme/Tools.git" } }"#),
        ("Cargo.toml", "[workspace.package]\nrepository = \"https://github.com/acme/tools\"\n"),
        ("pyproject.toml", "[project.urls]\n\"Source Code\" = \"https://github.com/acme/tools/\"\n"),
        ("go.mod", "module github.com/acme/tools/v2\n\ngo 1.25\n"),
        (
            ".git/config",
            "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@github.com:acme/tools.git\n",
        ),
    ];
    for (path, text) in files {
        let repository = Repository::of(&format!("{ACTION}{}", workflow("acme/tools/actions/setup@v3")));
        repository.write(path, text);
        if path.starts_with(".git/") {
            repository.write(".git/HEAD", "ref: refs/heads/main\n");
            repository.write(".git/objects/info/x", "");
            repository.write(".git/refs/heads/x", "");
        }
        let (clients, unknown) = repository.found();
        assert_eq!((clients.len(), unknown.len()), (1, 0), "{path}: {clients:?} {unknown:?}");
        let inventory = repository.inventory();
        let client = &inventory.workflows[0].jobs[0].clients[0];
        assert_eq!(client.via.as_deref(), Some("acme/tools/actions/setup@v3"));
    }
}

#[test]
fn an_action_that_may_be_a_list_of_steps_is_told() {
    for (uses, is_told) in [
        // No file tells the name, and such an action is here.
        ("acme/tools/actions/setup@v3", true),
        ("acme/tools/actions/other@v3", false),
        // That of another repository of the owner whom a condition names.
        ("owner/shared/build@v1", true),
        ("owner/shared@v1", false),
    ] {
        let repository = Repository::of(&format!("{ACTION}{}", workflow(uses)));
        repository.write(
            ".github/workflows/other.yml",
            "on: push\njobs: { o: { if: github.repository == 'owner/this', runs-on: ubuntu-latest, steps: [{ run: x }] } }\n",
        );
        let inventory = repository.inventory();
        let name = uses.split('@').next().expect("a name");
        assert_eq!(inventory.unknown.iter().any(|note| note.what == name), is_told, "{uses}");
    }
}

/// The archive of the wrapper came with 5.6 of setup-java.
#[test]
fn the_wrapper_of_a_build_tool_is_kept_from_the_version_on_that_keeps_it() {
    let commit = "0123456789abcdef0123456789abcdef01234567";
    for (version, keeps) in [
        ("v4", false),
        ("v5.0.0", false),
        ("v5.5.0", false),
        ("v5.6.0", true),
        ("v5", true),
        ("main", true),
        (&format!("{commit} # v5.2.0"), false),
        (&format!("{commit} # v5.7.1"), true),
    ] {
        let repository = Repository::with(&format!(
            "on: {{ push: {{ branches: [main] }} }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/setup-java@{version}\n        with: {{ distribution: temurin, java-version: 21, cache: gradle }}\n"
        ));
        repository.write("gradle/wrapper/gradle-wrapper.properties", "distributionUrl=x\n");
        let draft = repository.draft().expect("a scenario");
        checked(&draft);
        assert_eq!(draft.text.contains("wrapper = "), keeps, "{version}\n{}", draft.text);
    }
}

#[test]
fn a_job_that_compiles_nothing_takes_little_time() {
    let drafted = |steps: &str| {
        let draft = Repository::with(&format!(
            "on: {{ push: {{ branches: [main] }} }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: Swatinem/rust-cache@v2\n{steps}"
        ));
        let draft = draft.draft().expect("a scenario");
        checked(&draft);
        draft.text
    };
    for steps in [
        "      - run: cargo fmt --all -- --check\n",
        "      - run: |\n          # formatting\n          rustup component add rustfmt\n          cargo +nightly fmt --check && cargo machete\n",
        "      - uses: EmbarkStudios/cargo-deny-action@v2\n",
    ] {
        let text = drafted(steps);
        assert!(text.contains("cold = \"1 min\"") && text.contains("compiles nothing"), "{text}");
    }
    for steps in [
        "      - run: cargo fmt --check\n      - run: cargo clippy\n",
        "      - run: cargo fmt --check && make\n",
        "      - uses: ./.github/actions/test\n      - run: cargo fmt\n",
    ] {
        assert!(!drafted(steps).contains("compiles nothing"), "{steps}");
    }
}

/// A value of a matrix may be a list of labels.
#[test]
fn a_runner_with_several_labels_in_a_leg_is_one_runner() {
    let draft = Repository::with(
        "on: { push: { branches: [main] } }
jobs:
  a:
    strategy: { matrix: { include: [{ n: x, on: ubuntu-latest }, { n: y, on: [self, big] }] } }
    runs-on: ${{ matrix.on }}
    steps: [{ run: make }]
",
    );
    let draft = draft.draft().expect("a scenario");
    checked(&draft);
    assert!(draft.text.contains("[runner.\"self, big\"]"), "{}", draft.text);
}

/// Jobs of workflows that call each other get long names, and the paths of what is assumed of them are longer.
#[test]
fn names_of_jobs_that_are_called_through_several_workflows_are_not_too_long() {
    let long = "build-and-test-of-the-command-line-tool-for-all";
    let repository = Repository::of(&format!(
        "-- .github/workflows/c.yml --\non: workflow_call\njobs: {{ {long}: {{ runs-on: ubuntu-latest, steps: [{{ uses: actions/cache@v4, with: {{ path: p, key: k }} }}] }}, {long}-b: {{ needs: {long}, runs-on: ubuntu-latest, steps: [{{ run: x }}] }} }}\n-- .github/workflows/b.yml --\non: workflow_call\njobs: {{ {long}: {{ uses: ./.github/workflows/c.yml }} }}\n-- .github/workflows/ci.yml --\non: {{ push: {{ branches: [main] }} }}\njobs: {{ {long}: {{ uses: ./.github/workflows/b.yml }} }}\n"
    ));
    let draft = repository.draft().expect("a scenario");
    checked(&draft);
}
