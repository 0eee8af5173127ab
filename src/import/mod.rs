//! Reads what a repository has (its git history, container files, bake files, lock files), to write a scenario from
//! it. Nothing of the repository is executed, and nothing outside of it is read: links out of it, a `.git` that points
//! elsewhere and borrowed objects are refused. Everything has a limit. It is no command; those are in `experiment` and `cli`.

pub mod git;
pub mod history;
pub mod image;
pub mod lock;
pub mod pattern;
pub mod tree;
