use super::kind::{Field, Kind, Table};

/// `[workload]`.
pub(super) static WORKLOAD: Table = Table {
    noun: "who pushes what and when",
    fields: &[Field::defaulted(
        "pushes-per-day",
        Kind::Number { min: 0.0, max: 10_000.0 },
        "6",
        "Pushes per day, to the default branch and pull requests together.",
    )
    .basis("assumed; a small team, range 1–50")],
};
