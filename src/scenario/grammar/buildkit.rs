//! The grammar of BuildKit's caches: the keys that all four have, and those of each.

use super::action::{SAVE_IF, SAVE_ON};
use super::distribution;
use super::kind::{Field, Kind, Table};
use super::words;

macro_rules! buildkit {
    ($name:ident, $export_rate:literal, $basis:literal $(, $extra:expr)*) => {
        pub(super) static $name: Table = Table {
            noun: "the client BuildKit",
            fields: &[
                $($extra,)*
                Field::defaulted(
                    "mode",
                    words::EXPORT_MODES.kind(),
                    "\"min\"",
                    "Which layers are exported.",
                )
                .basis("BuildKit's default"),
                Field::defaulted(
                    "export",
                    words::EXPORT_TARGETS.kind(),
                    "\"image\"",
                    "Which target's layers are exported; an image pushed with an inline cache always \
                     contains its own.",
                ),
                SAVE_IF,
                SAVE_ON,
                Field::defaulted("ignore-error", Kind::Bool, "false", "Whether the job survives a failed export.")
                    .basis("BuildKit's default"),
                Field::defaulted("export-rate", Kind::RATE, $export_rate, "Rate of compressing and uploading new layers.")
                    .basis($basis),
                Field::defaulted(
                    "unpack-rate",
                    Kind::RATE,
                    "\"80 MB/s\"",
                    "Rate of unpacking downloaded layers, in compressed bytes.",
                )
                .basis("assumed; 50–150 MB/s"),
                Field::defaulted(
                    "timeout",
                    Kind::DURATION,
                    "\"10 min\"",
                    "Time that a request waits for rate limits before it fails.",
                )
                .basis("BuildKit's code"),
                Field::defaulted(
                    "check",
                    distribution::DURATION,
                    "{ uniform = { low = \"0.1 s\", high = \"0.2 s\" } }",
                    "Time to check whether one layer exists.",
                )
                .basis("assumed; 0.05–0.5 s"),
            ],
        };
    };
}

buildkit!(
    BUILDKIT_GHA,
    "\"10 MB/s\"",
    "assumed; 5–20 MB/s, one layer after the other",
    Field::defaulted("scope", Kind::LINE, "\"buildkit\"", "`scope`; may contain `{image}` and `{arch}`.")
        .basis("BuildKit's default"),
    Field::defaulted(
        "contention",
        Kind::Number { min: 0.0, max: 10.0 },
        "0.1",
        "Slowdown of a layer's upload for each layer that other builds are uploading when it starts, as a \
         share of its undisturbed time.",
    )
    .basis("assumed; 0–1.3: one layer took 13 times as long under ten builds")
);
buildkit!(
    BUILDKIT_REGISTRY,
    "\"40 MB/s\"",
    "reported 30–60 MB/s",
    Field::defaulted(
        "tag",
        Kind::LINE,
        "\"{image}:buildcache\"",
        "The tag; may contain `{image}` and `{arch}`."
    )
);
buildkit!(
    BUILDKIT_S3,
    "\"40 MB/s\"",
    "reported 30–60 MB/s",
    Field::defaulted("name", Kind::LINE, "\"{image}\"", "`name`; may contain `{image}` and `{arch}`.")
);
buildkit!(BUILDKIT_INLINE, "\"40 MB/s\"", "reported 30–60 MB/s");
