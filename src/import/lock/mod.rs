//! Lock files: which inputs of a scenario they are, and the crate graph in a `Cargo.lock`. How often each changes is
//! told by `history`; what hashes them, by the workflows.

mod cargo;

pub use cargo::{BadLock, LockGraph, LockedCrate};

use super::pattern::{NamedPatterns, PatternRules};

/// Files of one kind that caches are keyed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockKind {
    /// The input's name in a scenario; the built-in ones have their own meaning there.
    pub name: &'static str,
    /// The files, as `hashFiles` would name them.
    pub patterns: &'static [&'static str],
}

/// The kinds that are recognised, built-in inputs first. `rust-cache` and the setup actions hash these files (their
/// sources), or `hashFiles` usually does.
pub const INPUT_KINDS: &[LockKind] = &[
    LockKind { name: "lock", patterns: &["**/Cargo.lock"] },
    LockKind { name: "manifests", patterns: &["**/Cargo.toml"] },
    LockKind { name: "toolchain", patterns: &["**/rust-toolchain", "**/rust-toolchain.toml"] },
    LockKind { name: "source", patterns: &["**/*.rs"] },
    LockKind {
        name: "web-lock",
        patterns: &[
            "**/package-lock.json",
            "**/npm-shrinkwrap.json",
            "**/yarn.lock",
            "**/pnpm-lock.yaml",
            "**/bun.lock",
            "**/bun.lockb",
        ],
    },
    LockKind {
        name: "requirements",
        patterns: &["**/requirements*.txt", "**/poetry.lock", "**/Pipfile.lock", "**/uv.lock", "**/pdm.lock"],
    },
    LockKind { name: "go-sum", patterns: &["**/go.sum", "**/go.mod"] },
    LockKind {
        name: "dockerfile",
        patterns: &["**/Dockerfile", "**/Dockerfile.*", "**/*.Dockerfile", "**/Containerfile"],
    },
    LockKind {
        name: "gradle",
        patterns: &[
            "**/*.gradle",
            "**/*.gradle.kts",
            "**/gradle-wrapper.properties",
            "**/libs.versions.toml",
        ],
    },
    LockKind { name: "maven", patterns: &["**/pom.xml"] },
    LockKind { name: "gemfile-lock", patterns: &["**/Gemfile.lock"] },
    LockKind { name: "composer-lock", patterns: &["**/composer.lock"] },
    LockKind { name: "nuget-lock", patterns: &["**/packages.lock.json"] },
    LockKind { name: "mix-lock", patterns: &["**/mix.lock"] },
    LockKind { name: "pubspec-lock", patterns: &["**/pubspec.lock"] },
    LockKind { name: "swift-lock", patterns: &["**/Package.resolved"] },
    LockKind { name: "podfile-lock", patterns: &["**/Podfile.lock"] },
    LockKind { name: "flake-lock", patterns: &["**/flake.lock"] },
    LockKind { name: "bazel-lock", patterns: &["**/MODULE.bazel.lock"] },
    // actions/setup-java, `src/cache.ts`.
    LockKind {
        name: "sbt",
        patterns: &["**/*.sbt", "**/project/build.properties", "**/project/**.scala", "**/project/**.sbt"],
    },
    // bazel-contrib/setup-bazel, `config.js` at c35adfb.
    LockKind {
        name: "bazel",
        patterns: &[
            "MODULE.bazel",
            "WORKSPACE.bazel",
            "WORKSPACE.bzlmod",
            "WORKSPACE",
            "**/BUILD.bazel",
            "**/BUILD",
        ],
    },
    // jdx/mise-action, `MISE_CONFIG_FILE_PATTERNS` in `src/index.ts` at d62ef60.
    LockKind { name: "mise", patterns: &MISE },
    LockKind { name: "pre-commit-config", patterns: &["**/.pre-commit-config.yaml"] },
    LockKind { name: "vcpkg", patterns: &["**/vcpkg.json"] },
];

/// The files of mise. Those of one environment have its name in theirs.
const MISE: [&str; 25] = [
    "**/.config/mise/config.toml",
    "**/.config/mise/config.lock",
    "**/.config/mise/config.*.toml",
    "**/.config/mise/config.*.lock",
    "**/.config/mise.toml",
    "**/.config/mise.lock",
    "**/.config/mise.*.toml",
    "**/.config/mise.*.lock",
    "**/.mise/config.toml",
    "**/.mise/config.lock",
    "**/.mise/config.*.toml",
    "**/.mise/config.*.lock",
    "**/mise/config.toml",
    "**/mise/config.lock",
    "**/mise/config.*.toml",
    "**/mise/config.*.lock",
    "**/.mise.toml",
    "**/.mise.lock",
    "**/.mise.*.toml",
    "**/.mise.*.lock",
    "**/mise.toml",
    "**/mise.lock",
    "**/mise.*.toml",
    "**/mise.*.lock",
    "**/.tool-versions",
];

impl LockKind {
    /// Its files as patterns.
    pub fn named(&self) -> NamedPatterns {
        NamedPatterns::new(self.name, self.patterns, PatternRules::HashFiles)
    }
}

/// The kinds that a repository with these paths has, in the order of the table.
pub fn inputs_of(paths: &[String]) -> Vec<NamedPatterns> {
    let named = INPUT_KINDS.iter().map(LockKind::named);
    named.filter(|kind| paths.iter().any(|path| kind.patterns.matches(path))).collect()
}
