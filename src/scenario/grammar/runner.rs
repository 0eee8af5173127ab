//! The grammar of `[runner.NAME]` and `[ci]`, with GitHub's hosted runners as presets.

use super::distribution;
use super::kind::{Field, Kind, Table};
use super::words;

/// The runners: those of the scenario, and GitHub's labels of standard hosted runners (documentation of
/// GitHub-hosted runners, autumn 2026; Apple silicon has 3 processors, all others have 4).
pub(in crate::scenario) const RUNNERS: Kind = Kind::Map {
    of: &Kind::Table(&RUNNER),
    always: &["ubuntu-latest"],
    presets: &[
        ("ubuntu-latest", &[]),
        ("ubuntu-26.04", &[]),
        ("ubuntu-24.04", &[]),
        ("ubuntu-22.04", &[]),
        ("ubuntu-24.04-arm", &[]),
        ("ubuntu-22.04-arm", &[]),
        ("windows-latest", &[]),
        ("windows-2025", &[]),
        ("windows-2022", &[]),
        ("windows-11-arm", &[]),
        ("macos-latest", APPLE_SILICON),
        ("macos-26", APPLE_SILICON),
        ("macos-15", APPLE_SILICON),
        ("macos-14", APPLE_SILICON),
        ("macos-13", &[]),
        ("macos-26-intel", &[]),
        ("macos-15-intel", &[]),
    ],
};

const APPLE_SILICON: &[(&str, &str)] = &[("cores", "3")];

/// The keys of `[runner.NAME]`.
pub(in crate::scenario) static RUNNER: Table = Table {
    noun: "a runner",
    fields: &[
        Field::optional(
            "os",
            words::SYSTEMS.kind(),
            "Its operating system, `{os}` in keys. If absent, taken from its name: Windows if it contains \
             `windows`, macOS if it contains `macos`, otherwise Linux.",
        ),
        Field::optional(
            "arch",
            words::ARCHITECTURES.kind(),
            "Its processor's architecture, `{arch}` in keys. If absent, taken from its name: ARM if it \
             contains `arm` and on macOS (unless it contains `intel`, `x64`, `large` or `13`), otherwise \
             x86-64.",
        ),
        Field::defaulted("cores", Kind::Integer { min: 1, max: 1_024 }, "4", "Virtual processors.")
            .basis("GitHub's standard runners for public repositories; 3 under the labels of Apple silicon"),
        Field::defaulted("price", Kind::MONEY, "\"0 USD\"", "Price of each started minute.")
            .basis("standard runners are free for public repositories"),
        Field::defaulted("download", Kind::RATE, "\"110 MB/s\"", "Rate of downloads from the cache.")
            .basis("fitted to published restores; reported 40–150 MB/s"),
        Field::defaulted("upload", Kind::RATE, "\"110 MB/s\"", "Rate of uploads to the cache.")
            .basis("fitted to published saves; reported 38–124 MB/s"),
        Field::defaulted(
            "compress",
            Kind::RATE,
            "\"100 MB/s\"",
            "Rate of packing an archive, in unpacked bytes per core: zstd uses all `cores`.",
        )
        .basis("fitted to published saves; measured 157 MB/s on one core"),
        Field::defaulted(
            "extract",
            Kind::RATE,
            "\"600 MB/s\"",
            "Rate of unpacking an archive, in unpacked bytes, regardless of `cores`: unzstd uses one.",
        )
        .basis("fitted to published restores; measured 300–530 MB/s on one slower core"),
        Field::optional(
            "pack",
            Kind::RATE,
            "Rate of packing any archive, in compressed bytes; if set, replaces `compress`.",
        ),
        Field::optional(
            "unpack",
            Kind::RATE,
            "Rate of unpacking any archive, in compressed bytes; if set, replaces `extract`.",
        ),
        Field::defaulted(
            "transfer-noise",
            distribution::FACTOR,
            "{ lognormal = { median = 1.0, sigma = 0.4 } }",
            "Factor on the rate of each transfer.",
        )
        .basis("reported spread"),
        Field::defaulted(
            "stall",
            Kind::RATIO,
            "0.002",
            "Share of downloads of a 1 GB archive that stall: after 10 minutes, the client treats this as \
             a miss. Each 128 MiB segment can stall, so larger archives stall more often.",
        )
        .basis("reported; 0.001–0.005 of downloads"),
        Field::defaulted(
            "speed-noise",
            distribution::FACTOR,
            "{ lognormal = { median = 1.0, sigma = 0.08 } }",
            "Factor on the speed of all work during one job.",
        )
        .basis("assumed; sigma 0.05–0.15"),
        Field::defaulted(
            "boot",
            distribution::DURATION,
            "{ lognormal = { median = \"8 s\", sigma = 0.4 } }",
            "Time from assignment to the first step.",
        )
        .basis("assumed; 3–20 s"),
        Field::defaulted(
            "concurrency",
            Kind::Or(words::UNLIMITED.words, &Kind::Integer { min: 1, max: 100_000 }),
            "\"unlimited\"",
            "Maximum number of concurrent jobs on this kind of runner.",
        ),
        Field::optional(
            "disk",
            Kind::BYTES,
            "Free disk space at the start of a job; a job that needs more fails. If absent, jobs never run \
             out of disk (reported free on hosted runners: 20 GiB, or 65–90 GiB on the larger machine).",
        ),
    ],
};

/// The keys of `[ci]`.
pub(super) static CI: Table = Table {
    noun: "what the organisation may run",
    fields: &[Field::defaulted(
        "job-concurrency",
        Kind::Or(words::UNLIMITED.words, &Kind::Integer { min: 1, max: 100_000 }),
        "20",
        "Maximum number of concurrent jobs, over all kinds of runners.",
    )
    .basis("GitHub's Free plan; Pro 40, Team 60, Enterprise 500")],
};
