use super::kind::{Field, Kind, Table};

/// `[project]`.
pub(super) static PROJECT: Table = Table {
    noun: "what is compiled",
    fields: &[Field::optional(
        "crates",
        Kind::File,
        "The crate graph: a CSV file with the columns crate, version, kind and dependencies.",
    )],
};
