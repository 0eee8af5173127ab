//! The grammar of `[janitor.NAME]`: workflows that delete entries.

use super::kind::{Field, Kind, Table};
use super::words;

/// The keys of `[janitor.NAME]`.
pub(super) static JANITOR: Table = Table {
    noun: "a janitor",
    fields: &[
        Field::optional(
            "on",
            words::JANITOR_EVENTS.kind(),
            "The event that starts it. Exactly one of `on`, `cron` and `after` is written.",
        ),
        Field::defaulted(
            "cron",
            Kind::List(&Kind::LINE),
            "[]",
            "The times at which it starts, each as five cron fields; late by `workload.cron-delay`.",
        ),
        Field::defaulted("timezone", Kind::LINE, "\"UTC\"", "The time zone of `cron`.")
            .basis("GitHub's documentation"),
        Field::optional(
            "after",
            Kind::LINE,
            "The workflow at the end of whose runs it starts, however they end.",
        ),
        Field::optional(
            "keep-newest",
            Kind::Integer { min: 1, max: 10_000 },
            "Deletes an entry only if this many newer generations of it are stored: entries of the same ref and \
             version whose keys differ only in hashes, commits, runs and dates. `{toolchain}` and the values of a \
             matrix tell entries apart. Objects and layers have no generations.",
        ),
        Field::optional("older-than", Kind::DURATION, "Deletes an entry only if it was created longer ago."),
        Field::optional("idle-for", Kind::DURATION, "Deletes an entry only if its last access is longer ago."),
        Field::defaulted(
            "prefix",
            Kind::Text(512),
            "\"\"",
            "Deletes an entry only if its key begins with this text, which has no placeholders.",
        ),
        Field::defaulted(
            "refs",
            Kind::List(&words::HELD_FOR.kind()),
            "[]",
            "Deletes an entry only if it is held for one of these; for anyone if empty.",
        ),
        Field::defaulted("runner", Kind::LINE, "\"ubuntu-latest\"", "The runner that its job is billed for."),
        Field::defaulted(
            "time",
            Kind::DURATION,
            "\"1 min\"",
            "How long its job takes. At its end, everything that is to be deleted by then is deleted at once.",
        )
        .basis("assumed; 0.5–3 min"),
    ],
};
