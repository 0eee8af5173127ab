//! What a workflow says and a scenario cannot: it is never written as something else, and always listed as a blank.

use super::{Repository, checked};
use cache_budget::import::ScenarioDraft;
use cache_budget::scenario::Loaded;

const CACHE: &str = "uses: actions/cache@v4, with: { key: k, path: p }";

fn drafted(workflow: &str) -> ScenarioDraft {
    Repository::with(workflow).draft().expect("a scenario")
}

/// The draft as a scenario, without complaints about what is written for legs.
fn loaded(draft: &ScenarioDraft) -> Loaded {
    let (loaded, said) = checked(draft);
    assert!(!said.contains("bad-vary"), "{said}\n{}", draft.text);
    loaded
}

fn blanks(draft: &ScenarioDraft) -> String {
    let lines = draft.blanks.iter().map(|(place, what)| format!("{place}: {what}\n"));
    let blanks: String = lines.collect();
    for line in blanks.lines() {
        assert!(draft.text.contains(&format!("# - {line}\n")), "{line}\n{}", draft.text);
    }
    blanks
}

/// The number of steps with actions/cache, or of other clients, in each leg of the first workflow.
fn clients_of_legs(draft: &ScenarioDraft) -> Vec<usize> {
    loaded(draft).model.workflows[0].jobs.iter().map(|job| job.caches.len()).collect()
}

#[test]
fn a_filter_by_paths_stays_with_its_event() {
    let jobs = |more: &str| {
        format!(
            "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{{ {CACHE} }}]\n  b:\n    if: github.event_name == \
             'push'\n    runs-on: ubuntu-latest\n    steps: [{{ {CACHE} }}]\n{more}"
        )
    };
    let one = "on:\n  push: { branches: [main], paths-ignore: ['docs/**'] }\n  pull_request:\n";
    let draft = drafted(&format!("{one}{}", jobs("")));
    assert!(draft.text.contains("\npaths = { push = [\"ci\"] }"), "{}", draft.text);
    assert!(!blanks(&draft).contains("paths"), "{}", draft.text);
    let filters = loaded(&draft).model.workflows[0].paths;
    assert_eq!((filters.push.is_some(), filters.pull_request), (true, None));

    // Both have one; pushes of tags have none to lack.
    let same = "on:\n  push: { branches: [main], paths: [a] }\n  pull_request: { paths: [a] }\n";
    let tags = "on:\n  push: { tags: ['v*'] }\n  pull_request: { paths: [a] }\n";
    for on in [same, tags] {
        let draft = drafted(&format!("{on}{}", jobs("")));
        assert!(loaded(&draft).model.workflows[0].paths.pull_request.is_some(), "{}", draft.text);
        assert!(!blanks(&draft).contains("paths"), "{}", draft.text);
    }
    let differ = "on:\n  push: { branches: [main], paths: [a] }\n  pull_request: { paths: [b] }\n";
    let draft = drafted(&format!("{differ}{}", jobs("")));
    let line = "\npaths = { push = [\"ci\"], pull_request = [\"ci-pull-request\"] }";
    assert!(draft.text.contains(line), "{}", draft.text);
    assert!(draft.text.contains("path-classes = [\"ci\", \"ci-pull-request\"]"), "{}", draft.text);
    // The words of `labeled` are no pushes: nothing starts, so nothing is filtered.
    let idle = "on:\n  push: { branches: [main] }\n  pull_request: { types: [labeled], paths: [b] }\n";
    assert!(!drafted(&format!("{idle}{}", jobs(""))).text.contains("paths"));
}

