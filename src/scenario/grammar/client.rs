//! The grammar of a job's `cache`: the keys of each cache client. Those of actions with archives of their own
//! are in `action`, those of BuildKit in `buildkit`.

use super::action::{self, GAP_SHARE, RATIO, SAVE_IF, SAVE_ON};
use super::buildkit::{BUILDKIT_GHA, BUILDKIT_INLINE, BUILDKIT_REGISTRY, BUILDKIT_S3};
use super::distribution;
use super::kind::{Field, Kind, Table};
use super::words;

/// The keys of `cache` in a job: one for each client.
pub(super) static CLIENTS: Table = Table { noun: "the cache clients of a job", fields: &FIELDS };

static FIELDS: [Field; FIRST.len() + action::COUNT + LAST.len()] = {
    let mut fields = [FIRST[0]; FIRST.len() + action::COUNT + LAST.len()];
    let mut place = 0;
    while place < fields.len() {
        fields[place] = if place < FIRST.len() {
            FIRST[place]
        } else if place < FIRST.len() + action::COUNT {
            action::field(place - FIRST.len())
        } else {
            LAST[place - FIRST.len() - action::COUNT]
        };
        place += 1;
    }
    fields
};

static FIRST: [Field; 3] = [
    Field::optional("rust-cache", Kind::Switch(&RUST_CACHE), "Swatinem/rust-cache."),
    Field::optional(
        "setup-rust-toolchain",
        Kind::Switch(&SETUP_RUST_TOOLCHAIN),
        "actions-rust-lang/setup-rust-toolchain: it runs rust-cache, so this is `rust-cache` with its \
         defaults, and results call it that.",
    ),
    Field::optional(
        "actions-cache",
        Kind::Tables(&ACTIONS_CACHE),
        "actions/cache; a list for several steps.",
    ),
];

static LAST: [Field; 5] = [
    Field::optional("sccache", Kind::Switch(&SCCACHE), "sccache as the compiler's wrapper."),
    Field::optional("buildkit-gha", Kind::Switch(&BUILDKIT_GHA), "BuildKit with `type=gha`."),
    Field::optional("buildkit-registry", Kind::Switch(&BUILDKIT_REGISTRY), "BuildKit with `type=registry`."),
    Field::optional("buildkit-s3", Kind::Switch(&BUILDKIT_S3), "BuildKit with `type=s3`."),
    Field::optional("buildkit-inline", Kind::Switch(&BUILDKIT_INLINE), "BuildKit with `type=inline`."),
];

const BACKGROUND: Field = Field::defaulted(
    "background",
    Kind::Or(words::BACKGROUND.words, &Kind::Bool),
    "false",
    "If true, it restores beside the restores and steps behind it (`background: true`, `parallel`), and the job \
     waits for it before it builds (`wait`).",
);

const LOOKUP_ONLY: Field = Field::defaulted(
    "lookup-only",
    Kind::Bool,
    "false",
    "Whether entries are looked up without being restored.",
);

static RUST_CACHE: Table = Table { noun: "the client rust-cache", fields: &RUST_CACHE_FIELDS };

/// The client setup-rust-toolchain: rust-cache with the defaults of that action.
pub(in crate::scenario) static SETUP_RUST_TOOLCHAIN: Table =
    Table { noun: "the cache of setup-rust-toolchain", fields: &SETUP_RUST_TOOLCHAIN_FIELDS };

static SETUP_RUST_TOOLCHAIN_FIELDS: [Field; RUST_CACHE_FIELDS.len()] = {
    let mut fields = RUST_CACHE_FIELDS;
    let mut place = 0;
    while place < fields.len() {
        match fields[place].name.as_bytes() {
            b"on-failure" => fields[place] = ON_FAILURE,
            b"environment" => fields[place] = ENVIRONMENT,
            _ => {}
        }
        place += 1;
    }
    fields
};

const ON_FAILURE_DOC: &str =
    "`cache-on-failure`: whether a job saves that has failed, is cancelled or out of time.";

const ON_FAILURE: Field =
    Field::defaulted("on-failure", Kind::Bool, "true", ON_FAILURE_DOC).basis("the action's default");

/// The variables that setup-rust-toolchain sets and rust-cache hashes, as TOML.
const SETUP_RUST: &str = "\"CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0 CARGO_REGISTRIES_CRATES_IO_PROTOCOL=sparse \
     CARGO_TERM_COLOR=always CARGO_UNSTABLE_SPARSE_REGISTRY=true RUSTFLAGS=-D warnings RUST_BACKTRACE=short\"";

