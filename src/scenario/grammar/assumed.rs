//! The grammar of `[assumed]`: ranges of values that were not measured.

use super::kind::{Field, Kind, Table};

/// How likely an alternative is, relative to the others.
const WEIGHT: Kind = Kind::Number { min: 0.0, max: 1e6 };

/// The keys of a table in `[assumed]`.
pub(super) static ASSUMED: Table = Table {
    noun: "a range of an assumed value",
    fields: &[
        Field::required(
            "range",
            Kind::PlainOrTable(&Kind::List(&Kind::LINE), &Kind::map(&WEIGHT)),
            "The range of possible values, in the syntax of `sweep --vary`: \"2..10\", \"0.5 GB..1.5 GB\", \
             or \"1..100:log\" if ratios matter. For a setting with discrete values, a list of \
             alternatives: [\"evict\", \"reject\"], or how likely each is: { evict = 0.8, reject = 0.2 }.",
        ),
        Field::defaulted(
            "also",
            Kind::List(&Kind::Text(500)),
            "[]",
            "Other paths with the same value: they are varied together because they are one thing in the \
             world.",
        ),
        Field::defaulted("basis", Kind::Text(2_000), "\"\"", "Source of the range."),
    ],
};
