use super::kind::{Field, Kind, Table};

/// `[[expect]]`.
pub(super) static EXPECT: Table = Table {
    noun: "an expectation",
    fields: &[
        Field::required("metric", Kind::LINE, "The name of a metric."),
        Field::optional("min", Kind::Number { min: -1e15, max: 1e15 }, "The least value that is accepted."),
        Field::optional("max", Kind::Number { min: -1e15, max: 1e15 }, "The largest value that is accepted."),
    ],
};
