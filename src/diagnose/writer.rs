//! Recognises the program that wrote an entry by its key. Each row of [`WRITERS`] names the file of the program
//! that makes the key. A key that no row knows was chosen by a user of actions/cache.

use super::date;
use super::token::{Token, TokenKind, tokens};
use crate::units::SimTime;

/// A program that writes entries under keys of a known form.
#[derive(Debug)]
pub struct KeyWriter {
    /// Its name in results: that of the client in scenarios, if it is one.
    pub client: &'static str,
    /// Which parts of its keys change with time.
    pub form: KeyForm,
    /// Which words of its keys name a family.
    pub naming: Naming,
    /// True if a key, in lower case, is one of its keys.
    is_its_key: fn(&str) -> bool,
    /// Where the form of its keys is written down.
    pub source: &'static str,
}

/// Which parts of a key change with time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyForm {
    /// By the look of its parts.
    Plain,
    /// Each entry is one object whose hash is its content: no entry replaces another.
    Objects,
    /// Only the hash at its end changes with time; those before it are of toolchain and environment.
    LastHash,
    /// Only the number after `#` changes with time.
    NumberedIndex,
    /// The first number counts weeks or other intervals.
    IntervalFirst,
}

/// Which words of a key name its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// The first words, as far as all keys have them in common.
    ByComparing,
    /// All words: the writer puts the job, the scope or the language among them.
    AllWords,
    /// All words of more than one letter; the folders of sccache have one.
    LongWords,
}

/// The writer of every key that no other has.
pub static ANY: KeyWriter = KeyWriter {
    client: "actions-cache",
    form: KeyForm::Plain,
    naming: Naming::ByComparing,
    is_its_key: |_| true,
    source: "keys of users of actions/cache, or of an action that is not known",
};

/// The writers, the most special first.
pub static WRITERS: &[&KeyWriter] = &[
    &KeyWriter {
        client: "sccache",
        form: KeyForm::Objects,
        naming: Naming::LongWords,
        is_its_key: is_sccache,
        source: "mozilla/sccache src/cache/utils.rs and cache.rs (read at bf75727)",
    },
    &KeyWriter {
        client: "buildkit",
        form: KeyForm::Objects,
        naming: Naming::LongWords,
        is_its_key: |key| key.starts_with("buildkit-blob-"),
        source: "moby/buildkit cache/remotecache/gha/gha.go",
    },
    &KeyWriter {
        client: "buildkit",
        form: KeyForm::NumberedIndex,
        naming: Naming::AllWords,
        is_its_key: is_buildkit_index,
        source: "moby/buildkit cache/remotecache/gha/gha.go; tonistiigi/go-actions-cache",
    },
    &KeyWriter {
        client: "rust-cache",
        form: KeyForm::LastHash,
        naming: Naming::AllWords,
        is_its_key: is_rust_cache,
        source: "Swatinem/rust-cache src/config.ts (read at 6323deb, v2.9.2)",
    },
    &KeyWriter {
        client: "setup-node",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("node-cache-"),
        source: "actions/setup-node src/cache-restore.ts",
    },
    &KeyWriter {
        client: "setup-python",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("setup-python-"),
        source: "actions/setup-python src/cache-distributions",
    },
    &KeyWriter {
        client: "setup-go",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("setup-go-"),
        source: "actions/setup-go src/cache-restore.ts",
    },
    &KeyWriter {
        client: "setup-java",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("setup-java-"),
        source: "actions/setup-java src/cache.ts",
    },
    &KeyWriter {
        client: "setup-dotnet",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("dotnet-cache-"),
        source: "actions/setup-dotnet src/cache-restore.ts",
    },
    &KeyWriter {
        client: "setup-ruby",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("setup-ruby-bundler-cache-"),
        source: "ruby/setup-ruby bundler.js",
    },
    &KeyWriter {
        client: "setup-uv",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("setup-uv-"),
        source: "astral-sh/setup-uv src/cache/restore-cache.ts (read at 004bc0b)",
    },
    &KeyWriter {
        client: "setup-zig",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("setup-zig-cache-"),
        source: "mlugg/setup-zig common.js: job, version, then run id and attempt",
    },
    &KeyWriter {
        client: "setup-gradle",
        form: KeyForm::Plain,
        naming: Naming::AllWords,
        is_its_key: |key| key.starts_with("gradle-home-v"),
        source: "gradle/actions sources/src/caching/cache-key.ts (read at 3103c3a)",
    },
    &KeyWriter {
        client: "setup-gradle",
        form: KeyForm::Objects,
        naming: Naming::LongWords,
        is_its_key: is_gradle_extract,
        source: "gradle/actions sources/src/caching/gradle-home-extry-extractor.ts (read at 05bf82e)",
    },
    &KeyWriter {
        client: "codeql",
        form: KeyForm::Plain,
        naming: Naming::AllWords,
        is_its_key: |key| key.starts_with("codeql-"),
        source: "github/codeql-action src/overlay and src/dependency-caching.ts",
    },
    &KeyWriter {
        client: "setup-bazel",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("setup-bazel-"),
        source: "bazel-contrib/setup-bazel config.js (read at c35adfb)",
    },
    &KeyWriter {
        client: "golangci-lint",
        form: KeyForm::IntervalFirst,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("golangci-lint.cache-"),
        source: "golangci/golangci-lint-action src/cache.ts (read at 0dd3083)",
    },
    &KeyWriter {
        client: "ccache",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("ccache-") || key.starts_with("sccache-") && key.ends_with('z'),
        source: "hendrikmuhs/ccache-action src/save.ts (read at 9e72c68): key and time",
    },
    &KeyWriter {
        client: "pre-commit",
        form: KeyForm::LastHash,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("pre-commit-3|"),
        source: "pre-commit/action action.yml: the place of Python, then the hash of the configuration",
    },
    &KeyWriter {
        client: "turborepo",
        form: KeyForm::Objects,
        naming: Naming::LongWords,
        is_its_key: |key| key.contains("turbogha_"),
        source: "rharkor/caching-for-turbo src/lib/constants.ts",
    },
    &KeyWriter {
        client: "julia-cache",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("julia-cache;"),
        source: "julia-actions/cache README",
    },
    &KeyWriter {
        client: "setup-buildx",
        form: KeyForm::Plain,
        naming: Naming::ByComparing,
        is_its_key: |key| key.starts_with("buildx-dl-bin-"),
        source: "docker/actions-toolkit src/buildx/install.ts",
    },
];

