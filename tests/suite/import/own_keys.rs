//! Actions with an archive under a key of their own, and versions that only the comment behind a commit names.

use super::{Repository, checked};

/// The draft of a job with these steps, by the legs of `matrix`.
fn draft(matrix: &str, steps: &str) -> String {
    let on = "on: { push: { branches: [main] }, pull_request: }";
    let workflow = format!(
        "{on}\njobs:\n  a:\n    strategy: {{ matrix: {matrix} }}\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
    );
    let draft = Repository::with(&workflow).draft().expect("a scenario");
    let (_, said) = checked(&draft);
    // The workflow itself is at fault here: no step saves what this restore key looks for.
    assert!(said.is_empty() || said.contains("no run stores an entry"), "{said}\n{}", draft.text);
    draft.text
}

fn step(uses: &str, with: &str) -> String {
    format!("      - uses: {uses}\n        with: {{ {with} }}\n")
}

/// An action that stores after each run has another key each time, and finds the newest.
#[test]
fn an_archive_of_each_run_has_a_key_of_each_run() {
    let text = draft("{}", &step("mlugg/setup-zig@v2", ""));
    assert!(text.contains("key = \"setup-zig-{job}-{os}-{arch}-{run-id}\""), "{text}");
    assert!(text.contains("restore-keys = [\"setup-zig-{job}-{os}-{arch}-\"]"), "{text}");
    assert!(text.contains("cold = "), "it has what was compiled\n{text}");
}

/// A branch on which alone an action saves decides which runs save.
#[test]
fn an_action_that_saves_on_a_branch_saves_there() {
    for (with, saves, key) in [
        ("cache-base: main", "default-branch", "setup-rust-{os}-debug-warmup-{base}-{hash:toolchain}"),
        ("cache-base: '${{ github.event.repository.default_branch }}'", "default-branch", "-warmup-"),
        ("cache-base: other", "never", "-warmup-"),
        (
            "cache-target: release",
            "always",
            "setup-rust-{os}-release-{workflow}-{job}-{hash:toolchain, lock}",
        ),
    ] {
        let steps = step("moonrepo/setup-rust@v1", with);
        let repository = Repository::with(&format!(
            "on: [push, pull_request]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"
        ));
        assert_eq!(repository.found().0, [format!("actions-cache moonrepo/setup-rust {saves}")]);
        assert!(draft("{}", &steps).contains(key), "{with}");
    }
}

/// A key without a time is stored once, and has what the step says.
#[test]
fn a_compiler_cache_without_a_time_in_its_key_has_that_key() {
    let with = "append-timestamp: false, key: '${{ github.ref_name }}.${{ matrix.of }}', restore-keys: main";
    let text = draft("{ of: [a, b] }", &step("hendrikmuhs/ccache-action@v1.2", with));
    assert!(text.contains("key = \"ccache-{branch}.{of}\"\nrestore-keys = [\"ccache-main\"]"), "{text}");
}

/// Where a script makes a key, and nothing of it is known, that is said, and systems stay apart.
#[test]
fn a_key_of_which_nothing_is_known_is_a_blank() {
    let text = draft(
        "{}",
        &step("actions/cache@v4", "path: '${{ github.workspace }}/target', key: '${{ env.MADE }}'"),
    );
    assert!(text.contains("key = \"unknown-{os}\"\npaths = \"target\""), "{text}");
    assert!(text.contains("`unknown-{os}` stands for the key ${{ env.MADE }}"), "{text}");
}

/// Programs that one action installs have an entry each.
#[test]
fn each_program_of_an_action_has_an_entry() {
    let steps =
        ["one", "two"].map(|name| step("baptiste0928/cargo-install@v3", &format!("crate: {name}"))).concat();
    let text = draft("{}", &steps);
    assert!(
        text.contains("key = \"cargo-install-one-{os}\"")
            && text.contains("key = \"cargo-install-two-{os}\""),
        "{text}"
    );
}

/// A pinned action is what the comment behind the commit says; a commit is no compiler.
#[test]
fn a_pinned_toolchain_is_that_of_its_comment() {
    let pinned = |comment: &str| {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let installs = format!("      - uses: dtolnay/rust-toolchain@{commit}{comment}\n");
        draft("{}", &format!("{installs}      - uses: Swatinem/rust-cache@v2\n"))
    };
    for (comment, compiler) in [(" # 1.85", "RUSTC=1.85"), (" # nightly", "RUSTC=nightly-{date}")] {
        assert!(pinned(comment).contains(&format!("environment = \"{compiler}\"")), "{comment}");
    }
    for comment in ["", " # stable", " # v1", " # master"] {
        assert!(!pinned(comment).contains("environment"), "{comment}");
    }
}

/// rust-cache hashes variables by the beginnings of their names, so those that differ by leg make keys that differ.
#[test]
fn variables_that_differ_by_leg_are_in_the_key() {
    let of = |env: &str, with: &str| {
        let step = format!(
            "      - uses: Swatinem/rust-cache@v2\n        env: {{ {env} }}\n        with: {{ {with} }}\n"
        );
        draft("{ of: [a, b] }", &step)
    };
    for (env, with, expected) in [
        ("RUSTFLAGS: '--cfg ${{ matrix.of }}'", "", Some("RUSTFLAGS=--cfg {of}")),
        ("OWN: '${{ matrix.of }}'", "env-vars: OWN ImageVersion", Some("OWN={of} ImageVersion={week}")),
        ("OWN: '${{ matrix.of }}', CARGO_TERM_COLOR: always", "", None),
    ] {
        let text = of(env, with);
        let line = text.lines().find_map(|line| line.strip_prefix("environment = "));
        assert_eq!(line, expected.map(|words| format!("\"{words}\"")).as_deref(), "{env} {with}\n{text}");
    }
}