#[test]
fn steps_with_actions_cache_are_in_their_legs_alone() {
    let with = |matrix: &str, steps: &[(&str, &str)]| {
        let step = |(at, (condition, _)): (usize, &(&str, &str))| {
            format!(
                "      - {{ if: \"{condition}\", uses: actions/cache@v4, with: {{ key: 'k{at}', path: p }} }}\n"
            )
        };
        let steps: String = steps.iter().enumerate().map(step).collect();
        format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: {{ matrix: {matrix} }}\n    steps:\n{steps}"
        )
    };
    // 2 × 2 legs: (1, 1) has both, (1, 2) the first, (2, 1) the second, (2, 2) none.
    let both = [("matrix.x == 1", ""), ("matrix.y == 1", "")];
    let workflow = with("{ x: [1, 2], y: [1, 2] }", &both);
    let draft = drafted(&workflow);
    assert_eq!(clients_of_legs(&draft), [2, 1, 1, 0], "{}", draft.text);
    let legs: Vec<Option<u32>> = Repository::with(&workflow).inventory().workflows[0].jobs[0]
        .clients
        .iter()
        .map(|own| own.legs)
        .collect();
    assert_eq!(legs, [Some(2), Some(2)]);
    // One axis decides: one table.
    let draft = drafted(&with("{ x: [1, 2, 3], y: [1, 2] }", &both[..1]));
    assert!(
        draft.text.contains("leg = [{ when = { x = [\"2\", \"3\"] }, cache.actions-cache = false }]"),
        "{}",
        draft.text
    );
    assert_eq!(clients_of_legs(&draft), [1, 1, 0, 0, 0, 0]);
    // A key that only an included leg has: it cannot be told from the leg without it, but the others can.
    let included = with(
        "{ x: [1, 2], include: [{ x: 1, c: 1 }, { x: 2, d: 1 }] }",
        &[("matrix.c", ""), ("always()", "")],
    );
    let draft = drafted(&included);
    assert_eq!(clients_of_legs(&draft), [2, 1], "{}", draft.text);
    // The guesses of a leg are those of its job: drawn together.
    assert!(draft.text.contains("leg.0.cache.actions-cache.0.size"), "{}", draft.text);
}

#[test]
fn legs_that_a_scenario_cannot_tell_apart_are_a_blank() {
    let workflow = format!(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: {{ matrix: {{ include: [{{ x: 1 }}, {{ x: 1, y: \
         1 }}] }} }}\n    steps: [{{ if: matrix.y, {CACHE} }}]\n"
    );
    let said = blanks(&drafted(&workflow));
    assert!(said.contains("which legs of `a` have actions-cache"), "{said}");
}

const BUILD: &str = "uses: docker/build-push-action@v6, with: { cache-from: type=gha, cache-to: 'type=gha' }";

#[test]
fn a_build_that_is_skipped_is_no_build_that_does_not_save() {
    let on = "on: { push: { branches: [main] }, pull_request: }\njobs:\n  a:\n    runs-on: ubuntu-latest\n";
    let step = format!("{{ if: github.event_name == 'push', {BUILD} }}");
    // There is nothing else in the job: without the build, it is as good as skipped.
    let draft = drafted(&format!("{on}    steps: [{step}]\n"));
    assert!(!draft.text.contains("save-if"), "{}", draft.text);
    let job = draft.text.split("[workflow.ci.job.a]").nth(1).expect("the job");
    assert!(job.contains("on = [\"push main\"]"), "{}", draft.text);
    let said = blanks(&draft);
    let what = "`docker/build-push-action` in `a` is skipped on pull_request";
    assert!(said.contains(&format!("{what}: here the whole job is")), "{said}");
    loaded(&draft);
    // Beside another cache, or with a job that waits for it, the job has to run.
    let other = "  b: { runs-on: ubuntu-latest, needs: a, steps: [{ run: x }] }\n";
    for workflow in
        [format!("{on}    steps: [{step}, {{ {CACHE} }}]\n"), format!("{on}    steps: [{step}]\n{other}")]
    {
        let draft = drafted(&workflow);
        assert!(!draft.text.contains("save-if"), "{}", draft.text);
        let said = blanks(&draft);
        assert!(said.contains(&format!("{what}, and a scenario cannot skip a step: here it runs")), "{said}");
    }
    // A save step that is skipped is only a save that does not happen.
    let save = "uses: actions/cache/save@v4, with: { key: k, path: p }";
    let draft = drafted(&format!("{on}    steps: [{{ if: github.event_name == 'push', {save} }}]\n"));
    assert!(draft.text.contains("save-if = \"default-branch\""), "{}", draft.text);
    assert_eq!(blanks(&draft), "");
}

