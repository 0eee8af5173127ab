//! The grammar of `[input.NAME]`: what cache keys hash.

use super::kind::{Field, Kind, Table};

/// The keys of `[input.NAME]`.
pub(super) static INPUT: Table = Table {
    noun: "an input of the project",
    fields: &[
        Field::defaulted(
            "changes",
            Kind::RATIO,
            "0.1",
            "Share of pushes that change it. If absent for a built-in input, such as `lock`, that of \
             `workload.changes` holds. A recorded log says itself what each push changes.",
        )
        .basis("assumed; 0.02–0.3"),
        Field::defaulted(
            "reverts",
            Kind::RATIO,
            "0",
            "Share of its changes that bring back the content before the last change, and with it the old \
             keys.",
        ),
    ],
};
