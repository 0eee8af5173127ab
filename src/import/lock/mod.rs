//! Lock files: which inputs of a scenario they are, and the crate graph in a `Cargo.lock`. How often each changes is
//! told by `history`; what hashes them, by the workflows.

mod cargo;

pub use cargo::{BadLock, LockGraph, LockedCrate};

use super::pattern::{NamedPatterns, PatternRules};

/// Files of one kind that caches are keyed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InputKind {
    /// The input's name in a scenario; the built-in ones have their own meaning there.
    pub name: &'static str,
    /// The files, as `hashFiles` would name them.
    pub patterns: &'static [&'static str],
}

/// The kinds that are recognised, built-in inputs first. `rust-cache` and the setup actions hash these files (their
/// sources), or `hashFiles` usually does.
pub const INPUT_KINDS: &[InputKind] = &[
    InputKind { name: "lock", patterns: &["**/Cargo.lock"] },
    InputKind { name: "manifests", patterns: &["**/Cargo.toml"] },
    InputKind { name: "toolchain", patterns: &["**/rust-toolchain", "**/rust-toolchain.toml"] },
    InputKind { name: "source", patterns: &["**/*.rs"] },
    InputKind {
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
    InputKind {
        name: "requirements",
        patterns: &["**/requirements*.txt", "**/poetry.lock", "**/Pipfile.lock", "**/uv.lock", "**/pdm.lock"],
    },
    InputKind { name: "go-sum", patterns: &["**/go.sum", "**/go.mod"] },
    InputKind {
        name: "dockerfile",
        patterns: &["**/Dockerfile", "**/Dockerfile.*", "**/*.Dockerfile", "**/Containerfile"],
    },
    InputKind {
        name: "gradle",
        patterns: &[
            "**/*.gradle",
            "**/*.gradle.kts",
            "**/gradle-wrapper.properties",
            "**/libs.versions.toml",
        ],
    },
    InputKind { name: "maven", patterns: &["**/pom.xml"] },
    InputKind { name: "gemfile-lock", patterns: &["**/Gemfile.lock"] },
    InputKind { name: "composer-lock", patterns: &["**/composer.lock"] },
    InputKind { name: "nuget-lock", patterns: &["**/packages.lock.json"] },
    InputKind { name: "mix-lock", patterns: &["**/mix.lock"] },
    InputKind { name: "pubspec-lock", patterns: &["**/pubspec.lock"] },
    InputKind { name: "swift-lock", patterns: &["**/Package.resolved"] },
    InputKind { name: "podfile-lock", patterns: &["**/Podfile.lock"] },
    InputKind { name: "flake-lock", patterns: &["**/flake.lock"] },
    InputKind { name: "bazel-lock", patterns: &["**/MODULE.bazel.lock"] },
    InputKind { name: "vcpkg", patterns: &["**/vcpkg.json"] },
];

impl InputKind {
    /// Its files as patterns.
    pub fn named(&self) -> NamedPatterns {
        NamedPatterns::new(self.name, self.patterns, PatternRules::HashFiles)
    }
}

/// The kinds that a repository with these paths has, in the order of the table.
pub fn inputs_of(paths: &[String]) -> Vec<NamedPatterns> {
    let named = INPUT_KINDS.iter().map(InputKind::named);
    named.filter(|kind| paths.iter().any(|path| kind.patterns.matches(path))).collect()
}
