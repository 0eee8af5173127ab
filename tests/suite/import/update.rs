//! `import --update`: edits stay, what the repository changed is taken, and what both changed is marked.

use super::Repository;
use assert_cmd::Command;
use cache_budget::import::UpdatedScenario;
use std::fs;
use std::process::Output;

const LAST: &str = "\
# Imported.
title = \"shop\"

[workflow.ci] # ci.yml
on = [\"push\"] # line 1

[workflow.ci.job.a] # ci.yml:4
cold = \"12 min\" # assumed
warm = \"5 min\" # assumed
fails = 0.1 # assumed

[[workflow.ci.job.a.cache.actions-cache]] # ci.yml:6
key = \"k\"

[[workflow.ci.job.a.cache.actions-cache]] # ci.yml:7
key = \"other\"

[input.gradle]
changes = 0.1
";

fn merged(edited: &str, new: &str) -> (String, usize) {
    let updated = UpdatedScenario::merged(LAST, edited, new);
    (updated.text, updated.conflicts)
}

#[test]
fn what_only_one_side_changed_stands() {
    // Nothing changed, only the reader, only the repository, and both the same: no conflict.
    assert_eq!(merged(LAST, LAST), (LAST.to_owned(), 0));
    let edited = LAST.replace("\"12 min\" # assumed", "\"9 min\" # seen yesterday");
    assert_eq!(merged(&edited, LAST), (edited.clone(), 0));
    let new = LAST.replace("ci.yml:4", "ci.yml:40").replace("\"k\"", "\"k2\"").replace("0.1\n", "0.2\n");
    assert_eq!(merged(LAST, &new), (new.clone(), 0));
    assert_eq!(merged(&new, &new), (new.clone(), 0));
    // Both, at different places; a value that the reader has not changed gets the new comment.
    let (text, conflicts) = merged(&edited, &new.replace("\"5 min\" # assumed", "\"5 min\" # runs.json"));
    assert_eq!(conflicts, 0);
    for line in [
        "cold = \"9 min\" # seen yesterday",
        "[workflow.ci.job.a] # ci.yml:40",
        "key = \"k2\"",
        "warm = \"5 min\" # runs.json",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn additions_and_removals_stay_where_they_were() {
    let edited = LAST.replace("fails = 0.1 # assumed\n", "# it never fails\nsetup = \"1 min\"\n").replace(
        "\n[input.gradle]\n",
        "\n# my own\n[strategies]\nlist = [\n  \"a\", # one\n  \"b\",\n]\n\n[input.gradle]\n",
    );
    let new = LAST.replace("\n[input.gradle]\nchanges = 0.1\n", "\n[input.pom]\nchanges = 0.3\n");
    let (text, conflicts) = merged(&edited, &new);
    assert_eq!(conflicts, 0, "{text}");
    assert!(!text.contains("fails =") && !text.contains("gradle"), "{text}");
    let own = "# my own\n[strategies]\nlist = [\n  \"a\", # one\n  \"b\",\n]\n";
    assert!(text.contains(own) && text.contains("# it never fails\nsetup = \"1 min\"\n"), "{text}");
    let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}\n{text}"));
    assert!(place("key = \"other\"") < place("[strategies]"));
    // The same text again: nothing is left to do.
    let again = UpdatedScenario::merged(&new, &text, &new);
    assert_eq!((again.text, again.conflicts), (text, 0));
}

#[test]
fn what_both_changed_is_marked_and_still_a_scenario() {
    let edited = LAST
        .replace("\"12 min\" # assumed", "\"9 min\"")
        .replace("key = \"other\"", "key = \"mine\"")
        .replace("\n[input.gradle]\nchanges = 0.1\n", "")
        .replace("fails = 0.1 # assumed\n", "");
    let new = LAST
        .replace("\"12 min\" # assumed", "\"14 min\" # runs.json")
        .replace("\n[[workflow.ci.job.a.cache.actions-cache]] # ci.yml:7\nkey = \"other\"\n", "")
        .replace("changes = 0.1", "changes = 0.2")
        .replace("fails = 0.1", "fails = 0.2");
    let (text, conflicts) = merged(&edited, &new);
    assert_eq!(conflicts, 4, "{text}");
    for lines in [
        "# conflict: the import says cold = \"14 min\" # runs.json\ncold = \"9 min\"\n",
        "# conflict: the import no longer has this table\n[[workflow.ci.job.a.cache.actions-cache]]",
        "# conflict: you have removed it, and the repository has changed it\n# conflict: [input.gradle]\n",
        "# conflict: you have removed this, and the import says fails = 0.2 # assumed\n",
    ] {
        assert!(text.contains(lines), "{lines}\n{text}");
    }
    assert!(toml::from_str::<toml::Table>(&text).is_ok(), "{text}");
    // A mark is gone with the next import, whatever became of the conflict.
    let again = UpdatedScenario::merged(&new, &text, &new);
    assert_eq!(again.conflicts, 0, "{}", again.text);
    assert!(!again.text.contains("# conflict:") && again.text.contains("cold = \"9 min\""), "{}", again.text);
}

#[test]
fn edits_survive_an_import_of_a_changed_repository() {
    let workflow = |steps: &str| {
        format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{{ uses: Swatinem/rust-cache@v2 }}{steps}]\n"
        )
    };
    let repository = Repository::with(&workflow(""));
    let file = repository.folder().join("ci.toml");
    let import = |arguments: &[&str]| -> Output {
        let mut command = Command::cargo_bin("cache-budget").expect("the program");
        let all = [&["import", "--repo", ".", "--no-advice", "--output", "ci.toml"], arguments].concat();
        command.args(all).current_dir(repository.folder()).output().expect("it runs")
    };
    assert_eq!(import(&["--update"]).status.code(), Some(1), "there is nothing to update");
    assert_eq!(import(&[]).status.code(), Some(0));
    let text = fs::read_to_string(&file).expect("a scenario");
    fs::write(&file, text.replace("cold = \"12 min\" # assumed", "cold = \"20 min\" # as I know"))
        .expect("edited");
    repository.write(
        ".github/workflows/ci.yml",
        &workflow(", { uses: actions/cache@v4, with: { key: k, path: p } }"),
    );
    let output = import(&["--update"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = fs::read_to_string(&file).expect("a scenario");
    assert!(text.contains("cold = \"20 min\" # as I know") && text.contains("key = \"k\""), "{text}");
    let mut check = Command::cargo_bin("cache-budget").expect("the program");
    let checked =
        check.args(["check", "ci.toml"]).current_dir(repository.folder()).output().expect("it runs");
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
    // What `check` refuses is said at once, whoever wrote it.
    fs::write(&file, text.replace("cold = \"20 min\"", "cold = \"20 miles\"")).expect("edited");
    let output = import(&["--update"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && said.contains("`check` refuses it"), "{said}");
}

/// Only what `import` wrote, and nobody has edited since, is replaced unasked.
#[test]
fn a_scenario_of_yours_is_not_overwritten() {
    let workflow =
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ uses: Swatinem/rust-cache@v2 }]\n";
    let repository = Repository::with(workflow);
    let file = repository.folder().join("ci.toml");
    let import = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("cache-budget").expect("the program");
        let all = [&["import", "--repo", ".", "--output", "ci.toml", "--quiet"], arguments].concat();
        let output = command.args(all).current_dir(repository.folder()).output().expect("it runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    fs::write(&file, "# mine\n").expect("written");
    let (code, said) = import(&[]);
    assert!(code == Some(2) && said.contains("`import` did not write it"), "{said}");
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "# mine\n");
    assert_eq!(import(&["--force"]), (Some(0), String::new()));
    // It is import's own now, and may be written again.
    assert_eq!(import(&[]), (Some(0), String::new()));
    let text = fs::read_to_string(&file).expect("a scenario");
    fs::write(&file, format!("{text}# an edit\n")).expect("edited");
    let (code, said) = import(&[]);
    assert!(code == Some(2) && said.contains("was edited since it was imported: --update keeps"), "{said}");
    assert!(fs::read_to_string(&file).expect("it is there").ends_with("# an edit\n"));
    assert_eq!(import(&["--update"]).0, Some(0));
    assert!(fs::read_to_string(&file).expect("it is there").ends_with("# an edit\n"));
    // A log beside it that import did not write is somebody's as well.
    fs::remove_file(&file).expect("removed");
    fs::remove_file(file.with_extension("imported")).expect("removed");
    fs::write(repository.folder().join("ci.events.csv"), "mine").expect("written");
    let (code, said) = import(&[]);
    assert!(code == Some(2) && said.contains("ci.events.csv is there"), "{said}");
}

/// The scenario is written before what was imported last is kept beside it: a kill in between leaves the one new and the
/// other old, or not there.
#[test]
fn an_import_that_was_killed_between_its_files_is_done_again() {
    let workflow = |job: &str| {
        format!(
            "on: push\njobs:\n  {job}:\n    runs-on: ubuntu-latest\n    steps: [{{ uses: Swatinem/rust-cache@v2 }}]\n"
        )
    };
    let repository = Repository::with(&workflow("a"));
    let last = repository.folder().join("ci.imported");
    let import = || {
        let mut command = Command::cargo_bin("cache-budget").expect("the program");
        command.args(["import", "--repo", ".", "--output", "ci.toml", "--quiet"]);
        command.current_dir(repository.folder()).assert().success();
        fs::read_to_string(&last).expect("what was imported last")
    };
    let before = import();
    repository.write(".github/workflows/ci.yml", &workflow("b"));
    let after = import();
    assert_ne!(before, after);
    fs::write(&last, &before).expect("written");
    assert_eq!(import(), after);
    fs::remove_file(&last).expect("removed");
    assert_eq!(import(), after);
}
