//! The grammar of `[runner.NAME]` and `[ci]`, with GitHub's hosted runners as presets.

use super::distribution;
use super::kind::{Field, Kind, Preset, Table};
use super::words;

/// The runners: those of the scenario, and GitHub's labels of hosted runners. (Documentation of GitHub, read
/// in November 2026: `github-hosted-runners.md`, `larger-runners.md` and `actions-runner-pricing.md`. Standard
/// runners are free in public repositories and have 2 instead of 4 processors in private ones, Apple silicon
/// 3 in both; larger runners cost the same in both. An organisation names its larger runners itself; those
/// with `-cores` have the names that GitHub proposes.)
pub(in crate::scenario) const RUNNERS: Kind =
    Kind::Map { of: &Kind::Table(&RUNNER), always: &["ubuntu-latest"], presets: HOSTED };

#[rustfmt::skip]
const HOSTED: &[Preset] = &[
    linux("ubuntu-latest"),
    linux("ubuntu-26.04"),
    linux("ubuntu-24.04"),
    linux("ubuntu-22.04"),
    Preset { name: "ubuntu-slim", own: &[("cores", "1")], private: &[("price", "\"0.002 USD\"")] },
    linux_arm("ubuntu-24.04-arm"),
    linux_arm("ubuntu-22.04-arm"),
    windows("windows-latest"),
    windows("windows-2025"),
    windows("windows-2022"),
    windows_arm("windows-11-arm"),
    apple_silicon("macos-latest"),
    apple_silicon("macos-26"),
    apple_silicon("macos-15"),
    apple_silicon("macos-14"),
    intel_mac("macos-13"),
    intel_mac("macos-26-intel"),
    intel_mac("macos-15-intel"),
    larger("macos-latest-large", &[("cores", "12"), ("price", "\"0.077 USD\"")]),
    larger("macos-26-large", &[("cores", "12"), ("price", "\"0.077 USD\"")]),
    larger("macos-15-large", &[("cores", "12"), ("price", "\"0.077 USD\"")]),
    larger("macos-14-large", &[("cores", "12"), ("price", "\"0.077 USD\"")]),
    larger("macos-13-large", &[("cores", "12"), ("price", "\"0.077 USD\"")]),
    larger("macos-latest-xlarge", &[("cores", "5"), ("price", "\"0.102 USD\"")]),
    larger("macos-26-xlarge", &[("cores", "5"), ("price", "\"0.102 USD\"")]),
    larger("macos-15-xlarge", &[("cores", "5"), ("price", "\"0.102 USD\"")]),
    larger("macos-14-xlarge", &[("cores", "5"), ("price", "\"0.102 USD\"")]),
    larger("ubuntu-latest-4-cores", &[("cores", "4"), ("price", "\"0.012 USD\"")]),
    larger("ubuntu-latest-8-cores", &[("cores", "8"), ("price", "\"0.022 USD\"")]),
    larger("ubuntu-latest-16-cores", &[("cores", "16"), ("price", "\"0.042 USD\"")]),
    larger("ubuntu-latest-32-cores", &[("cores", "32"), ("price", "\"0.082 USD\"")]),
    larger("ubuntu-latest-64-cores", &[("cores", "64"), ("price", "\"0.162 USD\"")]),
    larger("ubuntu-latest-96-cores", &[("cores", "96"), ("price", "\"0.252 USD\"")]),
    larger("ubuntu-24.04-arm-4-cores", &[("cores", "4"), ("price", "\"0.008 USD\"")]),
    larger("ubuntu-24.04-arm-8-cores", &[("cores", "8"), ("price", "\"0.014 USD\"")]),
    larger("ubuntu-24.04-arm-16-cores", &[("cores", "16"), ("price", "\"0.026 USD\"")]),
    larger("ubuntu-24.04-arm-32-cores", &[("cores", "32"), ("price", "\"0.05 USD\"")]),
    larger("ubuntu-24.04-arm-64-cores", &[("cores", "64"), ("price", "\"0.098 USD\"")]),
    larger("windows-latest-4-cores", &[("cores", "4"), ("price", "\"0.022 USD\"")]),
    larger("windows-latest-8-cores", &[("cores", "8"), ("price", "\"0.042 USD\"")]),
    larger("windows-latest-16-cores", &[("cores", "16"), ("price", "\"0.082 USD\"")]),
    larger("windows-latest-32-cores", &[("cores", "32"), ("price", "\"0.162 USD\"")]),
    larger("windows-latest-64-cores", &[("cores", "64"), ("price", "\"0.322 USD\"")]),
    larger("windows-latest-96-cores", &[("cores", "96"), ("price", "\"0.552 USD\"")]),
];

