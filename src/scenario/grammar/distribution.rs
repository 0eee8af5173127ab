use super::kind::{Field, Kind, Quantity, Table};

/// The shapes that may stand where a quantity stands; exactly one of them is written.
pub(in crate::scenario) fn distribution(of: Quantity) -> &'static Table {
    match of {
        Quantity::Bytes => &BYTES,
        Quantity::Duration => &DURATION,
        Quantity::Rate => &RATE,
        Quantity::Factor => &FACTOR,
        Quantity::Money | Quantity::Time => panic!("money and times have no distribution"),
    }
}

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
                            Field::required("median", $kind, "Half of the values are below it; more than 0."),
                            Field::required(
                                "sigma",
                                Kind::Number { min: 0.0, max: 5.0 },
                                "The standard deviation of the natural logarithm.",
                            ),
                        ],
                    }),
                    "Many small values, few large ones: the logarithm is normally distributed.",
                ),
                Field::optional(
                    "uniform",
                    Kind::Table(&Table {
                        noun: "a uniform distribution",
                        fields: &[
                            Field::required("low", $kind, "The least value."),
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
                    "Waiting times of events that do not know of each other.",
                ),
            ],
        };
    };
}

shapes!(BYTES, Kind::BYTES);
shapes!(DURATION, Kind::DURATION);
shapes!(RATE, Kind::RATE);
shapes!(FACTOR, Kind::FACTOR);
