//! Hostile repositories end in a message, within a second and with little memory, and nothing outside their folder
//! is read.

use super::Repository;
use assert_cmd::Command;
use std::process::Output;

const GOOD: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { key: \
                    k, path: p } }]\n";

/// The program's inventory of a repository, killed after a while.
fn imported(repository: &Repository) -> Output {
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    command.args(["import", "--inventory", "--format", "json", "--repo"]).arg(repository.folder());
    // The library of the tests is not optimised: what takes a second there takes ten here.
    command.timeout(std::time::Duration::from_secs(20)).output().expect("it ends in time")
}

/// The messages about a repository with one workflow that is refused, and a good one beside it.
fn refused(workflow: &str) -> String {
    let repository = Repository::with(workflow);
    let alone = imported(&repository);
    assert_eq!(alone.status.code(), Some(3), "{alone:?}");
    assert!(alone.stdout.is_empty(), "{alone:?}");
    repository.write(".github/workflows/good.yml", GOOD);
    let output = imported(&repository);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["workflows"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["unknown"][0]["what"], "file", "{json}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn a_file_that_is_no_workflow_is_named_and_the_rest_imported() {
    let mut bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (letter, next) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        bomb += &format!("{next}: &{next} [{}]\n", vec![format!("*{letter}"); 9].join(","));
    }
    let cases = [
        (bomb, "alias expansion"),
        ("[".repeat(100_000), "recursion limit"),
        ("- ".repeat(10_000), "indented more deeply"),
        (
            (0..70).map(|line| format!("{}{}\n", "  ".repeat(100 * line), "- ".repeat(100))).collect(),
            "indented more deeply",
        ),
        (format!("on: push\njobs: {}", "{a: ".repeat(100_000)), "recursion limit"),
        (format!("{GOOD}# {}", "x".repeat(10_000_000)), "larger than"),
        (format!("on: push\njobs: {{}}\nx: [{}1]", "1,".repeat(250_000)), "more values"),
        ("on: push\njobs: {}\n".to_owned(), "`jobs` has no job"),
        ("jobs: { a: { runs-on: x } }\n".to_owned(), "there is no `on`"),
        ("on: push\non: push\njobs: { a: {} }\n".to_owned(), "not YAML"),
        (String::new(), "a workflow is a mapping"),
        ("text".to_owned(), "a workflow is a mapping"),
    ];
    for (workflow, message) in cases {
        let said = refused(&workflow);
        assert!(said.contains(message) || said.contains("is empty"), "{message}: {said}");
        assert!(said.contains(".github/workflows/ci.yml"), "{said}");
    }
}

#[test]
fn what_is_large_ends() {
    // Each action uses the next one a hundred times: 100^9 steps.
    let mut fan = format!("-- .github/workflows/ci.yml --\n{GOOD}      \n")
        .replace("actions/cache@v4, with", "./a0, with");
    for level in 0..9 {
        let steps = format!("    - uses: ./a{}\n", level + 1).repeat(100);
        fan += &format!("-- a{level}/action.yml --\nruns:\n  using: composite\n  steps:\n{steps}");
    }
    let steps = "    - { uses: actions/cache@v4, with: { key: k, path: p } }\n".repeat(100);
    fan += &format!("-- a9/action.yml --\nruns:\n  using: composite\n  steps:\n{steps}");
    // 50^20 combinations, and 300 legs with as many tables to include.
    let axes: String =
        (0..20).map(|axis| format!("        a{axis}: [{}]\n", vec!["1"; 50].join(","))).collect();
    let wide = format!(
        "on: push\njobs:\n  a:\n    runs-on: x\n    strategy:\n      matrix:\n{axes}    steps: [{{ run: x }}]\n"
    );
    let stars = format!(
        "on: {{ push: {{ branches: ['{}', '{}'] }} }}\njobs: {{ a: {{ runs-on: x }} }}\n",
        "*".repeat(5_000),
        "*a".repeat(3_000)
    );
    for repository in [Repository::of(&fan), Repository::with(&wide), Repository::with(&stars)] {
        let output = imported(&repository);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let output = imported(&Repository::with(&wide));
    assert!(String::from_utf8_lossy(&output.stdout).contains("more than 256 legs"), "{output:?}");
}

#[test]
fn circles_end() {
    let repository = Repository::of(
        "-- .github/workflows/ci.yml --\non: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ uses: ./a }]\n  b: { uses: \
         ./.github/workflows/called.yml }\n-- .github/workflows/called.yml --\non: workflow_call\njobs:\n  c: { uses: \
         ./.github/workflows/called.yml }\n  d:\n    runs-on: ubuntu-latest\n    steps: [{ uses: actions/cache@v4, with: { key: k, path: p } }]\n-- a/action.yml --\nruns: \
         { using: composite, steps: [{ uses: ./b }] }\n-- b/action.yml --\nruns: { using: composite, steps: [{ uses: ./a }] }\n",
    );
    let output = imported(&repository);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("the action uses itself"), "{output:?}");
    let draft = repository.draft().expect("the called job has a cache");
    assert!(draft.text.contains("[workflow.ci.job.b-d]"), "{}", draft.text);
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out() {
    use std::os::unix::fs::symlink;
    let outside = Repository::of(
        "-- secret.yml --\non: push\njobs: { leaked: { runs-on: x } }\n-- act/action.yml --\nruns: { using: \
                                  composite, steps: [{ uses: leaked/cache@v1 }] }\n",
    );
    let repository = Repository::with(
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{ uses: ./linked }, { uses: ./../act }, { uses: ./x/../../act }]\n",
    );
    symlink(outside.folder().join("secret.yml"), repository.folder().join(".github/workflows/secret.yml"))
        .expect("a link");
    symlink(outside.folder().join("act"), repository.folder().join("linked")).expect("a link");
    let output = imported(&repository);
    let all =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!all.contains("leaked"), "{all}");
    assert!(all.contains("it is a link that leads out of the repository"), "{all}");
    let all_out = Repository::with(GOOD);
    std::fs::remove_dir_all(all_out.folder().join(".github")).expect("removed");
    symlink(repository.folder().join(".github"), all_out.folder().join(".github")).expect("a link");
    let output = imported(&all_out);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn control_characters_are_shown_and_not_sent() {
    let repository = Repository::with(
        "name: \"\\e[31mred\\u202E\"\non: push\njobs:\n  \"a\\e[2J\":\n    runs-on: ubuntu-latest\n    steps:\n      - uses: \
         \"evil/\\e[2Jcache@v1\"\n      - { uses: actions/cache@v4, with: { key: \"k\\e[1m{x}\\n\", path: p } }\n",
    );
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    let output =
        command.args(["import", "--inventory", "--repo"]).arg(repository.folder()).output().expect("it runs");
    assert!(!output.stdout.contains(&0x1b) && !output.stderr.contains(&0x1b), "{output:?}");
    let draft = repository.draft().expect("a scenario");
    assert!(!draft.text.contains('\u{1b}'), "{}", draft.text);
    assert!(draft.text.contains("k\\u001b[1m(x)"), "{}", draft.text);
}

#[test]
fn a_folder_without_workflows_is_named() {
    let empty = Repository::of("-- README.md --\nx\n");
    let output = imported(&empty);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let mut command = Command::cargo_bin("cache-budget").expect("the program");
    let output = command.args(["import", "--repo", "no-such-folder"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}
