//! The grammar of `[survivors.NAME]`: named sets of entries.

use super::kind::{Field, Kind, Table};
use super::words;

/// The keys of `[survivors.NAME]`.
pub(super) static SURVIVORS: Table = Table {
    noun: "a set of entries",
    fields: &[
        Field::optional("client", Kind::LINE, "An entry belongs to it only if this client has saved it."),
        Field::defaulted(
            "prefix",
            Kind::Text(512),
            "\"\"",
            "An entry belongs to it only if its key begins with this text, which has no placeholders.",
        ),
        Field::defaulted(
            "refs",
            Kind::List(&words::HELD_FOR.kind()),
            "[]",
            "An entry belongs to it only if it is held for one of these; for anyone if empty.",
        ),
    ],
};
