//! What is written is a scenario: it passes `check`, it runs, and it is the same every time.

use super::fixtures::FIXTURES;
use super::{Repository, parts};
use assert_cmd::Command;
use cache_budget::diagnostic::Style;
use cache_budget::scenario::{Loaded, load};

fn loaded(text: &str, name: &str) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("imported.toml");
    std::fs::write(&path, text).expect("written");
    load(&path, &[]).unwrap_or_else(|report| panic!("{name}\n{}\n{text}", report.render(&Style::default())))
}

#[test]
fn every_fixture_becomes_a_scenario_that_loads() {
    for (name, archive) in FIXTURES {
        let Some(draft) = Repository::of(archive).draft() else {
            assert_eq!(name, "binaries", "only this one has no cache");
            continue;
        };
        let loaded = loaded(&draft.text, name);
        let said = loaded.report.render(&Style::default());
        let about_ranges =
            said.lines().filter(|line| line.contains("bad-vary") || line.contains("never-ends"));
        assert_eq!(about_ranges.count(), 0, "{name}\n{said}");
        assert!(!loaded.assumed.is_empty(), "{name}");
    }
}

#[test]
fn the_same_files_give_the_same_bytes() {
    for (name, archive) in FIXTURES {
        let texts = [(); 2].map(|()| Repository::of(archive).draft().map(|draft| without_title(&draft.text)));
        assert_eq!(texts[0], texts[1], "{name}");
    }
}

/// Without the name of the folder, which is another one each time.
fn without_title(text: &str) -> String {
    let named = |line: &&str| !line.starts_with("title =") && !line.starts_with("# Imported from");
    text.lines().filter(named).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_matrix_keeps_its_legs() {
    // 2 × 3 combinations, one excluded, one included beside them: 6 legs, each a job of the model.
    let repository = Repository::with(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        x: [1, 2]\n        y: \
         [{ n: a, k: 1 }, { n: b }, { n: c }]\n        exclude: [{ x: 2, y: { n: b } }]\n        include: [{ x: 3, z: \
         9 }]\n    steps: [{ uses: actions/cache@v4, with: { key: 'k-${{ matrix.x }}-${{ matrix.y.n }}', path: p } }]\n",
    );
    assert_eq!(repository.inventory().workflows[0].jobs[0].legs, Some(6));
    let draft = repository.draft().expect("a scenario");
    assert!(draft.text.contains("key = \"k-{x}-{y.n}\""), "{}", draft.text);
    assert_eq!(loaded(&draft.text, "matrix").model.workflows[0].jobs.len(), 6, "{}", draft.text);
}

#[test]
fn a_client_that_some_legs_lack_is_switched_off_there() {
    let repository = Repository::with(
        "on: push\njobs:\n  a:\n    runs-on: ${{ matrix.os }}\n    strategy: { matrix: { os: [ubuntu-latest, \
         windows-latest] } }\n    steps: [{ if: \"runner.os == 'Windows'\", uses: Swatinem/rust-cache@v2 }]\n",
    );
    let draft = repository.draft().expect("a scenario");
    let line = "leg = [{ when = { os = [\"ubuntu-latest\"] }, cache.rust-cache = false }]";
    assert!(draft.text.contains(line), "{}", draft.text);
    let jobs = loaded(&draft.text, "legs").model.workflows[0]
        .jobs
        .iter()
        .map(|job| job.caches.len())
        .collect::<Vec<_>>();
    assert_eq!(jobs, [0, 1]);
}

#[test]
fn what_is_not_known_is_left_blank_with_its_place() {
    let repository = Repository::with(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: { matrix: { x: \
         '${{ fromJSON(needs.p.outputs.x) }}' } }\n    steps:\n      - uses: actions/cache@v4\n        with: { key: \
         'k-${{ steps.s.outputs.v }}', path: p }\n",
    );
    let draft = repository.draft().expect("a scenario");
    let blanks: Vec<String> = draft.blanks.iter().map(|(place, what)| format!("{place}: {what}")).collect();
    assert_eq!(
        blanks,
        [
            ".github/workflows/ci.yml:4: the matrix of `a`: fromJSON(needs.p.outputs.x)",
            ".github/workflows/ci.yml:7: `unknown` stands for `steps.s.outputs.v`"
        ]
    );
    assert!(blanks.iter().all(|blank| draft.text.contains(blank)), "{}", draft.text);
    assert!(draft.text.contains("key = \"k-unknown\""), "{}", draft.text);
    loaded(&draft.text, "blank");
}

fn program(arguments: &[&str], folder: &std::path::Path) -> std::process::Output {
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    command.args(arguments).current_dir(folder).output().expect("it runs")
}

#[test]
fn from_a_repository_to_an_answer_in_two_commands() {
    let (_, archive) = FIXTURES[1];
    let repository = Repository::of(archive);
    let output =
        program(&["import", "--repo", ".", "--no-advice", "--output", "ci.toml"], repository.folder());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("cache-budget run ci.toml"), "{output:?}");
    let set = ["--set", "workload.days=2", "--replications", "1"];
    let output = program(&[&["run", "ci.toml"][..], &set].concat(), repository.folder());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("rust-cache"), "{output:?}");
}

