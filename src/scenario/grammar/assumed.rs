//! The grammar of `[assumed]`: ranges of values that were not measured.

use super::kind::{Field, Kind, Table};

/// The keys of a table in `[assumed]`.
pub(super) static ASSUMED: Table = Table {
    noun: "a range of what is assumed",
    fields: &[
        Field::required(
            "range",
            Kind::List(&Kind::LINE),
            "From the least to the largest value it may have, as `sweep --vary` takes it: \"2..10\", \
             \"0.5 GB..1.5 GB\", \"1..100:log\" where ratios matter. Of a setting without anything in between, \
             its alternatives: [\"evict\", \"reject\"].",
        ),
        Field::defaulted(
            "also",
            Kind::List(&Kind::LINE),
            "[]",
            "Further paths that have the same value: what is one thing in the world is varied as one.",
        ),
        Field::defaulted("basis", Kind::Text(2_000), "\"\"", "Where the range comes from."),
    ],
};
