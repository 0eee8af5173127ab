use super::kind::{Field, Kind, Table};

/// `[runner.NAME]`.
pub(super) static RUNNER: Table = Table {
    noun: "a runner",
    fields: &[
        Field::defaulted(
            "cores",
            Kind::Integer { min: 1, max: 1_024 },
            "4",
            "Processor cores a build can use.",
        )
        .basis("GitHub's standard Linux runner for public repositories"),
        Field::defaulted(
            "price-per-minute",
            Kind::MONEY,
            "\"0 USD\"",
            "What a started minute costs; 0 for standard runners of public repositories.",
        ),
    ],
};
