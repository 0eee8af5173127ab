//! The grammar of distributions: the shapes that can be written in place of a quantity. Exactly one shape
//! is written.

use super::kind::{Field, Kind, Quantity, Table};

/// A size, or a distribution of sizes.
pub(super) const BYTES: Kind = Kind::Distribution(Quantity::Bytes, &SHAPES_OF_BYTES);
/// A duration, or a distribution of durations.
pub(super) const DURATION: Kind = Kind::Distribution(Quantity::Duration, &SHAPES_OF_DURATION);
/// A factor, or a distribution of factors.
pub(super) const FACTOR: Kind = Kind::Distribution(Quantity::Factor, &SHAPES_OF_FACTOR);

macro_rules! shapes {
    ($name:ident, $kind:expr) => {
        static $name: Table = Table {
            noun: "a distribution",
            fields: &[
                Field::optional(
                    "lognormal",
                    Kind::Table(&Table {
                        noun: "a log-normal distribution",
                        fields: &[
                            Field::required("median", $kind, "The median; more than 0."),
                            Field::required(
                                "sigma",
                                Kind::Number { min: 0.0, max: 5.0 },
                                "The standard deviation of the natural logarithm.",
                            ),
                        ],
                    }),
                    "Many small values and few large ones: the logarithm is normally distributed.",
                ),
                Field::optional(
                    "uniform",
                    Kind::Table(&Table {
                        noun: "a uniform distribution",
                        fields: &[
                            Field::required("low", $kind, "The smallest value."),
                            Field::required("high", $kind, "The largest value, at least `low`."),
                        ],
                    }),
                    "Every value between two bounds is equally likely.",
                ),
                Field::optional(
                    "exponential",
                    Kind::Table(&Table {
                        noun: "an exponential distribution",
                        fields: &[Field::required("mean", $kind, "The mean.")],
                    }),
                    "Waiting times between independent events.",
                ),
            ],
        };
    };
}

shapes!(SHAPES_OF_BYTES, Kind::BYTES);
shapes!(SHAPES_OF_DURATION, Kind::DURATION);
shapes!(SHAPES_OF_FACTOR, Kind::FACTOR);
