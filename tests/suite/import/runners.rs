//! Runners of legs, labels in lists, and setup steps of which each leg has another one.

use super::{Repository, checked};
use cache_budget::import::ScenarioDraft;

fn draft(workflow: &str) -> ScenarioDraft {
    let draft = Repository::with(workflow).draft().expect("a scenario");
    let (_, said) = checked(&draft);
    assert!(!said.contains("no-effect"), "{said}\n{}", draft.text);
    draft
}

fn job(runs_on: &str, matrix: &str, step: &str) -> String {
    format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n    strategy: {{ matrix: {matrix} }}\n    runs-on: \
         {runs_on}\n    steps:\n{step}"
    )
}

const CACHE: &str = "      - { uses: actions/cache@v4, with: { path: p, key: \"${{ runner.os }}\" } }\n";

/// A leg without the key of the matrix has the runner behind `||`.
#[test]
fn legs_that_no_axis_tells_apart_have_their_own_runners() {
    let legs = "{ include: [{ v: '1' }, { v: '2' }, { name: W, v: '2', on: windows-latest }, { name: M, v: '2', on: macos-latest }] }";
    let draft = draft(&job("\"${{ matrix.on || 'ubuntu-latest' }}\"", legs, CACHE));
    assert!(draft.blanks.is_empty(), "{:?}", draft.blanks);
    let legs = "leg = [{ when = { name = [\"W\"] }, runner = \"windows-latest\" }, { when = { name = [\"M\"] }, runner = \"macos-latest\" }]";
    assert!(
        draft.text.contains("runner = \"ubuntu-latest\" # in the legs") && draft.text.contains(legs),
        "{}",
        draft.text
    );
    // Two axes decide it together.
    let legs = "{ sys: [a, b], size: [s, l] }";
    let text = self::draft(&job(
        "\"${{ matrix.sys == 'b' && matrix.size == 'l' && 'macos-15' || 'ubuntu-22.04' }}\"",
        legs,
        CACHE,
    ))
    .text;
    let leg = "leg = [{ when = { sys = [\"b\"], size = [\"l\"] }, runner = \"macos-15\" }]";
    assert!(text.contains("runner = \"ubuntu-22.04\"") && text.contains(leg), "{text}");
}

/// Labels that an expression makes are a list, and so are those of a leg.
#[test]
fn a_list_of_labels_is_no_array() {
    let of_expression = "\"${{ fromJSON('[\\\"self-hosted\\\", \\\"macOS\\\"]') }}\"";
    let draft = draft(&job(of_expression, "{ n: [1] }", CACHE));
    assert!(draft.text.contains("runner = \"self-hosted, macOS\""), "{}", draft.text);
    assert!(
        draft.text.contains("[runner.\"self-hosted, macOS\"]") && !draft.text.contains("Array"),
        "{}",
        draft.text
    );
    let repository = Repository::with(&job(
        "\"${{ matrix.on }}\"",
        "{ on: [[self-hosted, linux], [ubuntu-latest]] }",
        CACHE,
    ));
    assert!(!repository.draft().expect("a scenario").text.contains("Array"));
}

/// A label that says how many cores there are is believed.
#[test]
fn labels_say_cores() {
    for (label, cores) in [
        ("fast-8vcpu-linux", "cores = 8 # its label"),
        ("ubuntu-24.04-16core-arm", "cores = 16 # its label"),
        ("linux-4-cores-x", "cores = 4 # its label"),
        ("12c28g", "cores = 12 # its label"),
        ("runs-on=1/cpu=16/ram=32", "cores = 16 # its label"),
        ("self-hosted", "cores = 4 # assumed"),
        ("score-board", "cores = 4 # assumed"),
    ] {
        let text = draft(&job(label, "{ n: [1] }", CACHE)).text;
        assert!(text.contains(cores), "{label}\n{text}");
    }
}

