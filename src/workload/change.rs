/// What a push (or a whole pull request) changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Change {
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

impl Change {
    /// Whether it changes what scenarios call so, such as `web-lock`.
    pub fn has(&self, input: &str) -> bool {
        match input {
            "lock" => self.lock.is_some(),
            "manifests" => self.manifests,
            "toolchain" => self.toolchain,
            "source" => self.source,
            "targets" => self.targets,
            "dockerfile" => self.dockerfile,
            "web-lock" => self.web_lock,
            "requirements" => self.requirements,
            "go-sum" => self.go_sum,
            other => panic!("there is no input `{other}`"),
        }
    }
}