/// How the word of `environment` begins that stands for the compiler, where it is not the newest stable one. rust-cache
/// hashes the compiler's version beside the variables, so unlike these it cannot be made the same in all jobs.
pub const COMPILER_WORD: &str = "RUSTC=";

/// The default `environment` of setup-rust-toolchain.
pub fn setup_rust_environment() -> &'static str {
    SETUP_RUST.trim_matches('"')
}

const ENVIRONMENT: Field = Field::defaulted(
    "environment",
    Kind::Text(2_000),
    SETUP_RUST,
    "The environment variables in the key. sccache in the same job adds its own.",
)
.basis("what the action sets");

const RUST_CACHE_FIELDS: [Field; 17] = [
    Field::optional(
        "size",
        Kind::BYTES,
        "Size of its entry with one generation of crates, including `registry`. Each change of the \
             lock file adds to it until the compiler changes, so a listing shows more. In a job with \
             `compile`, the flavour determines it instead.",
    ),
    GAP_SHARE,
    Field::optional(
        "registry",
        Kind::BYTES,
        "The part of the entry that is not compiled crates: `.crate` files, the index, sources of \
             `-sys` crates. \
             If absent, 0.2 GB (measured 0.15–0.3), but at most a fifth of `size`.",
    ),
    Field::defaulted(
        "registry-rate",
        Kind::RATE,
        "\"10 MB/s\"",
        "Rate at which cargo downloads `registry` again after a miss. In a job with `cold` and `warm`, \
             which include this time, it has an effect only with `cache-targets = false`.",
    )
    .basis("assumed; 5–30 MB/s: hundreds of small files from crates.io"),
    Field::defaulted("prefix-key", Kind::LINE, "\"v0-rust\"", "`prefix-key`.").basis("the action's default"),
    Field::defaulted(
        "shared-key",
        Kind::LINE,
        "\"\"",
        "`shared-key`: used in the key instead of `key` and the job's name.",
    ),
    Field::defaulted("key", Kind::LINE, "\"\"", "`key`: used in the key before the job's name."),
    Field::defaulted(
        "add-job-id-key",
        Kind::Bool,
        "true",
        "`add-job-id-key`: whether the key contains the job's name.",
    ),
    Field::defaulted(
        "environment",
        Kind::Text(2_000),
        "\"\"",
        "The environment variables in the key. sccache in the same job adds its own.",
    ),
    SAVE_IF,
    SAVE_ON,
    BACKGROUND,
    Field::defaulted("on-failure", Kind::Bool, "false", ON_FAILURE_DOC),
    LOOKUP_ONLY,
    Field::optional(
        "cache-targets",
        Kind::Bool,
        "`cache-targets`: whether the target folder is stored; true if absent. If false, the entry \
             contains only `registry`, and the job compiles all its crates in every run. `size` and `warm` \
             still include it.",
    ),
    Field::optional(
        "cache-workspace-crates",
        Kind::Bool,
        "`cache-workspace-crates`: whether the workspace's own crates (`workspace-archive`) are also \
             stored; false if absent. Every run still compiles them, because a checkout makes all sources \
             newer than the restored files.",
    ),
    Field::optional(
        "cache-all-crates",
        Kind::Bool,
        "`cache-all-crates`: whether the whole registry is stored; false if absent. If true, the entry \
             also contains the crates' sources, and versions no longer in the lock file stay until the \
             compiler changes. `registry` and `size` do not include this.",
    ),
];

