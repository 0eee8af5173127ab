//! What keys say: who writes them, how they are folded, and which of their parts change with time.

use super::{LISTING_22, diagnosis, diagnosis_of, entry, family, settled};
use cache_budget::diagnose::{Circumstances, Families, KeyWriter, TokenKind, folded, tokens};
use cache_budget::units::Bytes;

const HEX64: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const SHA1: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";

/// Real forms of keys: H is a sha256, S a sha1. Client, family, and the key with `*` for what changes with time.
const FORMS: &[(&str, &str, &str, &str)] = &[
    (
        "v0-rust-test-Linux-x64-1a2b3c4d-12345678",
        "rust-cache",
        "v0-rust-test",
        "v0-rust-test-Linux-x64-1a2b3c4d-*",
    ),
    ("mine-lint-Linux-x64-1a2b3c4d-5e6f7a8b", "rust-cache", "mine-lint", "mine-lint-Linux-x64-1a2b3c4d-*"),
    ("node-cache-Linux-x64-npm-H", "setup-node", "node-cache", "node-cache-Linux-x64-npm-*"),
    (
        "setup-go-Linux-x64-ubuntu24-go-1.22.1-H",
        "setup-go",
        "setup-go",
        "setup-go-Linux-x64-ubuntu24-go-1.22.1-*",
    ),
    (
        "setup-python-Linux-x64-24.04-Ubuntu-python-3.12.1-pip-H",
        "setup-python",
        "setup-python",
        "setup-python-Linux-x64-24.04-Ubuntu-python-3.12.1-pip-*",
    ),
    ("setup-java-Linux-x64-maven-H", "setup-java", "setup-java", "setup-java-Linux-x64-maven-*"),
    ("dotnet-cache-Linux-H", "setup-dotnet", "dotnet-cache", "dotnet-cache-Linux-*"),
    (
        "setup-ruby-bundler-cache-v6-ubuntu-24.04-x64-ruby-3.3.8-wd-/w/a-with--without--only--Gemfile.lock-H",
        "setup-ruby",
        "setup-ruby-bundler-cache-v6",
        "setup-ruby-bundler-cache-v6-ubuntu-24.04-x64-ruby-3.3.8-wd-/w/a-with--without--only--Gemfile.lock-*",
    ),
    (
        "setup-uv-2-x86_64-unknown-linux-gnu-ubuntu-24.04-3.12.3-pruned-H",
        "setup-uv",
        "setup-uv",
        "setup-uv-2-x86_64-unknown-linux-gnu-ubuntu-24.04-3.12.3-pruned-*",
    ),
    ("index-api-1-f921bd05#12", "buildkit", "index-api", "index-api-1-f921bd05#*"),
    ("buildkit-blob-1-sha256:H", "buildkit", "buildkit-blob", "buildkit-blob-1-sha256:H"),
    ("sccache/0/1/2/H", "sccache", "sccache", "sccache/0/1/2/H"),
    ("sccache/.sccache_check", "sccache", "sccache-sccache-check", "sccache/.sccache_check"),
    // The matrix of the job is in brackets, the commit is the last part.
    (
        "gradle-home-v1|Linux-X64|build[d41d8cd98f00b204e9800998ecf8427e]-S",
        "setup-gradle",
        "gradle-home-v1-build",
        "gradle-home-v1|Linux-X64|build[d41d8cd98f00b204e9800998ecf8427e]-*",
    ),
    // Named by the metadata of a Gradle home: deleting an older one breaks it.
    (
        "gradle-dependencies-v1-d41d8cd98f00b204e9800998ecf8427e",
        "setup-gradle",
        "gradle-dependencies-v1",
        "gradle-dependencies-v1-d41d8cd98f00b204e9800998ecf8427e",
    ),
    (
        "codeql-overlay-base-database-1-d953d79b74456ce0-python-2.27.1-S-12345678901-1",
        "codeql",
        "codeql-overlay-base-database-python",
        "codeql-overlay-base-database-1-*-python-2.27.1-*-*-*",
    ),
    (
        "golangci-lint.cache-Linux-2890-S",
        "golangci-lint",
        "golangci-lint.cache",
        "golangci-lint.cache-Linux-*-*",
    ),
    ("pre-commit-3|H|H", "pre-commit", "pre-commit", "pre-commit-3|H|*"),
    ("ccache-clang-2026-11-25T08:15:30.123Z", "ccache", "ccache-clang", "ccache-clang-*"),
    ("turbogha_v2S", "turborepo", "turbogha", "turbogha_v2S"),
    ("buildx-dl-bin-0.37.2-linux-x64", "setup-buildx", "buildx-dl-bin", "buildx-dl-bin-0.37.2-linux-x64"),
    (
        "julia-cache;workflow=ci;job=test;os=Linux;version=1.11;run_id=12345678901;run_attempt=1",
        "julia-cache",
        "julia-cache;workflow=ci;job=test;os",
        "julia-cache;workflow=ci;job=test;os=Linux;version=1.11;run_id=*;run_attempt=*",
    ),
    (
        "setup-zig-cache-v2-aot-zig-x86_64-linux-0.16.0-35448509540-1",
        "setup-zig",
        "setup-zig-cache-v2-aot-zig",
        "setup-zig-cache-v2-aot-zig-x86_64-linux-0.16.0-*-*",
    ),
    ("Linux-cargo-H", "actions-cache", "cargo", "Linux-cargo-*"),
    ("buildx-S", "actions-cache", "buildx", "buildx-*"),
    ("Linux-nextjs-H-H", "actions-cache", "nextjs", "Linux-nextjs-*-*"),
    ("trivy-2026-11-25", "actions-cache", "trivy", "trivy-*"),
    ("db-20261125", "actions-cache", "db", "db-*"),
    ("weekly-2026-W48-a", "actions-cache", "weekly", "weekly-*-a"),
    ("advisories-2026-48", "actions-cache", "advisories", "advisories-*"),
    ("bench-12345678901-2", "actions-cache", "bench", "bench-*-*"),
    ("run-1234", "actions-cache", "run", "run-*"),
    ("turbo-Linux-S", "actions-cache", "turbo", "turbo-Linux-*"),
    ("nx-main-a9993e3", "actions-cache", "nx-main", "nx-main-*"),
    ("id-123e4567-e89b-12d3-a456-426614174000", "actions-cache", "id", "id-*"),
    // Nothing of these changes with time: versions, systems, matrix values, pull requests, words.
    ("playwright-1.48.0", "actions-cache", "playwright", "playwright-1.48.0"),
    ("spm-noble-6.3-old", "actions-cache", "spm", "spm-noble-6.3-old"),
    ("avd-default-33", "actions-cache", "avd", "avd-default-33"),
    ("deps-windows-2022-14", "actions-cache", "deps", "deps-windows-2022-14"),
    ("apt-ubuntu-2026-11-25", "actions-cache", "apt", "apt-ubuntu-*"),
    ("wheels-py3.11-macOS-12", "actions-cache", "wheels", "wheels-py3.11-macOS-12"),
    ("e2e-decade", "actions-cache", "e2e-decade", "e2e-decade"),
    ("pr-123-facade", "actions-cache", "pr", "pr-123-facade"),
    ("日本-キャッシュ-2026-11-25", "actions-cache", "日本-キャッシュ", "日本-キャッシュ-*"),
];