const fn linux(name: &'static str) -> Preset {
    Preset { name, own: &[], private: &[("cores", "2"), ("price", "\"0.006 USD\"")] }
}

const fn linux_arm(name: &'static str) -> Preset {
    Preset { name, own: &[], private: &[("cores", "2"), ("price", "\"0.005 USD\"")] }
}

const fn windows(name: &'static str) -> Preset {
    Preset { name, own: &[], private: &[("cores", "2"), ("price", "\"0.010 USD\"")] }
}

const fn windows_arm(name: &'static str) -> Preset {
    Preset { name, own: &[], private: &[("cores", "2"), ("price", "\"0.008 USD\"")] }
}

const fn apple_silicon(name: &'static str) -> Preset {
    Preset { name, own: &[("cores", "3")], private: &[("price", "\"0.062 USD\"")] }
}

const fn intel_mac(name: &'static str) -> Preset {
    Preset { name, own: &[], private: &[("price", "\"0.062 USD\"")] }
}

const fn larger(name: &'static str, own: &'static [(&'static str, &'static str)]) -> Preset {
    Preset { name, own, private: &[] }
}

/// True if it is one of GitHub's labels of hosted runners, in upper or lower case, which a scenario need not define.
pub fn is_hosted_label(label: &str) -> bool {
    HOSTED.iter().any(|preset| preset.name.eq_ignore_ascii_case(label))
}

/// The disk that is usually free under a label of GitHub's, in bytes. On standard runners with Linux or Windows
/// it is what users report, 65–90 GiB and in private repositories 20 GiB; GitHub promises 14 GB there. On macOS
/// and on larger runners it is what GitHub promises (`larger-runners.md`, read in November 2026).
pub(in crate::scenario) fn usual_disk(label: &str, is_private: bool) -> Option<u64> {
    let preset = HOSTED.iter().find(|preset| preset.name == label)?;
    let is_larger = preset.name.ends_with("-cores");
    let gigabytes = match preset.default("cores", false) {
        _ if label.starts_with("macos-") => 14,
        Some("4") if is_larger => 150,
        Some("8") if is_larger => 300,
        Some("16") if is_larger => 600,
        Some("32") if is_larger => 1_200,
        _ if is_larger => 2_040,
        _ => return Some(if is_private { 20 << 30 } else { 65 << 30 }),
    };
    Some(gigabytes * 1_000_000_000)
}

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
        Field::defaulted("cores", Kind::Integer { min: 1, max: 1_024 }, "4", "Virtual processors.").basis(
            "GitHub's standard runners in public repositories, 2 in private ones (`ci.visibility`); \
                 other labels of GitHub's, their own",
        ),
        Field::defaulted("price", Kind::MONEY, "\"0 USD\"", "Price of each started minute.").basis(
            "standard runners are free for public repositories; in private ones and for larger runners \
                 GitHub's price of November 2026",
        ),
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
            MOST,
            "\"unlimited\"",
            "Maximum number of concurrent jobs on this kind of runner.",
        ),
        Field::defaulted(
            "keeps",
            words::KEPT_FILES.kind(),
            "\"nothing\"",
            "Which files its machines keep between jobs, as self-hosted runners do. There are as many machines as \
             `concurrency` says, 256 at most; a job gets the one that has been idle longest, and finds what earlier jobs \
             have left there. Layers of images are not kept.",
        ),
        Field::optional(
            "disk",
            Kind::BYTES,
            "Free disk space at the start of a job; a job that needs more fails. If absent, jobs never run \
             out of disk (reported free on hosted runners: 20 GiB, or 65–90 GiB on the larger machine), and \
             `check` warns of a job that needs more than is usual under a label of GitHub's.",
        ),
    ],
};

/// The keys of `[ci]`.
pub(super) static CI: Table = Table {
    noun: "what the organisation may run",
    fields: &[
        Field::defaulted(
            "job-concurrency",
            MOST,
            "20",
            "How many jobs may run at once on GitHub's standard runners. Larger runners have a limit of their own \
             (1,000), which is not simulated; runners with other labels have none.",
        )
        .basis("GitHub's Free plan; Pro 40, Team 60, Enterprise 500"),
        Field::optional(
            "macos-concurrency",
            MOST,
            "Maximum number of concurrent jobs on GitHub's macOS runners together, standard and larger; 5 if \
             absent (GitHub's Free, Pro and Team plans; Enterprise 50). Runners with other labels do not count.",
        ),
        Field::optional(
            "visibility",
            words::VISIBILITIES.kind(),
            "Who can see the repository. GitHub's standard runners have fewer processors and a price in \
             private ones. If absent, the repository is public.",
        ),
    ],
};

const MOST: Kind = Kind::Or(words::UNLIMITED.words, &Kind::Integer { min: 1, max: 100_000 });