static ACTIONS_CACHE: Table = Table {
    noun: "a step with actions/cache",
    fields: &[
        Field::required("key", Kind::Text(512), "The key with placeholders, such as \"Linux-cargo-{lock}\"."),
        Field::defaulted(
            "restore-keys",
            Kind::List(&Kind::Text(512)),
            "[]",
            "Prefixes to fall back to, in order.",
        ),
        Field::defaulted(
            "action",
            words::ARCHIVE_STEPS.kind(),
            "\"cache\"",
            "The step: actions/cache itself, `actions/cache/restore` or `actions/cache/save`.",
        ),
        Field::optional(
            "path",
            Kind::Text(1024),
            "The input `path` as the workflow has it, lines joined by `|`; it takes the placeholders of `key`. An entry is \
             found only by steps with the same `path`, whatever its key. If absent, that of all steps which do not state \
             it and have the same `paths`.",
        ),
        Field::defaulted(
            "paths",
            words::PATHS.kind(),
            "\"other\"",
            "What is archived. Compiled crates are useless on another system. Anything else is assumed to \
             be downloads, which are the same on all systems: if yours are not, put `{os}` and `{arch}` \
             into the key.",
        ),
        Field::optional(
            "size",
            distribution::BYTES,
            "Size of the archive; needed unless the paths are \"target\" in a job that compiles.",
        ),
        GAP_SHARE,
        Field::optional(
            "unpacked-ratio",
            RATIO,
            "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 4.5 for \
             the paths \"target\" (the flavour's own in a job that compiles), otherwise 2 (assumed; 1 for \
             files that are already compressed, 5 for unpacked packages).",
        ),
        Field::optional(
            "miss",
            Kind::DURATION,
            "Extra time of the job after a miss; 0 s if absent. Not in a measured job.",
        ),
        Field::optional(
            "partial",
            Kind::DURATION,
            "Extra time of the job after a prefix hit; 0 s if absent, so that a prefix hit counts as an exact hit.",
        ),
        Field::optional(
            "ages",
            Kind::Table(&AGING),
            "How the content that this step finds loses value with each change since its save, whichever step saved it; \
             if absent, a hit is worth the same however old the entry is.",
        ),
        SAVE_IF,
        SAVE_ON,
        Field::defaulted(
            "overwrite",
            Kind::Bool,
            "false",
            "With `action = \"save\"`: whether a step before it deletes the entry under its key on the run's ref \
             (`gh cache delete KEY --ref REF`), so that the save replaces it.",
        ),
        BACKGROUND,
        Field::defaulted(
            "skip-after-hit",
            Kind::Bool,
            "false",
            "With `action = \"save\"`: whether it is skipped when the job has restored exactly its key \
             (`if: steps.….outputs.cache-hit != 'true'`).",
        ),
        Field::defaulted(
            "on-failure",
            Kind::Bool,
            "false",
            "Whether a failed job saves (`if: \"!cancelled()\"` on a step that saves). Of `paths = \"other\"`, \
             the entry then holds only what was made by then.",
        ),
        Field::defaulted(
            "on-cancel",
            Kind::Bool,
            "false",
            "Whether a job that is cancelled or out of time saves what was made by then, if that takes at most \
             five minutes, and a failed job, too (`if: always()` on a step that saves).",
        ),
        LOOKUP_ONLY,
        Field::defaulted(
            "fail-on-cache-miss",
            Kind::Bool,
            "false",
            "Whether the job fails if neither the key nor a restore key finds an entry.",
        ),
        Field::defaulted(
            "cross-os",
            Kind::Bool,
            "false",
            "`enableCrossOsArchive`: whether Windows shares entries with other systems.",
        ),
    ],
};

static AGING: Table = Table {
    noun: "how content ages",
    fields: &[
        Field::defaulted("input", Kind::LINE, "\"source\"", "The input whose changes make content useless."),
        Field::required(
            "changed",
            Kind::RATIO,
            "The share of the content that one change of the input makes useless: the job builds it again, \
             which takes this share of a miss.",
        ),
    ],
};

static SCCACHE: Table = Table {
    noun: "the client sccache",
    fields: &[
        Field::defaulted("store", words::STORES.kind(), "\"gha\"", "Where objects are kept."),
        Field::optional(
            "object-bytes",
            Kind::BYTES,
            "In a measured job: total size of all external objects; the size of the archive if absent.",
        ),
        Field::optional(
            "objects",
            Kind::Integer { min: 1, max: 20_000 },
            "In a measured job: how many objects its libraries are (\"Cache hits\" and \"Cache misses\" of \
             `sccache --show-stats`). If absent, as many as the project has libraries.",
        ),
        GAP_SHARE,
        Field::defaulted(
            "read",
            distribution::DURATION,
            "{ uniform = { low = \"0.1 s\", high = \"0.3 s\" } }",
            "Time of one look-up, without the transfer.",
        )
        .basis("reported means 0.11–0.32 s"),
        Field::defaulted(
            "write",
            distribution::DURATION,
            "{ uniform = { low = \"0.15 s\", high = \"0.45 s\" } }",
            "Time of one write, without the transfer.",
        )
        .basis("reported means 0.14–0.45 s"),
        Field::defaulted("read-only", Kind::Bool, "false", "`SCCACHE_GHA_RW_MODE=READ_ONLY`."),
        SAVE_IF,
        SAVE_ON,
        Field::defaulted(
            "releases",
            Kind::List(&Kind::TIME),
            "[]",
            "Times at which the action starts to install a newer version: each version starts with an \
             empty namespace.",
        ),
        Field::defaulted(
            "deterministic",
            Kind::RATIO,
            "0.95",
            "Probability that compiling a unit again gives the same bytes, so its dependants still hit.",
        )
        .basis("assumed; 0.8–1"),
    ],
};
