//! Keys that differ between legs and events by more than a value of the matrix, and steps of which a job has only one.

use super::{Repository, checked};
use cache_budget::scenario::Loaded;

/// The draft of a job with these parts, as a scenario of which `check` says nothing, and its blanks.
fn drafted(matrix: &str, steps: &str) -> (Loaded, String, Vec<String>) {
    let draft = Repository::with(&format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n    strategy: {{ matrix: {matrix} }}\n    runs-on: \
         ubuntu-latest\n    steps:\n{steps}      - run: make\n"
    ))
    .draft()
    .expect("a scenario");
    let (loaded, said) = checked(&draft);
    assert_eq!(said, "", "{}", draft.text);
    (loaded, draft.text, draft.blanks.iter().map(|blank| format!("{blank:?}")).collect())
}

fn cache(key: &str) -> String {
    format!("      - uses: actions/cache@v4\n        with: {{ path: p, key: \"{key}\" }}\n")
}

#[test]
fn a_key_that_a_leg_decides_is_that_of_the_leg() {
    let (_, text, blanks) =
        drafted("{ n: [1, 2, 3] }", &cache("${{ matrix.n == 1 && 'one' || 'more' }}-${{ runner.os }}"));
    assert!(text.contains("key = \"one-{os}\"") && text.contains("key = \"more-{os}\""), "{text}");
    let leg = text.lines().find(|line| line.starts_with("leg = ")).expect("legs differ");
    assert!(leg.contains("when = { n = [\"1\"] }") && leg.contains("one-{os}"), "{leg}");
    assert_eq!(blanks, [""; 0]);
}

#[test]
fn a_value_that_only_later_legs_have_is_in_the_key() {
    let legs = "{ include: [{ os: a }, { os: b, arch: x64 }, { os: b, arch: arm64 }] }";
    let (_, text, blanks) = drafted(legs, &cache("k-${{ matrix.os }}-${{ matrix.arch }}"));
    assert!(text.contains("key = \"k-{os}-{arch}\"") || text.contains("-{arch}\""), "{text}");
    assert!(!text.contains("leg = ") && blanks.is_empty(), "{text}");
}

#[test]
fn another_form_that_a_scenario_cannot_say_is_a_blank() {
    let step = "      - uses: Swatinem/rust-cache@v2\n        with: { key: \"${{ matrix.n == 1 && 'one' || 'more' }}\" }\n";
    let (_, _, blanks) = drafted("{ n: [1, 2] }", step);
    assert!(blanks.len() == 1 && blanks[0].contains("another form in some legs"), "{blanks:?}");
    let (_, _, blanks) =
        drafted("{ n: [1, 2] }", &cache("${{ github.event_name == 'pull_request' && 'pr' || 'main' }}-x"));
    assert!(blanks.len() == 1 && blanks[0].contains("another form on pull_request"), "{blanks:?}");
    // Names of branches and commits are placeholders, which differ by themselves.
    let (_, _, blanks) =
        drafted("{ n: [1, 2] }", &cache("${{ github.head_ref || github.ref_name }}-${{ github.sha }}"));
    assert_eq!(blanks, [""; 0]);
}

#[test]
fn an_action_that_runs_rust_cache_is_rust_cache() {
    let steps = "      - uses: actions-rust-lang/setup-rust-toolchain@v1\n      - uses: Swatinem/rust-cache@v2\n        with: { \
                 workspaces: native }\n";
    let (_, text, blanks) = drafted("{ n: [1] }", steps);
    assert!(text.contains("cache.setup-rust-toolchain]") && !text.contains("cache.rust-cache]"), "{text}");
    assert!(blanks.len() == 1 && blanks[0].contains("has rust-cache twice"), "{blanks:?}");
}