#[test]
fn the_inventory_has_the_fields_that_others_read() {
    let (_, archive) = FIXTURES[3];
    let repository = Repository::of(archive);
    let output = program(&["import", "--repo", ".", "--inventory", "--format", "json"], repository.folder());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let behaviour = &json["workflows"][0];
    assert_eq!(behaviour["file"], ".github/workflows/behaviour.yml");
    assert_eq!(behaviour["jobs"][0]["legs"], serde_json::Value::Null);
    assert!(behaviour["jobs"][0].get("calls").is_none(), "{behaviour}");
    let client = &behaviour["jobs"][0]["clients"][0];
    assert_eq!(client["via"], "./.github/actions/setup");
    assert_eq!(client["inputs"]["save-if"], "${{ github.ref_name == 'main' }}");
    assert_eq!(client["place"], ".github/actions/setup/action.yaml:11");
    for table in [["--format", "table"], ["--format", "markdown"]] {
        let output =
            program(&[&["import", "--repo", ".", "--inventory"][..], &table].concat(), repository.folder());
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(text.contains("rust-cache") && text.contains("default-branch"), "{text}");
    }
    assert_eq!(parts(archive).len(), 8, "the fixture is the one that is meant");
}

#[test]
fn a_format_without_something_to_show_is_refused() {
    let repository = Repository::of(FIXTURES[1].1);
    for format in ["json", "markdown", "table"] {
        let output = program(&["import", "--repo", ".", "--format", format], repository.folder());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty() && String::from_utf8_lossy(&output.stderr).contains("--inventory"));
    }
}

#[test]
fn a_workflow_is_no_scenario_and_check_says_so() {
    let repository = Repository::of(FIXTURES[1].1);
    let output = program(&["check", ".github/workflows/ci.yml"], repository.folder());
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("GitHub workflow") && said.contains("cache-budget import"), "{said}");
}

/// GitHub starts none of them, and `check` refuses them.
#[test]
fn a_cron_or_zone_that_is_wrong_is_left_out_with_a_remark() {
    let workflow = |crons: &str| {
        let text = format!(
            "on:\n  push:\n  schedule: [{crons}]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{{ run: make }}]\n"
        );
        let draft = Repository::with(&text).draft().expect("a scenario");
        super::checked(&draft);
        draft.text
    };
    let good = "{ cron: '30 5 * * 1', timezone: Europe/Berlin }";
    let both = workflow(&format!("{{ cron: '00 01 *. * *' }}, {good}"));
    assert!(both.contains("cron = [\"30 5 * * 1\"]\ntimezone = \"Europe/Berlin\"\n"), "{both}");
    assert!(both.contains("# left out of `schedule`, because it is wrong: `00 01 *. * *`\n"), "{both}");
    let zone = workflow("{ cron: '30 5 * * 1', timezone: Europe/Nowhere }");
    assert!(zone.contains("wrong: `Europe/Nowhere`\n") && !zone.contains("timezone ="), "{zone}");
    let never = workflow("{ cron: '0 0 31 2 *' }");
    assert!(never.contains("wrong: `0 0 31 2 *`\n") && !never.contains("cron ="), "{never}");
}

#[test]
fn of_more_than_a_hundred_workflows_nothing_is_assumed_that_is_not_written() {
    let text =
        "on: push\njobs: { t: { runs-on: ubuntu-latest, steps: [{ uses: Swatinem/rust-cache@v2 }] } }\n";
    let repository = Repository::with(text);
    (0..105).for_each(|index| repository.write(&format!(".github/workflows/w{index}.yml"), text));
    let draft = repository.draft().expect("a scenario");
    let (loaded, _) = super::checked(&draft);
    assert_eq!((loaded.model.workflows.len(), draft.left_out.len()), (100, 6));
}

