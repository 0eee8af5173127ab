//! The grammar of a whole scenario: its top-level keys and tables.

use super::assumed::ASSUMED;
use super::cache::CACHE;
use super::expect::EXPECT;
use super::image::IMAGE;
use super::input::INPUT;
use super::janitor::JANITOR;
use super::kind::{Field, Kind, Table};
use super::project::PROJECT;
use super::runner::{CI, RUNNERS};
use super::survivors::SURVIVORS;
use super::workflow::WORKFLOW;
use super::workload::{BRANCH, WORKLOAD};

/// The keys of a scenario.
pub static ROOT: Table = Table {
    noun: "a scenario",
    fields: &[
        Field::optional(
            "extends",
            Kind::File,
            "Another scenario that this one modifies: tables are merged, any other value or list replaces \
             the inherited one, and `false` removes an inherited table.",
        ),
        Field::defaulted(
            "title",
            Kind::LINE,
            "\"\"",
            "Printed before the question; the file's name if empty.",
        ),
        Field::defaulted(
            "question",
            Kind::Text(2_000),
            "\"\"",
            "The question that the scenario answers; printed to stderr before the simulation.",
        ),
        Field::defaulted("cache", Kind::Table(&CACHE), "{}", "The cache service and its limits."),
        Field::defaulted("workload", Kind::Table(&WORKLOAD), "{}", "Who pushes what, and when."),
        Field::defaulted(
            "runner",
            RUNNERS,
            "{}",
            "The machines that run jobs. GitHub's hosted labels are predefined.",
        ),
        Field::defaulted("ci", Kind::Table(&CI), "{}", "How many jobs the organisation may run at once."),
        Field::defaulted("project", Kind::Table(&PROJECT), "{}", "What is compiled."),
        Field::defaulted(
            "input",
            Kind::map(&Kind::Table(&INPUT)),
            "{}",
            "The files and versions that cache keys hash: `{hash:NAME}`. Some exist without being written: \
             those of `workload.changes`.",
        ),
        Field::defaulted(
            "branch",
            Kind::map(&Kind::Table(&BRANCH)),
            "{}",
            "The branches that are pushed to besides the default branch, such as release branches.",
        ),
        Field::defaulted(
            "janitor",
            Kind::map(&Kind::Table(&JANITOR)),
            "{}",
            "Workflows that only delete entries of the cache.",
        ),
        Field::defaulted(
            "survivors",
            Kind::map(&Kind::Table(&SURVIVORS)),
            "{}",
            "Named sets of entries: the part of each that survives an eviction is a metric (`survivors.share`, \
             `survivors.byte_share`).",
        ),
        Field::defaulted("image", Kind::map(&Kind::Table(&IMAGE)), "{}", "Container images and their steps."),
        Field::required("workflow", Kind::map(&Kind::Table(&WORKFLOW)), "The workflows and their jobs."),
        Field::defaulted(
            "assumed",
            Kind::map(&Kind::Table(&ASSUMED)),
            "{}",
            "Values of this scenario that are assumed rather than measured, by dotted path, each with its \
             plausible range; `sweep` varies them.",
        ),
        Field::defaulted(
            "expect",
            Kind::Tables(&EXPECT),
            "[]",
            "Expected results; if one does not hold, the exit code is 10.",
        ),
    ],
};
