//! Shapes of workflows that real repositories have: what a matrix comes to, how a repository calls itself, what is handed to
//! a called workflow, and what makes a scenario that `check` accepts.

use super::{Repository, checked};
use cache_budget::import::ScenarioDraft;
use cache_budget::scenario::Loaded;

const CACHE: &str = "uses: actions/cache@v4, with: { key: k, path: p }";

/// The draft as a scenario of which `check` says nothing.
fn clean(draft: &ScenarioDraft) -> Loaded {
    let (loaded, said) = checked(draft);
    assert_eq!(said, "", "{}", draft.text);
    loaded
}

/// The number of legs of the only job, with this matrix.
fn legs(matrix: &str) -> Option<u32> {
    let repository = Repository::with(&format!(
        "on: push\njobs:\n  a:\n    if: github.repository == 'own/shop'\n    needs: [b]\n    runs-on: ubuntu-latest\n    \
         strategy: {{ matrix: {matrix} }}\n    steps: [{{ {CACHE} }}]\n  b: {{ runs-on: x }}\n"
    ));
    repository.inventory().workflows[0].jobs[0].legs
}

#[test]
fn legs_are_compared_as_expressions_compare() {
    // 2 × 2, one excluded: '3.9' is 3.9, and texts have no case.
    assert_eq!(legs("{ os: [ubuntu, mac], py: ['3.9', '3.10'], exclude: [{ os: MAC, py: 3.9 }] }"), Some(3));
    // Nor have names, so that an axis is meant by its name in any case.
    assert_eq!(
        legs("{ OS: [a, b], v: [1, 2], exclude: [{ os: a, V: 1 }], include: [{ Os: b, x: 1 }] }"),
        Some(3)
    );
    // 3.10 is 3.1, and a text that is compared with a number is one.
    assert_eq!(legs("{ py: ['3.9', '3.10'], exclude: [{ py: 3.10 }] }"), Some(1));
    // What is included completes a leg, and is none of its own.
    assert_eq!(legs("{ py: ['3.9', 3.11], include: [{ py: 3.9, x: 1 }, { py: '3.11', x: 2 }] }"), Some(2));
    // A part of an object is enough; one with another value takes nothing away.
    let objects = "os: [{ id: a, name: A }, { id: b, name: B }], v: [1, 2]";
    assert_eq!(legs(&format!("{{ {objects}, exclude: [{{ os: {{ name: A }}, v: 2 }}] }}")), Some(3));
    assert_eq!(legs(&format!("{{ {objects}, exclude: [{{ os: {{ name: C }} }}] }}")), Some(4));
    // The files compare the repository with two names: its own is the more frequent one.
    let other = "${{ github.repository == 'own/other-shop' && 'A' }}";
    let own = "${{ github.repository == 'own/shop' && 'A' }}";
    assert_eq!(legs(&format!("{{ {objects}, exclude: [{{ os: {{ name: \"{own}\" }} }}] }}")), Some(2));
    assert_eq!(
        legs(&format!("{{ {objects}, exclude: [{{ os: {{ name: \"{other}\" }} }}], x: [\"{own}\"] }}")),
        Some(4)
    );
}