#[test]
fn an_image_is_named_by_values_of_several_lines_too() {
    let legs = "{ include: [{ arguments: \"KIND=a\\n\" }, { arguments: \"KIND=b\\nSIZE=2\\n\" }] }";
    let step = "      - uses: docker/build-push-action@v6\n        with: { cache-from: type=gha, cache-to: type=gha, build-args: \
                \"${{ matrix.arguments }}\" }\n";
    let (_, text, _) = drafted(legs, step);
    assert!(text.contains("KIND=b SIZE=2"), "{text}");
}

#[test]
fn the_key_of_a_program_has_what_the_step_chooses() {
    let step = |prefix: &str| {
        format!(
            "      - uses: jurplel/install-qt-action@v4\n        with: {{ cache: true, version: \"${{{{ matrix.qt }}}}\", \
             cache-key-prefix: {prefix} }}\n"
        )
    };
    let (_, text, _) = drafted("{ qt: ['5.15', '6.7'] }", &[step("host"), step("own")].concat());
    for prefix in ["host", "own"] {
        assert!(text.contains(&format!("key = \"install-qt-action-{{qt}}-{prefix}-{{os}}\"")), "{text}");
    }
}

/// A version that an action says is the one that its step asks for.
#[test]
fn a_key_has_the_version_that_a_step_installs() {
    let steps =
        "      - { id: py, uses: actions/setup-python@v6, with: { python-version: \"${{ matrix.py }}\" } }\n";
    let key = cache("venv-${{ steps.py.outputs.python-version }}");
    let (_, text, blanks) = drafted("{ py: ['3.12', '3.13'] }", &[steps, &key].concat());
    assert!(text.contains("key = \"venv-{py}\""), "{text}");
    assert_eq!(blanks, [""; 0]);
}

/// The key that a step of another action says, and the one of a week.
#[test]
fn actions_that_are_told_their_key_have_it() {
    let nix = "      - uses: nix-community/cache-nix-action@v7\n        with: { primary-key: \"nix-${{ github.job }}-${{ \
               hashFiles('flake.lock') }}\", restore-prefixes-first-match: \"nix-${{ github.job }}-\" }\n";
    let (_, text, _) = drafted("{ n: [1] }", nix);
    assert!(text.contains("key = \"nix-{job}-{hash:flake-lock}\""), "{text}");
    assert!(text.contains("restore-keys = [\"nix-{job}-\"]"), "{text}");
    let opam = "      - uses: ocaml/setup-ocaml@v3\n        with: { ocaml-compiler: \"${{ matrix.c }}\" }\n";
    let (_, text, _) = drafted("{ c: [4.14, 5.4] }", opam);
    assert!(text.contains("key = \"setup-ocaml-{c}-{os}-{week}\""), "{text}");
}

/// CodeQL has no overlay database where it watches a build. (`getOverlayDatabaseMode`)
#[test]
fn codeql_keeps_databases_of_what_it_does_not_build() {
    let found = |with: &str| {
        let step = format!("{{ uses: github/codeql-action/init@v4, with: {{ {with} }} }}");
        let text = format!("on: push\njobs: {{ a: {{ runs-on: ubuntu-latest, steps: [{step}] }} }}\n");
        Repository::with(&text).found().0.len()
    };
    assert_eq!(found("languages: 'javascript, python'"), 1);
    assert_eq!(found("languages: go"), 1);
    assert_eq!(found("languages: csharp"), 0);
    assert_eq!(found("languages: 'ruby, java-kotlin', build-mode: manual"), 0);
    assert_eq!(found("languages: c-cpp, build-mode: none"), 1);
}

