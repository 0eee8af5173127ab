//! The answer of `run` fits one screen, whatever the scenario: at most 30 lines at 80 columns.

use crate::case::Case;
use std::path::{Path, PathBuf};

/// The lines of a screen, without a warning that the command may give on another stream.
const LINES_MAX: usize = 30;

/// The files of a folder of scenarios.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(folder);
    std::fs::read_dir(folder).expect("scenarios").map(|file| file.expect("a file").path()).collect()
}

/// The scenarios of a folder.
fn shipped(folder: &str) -> Vec<PathBuf> {
    files(folder).into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "toml")).collect()
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).expect("a name")
}

/// Fails if the answer to a scenario does not fit, or if a line is too wide. A command to be copied is never broken.
fn fits(case: &Case, path: &str, replications: &str) {
    let text = case.stdout(&["run", path, "--quiet", "--replications", replications]);
    let lines = text.lines().count();
    assert!(lines <= LINES_MAX, "{path}: {lines} lines\n{text}");
    let is_wide = |line: &&str| line.chars().count() > 80 && !line.starts_with("cache-budget ");
    assert!(!text.lines().any(|line| is_wide(&line)), "{path}\n{text}");
    // A number and its margin stand on one line.
    assert!(!text.lines().any(|line| line.ends_with('±') || line.starts_with('±')), "{path}\n{text}");
}

#[test]
fn the_answers_to_the_lessons_fit_one_screen() {
    let case = Case::with("");
    let lessons = shipped("lessons");
    assert!(lessons.len() > 20);
    lessons.iter().for_each(|path| fits(&case, path.to_str().expect("a path"), "20"));
}

#[test]
#[ignore = "takes minutes: replications of a whole repository"]
fn the_answers_to_the_other_shipped_scenarios_fit_one_screen() {
    // In a folder of their own, because the command that the answer names is as long as the path.
    for folder in ["meteroid", "one-build"] {
        let case = Case::with("");
        for file in files(folder).iter().filter(|path| path.is_file()) {
            std::fs::copy(file, case.path(name(file))).expect("copied");
        }
        let scenarios = shipped(folder);
        assert!(!scenarios.is_empty());
        scenarios.iter().for_each(|path| fits(&case, name(path), "2"));
    }
}

/// As many jobs, clients and failures as there may be, with names of any length, with a price and with assumptions.
#[test]
fn the_answers_to_generated_scenarios_fit_one_screen() {
    for (jobs, word) in
        [(1, "t"), (3, "integration-tests-with-postgres-and-redis"), (12, "unit_tests_of_the_service")]
    {
        for (limit, assumed) in [("2 GB", false), ("10 GiB", true), ("25 GB", false)] {
            let case = Case::with(&scenario(jobs, word, limit, assumed));
            fits(&case, "ci.toml", "8");
        }
    }
}

fn scenario(jobs: usize, word: &str, limit: &str, assumed: bool) -> String {
    let mut text = format!(
        "title = \"generated\"\n[cache]\nlimit = \"{limit}\"\n[ci]\nvisibility = \"private\"\n[workload]\n\
         pushes-per-day = 9\ndays = 12\nwarmup = \"3 d\"\nchanges = {{ lock = 0.2 }}\n[workflow.ci]\n\
         on = [\"push main\", \"pull_request\"]\nconcurrency = \"cancel\"\n"
    );
    for job in 0..jobs {
        text += &format!(
            "[workflow.ci.job.{word}-{job}]\ncold = \"14 min\"\nwarm = \"5 min\"\nfails = 0.08\n\
             cache.rust-cache = {{ size = \"0.9 GB\" }}\n\
             cache.actions-cache = {{ key = \"x-{{sha}}-{{job}}\", restore-keys = [\"x-\"], size = \"0.4 GB\" }}\n"
        );
    }
    if assumed {
        text += "[assumed.\"workload.pushes-per-day\"]\nrange = \"5..40\"\n\
             [assumed.\"workload.pull-requests.share\"]\nrange = \"0.4..0.9\"\n";
    }
    text
}
