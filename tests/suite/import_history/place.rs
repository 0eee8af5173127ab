//! Repositories of all forms: where their data is, and which branch is the default one.

use super::Made;
use cache_budget::import::git::{Git, GitFailure, RunLimits};
use cache_budget::import::history::{GitHistory, HistoryLimits, NoHistory};
use std::fs;
use std::path::Path;

fn read(folder: &Path) -> Result<GitHistory, NoHistory> {
    GitHistory::read(folder, &HistoryLimits::default())
}

fn one() -> Made {
    let made = Made::new();
    made.commit("a", "One", 0);
    made.commit("a", "Two", 1);
    made
}

#[test]
fn without_a_repository_there_is_a_message() {
    let folder = tempfile::tempdir().unwrap();
    let told = read(folder.path()).unwrap_err().to_string();
    assert!(told.contains("is no git repository: name the folder with `.git`"), "{told}");
    let made = Made::new();
    assert!(matches!(made.history(), Err(NoHistory::Empty)));
}

#[test]
fn a_shallow_clone_gives_no_rates_but_its_files() {
    let (made, folder) = (one(), tempfile::tempdir().unwrap());
    let url = format!("file://{}", made.path().display());
    made.git(&["clone", "-q", "--depth", "1", &url, folder.path().to_str().unwrap()], 0);
    let told = read(folder.path()).unwrap_err().to_string();
    assert!(told.contains("shallow clone, which gives no rates: run `git fetch --unshallow`"), "{told}");
    let git = Git::open(folder.path(), RunLimits::default()).unwrap();
    assert_eq!(git.files(&git.revision("HEAD").unwrap()).unwrap().files.len(), 1);
}

#[test]
fn a_bare_repository_and_packed_references_work() {
    let (made, folder) = (one(), tempfile::tempdir().unwrap());
    made.git(&["clone", "-q", "--bare", "--no-hardlinks", ".", folder.path().to_str().unwrap()], 0);
    assert_eq!(read(folder.path()).unwrap().commits.len(), 2);
    made.git(&["pack-refs", "--all"], 0);
    made.git(&["gc", "-q"], 0);
    assert_eq!(made.history().unwrap().commits.len(), 2);
}

#[test]
fn the_default_branch_is_origins_or_the_usual_one_or_the_current_one() {
    let made = one();
    made.git(&["checkout", "-q", "-b", "work"], 0);
    made.commit("a", "Three", 2);
    assert_eq!(made.history().unwrap().branch.name, "main");
    made.git(&["branch", "-q", "-D", "main"], 0);
    assert_eq!(made.history().unwrap().branch.name, "work");
    made.git(&["checkout", "-q", "--detach", "HEAD~1"], 0);
    made.git(&["branch", "-q", "-D", "work"], 0);
    let detached = made.history().unwrap();
    assert_eq!((detached.branch.name.as_str(), detached.commits.len()), ("HEAD", 2));
    made.git(&["update-ref", "refs/remotes/origin/trunk", "HEAD~1"], 0);
    made.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"], 0);
    let origin = made.history().unwrap();
    assert_eq!(
        (origin.branch.name.as_str(), origin.branch.reason, origin.commits.len()),
        ("trunk", "origin's HEAD", 1)
    );
}

#[test]
fn a_repository_whose_data_is_elsewhere_is_refused() {
    let (made, folder) = (one(), tempfile::tempdir().unwrap());
    let tree = folder.path().join("tree");
    made.git(&["worktree", "add", "-q", tree.to_str().unwrap(), "-b", "other"], 0);
    let told = read(&tree).unwrap_err().to_string();
    assert!(told.contains("outside of the folder that was given: nothing outside is read"), "{told}");
    // The same data inside of the folder is followed.
    let own = tempfile::tempdir().unwrap();
    made.git(
        &["clone", "-q", "--bare", "--no-hardlinks", ".", own.path().join(".bare").to_str().unwrap()],
        0,
    );
    fs::write(own.path().join(".git"), "gitdir: ./.bare\n").unwrap();
    assert_eq!(read(own.path()).unwrap().commits.len(), 2);
}

#[test]
fn borrowed_objects_are_refused() {
    let (made, folder) = (one(), tempfile::tempdir().unwrap());
    let clone = folder.path().join("clone");
    made.git(&["clone", "-q", "--shared", ".", clone.to_str().unwrap()], 0);
    assert!(matches!(read(&clone), Err(NoHistory::Git(GitFailure::Borrowed))));
}

#[test]
fn revisions_are_what_people_write() {
    let made = one();
    made.git(&["tag", "-a", "-m", "x", "v1"], 0);
    let git = made.open();
    let head = git.revision("HEAD").unwrap();
    for text in ["main", "refs/heads/main", "v1", &head.text()[..8]] {
        assert_eq!(git.revision(text).unwrap(), head, "{text}");
    }
    assert_ne!(git.revision("main~1").unwrap(), head);
    for text in ["nothing", "--help", "main~2", "main^{tree}", "", "HEAD:a", "main..v1"] {
        assert!(matches!(git.revision(text), Err(GitFailure::UnknownRevision(_))), "{text}");
    }
}