/// Whether the disk of a runner stays is in no file, so a comment says what to write then.
#[test]
fn the_disk_of_a_self_hosted_runner_may_stay() {
    let remark = "# Its disk may stay between jobs: then write `keeps`";
    let own = draft(&job("[self-hosted, linux]", "{ n: [1] }", CACHE)).text;
    let (_, table) = own.split_once("[runner.\"self-hosted, linux\"]\n").expect("its runner");
    assert!(table.starts_with(remark) && !own.contains("\nkeeps"), "{own}");
    let other = draft(&job("ubuntu-latest", "{ n: [1] }", CACHE)).text;
    assert!(!other.contains(remark), "{other}");
}

/// RunsOn has the number of the run in its label, which names the machine and says nothing of its kind.
#[test]
fn a_label_with_the_number_of_the_run_is_known() {
    let text =
        draft(&job("'runs-on=${{ github.run_id }}/runner=8cpu-linux-arm64'", "{ n: [1] }", CACHE)).text;
    assert!(text.contains("runner = \"runs-on=run-id/runner=8cpu-linux-arm64\""), "{text}");
    assert!(text.contains("cores = 8 # its label") && !text.contains("blank: runner"), "{text}");
}

/// Steps of one action for each version of a tool are one cache where the key has no version.
#[test]
fn steps_of_which_each_leg_has_one_are_one_client() {
    let step = |java: u32, cache: &str| {
        format!(
            "      - if: matrix.java == {java}\n        uses: actions/setup-java@v5\n        with: {{ distribution: temurin, java-version: \
             {java}, cache: {cache} }}\n"
        )
    };
    let alike = draft(&job("ubuntu-latest", "{ java: [17, 21] }", &(step(17, "maven") + &step(21, "maven"))));
    assert!(alike.blanks.is_empty() && !alike.text.contains("leg ="), "{}", alike.text);
    assert_eq!(alike.text.matches("cache.setup-java]").count(), 1, "{}", alike.text);
    let other =
        draft(&job("ubuntu-latest", "{ java: [17, 21] }", &(step(17, "maven") + &step(21, "gradle"))));
    assert!(other.blanks.iter().any(|(_, what)| what.contains("setup-java twice")), "{:?}", other.blanks);
    // A run that has both has two caches.
    let both = draft(&job("ubuntu-latest", "{ java: [17] }", &(step(17, "maven") + &step(17, "maven"))));
    assert!(both.blanks.iter().any(|(_, what)| what.contains("setup-java twice")), "{:?}", both.blanks);
}

/// The key that is written for an action says the runner's system, whatever the matrix calls `os`.
#[test]
fn an_axis_does_not_hide_the_system_in_a_key_that_is_made() {
    let step = "      - { uses: ocaml/setup-ocaml@v3, with: { ocaml-compiler: '5' } }\n";
    let text = draft(&job("\"${{ matrix.os }}\"", "{ os: [ubuntu-22.04, ubuntu-24.04] }", step)).text;
    assert!(
        text.contains("matrix.matrix-os =") && text.contains("key = \"setup-ocaml-5-{os}-{week}\""),
        "{text}"
    );
}

/// Parts of an object are called as they are, also where one has the name of a placeholder in a key.
#[test]
fn parts_of_an_object_keep_their_names() {
    for (axis, runner) in [("item", "{item.os}"), ("job", "{matrix-job.os}")] {
        let matrix = format!("{{ {axis}: [{{ os: ubuntu-22.04, to: x }}, {{ os: macos-15, to: y }}] }}");
        let step = format!(
            "      - {{ uses: actions/cache@v4, with: {{ path: p, key: \"${{{{ runner.os }}}}-${{{{ github.job }}}}-${{{{ matrix.{axis}.to \
             }}}}\" }} }}\n"
        );
        let text = draft(&job(&format!("\"${{{{ matrix.{axis}.os }}}}\""), &matrix, &step)).text;
        assert!(text.contains(&format!("runner = \"{runner}\"")), "{text}");
        assert!(text.contains("{ os = \"ubuntu-22.04\", to = \"x\" }"), "{text}");
    }
}
