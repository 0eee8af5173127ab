//! What starts a workflow, and which of its runs save: filters of branches and tags, `workflow_run`, conditions on the event,
//! and variables of the environment, which are texts.

use super::{Repository, checked};
use cache_budget::import::ScenarioDraft;

fn drafted(workflow: &str) -> ScenarioDraft {
    let draft = Repository::with(workflow).draft().expect("a scenario");
    checked(&draft);
    draft
}

fn has(draft: &ScenarioDraft, line: &str) -> bool {
    draft.text.lines().any(|own| own.split(" # ").next().is_some_and(|own| own.trim() == line))
}

/// A job with one step.
fn with_step(on: &str, step: &str) -> String {
    format!("on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - {step}\n")
}

#[test]
fn a_variable_of_the_environment_is_a_text() {
    let step = "uses: Swatinem/rust-cache@v2\n        with: { save-if: \"${{ env.MAIN == 'true' }}\" }";
    let on = "{ push: { branches: [main] }, pull_request: }\nenv: { MAIN: \"${{ github.ref == 'refs/heads/main' }}\" }";
    let (clients, _) = Repository::with(&with_step(on, step)).found();
    assert_eq!(clients, ["rust-cache Swatinem/rust-cache default-branch"]);
    // The text `false` is not empty, so it counts as true.
    let step = "if: env.OFF\n        env: { OFF: false }\n        uses: Swatinem/rust-cache@v2";
    assert_eq!(Repository::with(&with_step("push", step)).found().0.len(), 1);
    let step = "if: env.OFF == 'true'\n        env: { OFF: false }\n        uses: Swatinem/rust-cache@v2";
    let drafted = Repository::with(&with_step("push", step)).draft().expect("a scenario");
    assert!(drafted.is_without_cache, "{}", drafted.text);
}

#[test]
fn what_does_not_save_in_a_merge_queue_says_so() {
    let on = "{ push: { branches: [main] }, pull_request: , merge_group: }";
    let rust = |rule: &str| format!("uses: Swatinem/rust-cache@v2\n        with: {{ save-if: \"{rule}\" }}");
    let steps = [
        rust("${{ github.event_name != 'merge_group' }}"),
        rust("${{ !startsWith(github.ref, 'refs/heads/gh-readonly-queue/') }}"),
        "uses: gradle/actions/setup-gradle@v4\n        with: { cache-disabled: false, cache-read-only: \"${{ \
         github.event_name == 'merge_group' }}\" }"
            .to_owned(),
    ];
    for step in steps {
        let workflow = with_step(on, &step);
        let (clients, _) = Repository::with(&workflow).found();
        assert!(clients[0].ends_with(" conditional"), "{clients:?}\n{workflow}");
        let draft = drafted(&workflow);
        assert!(has(&draft, "save-on = [\"push main\", \"pull_request\"]"), "{}", draft.text);
    }
    // A job that runs in the queue only never saves.
    let (clients, _) =
        Repository::with(&with_step("merge_group", &rust("${{ github.event_name != 'merge_group' }}")))
            .found();
    assert!(clients[0].ends_with(" never"), "{clients:?}");
}

#[test]
fn tags_are_filtered_by_their_names() {
    let on = |push: &str| {
        let step = "uses: actions/cache@v4\n        with: { key: k, path: p }";
        with_step(&format!("{{ push: {{ {push} }}, workflow_dispatch: }}"), step)
    };
    let main = drafted(&on("branches: [main], tags-ignore: ['**']"));
    assert!(has(&main, "on = [\"push main\", \"workflow_dispatch\"]"), "{}", main.text);
    let none = drafted(&on("tags-ignore: ['**']"));
    assert!(has(&none, "on = [\"workflow_dispatch\"]"), "{}", none.text);
    for some in ["tags: ['nightly-*']", "tags-ignore: ['v*']", "tags: ['v*', '!v0.*']"] {
        let tags = drafted(&on(some));
        assert!(has(&tags, "on = [\"push tags\", \"workflow_dispatch\"]"), "{some}\n{}", tags.text);
    }
}