/// The caches of runners whose provider answers the requests itself are not in GitHub's cache.
#[test]
fn a_runner_with_a_cache_service_of_its_own_is_named() {
    let on = |runner: &str, uses: &str| {
        let text =
            format!("on: push\njobs:\n  a:\n    runs-on: {runner}\n    steps: [{{ uses: '{uses}' }}]\n");
        Repository::with(&text).found().1
    };
    let own = on("depot-ubuntu-24.04-8", "Swatinem/rust-cache@v2");
    assert_eq!(own.len(), 1, "{own:?}");
    assert!(
        own[0].starts_with("depot-…: such runners keep what actions cache in a service of their own"),
        "{own:?}"
    );
    for (runner, uses) in
        [("depot-ubuntu-24.04-8", "actions/checkout@v5"), ("ubuntu-latest", "Swatinem/rust-cache@v2")]
    {
        assert!(on(runner, uses).is_empty(), "{runner} {uses}");
    }
}

/// Where the legs of a matrix decide which runs save, each leg has its rule.
#[test]
fn each_leg_has_its_rule_for_saving() {
    let by_leg = |condition: &str| {
        draft(
            "{ of: [all, some, none] }",
            &step("Swatinem/rust-cache@v2", &format!("save-if: '${{{{ {condition} }}}}'")),
        )
    };
    for (condition, expected) in [
        (
            "matrix.of == \"all\"",
            "{ when = { of = [\"some\", \"none\"] }, cache.rust-cache.save-if = \"never\" }",
        ),
        (
            "matrix.of != \"none\" && github.ref == \"refs/heads/main\"",
            "{ when = { of = [\"all\", \"some\"] }, cache.rust-cache.save-if = \"default-branch\" }",
        ),
    ] {
        let text = by_leg(&condition.replace('"', "''"));
        assert!(text.contains(expected), "{condition}\n{text}");
        assert!(!text.contains("which runs save"), "{text}");
    }
    let text = by_leg("matrix.of == inputs.of || steps.x.outputs.y");
    assert!(text.contains("which runs save"), "it is not decided\n{text}");
}

/// Caches that other services keep are no clients, and what is unknown in many places is said once.
#[test]
fn what_is_unknown_many_times_is_said_once() {
    let steps = [
        step("cachix/cachix-action@v17", "name: x"),
        step("some/cache-thing@v1", "a: 1"),
        step("some/cache-thing@v1", "a: 2"),
    ];
    let text = draft("{}", &format!("{}{}", steps.concat(), step("actions/cache@v4", "path: p, key: k")));
    let said: Vec<&str> = text.lines().filter(|line| line.starts_with("# - ")).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains(":9: `some/cache-thing` (and in 1 place more): its name speaks of a cache"),
        "{said:?}"
    );
}

/// Jobs that call a workflow in many legs are written up to a limit, and the rest is named.
#[test]
fn legs_of_a_call_beyond_the_limit_are_named() {
    let legs: Vec<String> = (0..20).map(|leg| leg.to_string()).collect();
    let call = format!(
        "jobs:\n  a:\n    strategy: {{ matrix: {{ x: [{}] }} }}\n    uses: ./.github/workflows/c.yml\n",
        legs.join(", ")
    );
    let called = "on: { workflow_call: }\njobs:\n  b:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/cache@v4\n        with: { path: p, key: k }\n";
    let all =
        format!("-- .github/workflows/ci.yml --\non: push\n{call}-- .github/workflows/c.yml --\n{called}");
    let text = Repository::of(&all).draft().expect("a scenario").text;
    assert_eq!(text.matches("\n[workflow.ci.job.a-").count(), 16, "{text}");
    assert!(text.contains("4 more legs of `a`, which calls a workflow"), "{text}");
}

/// The id of a called job is that of its own workflow, and rust-cache's key has it.
#[test]
fn a_called_job_keeps_its_id_where_its_keys_have_it() {
    let calls = "jobs:\n  a: { uses: ./.github/workflows/c.yml }\n  b: { uses: ./.github/workflows/c.yml }\n";
    let draft = |with: &str| {
        let called = format!(
            "on: workflow_call\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: Swatinem/rust-cache@v2\n{with}\
             \x20     - run: cargo test\n"
        );
        let all = format!(
            "-- .github/workflows/ci.yml --\non: push\n{calls}-- .github/workflows/c.yml --\n{called}"
        );
        let draft = Repository::of(&all).draft().expect("a scenario");
        let (loaded, said) = checked(&draft);
        assert!(!said.contains("`id`"), "{said}");
        assert_eq!(loaded.model.workflows[0].jobs.len(), 2);
        draft.text
    };
    let text = draft("");
    assert!(text.contains("[workflow.ci.job.a-test]"), "{text}");
    assert_eq!(text.matches("\nid = \"test\"\n").count(), 2, "{text}");
    let shared = draft("        with: { shared-key: all }\n");
    assert!(!shared.contains("\nid = "), "{shared}");
}

/// GitHub's labels of runners are the same in upper and lower case.
#[test]
fn a_label_in_capitals_is_the_hosted_runner() {
    let workflow = "on: push\njobs:\n  a:\n    strategy: { matrix: { os: [macOS-latest, Ubuntu-24.04] } }\n    runs-on: ${{ matrix.os \
                    }}\n    steps:\n      - uses: actions/cache@v4\n        with: { path: p, key: k }\n";
    let draft = Repository::with(workflow).draft().expect("a scenario");
    assert!(!draft.text.contains("[runner."), "{}", draft.text);
    let (loaded, said) = checked(&draft);
    assert_eq!(said, "");
    let job = &loaded.model.workflows[0].jobs[0];
    assert_eq!(loaded.model.runners[job.runner].name, "macos-latest");
}
