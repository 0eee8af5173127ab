//! `sweep` and `merge`, and the statistics of many settings.

mod assumed;
mod command;
mod design;
mod elbow;
mod interruption;
mod parts;
mod refusal;
mod report;
mod scaling;
mod sensitivity;
mod values;

use assert_cmd::Command;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Entries of pull requests do not fit beside main's.
const SCENARIO: &str = r#"
[cache]
limit = "3 GB"
[workload]
pushes-per-day = 8
days = 24
[runner.ubuntu-latest]
price = "0.006 USD"
[workflow.ci]
on = ["push main", "pull_request"]
[workflow.ci.job.test]
cold = "17 min"
warm = "4 min"
cache.rust-cache = { size = "1.2 GB" }
cache.sccache = {}
"#;

/// The files that a sweep leaves behind.
const FILES: [&str; 4] = ["points.csv", "result.json", "summary.csv", "sweep.json"];

/// A folder with `ci.toml` in it, in which commands run.
struct Case(tempfile::TempDir);

impl Case {
    fn new() -> Case {
        Case::with(SCENARIO)
    }

    fn with(scenario: &str) -> Case {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ci.toml"), scenario).expect("a file");
        Case(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A command that runs in the folder, as a stranger has it: nothing of this environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("cache-budget").expect("the program");
        command.args(arguments).current_dir(self.0.path()).env_remove("NO_COLOR").env_remove("COLUMNS");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// What is said about a command that is refused, before anything is written.
    fn refused(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(!self.path("output").exists(), "{arguments:?} has written something");
        String::from_utf8(output.stderr).expect("UTF-8")
    }

    /// The four files in a folder.
    fn files(&self, folder: &str) -> Vec<Vec<u8>> {
        files(&self.path(folder))
    }
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, FILES, "no temporary file stays in {}", folder.display());
    FILES.iter().map(|name| std::fs::read(folder.join(name)).expect("a file")).collect()
}
