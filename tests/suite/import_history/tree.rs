//! A repository's files, from a folder and from a commit.

use super::Made;
use cache_budget::import::tree::{RepositoryTree, TreeLimits, is_wanted};
use std::fs;
use std::os::unix::fs::symlink;

fn made() -> Made {
    let made = Made::new();
    fs::create_dir(made.path().join("sub")).unwrap();
    symlink("../../..", made.path().join("sub/out")).unwrap();
    for file in [".github/workflows/ci.yml", "src/lib.rs", "sub/Cargo.lock", "api.Dockerfile"] {
        made.commit(file, "More", 1);
    }
    made
}

#[test]
fn a_folder_and_its_commit_are_the_same() {
    let made = made();
    let limits = TreeLimits::default();
    let folder = RepositoryTree::from_folder(made.path(), is_wanted, &limits).unwrap();
    let git = made.open();
    let commit =
        RepositoryTree::from_commit(&git, &git.revision("HEAD").unwrap(), is_wanted, &limits).unwrap();
    assert_eq!(folder, commit);
    assert_eq!(folder.paths, [".github/workflows/ci.yml", "api.Dockerfile", "src/lib.rs", "sub/Cargo.lock"]);
    assert_eq!(
        folder.texts.keys().collect::<Vec<_>>(),
        [".github/workflows/ci.yml", "api.Dockerfile", "sub/Cargo.lock"]
    );
    assert_eq!(folder.left_out, ["sub/out is a link or another repository, which is not followed"]);
    let before =
        RepositoryTree::from_commit(&git, &git.revision("HEAD~1").unwrap(), is_wanted, &limits).unwrap();
    assert_eq!(before.texts.len(), 2, "an older commit is read without checking it out");
}

#[test]
fn limits_leave_out_and_say_so() {
    let made = made();
    let limits = TreeLimits { file_bytes: 1, paths: 2, ..TreeLimits::default() };
    let git = made.open();
    let head = git.revision("HEAD").unwrap();
    for tree in [
        RepositoryTree::from_folder(made.path(), is_wanted, &limits).unwrap(),
        RepositoryTree::from_commit(&git, &head, is_wanted, &limits).unwrap(),
    ] {
        assert_eq!((tree.paths.len(), tree.texts.len()), (2, 0));
        assert!(tree.left_out.iter().any(|text| text.contains("more than 2 files")), "{:?}", tree.left_out);
    }
}
