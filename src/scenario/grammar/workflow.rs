use super::kind::{Field, Kind, Quantity, Table};

/// `[workflow.NAME]`.
pub(super) static WORKFLOW: Table = Table {
    noun: "a workflow",
    fields: &[
        Field::required("on", Kind::List(&Kind::LINE), "The events that start it."),
        Field::required("job", Kind::Map(&Kind::Table(&JOB)), "Its jobs."),
    ],
};

/// `[workflow.NAME.job.NAME]`.
static JOB: Table = Table {
    noun: "a job",
    fields: &[
        Field::defaulted("needs", Kind::List(&Kind::LINE), "[]", "Jobs that must have succeeded before."),
        Field::optional("cold", Kind::Distribution(Quantity::Duration), "Its build time without any cache."),
        Field::optional("warm", Kind::Distribution(Quantity::Duration), "Its build time when all is cached."),
        Field::defaulted("cache", Kind::Table(&CLIENTS), "{}", "The cache clients the job uses."),
    ],
};

static CLIENTS: Table = Table {
    noun: "the cache clients of a job",
    fields: &[Field::optional("rust-cache", Kind::Switch(&RUST_CACHE), "The action Swatinem/rust-cache.")],
};

static RUST_CACHE: Table = Table {
    noun: "the client rust-cache",
    fields: &[Field::optional("size", Kind::Distribution(Quantity::Bytes), "The size of its entry.")],
};
