//! Every leg of a large matrix is looked at: a condition may be about a combination of values.

use super::{blanks, drafted, value};
use crate::import::Repository;

/// A job in 4 × 4 legs with these steps.
fn wide(steps: &str) -> String {
    format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n    runs-on: ${{{{ matrix.os }}}}\n    strategy:\n      matrix:\n        os: [ubuntu-22.04, ubuntu-24.04, windows-2022, macos-15]\n        lang: [go, rust, java, node]\n    steps:\n{steps}"
    )
}

#[test]
fn a_step_for_one_value_is_in_the_legs_of_that_value_alone() {
    let workflow = wide("      - { if: matrix.lang == 'go', uses: actions/setup-go@v5 }\n");
    let inventory = Repository::with(&workflow).inventory();
    let job = &inventory.workflows[0].jobs[0];
    // Of 4 × 4 legs one in four has it.
    assert_eq!((job.legs, job.clients[0].legs), (Some(16), Some(4)));
    let text = drafted(&workflow).text;
    let leg = "{ when = { lang = [\"rust\", \"java\", \"node\"] }, cache.setup-go = false }";
    assert!(text.contains(leg), "{text}");
}

#[test]
fn a_step_for_one_combination_is_in_that_leg_alone() {
    let both = "matrix.lang == 'rust' && matrix.os == 'macos-15'";
    let steps = format!("      - {{ if: \"{both}\", uses: Swatinem/rust-cache@v2 }}\n");
    let inventory = Repository::with(&wide(&steps)).inventory();
    assert_eq!(inventory.workflows[0].jobs[0].clients[0].legs, Some(1));
}

#[test]
fn a_rule_for_saving_that_asks_for_the_leg_is_told_for_each() {
    let draft = drafted(&wide(
        "      - { uses: Swatinem/rust-cache@v2, with: { save-if: \"${{ matrix.lang == 'rust' }}\" } }\n",
    ));
    let leg = "{ when = { lang = [\"go\", \"java\", \"node\"] }, cache.rust-cache.save-if = \"never\" }";
    assert!(draft.text.contains(leg), "{}", draft.text);
    assert!(!blanks(&draft).iter().any(|what| what.contains("which runs save")), "{:?}", draft.blanks);
}

#[test]
fn a_key_with_another_form_in_one_of_many_legs_is_two_steps() {
    let draft = drafted(&wide(
        "      - { uses: actions/cache@v4, with: { path: p, key: \"${{ matrix.lang == 'java' && 'jdk' || 'other' }}\" } }\n",
    ));
    let both = ["key = \"other\"", "key = \"jdk\""];
    assert!(both.iter().all(|key| draft.text.contains(key)), "{}", draft.text);
    assert!(!blanks(&draft).iter().any(|what| what.contains("has another form")), "{:?}", draft.blanks);
    assert_eq!(value(&draft.text, "[workflow.ci.job.a]", "runner"), Some("\"{os}\""));
}

/// 256 legs, GitHub's limit, under five events, with a condition about each.
#[test]
fn as_many_legs_as_github_allows_are_looked_at_in_time() {
    let numbers = (0..16).map(|at| at.to_string()).collect::<Vec<_>>().join(", ");
    let step = "    - { if: matrix.a == matrix.b, uses: actions/cache@v4, with: { path: p, key: 'k-${{ matrix.a }}' } }\n";
    let workflow = format!(
        "on: {{ push: , pull_request: , merge_group: }}\njobs:\n  j:\n    runs-on: ubuntu-latest\n    strategy: {{ matrix: {{ a: [{numbers}], b: [{numbers}] }} }}\n    steps:\n{}",
        step.repeat(10)
    );
    let begun = std::time::Instant::now();
    let inventory = Repository::with(&workflow).inventory();
    let clients = &inventory.workflows[0].jobs[0].clients;
    // The diagonal of 16 × 16.
    assert!(clients.len() == 10 && clients.iter().all(|own| own.legs == Some(16)), "{clients:?}");
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}