/// The draft of a job that asks for the output `result` of another one, which has these steps or calls a workflow.
fn asking(decides: &str, condition: &str) -> String {
    let text = format!(
        "on: {{ push: {{ branches: [main] }} }}\njobs:\n  changes:\n{decides}\n  test:\n    needs: changes\n    if: \
         {condition}\n    runs-on: ubuntu-latest\n    steps: [{{ uses: Swatinem/rust-cache@v2 }}]\n"
    );
    let repository = Repository::with(&text);
    let action = "outputs: { rust: { value: '${{ steps.f.outputs.rust }}' } }\nruns:\n  using: composite\n  steps:\n    - { id: \
                  f, uses: step-security/paths-filter@v3, with: { filters: 'rust: [src/**]' } }\n";
    repository.write(".github/actions/changes/action.yml", action);
    let called = "on: { workflow_call: { outputs: { result: { value: '${{ jobs.a.outputs.b }}' } } } }\njobs:\n  a:\n    runs-on: \
                  ubuntu-latest\n    outputs: { b: '${{ steps.f.outputs.any_changed }}' }\n    steps: [{ id: f, uses: \
                  tj-actions/changed-files@v46 }]\n";
    repository.write(".github/workflows/changes.yml", called);
    repository.draft().expect("it has a cache").text
}

const STEPS: &str = "    runs-on: ubuntu-latest\n    outputs: { result: '${{ steps.x.outputs.rust }}' }\n    steps: [{ id: x, ";

#[test]
fn outputs_of_actions_that_compare_paths_are_path_classes() {
    for decides in [
        format!("{STEPS}uses: dorny/paths-filter@v3 }}]"),
        format!("{STEPS}uses: Tj-Actions/changed-files@0123456789012345678901234567890123456789 }}]"),
        format!("{STEPS}uses: ./.github/actions/changes }}]"),
        "    uses: ./.github/workflows/changes.yml".to_owned(),
    ] {
        let text = asking(&decides, "needs.changes.outputs.result == 'true'");
        assert!(text.contains("paths = [\"result\"] # if"), "{decides}\n{text}");
        assert!(!text.contains("is assumed to run each time"), "{decides}\n{text}");
        let text = asking(&decides, "needs.changes.outputs.result != 'true'");
        assert!(text.contains("paths = [\"not-result\"] # if"), "{decides}\n{text}");
    }
}

#[test]
fn other_outputs_are_unknown_and_the_job_is_assumed_to_run() {
    let asks = "needs.changes.outputs.result == 'true'";
    for (decides, why) in [
        (format!("{STEPS}run: git diff --quiet }}]"), "the script of step `x` decides it"),
        (format!("{STEPS}uses: o/r@v1 }}]"), "`o/r@v1` decides it, which is not known to compare paths"),
        (format!("{STEPS}run: 'true' }}, {{ id: y }}]").replace(".x.", ".z."), "there is no step `z`"),
        (
            "    uses: o/r/.github/workflows/w.yml@v1".to_owned(),
            "`o/r/.github/workflows/w.yml@v1` decides it, which is not read",
        ),
        (
            "    runs-on: ubuntu-latest\n    steps: [{ run: 'true' }]".to_owned(),
            "no file tells what decides it",
        ),
    ] {
        let text = asking(&decides, asks);
        let blank = format!("`needs.changes.outputs.result`: {why}; `test` is assumed to run each time\n");
        assert!(text.contains(&blank), "{decides}\n{text}");
        assert!(!text.contains("path-classes") && !text.contains("paths = "), "{decides}\n{text}");
    }
    // One of two outputs is of paths.
    let decides = format!("{STEPS}uses: dorny/paths-filter@v3 }}]")
        .replace("rust }}'", "rust }}', version: '${{ steps.v.outputs.v }}'")
        .replace("}]", "}, { id: v, run: 'true' }]");
    let text =
        asking(&decides, "needs.changes.outputs.result == 'true' && needs.changes.outputs.version != ''");
    assert!(
        text.contains("paths = [\"result\"] # if") && text.contains("outputs.version`: the script of"),
        "{text}"
    );
}

#[test]
fn the_answer_lies_within_its_own_prediction() {
    // Drawn by difference, nine of ten worlds would have more than the 6 pushes a day, and longer jobs.
    let repository = Repository::with(
        "on: [push]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: Swatinem/rust-cache@v2\n      - run: cargo \
         test\n",
    );
    let folder = repository.folder();
    assert!(
        program(&["import", "--repo", ".", "--no-advice", "--output", "ci.toml"], folder).status.success()
    );
    let json = ["--no-advice", "--quiet", "--format", "json"];
    let output = program(&[&["run", "ci.toml", "--replications", "20"][..], &json].concat(), folder);
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found =
        result["metrics"].as_array().into_iter().flatten().find(|row| row["name"] == "runner.minutes");
    let minutes = found.expect("runners work");
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let (mean, within) = (number(&minutes["mean"]), &minutes["prediction"]);
    assert!(number(&within["low"]) < mean && mean < number(&within["high"]), "{minutes}");
}
