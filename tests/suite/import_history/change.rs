//! `compare --repo`: the workflows of two commits, with the same history.

use super::Made;
use super::draft::{program, repository, workflow};
use std::fs;

/// A repository with the tags `before` and `after`: the second has no rust-cache any more.
pub(super) fn changed() -> Made {
    changed_by(|text| text.replace("      - uses: Swatinem/rust-cache@v2\n", ""))
}

/// The second has these steps in place of both caches.
pub(super) fn changed_to(steps: &str) -> Made {
    changed_by(|text| format!("{}{steps}", text.split_once("      - uses").expect("it has steps").0))
}

fn changed_by(edit: impl Fn(&str) -> String) -> Made {
    let made = repository(200, |index| format!("Change {index} (#{})", index + 1));
    made.git(&["reset", "-q", "--hard"], 0);
    workflow(&made);
    let hours = 200 * 12;
    made.git(&["add", "-A"], hours);
    made.git(&["commit", "-q", "-m", "Add CI (#1001)"], hours);
    made.git(&["tag", "before"], hours);
    let path = made.path().join(".github/workflows/ci.yml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, edit(&text)).unwrap();
    made.git(&["commit", "-q", "-a", "-m", "Drop a cache (#1002)"], hours + 1);
    made.git(&["tag", "after"], hours + 1);
    made
}

pub(super) const COMPARE: [&str; 7] = ["compare", "--repo", ".", "--from", "before", "--to", "after"];

#[test]
fn two_commits_are_compared_on_the_same_pushes() {
    let made = changed();
    // What is checked out does not count.
    fs::remove_dir_all(made.path().join(".github")).unwrap();
    let output = program(
        &made,
        &[&COMPARE[..], &["--replications", "2", "--format", "json", "--output", "out"]].concat(),
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let pair = &json["comparisons"][0];
    assert_eq!((pair["base"].as_str(), pair["other"].as_str()), (Some("before"), Some("after")));
    let files = ["before", "after"]
        .map(|name| fs::read_to_string(made.path().join(format!("out/{name}.toml"))).unwrap());
    assert!(files[0].contains("cache.rust-cache") && !files[1].contains("cache.rust-cache"), "{files:?}");
    let pushes = ["before", "after"].map(|name| {
        let log = fs::read_to_string(made.path().join(format!("out/{name}.events.csv"))).unwrap();
        log.lines().map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect::<Vec<_>>()
    });
    assert!(pushes[0].len() > 100, "{pushes:?}");
    assert_eq!(pushes[0], pushes[1]);
    let table = program(&made, &[&COMPARE[..], &["--replications", "2", "--format", "markdown"]].concat());
    assert!(String::from_utf8_lossy(&table.stdout).contains("before"), "{table:?}");
}

#[test]
fn what_is_no_commit_is_refused() {
    let made = changed();
    let output = program(&made, &["compare", "--repo", ".", "--from", "before", "--to", "nowhere"]);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("`nowhere` is no commit, branch or tag"),
        "{output:?}"
    );
    for wrong in
        [&["compare", "--repo", "."][..], &["compare", "ci.toml", "--repo", ".", "--from", "a", "--to", "b"]]
    {
        assert_eq!(program(&made, wrong).status.code(), Some(2), "{wrong:?}");
    }
}

/// A merge queue's runs are not in the history, so the pushes of neither commit are replayed.
#[test]
fn pushes_that_one_commit_cannot_replay_are_drawn_for_both() {
    let made = changed_by(|text| text.replacen("on:\n", "on:\n  merge_group:\n", 1));
    let output = program(&made, &[&COMPARE[..], &["--replications", "2", "--output", "out"]].concat());
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(said.contains("not replayed: commits do not show the runs of a merge queue"), "{said}");
    assert_eq!(said.matches("not replayed").count(), 1, "{said}");
}