#[test]
fn a_cache_that_is_off_on_some_events_is_no_step_that_is_skipped() {
    let draft = drafted(
        "on: { push: { branches: [main] }, pull_request: }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: \
         actions/setup-node@v4\n        with: { cache: \"${{ github.event_name == 'push' && 'npm' || '' }}\" }\n",
    );
    let said = blanks(&draft);
    assert!(said.contains("`actions/setup-node` in `a` caches nothing on pull_request"), "{said}");
}

#[test]
fn sccache_with_its_action_is_one_client() {
    let repository = Repository::with(
        "on: push\nenv: { SCCACHE_GHA_ENABLED: 'true', RUSTC_WRAPPER: sccache }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    \
         strategy: { matrix: { x: [1, 2] } }\n    steps:\n      - { if: matrix.x == 1, uses: \
         mozilla-actions/sccache-action@v0.0.9 }\n      - run: cargo build\n",
    );
    let inventory = repository.inventory();
    let clients = &inventory.workflows[0].jobs[0].clients;
    assert_eq!(clients.len(), 1, "{clients:?}");
    assert_eq!(clients[0].action.as_deref(), Some("mozilla-actions/sccache-action"));
    assert_eq!(clients[0].legs, Some(1));
    let draft = repository.draft().expect("a scenario");
    assert_eq!(blanks(&draft), "");
    assert_eq!(clients_of_legs(&draft), [1, 0], "{}", draft.text);
}

#[test]
fn what_the_inventory_does_not_know_is_a_blank() {
    let repository = Repository::with(&format!(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{{ uses: foo/some-cache-action@v1 }}, {{ {CACHE} \
         }}]\n  b: {{ uses: other/repository/.github/workflows/x.yml@v1 }}\n"
    ));
    // A workflow that is left out for want of a cache may have one that is not known.
    repository.write(
        ".github/workflows/other.yml",
        "on: push\njobs: { c: { runs-on: ubuntu-latest, steps: [{ uses: bar/cacher@v1 }] } }\n",
    );
    let said = blanks(&repository.draft().expect("a scenario"));
    let unknown = repository.inventory().unknown;
    assert_eq!(unknown.len(), 3, "{unknown:?}");
    for note in unknown {
        let line = format!("{}: `{}`: {}\n", note.place, note.what, note.why);
        assert!(said.contains(&line), "{line}{said}");
    }
}

#[test]
fn a_condition_for_saving_is_named_whole() {
    let condition =
        "github.event_name != 'pull_request' && format('type=gha,mode=max,scope={0}', matrix.x) || ''";
    let with = |on: &str| {
        format!(
            "on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: {{ matrix: {{ x: [1, 2] }} }}\n    steps:\n      - \
             uses: docker/build-push-action@v6\n        with: {{ cache-from: 'type=gha,scope=${{{{ matrix.x }}}}', cache-to: \"${{{{ {condition} }}}}\" }}\n"
        )
    };
    let draft = drafted(&with("{ push: { tags: ['v*'] }, pull_request: }"));
    assert!(draft.text.contains("save-on = [\"push tags\"]"), "{}", draft.text);
    assert_eq!(blanks(&draft), "");
    // "Not on pull requests" is the default branch where nothing else starts the workflow.
    let draft = drafted(&with("{ push: { branches: [main] }, pull_request: }"));
    assert!(draft.text.contains("save-if = \"default-branch\""), "{}", draft.text);
    assert_eq!(blanks(&draft), "");
    // Other clients can say it, whatever starts the workflow.
    for (on, words) in [
        ("{ push: { tags: ['v*'] }, pull_request: }", "[\"push tags\"]"),
        ("{ push: { branches: [main], tags: ['v*'] }, pull_request: }", "[\"push main\", \"push tags\"]"),
        ("{ push: , pull_request: , merge_group: }", "[\"push\", \"merge_group\"]"),
    ] {
        let draft = drafted(&format!(
            "on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{{ uses: Swatinem/rust-cache@v2, with: {{ save-if: \
             \"${{{{ github.event_name != 'pull_request' }}}}\" }} }}]\n"
        ));
        assert!(draft.text.contains(&format!("save-on = {words}\n")), "{}", draft.text);
        assert_eq!(blanks(&draft), "");
        loaded(&draft);
    }
    // An input of which nothing is known.
    let draft = drafted(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ uses: Swatinem/rust-cache@v2, with: { save-if: '${{ \
         steps.s.outputs.v }}' } }]\n",
    );
    let said = blanks(&draft);
    assert!(said.contains("unknown on push to the default branch, "), "{said}");
    assert!(said.ends_with("; save-if: ${{ steps.s.outputs.v }}\n"), "{said}");
}

