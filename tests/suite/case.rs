//! A folder with a scenario `ci.toml`, in which the program runs as a stranger has it: with nothing of
//! this environment.

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Entries of pull requests do not fit beside main's.
pub const CROWDED: &str = r#"
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

/// A log of one operation.
pub const LOG: &str = "{\"at\":\"2026-01-01T00:00:00Z\",\"op\":\"save\",\"ref\":\"refs/heads/main\",\"key\":\"k\",\"size\":10}\n";

/// A listing of one entry.
pub const LISTING: &str = r#"[{"id":1,"key":"k","ref":"refs/heads/main","version":"v","sizeInBytes":10,
    "createdAt":"2026-01-01T00:00:00Z","lastAccessedAt":"2026-01-01T00:00:00Z"}]"#;

/// It goes when it is dropped.
pub struct Case(tempfile::TempDir);

impl Case {
    /// With this text as `ci.toml`.
    pub fn with(scenario: &str) -> Case {
        let case = Case(tempfile::tempdir().expect("a folder"));
        case.write("ci.toml", scenario);
        case
    }

    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("cache-budget").expect("the program");
        command.args(arguments).current_dir(self.folder()).env_remove("NO_COLOR").env_remove("COLUMNS");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    /// What a command that succeeds prints.
    pub fn stdout(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The same as JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let text = self.stdout(&[arguments, &["--format", "json", "--quiet"]].concat());
        serde_json::from_str(&text).expect("JSON")
    }

    /// What is said about a command that is refused, before anything is written.
    pub fn refused(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(!self.path("output").exists(), "{arguments:?} has written something");
        String::from_utf8(output.stderr).expect("UTF-8")
    }
}
