use super::kind::{Field, Kind, Table};

/// `[image.NAME]`.
pub(super) static IMAGE: Table = Table {
    noun: "a container image",
    fields: &[Field::defaulted("step", Kind::Tables(&STEP), "[]", "Its build steps, in order.")],
};

static STEP: Table = Table {
    noun: "a build step of an image",
    fields: &[
        Field::required("name", Kind::LINE, "What the step is called in reports."),
        Field::required(
            "time",
            Kind::Distribution(super::Quantity::Duration),
            "How long it takes when not cached.",
        ),
        Field::defaulted(
            "size",
            Kind::Distribution(super::Quantity::Bytes),
            "\"0 B\"",
            "The size of its layer.",
        ),
    ],
};