impl KeyWriter {
    /// The writer of the entry with this key.
    pub fn of(key: &str) -> &'static KeyWriter {
        // Only the beginning and the end of a key tell its writer.
        let lower = key.to_ascii_lowercase();
        WRITERS.iter().find(|writer| (writer.is_its_key)(&lower)).copied().unwrap_or(&ANY)
    }

    /// For each token, true if it changes with time: generations of one entry differ in nothing else. Where the
    /// creation of the entry is known, a date far from it is none.
    pub fn times(&self, key: &str, tokens: &[Token], created: Option<SimTime>) -> Vec<bool> {
        let mut times: Vec<bool> = tokens.iter().map(|token| token.kind.changes_with_time()).collect();
        if let Some(created) = created {
            believe_near(tokens, &mut times, created);
        }
        // The hash of a matrix is in brackets (gradle).
        for (token, is_time) in tokens.iter().zip(&mut times) {
            *is_time &= !(key[..token.start].ends_with('[') && key[token.end()..].starts_with(']'));
        }
        match self.form {
            KeyForm::Plain => {}
            KeyForm::Objects => times.fill(false),
            KeyForm::LastHash => {
                times.fill(false);
                let last = tokens.last().is_some_and(|token| is_hex(token.text) && token.text.len() >= 8);
                times.last_mut().into_iter().for_each(|time| *time = last);
            }
            KeyForm::NumberedIndex => {
                times.fill(false);
                times.last_mut().into_iter().for_each(|last| *last = true);
            }
            KeyForm::IntervalFirst => {
                let interval = tokens.iter().position(|token| token.kind == TokenKind::Number);
                interval.into_iter().for_each(|place| times[place] = true);
            }
        }
        times
    }
}

/// Of what looks like a date, only what is near the creation changes with time, and the time of day that follows it.
fn believe_near(tokens: &[Token], times: &mut [bool], created: SimTime) {
    let texts: Vec<&str> = tokens.iter().map(|token| token.text).collect();
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        place += 1;
        if token.kind != TokenKind::Date {
            continue;
        }
        let clocks = date::near(token.text, created).map(|days| days.clock(&texts[place..], created));
        let clock = clocks.max();
        times[place - 1] &= clock.is_some();
        let next = place + clock.unwrap_or(0);
        times[place..next].fill(true);
        place = next;
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `sccache/a/b/c/<64 hex>` below any folder, and the probe `.sccache_check`.
fn is_sccache(key: &str) -> bool {
    if key.ends_with(".sccache_check") {
        return true;
    }
    let mut parts = key.rsplit('/');
    let Some(hash) = parts.next().filter(|hash| hash.len() == 64) else { return false };
    let letters: String = parts.take(3).collect();
    is_hex(hash) && letters.len() == 3 && letters.chars().rev().eq(hash.chars().take(3))
}

/// `index-<scope>-1-<8 hex>#<n>`.
fn is_buildkit_index(key: &str) -> bool {
    let Some((name, number)) = key.rsplit_once('#') else { return false };
    key.starts_with("index-")
        && !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && name.contains('-')
}

/// `v0-rust-…`, or another prefix with system, processor and two hashes of eight digits at the end.
fn is_rust_cache(key: &str) -> bool {
    let named = key.strip_prefix('v').and_then(|rest| rest.split_once('-'));
    let numbered = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if named.is_some_and(|(number, rest)| numbered(number) && (rest == "rust" || rest.starts_with("rust-"))) {
        return true;
    }
    let found = tokens(key);
    let is_hash = |token: &Token| token.text.len() == 8 && is_hex(token.text);
    match found.as_slice() {
        [.., system, processor, environment, lock] => {
            let platform = |token: &Token| token.kind == TokenKind::Platform;
            platform(system) && platform(processor) && is_hash(environment) && is_hash(lock)
        }
        _ => false,
    }
}

/// `gradle-dependencies-v1-<hash>`, or `v2`: part of a Gradle home that is stored once and named in its metadata.
fn is_gradle_extract(key: &str) -> bool {
    let Some(rest) = key.strip_prefix("gradle-") else { return false };
    let Some((name, hash)) = rest.rsplit_once('-') else { return false };
    (name.ends_with("-v1") || name.ends_with("-v2")) && hash.len() >= 32 && is_hex(hash)
}
