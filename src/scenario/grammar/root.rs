//! The grammar of a whole scenario: its top-level keys and tables.

use super::assumed::ASSUMED;
use super::cache::CACHE;
use super::expect::EXPECT;
use super::image::IMAGE;
use super::kind::{Field, Kind, Table};
use super::project::PROJECT;
use super::runner::{CI, RUNNERS};
use super::workflow::WORKFLOW;
use super::workload::WORKLOAD;

/// The keys of a scenario.
pub static ROOT: Table = Table {
    noun: "a scenario",
    fields: &[
        Field::optional(
            "extends",
            Kind::File,
            "Another scenario that this one changes: tables are merged, every other value and list \
             replaces the inherited one, `false` removes an inherited table.",
        ),
        Field::defaulted("title", Kind::LINE, "\"\"", "A name for reports; if empty, the file's name."),
        Field::defaulted(
            "question",
            Kind::Text(2_000),
            "\"\"",
            "What the scenario is meant to answer; said on stderr before anything is simulated.",
        ),
        Field::defaulted("cache", Kind::Table(&CACHE), "{}", "The cache service and its limits."),
        Field::defaulted("workload", Kind::Table(&WORKLOAD), "{}", "Who pushes what, and when."),
        Field::defaulted(
            "runner",
            RUNNERS,
            "{}",
            "The machines jobs run on. GitHub's hosted labels exist without being written.",
        ),
        Field::defaulted("ci", Kind::Table(&CI), "{}", "What the organisation may run at once."),
        Field::defaulted("project", Kind::Table(&PROJECT), "{}", "What is compiled."),
        Field::defaulted("image", Kind::map(&Kind::Table(&IMAGE)), "{}", "Container images and their steps."),
        Field::required("workflow", Kind::map(&Kind::Table(&WORKFLOW)), "The workflows and their jobs."),
        Field::defaulted(
            "assumed",
            Kind::map(&Kind::Table(&ASSUMED)),
            "{}",
            "Values of this scenario that nobody has measured, by their dotted paths, each with the range \
             within which it is believed to lie; `sweep` varies them.",
        ),
        Field::defaulted(
            "expect",
            Kind::Tables(&EXPECT),
            "[]",
            "What the result has to be; if one does not hold, the exit code is 10.",
        ),
    ],
};
