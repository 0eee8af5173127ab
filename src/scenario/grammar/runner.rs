use super::kind::{Field, Kind, Quantity, Table};

/// `[runner.NAME]`.
pub(super) static RUNNER: Table = Table {
    noun: "a runner",
    fields: &[
        Field::defaulted("cores", Kind::Integer { min: 1, max: 1_024 }, "4", "Virtual processors.")
            .basis("GitHub's standard Linux runner for public repositories"),
        Field::defaulted("price", Kind::MONEY, "\"0 USD\"", "What a started minute costs.")
            .basis("standard runners are free for public repositories"),
        Field::defaulted("download", Kind::RATE, "\"80 MB/s\"", "Rate of downloads from the cache.")
            .basis("reported 40–110 MB/s"),
        Field::defaulted("upload", Kind::RATE, "\"100 MB/s\"", "Rate of uploads to the cache.")
            .basis("reported 38–124 MB/s"),
        Field::defaulted(
            "pack",
            Kind::RATE,
            "\"60 MB/s\"",
            "Rate of packing an archive, in compressed bytes.",
        )
        .basis("reported 250–350 MB/s uncompressed, at a ratio of 4–7"),
        Field::defaulted(
            "unpack",
            Kind::RATE,
            "\"60 MB/s\"",
            "Rate of unpacking an archive, in compressed bytes.",
        )
        .basis("reported 250–400 MB/s uncompressed, at a ratio of 4–7"),
        Field::defaulted(
            "transfer-noise",
            Kind::Distribution(Quantity::Factor),
            "{ lognormal = { median = 1.0, sigma = 0.4 } }",
            "Factor on the rate of each single transfer.",
        )
        .basis("reported spread"),
        Field::defaulted(
            "speed-noise",
            Kind::Distribution(Quantity::Factor),
            "{ lognormal = { median = 1.0, sigma = 0.08 } }",
            "Factor on the speed of all work during one job.",
        )
        .basis("assumed; sigma 0.05–0.15"),
        Field::defaulted(
            "boot",
            Kind::Distribution(Quantity::Duration),
            "{ lognormal = { median = \"8 s\", sigma = 0.4 } }",
            "Time from being assigned to the first step.",
        )
        .basis("assumed; 3–20 s"),
        Field::defaulted(
            "concurrency",
            Kind::Or(&[("unlimited", "no limit")], &Kind::Integer { min: 1, max: 100_000 }),
            "\"unlimited\"",
            "Jobs that run on this kind of runner at once.",
        ),
        Field::optional(
            "disk",
            Kind::BYTES,
            "Free disk space at the start of a job: one that needs more fails. If absent, it never does (reported \
             free on hosted runners: 20 GiB, or 65–90 GiB on the larger machine).",
        ),
    ],
};

/// `[ci]`.
pub(super) static CI: Table = Table {
    noun: "what the organisation may run",
    fields: &[Field::defaulted(
        "job-concurrency",
        Kind::Or(&[("unlimited", "no limit")], &Kind::Integer { min: 1, max: 100_000 }),
        "20",
        "Jobs that run at once, over all kinds of runners.",
    )
    .basis("GitHub's Free plan; Pro 40, Team 60, Enterprise 500")],
};
