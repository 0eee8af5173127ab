//! What is kept of a workflow that is not known as a whole: the known axes of a matrix, and what a blank says of the rest.

use super::{Repository, checked};

fn draft(job: &str) -> (String, Vec<String>, usize) {
    let workflow = format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n{job}"
    );
    let draft = Repository::with(&workflow).draft().expect("a scenario");
    let legs = checked(&draft).0.model.workflows[0].jobs.len();
    (draft.text, draft.blanks.into_iter().map(|(_, what)| what).collect(), legs)
}

const CACHE: &str = "    steps:\n      - uses: actions/cache@v4\n        with: { path: p, key: 'k-${{ matrix.os }}-${{ matrix.p }}' }\n";

/// Two known systems and one unknown value: two legs, each with its runner.
#[test]
fn the_known_axes_of_a_dynamic_matrix_keep_their_legs_and_runners() {
    let text = format!(
        "on: push\njobs:\n  a:\n    runs-on: ${{{{ matrix.os }}}}\n    strategy:\n      matrix:\n        os: [ubuntu-latest, \
         windows-latest]\n        p: '${{{{ fromJSON(needs.x.outputs.p) }}}}'\n{CACHE}"
    );
    let repository = Repository::with(&text);
    assert_eq!(repository.inventory().workflows[0].jobs[0].legs, None);
    let draft = repository.draft().expect("a scenario");
    let model = checked(&draft).0.model;
    assert_eq!(model.workflows[0].jobs.len(), 2, "{}", draft.text);
    assert!(draft.text.contains("matrix.os = [\"ubuntu-latest\", \"windows-latest\"]"), "{}", draft.text);
    assert!(
        draft.text.contains("runner = \"{os}\"") && draft.text.contains("key = \"k-{os}-{p}\""),
        "{}",
        draft.text
    );
    let blanks: Vec<&str> = draft.blanks.iter().map(|(_, what)| what.as_str()).collect();
    assert_eq!(blanks, ["other legs of `a`: fromJSON(needs.x.outputs.p)"]);
}

#[test]
fn an_unknown_include_or_exclude_leaves_the_axes() {
    for word in ["include", "exclude"] {
        for value in ["'${{ fromJSON(needs.x.outputs.y) }}'", "['${{ fromJSON(needs.x.outputs.y) }}']"] {
            let job = format!(
                "    strategy: {{ matrix: {{ os: [a, b], p: [1, 2, 3], {word}: {value} }} }}\n{CACHE}"
            );
            let (text, blanks, legs) = draft(&job);
            assert_eq!(legs, 6, "{text}");
            assert_eq!(blanks, ["other legs of `a`: fromJSON(needs.x.outputs.y)"], "{text}");
        }
    }
    // Known tables stand beside an axis that is not known; one that names it is a leg of its own.
    let (text, _, legs) = draft(&format!(
        "    strategy: {{ matrix: {{ os: [a, b], p: '${{{{ fromJSON(needs.x.outputs.y) }}}}', include: [{{ os: c, p: 3 }}], exclude: \
         [{{ os: b }}] }} }}\n{CACHE}"
    ));
    assert_eq!(legs, 2, "{text}");
}

/// Nothing is known of a matrix whose only axis is not.
#[test]
fn a_matrix_of_unknown_axes_alone_is_dynamic() {
    let (text, blanks, legs) = draft(&format!(
        "    strategy: {{ matrix: {{ os: '${{{{ fromJSON(needs.x.outputs.y) }}}}' }} }}\n{}",
        CACHE.replace("-${{ matrix.p }}", "")
    ));
    assert_eq!(legs, 1, "{text}");
    assert!(blanks.contains(&"the matrix of `a`: fromJSON(needs.x.outputs.y)".to_owned()), "{blanks:?}");
}

#[test]
fn continue_on_error_of_some_legs_is_theirs() {
    let steps = "    steps: [{ uses: actions/cache@v4, with: { path: p, key: k } }]\n";
    let (text, blanks, _) = draft(&format!(
        "    continue-on-error: ${{{{ matrix.exp }}}}\n    strategy: {{ matrix: {{ exp: [true, false] }} }}\n{steps}"
    ));
    assert!(text.contains("leg = [{ when = { exp = [\"true\"] }, continue-on-error = true }]"), "{text}");
    assert!(blanks.is_empty(), "{blanks:?}");
    let (text, blanks, _) = draft(&format!(
        "    continue-on-error: ${{{{ matrix.v == 'nightly' }}}}\n    strategy: {{ matrix: {{ v: [stable, nightly], os: [a, b] }} }}\n{steps}"
    ));
    assert!(text.contains("leg = [{ when = { v = [\"nightly\"] }, continue-on-error = true }]"), "{text}");
    assert!(blanks.is_empty(), "{blanks:?}");
    let (text, blanks, _) =
        draft(&format!("    continue-on-error: ${{{{ fromJSON(needs.x.outputs.y) }}}}\n{steps}"));
    assert!(
        !text.contains("continue-on-error = ") && blanks[0].starts_with("in which legs of `a`"),
        "{blanks:?}"
    );
}

#[test]
fn what_differs_by_leg_or_is_not_known_is_told() {
    let steps = "    steps: [{ uses: actions/cache@v4, with: { path: p, key: k, lookup-only: '${{ needs.x.outputs.y }}' } }]\n";
    let (_, blanks, _) = draft(&format!(
        "    strategy: {{ fail-fast: '${{{{ needs.x.outputs.y }}}}', matrix: {{ v: [1, 2] }} }}\n{steps}"
    ));
    assert!(
        blanks.iter().any(|what| what.contains("`${{ needs.x.outputs.y }}` of `a` is not known")),
        "{blanks:?}"
    );
    assert!(
        blanks.iter().any(|what| what.starts_with("`lookup-only: ${{ needs.x.outputs.y }}`")),
        "{blanks:?}"
    );
}

/// A build that reads a cache besides the one that it writes.
#[test]
fn further_caches_of_a_build_are_told() {
    let build = |from: &str| {
        let with =
            format!("          cache-from: |\n{from}          cache-to: type=gha,scope=api,mode=max\n");
        draft(&format!("    steps:\n      - uses: docker/build-push-action@v6\n        with:\n{with}")).1
    };
    let told = "the build also reads `type=gha,scope=base`, and a scenario's reads only what it writes";
    let own = "            type=gha,scope=api\n";
    assert!(build(&format!("{own}            type=gha,scope=base\n")).contains(&told.to_owned()));
    assert!(!build(own).iter().any(|what| what.contains("also reads")));
}

#[test]
fn further_archives_of_an_action_are_told() {
    for (uses, what) in [
        (
            "github/codeql-action/init@v3\n        with: { languages: go, dependency-caching: true }",
            "dependency-caching",
        ),
        ("astral-sh/setup-uv@v6\n        with: { enable-cache: true, cache-python: true }", "cache-python"),
    ] {
        let (_, blanks, _) = draft(&format!("    steps:\n      - uses: {uses}\n"));
        assert!(blanks.iter().any(|blank| blank.starts_with(&format!("`{what}: true`"))), "{blanks:?}");
        let (_, blanks, _) = draft(&format!(
            "    steps:\n      - uses: {}\n",
            uses.replace(&format!("{what}: true"), &format!("{what}: false"))
        ));
        assert!(!blanks.iter().any(|blank| blank.contains(what)), "{blanks:?}");
    }
}
