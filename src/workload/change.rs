//! The inputs that a push changes, as a log row states them or a draw decides them. Which crates a
//! change touches is drawn in `history.rs`.

/// The inputs that a push changes; for a pull request, those of its whole diff.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PushChange {
    /// The lock file, with the number of external crates; `Some(None)` if the number is to be
    /// drawn.
    pub lock: Option<Option<u32>>,
    /// Any manifest (`Cargo.toml`).
    pub manifests: bool,
    /// The version of the compiler.
    pub toolchain: bool,
    /// Sources of workspace crates.
    pub source: bool,
    /// The set of targets (a target file was added or removed), which is part of the cargo-chef
    /// recipe.
    pub targets: bool,
    /// Container files.
    pub dockerfile: bool,
    /// The front end's lock file.
    pub web_lock: bool,
    /// What pip installs from (`requirements.txt`, `pyproject.toml`, a lock file).
    pub requirements: bool,
    /// Go's modules (`go.mod` and `go.sum`).
    pub go_sum: bool,
}
