//! The grammar of `[project]`: the crates that are compiled, and the flavours in which they are.

use super::kind::{Field, Kind, Table};

/// The keys of `[project]`.
pub(super) static PROJECT: Table = Table {
    noun: "what is compiled",
    fields: &[
        Field::optional(
            "crates",
            Kind::File,
            "The crate graph (a CSV file). If absent, a graph of `external-crates` independent crates.",
        ),
        Field::defaulted(
            "external-crates",
            Kind::Integer { min: 1, max: 200_000 },
            "300",
            "Number of external crates if no graph is given.",
        )
        .basis("assumed; 50–1,000"),
        Field::defaulted(
            "base-image-period",
            Kind::DURATION,
            "\"30 d\"",
            "How often a base image with a moving tag is replaced.",
        )
        .basis("assumed; 14–60 d"),
        Field::defaulted(
            "flavour",
            Kind::map(&Kind::Table(&FLAVOUR)),
            "{}",
            "Ways of compiling the sources: each is a command with a profile, such as a debug test build.",
        ),
    ],
};

/// The keys of `[project.flavour.NAME]`.
static FLAVOUR: Table = Table {
    noun: "a way of compiling",
    fields: &[
        Field::optional(
            "profile",
            Kind::LINE,
            "The cargo profile, such as `dev`: flavours of one profile share the objects of C and C++ files. If absent, the flavour's own name.",
        ),
        Field::required("dependency-work", Kind::DURATION, "Core time to compile every external crate."),
        Field::defaulted(
            "workspace-work",
            Kind::DURATION,
            "\"0 s\"",
            "Core time to compile every workspace crate.",
        ),
        Field::defaulted(
            "tail",
            Kind::DURATION,
            "\"0 s\"",
            "Time on one core after the last crate: linking, running tests.",
        ),
        Field::defaulted(
            "work-sigma",
            SIGMA,
            "1.5",
            "Spread of the work over crates: sigma of its logarithm.",
        )
        .basis("measured on 430 units of sccache's own repository"),
        Field::defaulted(
            "work-slope",
            Kind::Number { min: 0.0, max: 3.0 },
            "1.3",
            "Exponent with which a crate's work grows with 1 + the number of its direct dependencies.",
        )
        .basis("measured on 156 crates of cache-budget's own build: 1.29, rank correlation 0.51"),
        Field::optional(
            "dependency-objects",
            Kind::BYTES,
            "Compressed size of all external objects as sccache stores them; if absent, `dependency-archive`.",
        ),
        Field::defaulted(
            "workspace-objects",
            Kind::BYTES,
            "\"0.1 GB\"",
            "Compressed size of all workspace objects as sccache stores them.",
        )
        .basis("assumed; 0.03–0.3 GB"),
        Field::defaulted("object-sigma", SIGMA, "1.57", "Spread of object sizes: sigma of their logarithm.")
            .basis("measured on 331 objects of sccache's own repository"),
        Field::required(
            "dependency-archive",
            Kind::BYTES,
            "Compressed size of what rust-cache stores of all external crates.",
        ),
        Field::defaulted(
            "unpacked-ratio",
            Kind::Number { min: 1.0, max: 100.0 },
            "4.5",
            "Unpacked size ÷ compressed size of the target folder: for disk use, packing and unpacking.",
        )
        .basis("the mean of four projects, measured 3.9–6.9"),
        Field::defaulted(
            "workspace-archive",
            Kind::BYTES,
            "\"0 B\"",
            "Compressed size of the rest of the target folder; actions/cache stores it, rust-cache only \
             with `cache-workspace-crates`.",
        ),
        Field::defaulted(
            "workspace-cacheable",
            Kind::Bool,
            "true",
            "Whether sccache can cache workspace libraries; not under clippy.",
        ),
        Field::defaulted(
            "native-cacheable",
            Kind::Bool,
            "true",
            "Whether C and C++ files of native crates go through sccache, as the crate `cc` does if \
             `RUSTC_WRAPPER` names sccache; not with a custom `CC`.",
        )
        .basis("source of the crate `cc`"),
        Field::defaulted(
            "cacheable-share",
            Kind::RATIO,
            "1",
            "Share of external libraries whose compiler calls sccache accepts.",
        )
        .basis("assumed; 0.9–1"),
        Field::defaulted(
            "checks-only",
            Kind::Bool,
            "false",
            "Whether crates are only checked (`cargo check`, clippy); the dependencies of macros are still \
             compiled.",
        ),
    ],
};

const SIGMA: Kind = Kind::Number { min: 0.0, max: 5.0 };
