//! What the clone and the calendar say: branches that exist, tags that are meant, and Rust's releases.

use super::Made;
use super::draft::program;
use std::fs;

const STEPS: &str = "jobs: { a: { runs-on: ubuntu-latest, steps: [{ uses: Swatinem/rust-cache@v2 }] } }\n";

/// The scenario of a repository whose workflow starts so.
fn drafted(made: &Made, on: &str) -> String {
    fs::create_dir_all(made.path().join(".github/workflows")).unwrap();
    fs::write(made.path().join(".github/workflows/ci.yml"), format!("on: {on}\n{STEPS}")).unwrap();
    let output = program(made, &["import", "--repo", ".", "--no-advice", "--force", "--output", "ci.toml"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    fs::read_to_string(made.path().join("ci.toml")).unwrap()
}

/// A push a day for ninety days from Monday, 2026-01-05.
fn ninety_days() -> Made {
    let made = Made::new();
    (0..90).for_each(|day| made.commit("a.txt", "change", 24 * day));
    made
}

#[test]
fn branches_that_do_not_exist_are_left_out() {
    let made = ninety_days();
    let on = "{ push: { branches: [main, master, 'release/**', next] } }";
    // One branch may be all that was cloned. A second default branch is not.
    let text = drafted(&made, on);
    assert!(text.contains("[branch.next]") && !text.contains("master"), "{text}");
    made.git(&["branch", "release/1"], 0);
    let text = drafted(&made, on);
    assert!(text.contains("\"push release/**\"") && !text.contains("[branch.next]"), "{text}");
    assert!(text.contains("`next` of `branches`: the repository has no such branch"), "{text}");
}

#[test]
fn tags_that_start_nothing_are_no_releases() {
    let made = ninety_days();
    // Three releases and six nightly builds in 89 days.
    for (number, name) in ["v1", "v2", "v3", "n1", "n2", "n3", "n4", "n5", "n6"].iter().enumerate() {
        let commit = format!("HEAD~{}", 9 * number);
        made.git(&["tag", name, &commit], 0);
    }
    let rate = |tags: &str| {
        let text = drafted(&made, &format!("{{ push: {{ branches: [main], tags: [{tags}] }} }}"));
        let line =
            text.lines().find_map(|line| line.strip_prefix("releases-per-month = ")).map(str::to_owned);
        line.unwrap_or_else(|| panic!("{text}"))
    };
    // 30 × 3 ÷ 89 = 1.011; 30 × 6 ÷ 89 = 2.022; all nine: 3.034.
    for (tags, expected) in [("'v*'", "1.011"), ("'n*'", "2.022"), ("'**'", "3.034")] {
        assert!(rate(tags).starts_with(expected), "{tags}: {}", rate(tags));
    }
}

#[test]
fn the_newest_compiler_changes_with_rusts_releases() {
    let made = ninety_days();
    let text = drafted(&made, "{ push: { branches: [main] } }");
    assert!(!text.contains("after a release of Rust"), "no crate is compiled: {text}");
    made.commit("Cargo.toml", "crate", 24 * 89 + 1);
    let text = drafted(&made, "{ push: { branches: [main] } }");
    // 2026-01-05 to 2026-04-04. Releases every 42 days from 2015-06-25: 2026-01-22 is 92 × 42 = 3,864 days later, and
    // 2026-03-05 is 3,906. So two of 91 pushes, a share of 0.022.
    let line = "changes.toolchain = 0.022";
    assert!(text.contains(line) && text.contains("after a release of Rust"), "{text}");
    // A file that names the compiler changes when somebody changes it.
    made.commit("rust-toolchain.toml", "pin", 90 * 24);
    let text = drafted(&made, "{ push: { branches: [main] } }");
    assert!(!text.contains("after a release of Rust"), "{text}");
}