#[test]
fn each_form_of_key_is_recognised_and_folded() {
    let full = |text: &str| {
        let upper = |letter: char| match letter {
            'H' => HEX64.to_owned(),
            'S' => SHA1.to_owned(),
            other => other.to_string(),
        };
        // Only the placeholders stand alone between separators.
        let parts = text.split_inclusive(|letter: char| !letter.is_alphanumeric());
        let whole = |part: &str| {
            let end = part.trim_end_matches(|letter: char| !letter.is_alphanumeric());
            if matches!(end, "H" | "S") || end == "v2S" {
                part.chars().map(upper).collect()
            } else {
                part.to_owned()
            }
        };
        parts.map(whole).collect::<String>()
    };
    let mut wrong = Vec::new();
    for (key, client, name, kept) in FORMS {
        let (key, kept) = (full(key), full(kept));
        let families = Families::of([key.as_str()].into_iter());
        let found = (KeyWriter::of(&key).client, families.list[0].name.as_str(), folded(&key, None));
        if found != (client, *name, kept.clone()) {
            wrong.push(format!("{key}: {found:?}, not {:?}", (client, name, kept)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_token_is_what_it_looks_like() {
    let kinds = |key| tokens(key).into_iter().map(|token| token.kind).collect::<Vec<_>>();
    use TokenKind::*;
    assert_eq!(kinds("a-20261125-20269925-W54-W53"), [Word, Date, Number, Word, Date]);
    // An all-letter hash of an unusual length is a word, one of eight letters is not.
    assert_eq!(kinds("facade-defaced-deadbeef"), [Word, Word, Hash]);
    assert_eq!(kinds("Ubuntu-24.04_x86_64+x"), [Platform, Platform, Platform, Word]);
    let versions = [VersionNumber, VersionNumber, VersionNumber, Word, VersionNumber];
    assert_eq!(kinds("node20-go1.22-jdk17-v3-v3.1"), versions);
    assert_eq!(kinds("nix-0p1q2r3s4t5v6w7x8y9z0a1b2c3d4f5g"), [Word, Hash]);
    assert_eq!(kinds("-_| \u{1b}[2J\u{202e}.x"), [VersionNumber, Word]);
}

/// Digits of a hash stand everywhere among its letters. Names have a few, and words.
#[test]
fn a_long_name_with_digits_is_no_hash() {
    let kind = |key: &str| tokens(key)[0].kind;
    for name in [
        "pixel6Api34DebugAndroidTest",
        "IntegrationTestsNet8",
        "iPhone16ProMaxSimulator",
        "iOS17Xcode15iPhone15Pro",
        "ubuntu2204gcc13clang17",
        "integrationtestsnode20",
    ] {
        assert_eq!(kind(name), TokenKind::Word, "{name}");
    }
    for hash in [
        "1b3c0vkkkq9jw6m6qxwsp3nl21fz9r6s8f5v0xd7a0c4v8n4d1ls",
        "7x9k2m4q8z1v5b3n6t0c",
        "A7x9K2m4Q8z1V5b3N6t0Cd9eR2",
        HEX64,
        SHA1,
    ] {
        assert_eq!(kind(hash), TokenKind::Hash, "{hash}");
    }
}

/// Of different tools, only keys without any name share a family.
#[test]
fn keys_without_words_are_named_after_their_tool() {
    let key = |id: u64, tool: &str| entry(id, "refs/heads/main", &format!("{tool}-{id}{SHA1}"), id, 1, 1);
    let found = diagnosis(&[
        key(9, "node20"),
        key(8, "node22"),
        key(7, "py3.12"),
        key(6, "jdk21"),
        key(5, "msvc"),
        key(4, "Linux-x64"),
        key(3, "v3"),
    ]);
    let names: Vec<_> = found.families.iter().map(|of| (of.family.as_str(), of.pattern.as_str())).collect();
    assert_eq!(
        names,
        [
            ("node", "node*"),
            ("py", "py*"),
            ("jdk", "jdk*"),
            ("msvc", "msvc-*"),
            ("(no name)", "*"),
            ("v3", "v3-*")
        ]
    );
}

#[test]
fn the_founding_listing_is_told_by_family() {
    let limit = Bytes(10 << 30);
    let found = diagnosis_of(&[LISTING_22], &Circumstances { limit, ..Circumstances::default() });
    let rows: Vec<_> = found.families.iter().map(|of| (of.family.as_str(), of.entries, of.bytes)).collect();
    // 13 × 357,638,622; 1,524,713,390 + 1,406,601,789 + 1,256,277,934; 2 × 1,030,792,151; 3 × 243,381,480.
    assert_eq!(
        rows,
        [
            ("spm", 13, 4_649_302_086),
            ("avd", 3, 4_187_593_113),
            ("swift", 2, 2_061_584_302),
            ("xcode", 3, 730_144_440),
            ("bun", 1, 32_212_254)
        ]
    );
    // Versions and images are toolchains: no generation replaces another.
    assert!(found.families.iter().all(|family| family.newest_only_bytes == family.bytes));
    assert_eq!(family(&found, "spm").refs, 5);
}

#[test]
fn words_that_differ_are_matrix_values_unless_they_name_a_tool() {
    let found = diagnosis(&[
        entry(1, "refs/heads/main", "app-web-1a2b3c4d5e", 10, 1, 1),
        entry(2, "refs/heads/main", "app-api-1a2b3c4d5e", 10, 1, 1),
        entry(3, "refs/heads/main", "app-cargo-1a2b3c4d5e", 10, 1, 1),
        entry(4, "refs/heads/main", "Linux-app-cargo-2a2b3c4d5e", 10, 1, 1),
        entry(5, "refs/heads/main", "v0-rust-lint-Linux-x64-1a2b3c4d-5e6f7a8b", 10, 1, 1),
        entry(6, "refs/heads/main", "v0-rust-test-Linux-x64-1a2b3c4d-5e6f7a8b", 10, 1, 1),
        entry(7, "refs/heads/main", "0123456789abcdef", 10, 1, 1),
    ]);
    let names: Vec<_> =
        found.families.iter().map(|of| (of.family.as_str(), of.pattern.as_str(), of.entries)).collect();
    assert_eq!(
        names,
        [
            ("app", "app-*", 2),
            ("app-cargo", "*-app-cargo-*", 2),
            ("(no name)", "*", 1),
            ("v0-rust-lint", "v0-rust-lint-*", 1),
            ("v0-rust-test", "v0-rust-test-*", 1),
        ]
    );
}

#[test]
fn only_generations_are_superseded() {
    let main = "refs/heads/main";
    let rust = |id, job: &str, env: &str, lock: &str, hour| {
        entry(id, main, &format!("v0-rust-{job}-Linux-x64-{env}-{lock}"), 100, hour, hour)
    };
    let found = settled(&[
        rust(1, "test", "aaaaaaa1", "bbbbbbb1", 1),
        rust(2, "test", "aaaaaaa1", "bbbbbbb2", 2),
        rust(3, "test", "aaaaaaa1", "bbbbbbb3", 3),
        // Another toolchain, which a leg of the matrix may use.
        rust(4, "test", "aaaaaaa2", "bbbbbbb1", 1),
        // The same key on another ref counts by itself.
        entry(5, "refs/heads/dev", "v0-rust-test-Linux-x64-aaaaaaa1-bbbbbbb1", 100, 1, 1),
    ]);
    let rust = family(&found, "v0-rust-test");
    // 1 and 2 are superseded by 3: of 500 B, 300 B stay.
    assert_eq!(
        (rust.entries, rust.variants, rust.newest_only_bytes, rust.unreachable_bytes),
        (5, 3, 300, 200)
    );
    let kept: Vec<_> =
        found.keep_newest.iter().map(|keep| (keep.n, keep.freed_entries, keep.freed_bytes)).collect();
    assert_eq!(kept, [(1, 2, 200), (2, 1, 100), (3, 0, 0)]);
}

#[test]
fn objects_never_replace_each_other() {
    let blob = |id, digit: char| {
        let hash = HEX64.replacen('0', &digit.to_string(), 1);
        entry(id, "refs/heads/main", &format!("buildkit-blob-1-sha256:{hash}"), 100, id, id)
    };
    let index = |id| entry(id, "refs/heads/main", &format!("index-api-1-f921bd05#{id}"), 1, id, id);
    let found = diagnosis(&[blob(1, 'a'), blob(2, 'b'), index(3), index(4)]);
    assert_eq!(family(&found, "buildkit-blob").newest_only_bytes, 200);
    assert_eq!((found.unreachable_bytes, family(&found, "index-api").newest_only_bytes), (1, 1));
}
