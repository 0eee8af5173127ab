//! The grammar of `[image.NAME]`: a container image and its build steps.

use super::kind::{Field, Kind, Table};
use super::words;

/// A word, or the name of an input.
const CONTENT: Kind = Kind::Or(words::CONTENTS.words, &Kind::LINE);

/// The keys of `[image.NAME]`.
pub(super) static IMAGE: Table = Table {
    noun: "a container image",
    fields: &[
        Field::defaulted(
            "link-factor",
            Kind::FACTOR,
            "1.0",
            "Factor on its steps' link times: 1 with the default linker, less with a faster one.",
        ),
        Field::defaulted(
            "step",
            Kind::Tables(&STEP),
            "[]",
            "Its build steps, in the order of the container file; or use `cold`, `warm` and `size` instead.",
        ),
        Field::optional("cold", Kind::DURATION, "Time of building it without any cache."),
        Field::optional(
            "warm",
            Kind::DURATION,
            "Time of building it when everything that does not depend on the tree is cached.",
        ),
        Field::optional(
            "size",
            Kind::BYTES,
            "Compressed size of its layers: everything that an export without a cache uploads.",
        ),
        Field::optional(
            "blobs",
            Kind::Integer { min: 2, max: 200 },
            "How many layers `size` is divided into, each of the same size and an entry of its own in GitHub's \
             cache; if absent, one that every push makes new, and one for the rest.",
        ),
        Field::defaulted("rebuilt", Kind::RATIO, "0.2", "Share of `size` that every push makes new.")
            .basis("assumed; 0.05–0.5"),
        Field::defaulted(
            "dependencies",
            CONTENT,
            "\"recipe\"",
            "What the rest of the image depends on: one of these words, or an input (`[input.NAME]`).",
        ),
    ],
};

static STEP: Table = Table {
    noun: "a build step",
    fields: &[
        Field::required("name", Kind::LINE, "Name of the step; unique within the image."),
        Field::defaulted(
            "stage",
            Kind::Bool,
            "false",
            "Whether it starts a stage (`FROM`); the first step always does.",
        ),
        Field::optional("parent", Kind::LINE, "The earlier step it builds on; the previous step if absent."),
        Field::defaulted(
            "copies-from",
            Kind::List(&Kind::LINE),
            "[]",
            "Earlier steps it copies from (`COPY --from`); what their files depend on is `content`.",
        ),
        Field::defaulted(
            "content",
            CONTENT,
            "\"fixed\"",
            "What its result depends on, in addition to its text: one of these words, or an input.",
        ),
        Field::optional(
            "command",
            Kind::Text(2_000),
            "Its text; equal texts on equal parents share a cache key, even across images. If absent, the \
             name.",
        ),
        Field::optional("work", Kind::DURATION, "Time to execute it, on any number of cores."),
        Field::optional(
            "link",
            Kind::DURATION,
            "Link time with the default linker, in addition to `work`; the image's `link-factor` scales it.",
        ),
        Field::optional(
            "core-work",
            Kind::DURATION,
            "Core time to execute it, spread over the runner's cores.",
        ),
        Field::defaulted(
            "layer",
            Kind::BYTES,
            "\"0 B\"",
            "Compressed size of its layer; 0 for a step \
            without one.",
        ),
        Field::defaulted(
            "reproducible",
            Kind::Bool,
            "false",
            "Whether executing it again gives the same digest.",
        ),
        Field::defaulted("in-final", Kind::Bool, "false", "Whether its layer is part of the final image."),
        Field::defaulted("dependencies", Kind::Bool, "false", "Whether it compiles external crates only."),
    ],
};