#[test]
fn a_run_after_another_follows_its_branch_and_its_conclusion() {
    let repository = Repository::with(&with_step(
        "{ push: { branches: [main] }, pull_request: }\nname: CI",
        "uses: actions/cache@v4\n        with: { key: k, path: p }",
    ));
    let after = |more: &str, condition: &str| {
        let text = format!(
            "on: {{ workflow_run: {{ workflows: [CI], types: [completed]{more} }} }}\njobs:\n  b:\n    {condition}\n    \
             runs-on: ubuntu-latest\n    steps: [{{ uses: actions/cache@v4, with: {{ key: k, path: p }} }}]\n"
        );
        repository.write(".github/workflows/e2e.yml", &text);
        let draft = repository.draft().expect("a scenario");
        checked(&draft);
        draft
    };
    let green = after(", branches: [main]", "if: ${{ github.event.workflow_run.conclusion == 'success' }}");
    assert!(has(&green, "after-branches = [\"main\"]"), "{}", green.text);
    assert!(has(&green, "after-conclusion = \"success\""), "{}", green.text);
    let all = after("", "timeout-minutes: 5");
    assert!(!all.text.contains("after-"), "{}", all.text);
    let others = after(", branches-ignore: [main]", "timeout-minutes: 5");
    assert!(has(&others, "after-branches = [\"**\", \"!main\"]"), "{}", others.text);
}

#[test]
fn a_workflow_that_github_refuses_is_reported() {
    for (needs, why) in [
        ("b: { needs: c, runs-on: x, steps: [{ run: x }] }", "`b` needs `c`, which is no job of this file"),
        (
            "b: { needs: [B], runs-on: x, steps: [{ run: x }] }",
            "`b` needs itself, directly or through others",
        ),
        (
            "b: { needs: c, runs-on: x, steps: [{ run: x }] }\n  c: { needs: b, runs-on: x, steps: [{ run: x }] }",
            "`b` needs itself, directly or through others",
        ),
        ("b: &b { runs-on: x, steps: [{ run: x }] }\n  c: { <<: *b, runs-on: y }", "no merge keys (`<<`)"),
    ] {
        let repository =
            Repository::with("on: push\njobs: { a: { runs-on: ubuntu-latest, steps: [{ run: x }] } }\n");
        let other = format!("on: push\njobs:\n  a: {{ runs-on: x, steps: [{{ run: x }}] }}\n  {needs}\n");
        repository.write(".github/workflows/other.yml", &other);
        let (_, unknown) = repository.found();
        assert!(unknown.iter().any(|note| note.contains(why)), "{why}: {unknown:?}");
    }
}

/// A push to a temporary branch of the queue starts a workflow unless its filter of branches leaves that out.
#[test]
fn patterns_of_branches_say_whether_the_merge_queue_starts_a_workflow() {
    let rust = "uses: Swatinem/rust-cache@v2";
    let on =
        |push: &str| drafted(&with_step(&format!("{{ push: {push}, pull_request: , merge_group: }}"), rust));
    let free = on("");
    assert!(has(&free, "on = [\"push\", \"pull_request\", \"merge_group\"]"), "{}", free.text);
    let left_out = "on = [\"push main\", \"push **\", \"push !gh-readonly-queue/**\", \"pull_request\", \"merge_group\"]";
    for filter in
        ["{ branches-ignore: ['gh-readonly-queue/**'] }", "{ branches: ['**', '!gh-readonly-queue/**'] }"]
    {
        let draft = on(filter);
        assert!(has(&draft, left_out), "{filter}\n{}", draft.text);
    }
    let one = on("{ branches: [main] }");
    assert!(has(&one, "on = [\"push main\", \"pull_request\", \"merge_group\"]"), "{}", one.text);
    // Before there was `merge_group`, this was how workflows ran in the queue.
    let old =
        drafted(&with_step("{ push: { branches: [main, 'gh-readonly-queue/**'] }, pull_request: }", rust));
    let words = "on = [\"push main\", \"push gh-readonly-queue/**\", \"pull_request\"]";
    assert!(has(&old, words) && has(&old, "merge-queue = true"), "{}", old.text);
    assert!(!old.text.contains("[branch"), "{}", old.text);
}

/// Found by fuzzing: the scenario had `push ` without a branch, which `check` refuses.
#[test]
fn an_empty_pattern_of_branches_names_none() {
    for empty in ["&main", "''", "~"] {
        let on = format!("{{ push: {{ branches: [{empty}, next] }}, schedule: [{{ cron: '17 4 * * 2' }}] }}");
        let draft =
            Repository::with(&with_step(&on, "uses: Swatinem/rust-cache@v2")).draft().expect("a scenario");
        assert!(draft.text.contains("on = [\"push next\", \"schedule\"]"), "{}", draft.text);
        assert!(draft.text.contains("`` of `branches`: a scenario has no such pattern"), "{}", draft.text);
    }
}
