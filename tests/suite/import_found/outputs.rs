//! What a job with a matrix hands on, and the keys of those who save and read under it.

use super::drafted;

/// A job `build` in two legs that saves under its output `key`, and a job `test` that reads by it.
fn pair(output: &str, script: &str) -> String {
    format!(
        "on: {{ push: {{ branches: [main] }} }}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    strategy: {{ matrix: {{ arch: [x86, arm] }} }}\n    outputs: {{ key: \"{output}\" }}\n    steps:\n      - id: s\n        run: {script}\n      - {{ uses: actions/cache/save@v4, with: {{ path: p, key: \"{output}\" }} }}\n  test:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - {{ uses: actions/cache/restore@v4, with: {{ path: p, key: '${{{{ needs.build.outputs.key }}}}' }} }}\n"
    )
}

/// The keys of the scenario, in the order of its lines.
fn keys(workflow: &str) -> Vec<String> {
    let text = drafted(workflow).text;
    let keys = text.lines().filter_map(|line| line.trim().strip_prefix("key = "));
    keys.map(|key| key.trim_matches('"').to_owned()).collect()
}

const WRITES: &str = "echo \"key=tests-${{ github.sha }}\" >> $GITHUB_OUTPUT";

#[test]
fn an_output_that_all_legs_make_alike_is_handed_on() {
    assert_eq!(keys(&pair("${{ steps.s.outputs.key }}", WRITES)), ["tests-{sha}", "tests-{sha}"]);
}

/// On GitHub the last leg to end decides; here the last of the file, whose entry the reader then finds.
#[test]
fn of_an_output_that_differs_by_leg_the_reader_has_one_that_is_saved() {
    let by_leg = "${{ steps.s.outputs.key }}-${{ matrix.arch }}";
    assert_eq!(keys(&pair(by_leg, WRITES)), ["tests-{sha}-{arch}", "tests-{sha}-arm"]);
}

/// A part that a program makes is the same word in both keys.
#[test]
fn a_part_that_is_not_known_is_the_same_text_for_saver_and_reader() {
    let program = "echo \"key=$(./plan)\" >> $GITHUB_OUTPUT";
    for output in ["${{ steps.s.outputs.key }}", "tests-${{ steps.s.outputs.key }}"] {
        let keys = keys(&pair(output, program));
        assert_eq!(keys[0], keys[1], "{output}");
    }
}

/// What differs by leg decides no condition: the job runs each time, and that is said.
#[test]
fn an_output_that_differs_by_leg_decides_nothing() {
    let draft = drafted(
        "on: { workflow_dispatch: }\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy: { matrix: { n: [1, 2] } }\n    outputs: { n: '${{ matrix.n }}' }\n    steps: [{ uses: actions/cache@v4, with: { path: p, key: k } }]\n  b:\n    needs: a\n    if: needs.a.outputs.n == '1'\n    runs-on: ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { path: p, key: l } }]\n",
    );
    assert!(draft.text.contains("[workflow.ci.job.b]"), "{}", draft.text);
    assert!(draft.text.contains("the `if` of `b` is not decided"), "{}", draft.text);
}
