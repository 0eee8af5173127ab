/// What a push (or a whole pull request) changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PushChange {
    /// The lock file: how many external crates, `Some(None)` where the number must be drawn.
    pub lock: Option<Option<u32>>,
    /// Any manifest.
    pub manifests: bool,
    /// The compiler's version.
    pub toolchain: bool,
    /// Sources of workspace crates.
    pub source: bool,
    /// The set of targets (a target file was added or removed): part of the cargo-chef recipe.
    pub targets: bool,
    /// Container files.
    pub dockerfile: bool,
    /// The front end's lock file.
    pub web_lock: bool,
    /// What pip installs from.
    pub requirements: bool,
    /// Go's modules.
    pub go_sum: bool,
}
