//! Reading a repository: its history, its files, its lock files. Repositories are made by `git` in a folder of their own.

mod calendar;
mod change;
mod change_records;
mod container;
mod draft;
mod hostile;
mod lock;
mod log;
mod place;
mod rates;
mod rule;
mod shop;
mod tree;

use cache_budget::import::git::{Git, RunLimits};
use cache_budget::import::history::{GitHistory, HistoryLimits, NoHistory};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A repository that is made for one test.
struct Made {
    folder: TempDir,
}

/// 2026-01-05, a Monday, at midnight.
const MONDAY: i64 = 1_767_571_200;
const HOUR: i64 = 3_600;

impl Made {
    fn new() -> Made {
        let made = Made { folder: tempfile::tempdir().unwrap() };
        made.git(&["init", "-q", "-b", "main"], 0);
        made
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs `git` at a time, with a name for commits.
    fn git(&self, arguments: &[&str], hours: i64) {
        self.git_as("Ann", arguments, hours);
    }

    fn git_as(&self, author: &str, arguments: &[&str], hours: i64) {
        let time = format!("{} +0000", MONDAY + hours * HOUR);
        let status = Command::new("git")
            .current_dir(self.path())
            .args(["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
            .envs([("GIT_AUTHOR_DATE", &time), ("GIT_COMMITTER_DATE", &time)])
            .envs([("GIT_AUTHOR_NAME", author), ("GIT_COMMITTER_NAME", "GitHub")])
            .envs([("GIT_AUTHOR_EMAIL", "a@b.c"), ("GIT_COMMITTER_EMAIL", "noreply@b.c")])
            .output()
            .expect("git is installed");
        assert!(status.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&status.stderr));
    }

    /// Writes a file whose content is the hour, and commits it.
    fn commit(&self, file: &str, subject: &str, hours: i64) {
        self.commit_as("Ann", file, subject, hours);
    }

    fn commit_as(&self, author: &str, file: &str, subject: &str, hours: i64) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("{hours}\n")).unwrap();
        self.git(&["add", "-A"], hours);
        self.git_as(author, &["commit", "-q", "-m", subject], hours);
    }

    fn open(&self) -> Git {
        Git::open(self.path(), RunLimits::default()).unwrap()
    }

    fn history(&self) -> Result<GitHistory, NoHistory> {
        GitHistory::read(self.path(), &HistoryLimits::default())
    }
}