/// What a calling job gives for the input that a condition asks for is a condition, too.
#[test]
fn a_called_job_runs_for_the_paths_that_its_caller_asks_for() {
    let draft = Repository::of(
        "-- .github/workflows/ci.yml --\non: push\njobs:\n  changes:\n    runs-on: ubuntu-latest\n    outputs: { web: \"${{ \
         steps.f.outputs.web }}\" }\n    steps: [{ id: f, uses: dorny/paths-filter@v3, with: { filters: \"web: ['web/**']\" } \
         }]\n  t:\n    needs: changes\n    uses: ./.github/workflows/t.yml\n    with: { wanted: \"${{ \
         needs.changes.outputs.web == 'true' }}\" }\n-- .github/workflows/t.yml --\non: { workflow_call: { inputs: { wanted: { \
         type: boolean } } } }\njobs:\n  a: { if: inputs.wanted, runs-on: ubuntu-latest, steps: [{ uses: actions/cache@v4, \
         with: { key: k, path: p } }] }\n  b: { if: '!inputs.wanted', runs-on: ubuntu-latest, steps: [{ run: x }] }\n",
    )
    .draft()
    .expect("a scenario");
    checked(&draft);
    assert_eq!(draft.text.matches("paths = [\"web\"]").count(), 1, "{}", draft.text);
}

/// A job of many legs fails as often as one of one leg, or else a large matrix would never succeed.
#[test]
fn the_legs_of_a_job_share_its_failures() {
    let (_, text, _) = drafted("{ n: [1, 2, 3, 4] }", &cache("k"));
    assert!(
        text.contains("fails = 0.025 # assumed") && text.contains("range = [\"0.005..0.075:log\"]"),
        "{text}"
    );
}

#[test]
fn a_file_that_a_step_makes_is_a_blank() {
    let workflow = "on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ uses: actions/cache@v4, with: { path: p, key: \"${{ \
                    hashFiles('**/made.lock') }}\" } }] } }\n";
    let made = |path: &str| {
        let draft =
            Repository::of(&format!("-- .github/workflows/ci.yml --\n{workflow}-- {path} --\nx\n")).draft();
        draft.expect("a scenario").blanks.len()
    };
    assert_eq!((made("a/made.lock"), made("a/other.lock")), (0, 1));
}

/// A workflow that is called has succeeded although one of its jobs was skipped.
#[test]
fn nobody_waits_for_a_called_job_that_is_skipped() {
    let draft = Repository::of(
        "-- .github/workflows/ci.yml --\non: push\njobs:\n  t: { uses: ./.github/workflows/t.yml }\n  d: { needs: t, runs-on: \
         ubuntu-latest, steps: [{ run: x }] }\n-- .github/workflows/t.yml --\non: workflow_call\njobs:\n  a: { runs-on: \
         ubuntu-latest, steps: [{ uses: actions/cache@v4, with: { key: k, path: p } }] }\n  b: { needs: a, runs-on: ubuntu-latest, \
         steps: [{ run: x }] }\n  report: { needs: b, if: failure(), runs-on: ubuntu-latest, steps: [{ run: x }] }\n",
    )
    .draft()
    .expect("a scenario");
    checked(&draft);
    assert!(draft.text.contains("needs = [\"t-a\", \"t-b\"]"), "{}", draft.text);
}

/// `hashFiles` of a file that is there and of one that is not is the hash of the first. Cargo.lock is made before it is hashed.
#[test]
fn a_pattern_without_a_file_is_not_in_the_hash_of_others() {
    let key = |patterns: &str| {
        let steps = cache(&format!("k-${{{{ hashFiles({patterns}) }}}}"));
        let repository = Repository::with(&format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}      - run: make\n"
        ));
        repository.write("go.sum", "");
        let text = repository.draft().expect("a scenario").text;
        text.lines().find(|line| line.starts_with("key = ")).expect("a key").to_owned()
    };
    assert_eq!(key("'go.sum'"), "key = \"k-{hash:go-sum}\"");
    assert_eq!(key("'go.sum', 'nothere.txt'"), key("'go.sum'"));
    assert_eq!(key("'go.sum', 'Cargo.lock'"), "key = \"k-{hash:go-sum, lock}\"");
    assert_ne!(key("'nothere.txt'"), key("'go.sum'"));
}