#[test]
fn a_value_that_is_not_known_is_one_leg() {
    let unknown = "${{ needs.b.outputs.newest }}";
    assert_eq!(legs(&format!("{{ kernel: [\"{unknown}\", '4.19'] }}")), Some(2));
    // Whether it is the one that is excluded cannot be told.
    assert_eq!(legs(&format!("{{ kernel: [\"{unknown}\", '4.19'], exclude: [{{ kernel: '5' }}] }}")), None);
    assert_eq!(legs("{ kernel: \"${{ fromJSON(needs.b.outputs.all) }}\", x: [1] }"), None);
    let draft = Repository::with(&format!(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: {{ matrix: {{ include: [{{ os: x, v: \"{unknown}\" }}, {{ \
         os: x, v: \"${{{{ needs.b.outputs.oldest }}}}\" }}, {{ os: x, v: \"{unknown}\" }}] }} }}\n    steps: [{{ uses: \
         actions/cache@v4, with: {{ key: 'k-${{{{ matrix.v }}}}', path: p }} }}]\n"
    ))
    .draft()
    .expect("a scenario");
    assert_eq!(clean(&draft).model.workflows[0].jobs.len(), 2, "{}", draft.text);
}

#[test]
fn a_called_workflow_gets_values_and_no_keys_of_a_matrix() {
    let repository = Repository::of(&format!(
        "-- .github/workflows/ci.yml --\non: push\njobs:\n  a:\n    strategy: {{ matrix: {{ system: [ubuntu-latest, windows-latest] }} \
         }}\n    uses: ./.github/workflows/test.yml\n    with: {{ platform: '${{{{ matrix.system }}}}', name: 'on-${{{{ \
         matrix.system }}}}' }}\n-- .github/workflows/test.yml --\non: {{ workflow_call: {{ inputs: {{ platform: {{ type: string \
         }}, name: {{ type: string }} }} }} }}\njobs:\n  t:\n    runs-on: ${{{{ inputs.platform }}}}\n    concurrency: g-${{{{ \
         inputs.name }}}}\n    steps: [{{ {CACHE} }}]\n"
    ));
    let draft = repository.draft().expect("a scenario");
    assert!(draft.text.contains("runner = \"windows-latest\""), "{}", draft.text);
    assert!(draft.text.contains("group = \"g-on-windows-latest\""), "{}", draft.text);
    assert_eq!(clean(&draft).model.workflows[0].jobs.len(), 2);
}

#[test]
fn a_workflow_called_by_the_own_name_of_the_repository_is_followed() {
    let called = |uses: &str| {
        let repository = Repository::of(&format!(
            "-- .github/workflows/ci.yml --\non: push\njobs:\n  a: {{ if: github.repository == 'own/shop', uses: \"{uses}\" }}\n-- \
             .github/workflows/t.yml --\non: workflow_call\njobs: {{ t: {{ runs-on: ubuntu-latest, steps: [{{ {CACHE} }}] }} }}\n"
        ));
        (
            repository.inventory().unknown.len(),
            repository.draft().is_some_and(|draft| !draft.is_without_cache),
        )
    };
    assert_eq!(called("own/shop/.github/workflows/t.yml@main"), (0, true));
    assert_eq!(called("own/shop-floor/.github/workflows/t.yml@main"), (1, false));
}

#[test]
fn a_repository_without_a_cache_is_written_without_one() {
    let repository =
        Repository::with("on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: make }] } }\n");
    let draft = repository.draft().expect("a scenario");
    assert!(draft.is_without_cache && draft.text.contains("# No cache was found"), "{}", draft.text);
    assert_eq!(clean(&draft).model.workflows[0].jobs.len(), 1);
    // Beside a workflow with a cache, one without is left out.
    repository.write(
        ".github/workflows/other.yml",
        &format!("on: push\njobs: {{ b: {{ runs-on: ubuntu-latest, steps: [{{ {CACHE} }}] }} }}\n"),
    );
    let draft = repository.draft().expect("a scenario");
    assert!(!draft.is_without_cache);
    assert_eq!(draft.left_out, [(".github/workflows/ci.yml".to_owned(), "it has no cache")]);
    let nothing =
        Repository::with("on: issues\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: make }] } }\n");
    assert!(nothing.draft().is_none());
}

#[test]
fn long_values_and_hidden_letters_make_no_scenario_that_check_refuses() {
    let long = "x".repeat(300);
    let draft = Repository::with(&format!(
        "name: \"\\e[31mred\"\non: push\njobs:\n  \"a\\e[2J\":\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        check: \
         [\"{long}1\", \"{long}2\", \"b\\e\\n c\"]\n    steps: [{{ uses: actions/cache@v4, with: {{ key: \"k\\e-${{{{ \
         matrix.check }}}}\", path: p }} }}]\n  \"b\\e\":\n    needs: [\"a\\e[2J\"]\n    runs-on: ubuntu-latest\n    steps: [{{ {CACHE} \
         }}]\n"
    ))
    .draft()
    .expect("a scenario");
    let jobs = &clean(&draft).model.workflows[0].jobs;
    assert_eq!(jobs.len(), 4, "{}", draft.text);
    assert!(draft.text.contains("needs = [\"a-[2J\"]"), "{}", draft.text);
}

/// A job needs a name in a scenario, and no branch has a name that nobody sees.
#[test]
fn a_job_without_a_name_gets_one_and_a_branch_that_cannot_be_is_left_out() {
    let draft = Repository::with(&format!(
        "on: {{ push: {{ branches: [main, \"relea\\x06se/**\", \"two words\"] }} }}\njobs:\n  \"\": {{ runs-on: ubuntu-latest, steps: [{{ {CACHE} \
         }}] }}\n  \" b \": {{ needs: [\"\"], runs-on: ubuntu-latest, steps: [{{ {CACHE} }}] }}\n"
    ))
    .draft()
    .expect("a scenario");
    clean(&draft);
    assert!(
        draft.text.contains("[workflow.ci.job.unnamed]") && draft.text.contains("[workflow.ci.job.b]"),
        "{}",
        draft.text
    );
    assert!(
        draft.text.contains("needs = [\"unnamed\"]") && !draft.text.contains("[branch."),
        "{}",
        draft.text
    );
}

/// A label is the name of a runner, and the matrix of the scenario names it too.
#[test]
fn a_label_with_hidden_letters_or_braces_is_the_name_of_one_runner() {
    let runs_on = |label: &str, matrix: &str| {
        let text = format!(
            "on: push\njobs:\n  a:\n    runs-on: {label}\n    strategy: {{ matrix: {{ {matrix} }} }}\n    steps: [{{ {CACHE} }}]\n"
        );
        clean(&Repository::with(&text).draft().expect("a scenario")).model
    };
    let by_axis = runs_on("${{ matrix.os }}", "os: [\"own\\x19box\", ubuntu-latest]");
    assert!(by_axis.runners.iter().any(|runner| runner.name == "own box"));
    let by_leg =
        runs_on("${{ matrix.os }}", "n: [1, 2], include: [{ n: 1, os: \"m\\x19c\" }, { n: 2, os: other }]");
    assert!(by_leg.runners.iter().any(|runner| runner.name == "m c"));
    let fixed = runs_on("\"own\\x19box\"", "n: [1, 2]");
    assert!(fixed.runners.iter().any(|runner| runner.name == "own box"));
    let at_the_end = runs_on("\"own\\x19\"", "n: [1, 2]");
    assert!(at_the_end.runners.iter().any(|runner| runner.name == "own"));
    // Its name stands in the paths of what is assumed.
    let slashed = runs_on("${{ matrix.os }}", "os: [\"own\\\\ \\\"box\\\"\", ubuntu-latest]");
    assert!(slashed.runners.iter().any(|runner| runner.name == "own\\ \"box\""));
    // Braces would begin a placeholder.
    let braced = runs_on("\"own{box}\"", "n: [1, 2]");
    assert!(braced.runners.iter().any(|runner| runner.name == "own(box)"));
    let one_of_two = runs_on("\"${{ matrix.n == 1 && 'own{box}' || 'other' }}\"", "n: [1, 2]");
    assert!(one_of_two.runners.iter().any(|runner| runner.name == "own(box)"));
}

#[test]
fn what_has_no_effect_is_not_written() {
    // No pull request starts it, six legs run at once, and nothing that it needs fails.
    let draft = Repository::with(&format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: {{ types: [closed] }} }}\nconcurrency: {{ group: g, cancel-in-progress: \
         \"${{{{ github.event_name == 'pull_request' }}}}\" }}\njobs:\n  n: {{ runs-on: ubuntu-latest, steps: [{{ run: x }}] \
         }}\n  a:\n    needs: n\n    if: \"!cancelled()\"\n    runs-on: ubuntu-latest\n    strategy: {{ max-parallel: 8, matrix: {{ \
         x: [1, 2, 3], y: [1, 2], exclude: [{{ x: 7 }}] }} }}\n    steps: [{{ {CACHE} }}]\n"
    ))
    .draft()
    .expect("a scenario");
    clean(&draft);
}

#[test]
fn many_jobs_with_nested_actions_are_all_looked_at() {
    let mut archive =
        "-- .github/workflows/ci.yml --\non: { push: , pull_request: , merge_group: }\njobs:\n".to_owned();
    for job in 0..60 {
        archive += &format!(
            "  j{job}:\n    runs-on: ${{{{ matrix.os }}}}\n    strategy: {{ matrix: {{ os: [ubuntu-latest, windows-latest], n: [1, 2, \
             3, 4, 5, 6] }} }}\n    steps: [{{ uses: ./outer }}]\n"
        );
    }
    archive += "-- outer/action.yml --\nruns:\n  using: composite\n  steps:\n";
    archive += &"    - uses: ./inner\n".repeat(20);
    archive += "-- inner/action.yml --\nruns:\n  using: composite\n  steps:\n";
    archive += &"    - { shell: bash, run: 'echo ${{ runner.os }}' }\n".repeat(20);
    archive += "    - { uses: actions/cache@v4, with: { key: '${{ runner.os }}', path: p } }\n";
    // 60 jobs × 12 legs × 5 events × 440 steps would be 1.6 million steps; two systems make 53,000.
    let inventory = Repository::of(&archive).inventory();
    assert!(inventory.unknown.is_empty(), "{:?}", inventory.unknown);
    let clients = inventory.workflows[0].jobs.iter().map(|job| job.clients.len());
    assert!(clients.eq([20; 60]));
}

#[test]
fn the_default_branch_is_what_git_says_or_the_workflows() {
    let workflow = "on: { push: { branches: [canary, release] } }\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: x }] } }\n";
    let said = |repository: &Repository| repository.inventory().assumed[0].why.clone();
    let repository = Repository::with(workflow);
    assert!(said(&repository).contains("`main`"), "{}", said(&repository));
    std::fs::create_dir_all(repository.folder().join(".git/objects")).expect("a folder");
    repository.write(".git/HEAD", "ref: refs/heads/canary\n");
    repository.write(".git/refs/heads/canary", &format!("{}\n", "1".repeat(40)));
    assert!(said(&repository).contains("`canary`"), "{}", said(&repository));
    // What is checked out may be another branch; origin knows.
    repository.write(".git/refs/remotes/origin/HEAD", "ref: refs/remotes/origin/next\n");
    assert!(said(&repository).contains("`next`"), "{}", said(&repository));
    // A branch of somebody's own work is none that the workflows mean.
    let other = Repository::with(&workflow.replace("canary", "master"));
    std::fs::create_dir_all(other.folder().join(".git/objects")).expect("a folder");
    other.write(".git/HEAD", "ref: refs/heads/my-work\n");
    for branch in ["heads/my-work", "remotes/origin/master"] {
        other.write(&format!(".git/refs/{branch}"), &format!("{}\n", "1".repeat(40)));
    }
    assert!(said(&other).contains("`master`"), "{}", said(&other));
    // Workflows also name usual branches that the repository does not have.
    let versions = Repository::with(&workflow.replace("canary", "master"));
    std::fs::create_dir_all(versions.folder().join(".git/objects")).expect("a folder");
    versions.write(".git/HEAD", "ref: refs/heads/13.x\n");
    versions.write(".git/refs/heads/13.x", &format!("{}\n", "1".repeat(40)));
    assert!(said(&versions).contains("`13.x`"), "{}", said(&versions));
}

/// rust-cache hashes the compiler's version, so a leg never restores what another toolchain has saved.
#[test]
fn legs_with_another_toolchain_have_another_entry() {
    let drafted = |axes: &str, with: &str| {
        let workflow = format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: {{ matrix: {{ {axes} }} }}\n    steps:\n      - \
             uses: dtolnay/rust-toolchain@master\n        with: {{ toolchain: '${{{{ matrix.rust }}}}' }}\n      - \
             uses: Swatinem/rust-cache@v2{with}\n"
        );
        Repository::with(&workflow).draft().expect("a scenario").text
    };
    let two = "rust: [stable, '1.85', nightly-2026-01-01]";
    let apart = "environment = \"RUSTC={rust}\"";
    assert!(drafted(two, "").contains(apart), "{}", drafted(two, ""));
    let own = drafted(two, "\n        with: { key: x }");
    assert!(own.contains("key = \"x\"") && own.contains(apart), "{own}");
    let shared = drafted(two, "\n        with: { shared-key: 'y-${{ matrix.rust }}' }");
    assert!(shared.contains("shared-key = \"y-{rust}\"") && shared.contains(apart), "{shared}");
    // A nightly compiler is another one each day.
    let nightly = drafted("rust: [stable, nightly]", "");
    let leg = "{ when = { rust = [\"nightly\"] }, cache.rust-cache.environment = \"RUSTC={rust}-{date}\" }";
    assert!(nightly.contains(apart) && nightly.contains(leg), "{nightly}");
    // Neither one compiler for all, nor versions of something else.
    for other in ["rust: [stable], x: [a, b]", "rust: [stable], node: [18, 20]"] {
        assert!(!drafted(other, "").contains("\n    key = "), "{}", drafted(other, ""));
    }
}

#[test]
fn a_compiler_that_a_step_installs_is_in_the_key() {
    let environment = |steps: &str| {
        let workflow = format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}      - uses: Swatinem/rust-cache@v2\n"
        );
        let text = Repository::with(&workflow).draft().expect("a scenario").text;
        text.lines().find_map(|line| line.trim().strip_prefix("environment = ").map(str::to_owned))
    };
    let by = |step: &str| environment(&format!("      - {step}\n"));
    assert_eq!(by("uses: dtolnay/rust-toolchain@stable"), None);
    assert_eq!(by("uses: dtolnay/rust-toolchain@nightly").as_deref(), Some("\"RUSTC=nightly-{date}\""));
    assert_eq!(by("uses: dtolnay/rust-toolchain@1.85.0").as_deref(), Some("\"RUSTC=1.85.0\""));
    let old = "run: rustup toolchain install nightly-2026-01-01 --profile minimal";
    assert_eq!(by(old).as_deref(), Some("\"RUSTC=nightly-2026-01-01\""));
    assert_eq!(by("run: rustup default beta").as_deref(), Some("\"RUSTC=beta\""));
    assert_eq!(environment(""), None);
}
