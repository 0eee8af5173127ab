//! The grammar of `[[expect]]`: bounds on a metric, and comparisons with strategies.

use super::kind::{Field, Kind, Table};

/// The keys of `[[expect]]`.
pub(super) static EXPECT: Table = Table {
    noun: "an expectation",
    fields: &[
        Field::required("metric", Kind::LINE, "The name of a metric; `metrics` lists them."),
        Field::optional("min", BOUND, "The smallest accepted value, in the metric's unit."),
        Field::optional("max", BOUND, "The largest accepted value, in the metric's unit."),
        Field::optional(
            "below",
            Kind::Table(&RIVAL),
            "The metric must be smaller than with a strategy, simulated with the same random draws.",
        ),
        Field::optional(
            "above",
            Kind::Table(&RIVAL),
            "The metric must be larger than with a strategy, simulated with the same random draws.",
        ),
        Field::optional("client", Kind::LINE, "Label: the cache client."),
        Field::optional("workflow", Kind::LINE, "Label: the workflow."),
        Field::optional("job", Kind::LINE, "Label: the job, or its name without the leg of its matrix."),
        Field::optional("ref", Kind::LINE, "Label: main, pull_request or other."),
        Field::optional("stat", Kind::LINE, "Label: which statistic."),
        Field::optional("outcome", Kind::LINE, "Label: how a restore ended."),
        Field::optional("reason", Kind::LINE, "Label: why a save failed or an entry was evicted."),
        Field::optional("conclusion", Kind::LINE, "Label: how a job ended."),
        Field::optional("step", Kind::LINE, "Label: the step of an image build."),
        Field::optional("evictor", Kind::LINE, "Label: the client that evicted."),
        Field::optional("victim", Kind::LINE, "Label: the client that was evicted."),
        Field::optional("cause", Kind::LINE, "Label: why time was lost."),
        Field::optional("set", Kind::LINE, "Label: the named set of entries (`[survivors.NAME]`)."),
    ],
};

static RIVAL: Table = Table {
    noun: "a strategy to compare with",
    fields: &[
        Field::required(
            "strategy",
            Kind::LINE,
            "The strategy, as `compare --strategy` takes it; `strategies` lists them.",
        ),
        Field::defaulted(
            "by",
            Kind::Number { min: 0.0, max: 1e15 },
            "0",
            "The minimum difference, in the metric's unit.",
        ),
    ],
};

const BOUND: Kind = Kind::Number { min: -1e15, max: 1e15 };