#[test]
fn the_inventory_tells_tags_cancelled_pushes_and_callers() {
    let with = |on: &str, cancel: &str| {
        let workflow = format!(
            "on: {on}\nconcurrency: {{ group: g, cancel-in-progress: {cancel} }}\njobs:\n  a: {{ uses: \
             ./.github/workflows/called.yml }}\n  b: {{ uses: ./.github/workflows/called.yml }}\n"
        );
        let repository = Repository::with(&workflow);
        let called = format!(
            "on: workflow_call\njobs:\n  c:\n    runs-on: ubuntu-latest\n    steps: [{{ {CACHE} }}]\n"
        );
        repository.write(".github/workflows/called.yml", &called);
        repository.inventory()
    };
    let inventory = with("{ push: { tags: ['v*'] } }", "true");
    let [called, ci] = &inventory.workflows[..] else { panic!("{inventory:?}") };
    assert_eq!((&ci.triggers[..], ci.tags_only), (&["push".to_owned()][..], true));
    let callers: Vec<String> =
        called.called_by.iter().map(|own| format!("{} {}", own.file, own.job)).collect();
    assert_eq!(callers, [".github/workflows/ci.yml a", ".github/workflows/ci.yml b"]);
    assert!(!called.tags_only && ci.called_by.is_empty());
    for (on, cancel, is_cancelled) in [
        ("push", "true", true),
        ("push", "\"${{ github.event_name == 'pull_request' }}\"", false),
        ("push", "\"${{ github.ref != 'refs/heads/main' }}\"", false),
        ("push", "\"${{ github.event_name == 'push' }}\"", true),
        ("push", "\"${{ some.thing }}\"", false),
    ] {
        let inventory = with(on, cancel);
        let ci = inventory.workflows.iter().find(|own| own.file.ends_with("ci.yml")).expect("it");
        assert_eq!((ci.cancel_in_progress, ci.tags_only), (is_cancelled, false), "{cancel}");
    }
}

/// Legs for two platforms on one kind of runner build different layers.
#[test]
fn the_platforms_of_a_build_are_in_the_scenario() {
    let build = |platforms: &str| {
        format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: {{ matrix: {{ platform: [linux/amd64, \
             linux/arm64] }} }}\n    steps:\n      - uses: docker/build-push-action@v6\n        with: {{ context: ., \
             platforms: '{platforms}', cache-from: type=gha, cache-to: 'type=gha,mode=max' }}\n"
        )
    };
    let drafted = |platforms: &str| {
        let repository = Repository::with(&build(platforms));
        repository.write("Dockerfile", "FROM debian\nRUN apt-get update\nCOPY . .\n");
        repository.draft().expect("a scenario")
    };
    let draft = drafted("${{ matrix.platform }}");
    let images = &loaded(&draft).model.images;
    assert_eq!(images.len(), 2, "{}", draft.text);
    assert_eq!(draft.text.matches("[linux/arm64]\"").count(), 1, "{}", draft.text);
    // Both in one build: each step for each of them, and the list of both.
    let draft = drafted("linux/amd64,linux/arm64");
    let steps: Vec<usize> = loaded(&draft).model.images.iter().map(|image| image.steps.len()).collect();
    let one = drafted("linux/amd64");
    let alone = loaded(&one).model.images[0].steps.len();
    assert_eq!(steps, [2 * alone + 1], "{}", draft.text);
    // What is not known is said.
    let draft = drafted("${{ steps.x.outputs.y }}");
    assert!(draft.text.contains("without steps: `platforms` is not known"), "{}", draft.text);
}
