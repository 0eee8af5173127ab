//! The grammar of `[cache]`: the limits and rules of the cache service. The sources of the defaults are in
//! the rows and in `docs/model.md`.

use super::kind::{Field, Kind, Table};
use super::words;

/// The keys of `[cache]`.
pub(super) static CACHE: Table = Table {
    noun: "the cache service",
    fields: &[
        Field::defaulted(
            "limit",
            Kind::BYTES,
            "\"10 GiB\"",
            "How much the repository may hold before a sweep evicts.",
        )
        .basis("GitHub documents 10 GB; repositories in permanent eviction sit just under 10 GiB"),
        Field::defaulted(
            "retention",
            Kind::DURATION,
            "\"7 d\"",
            "How long an entry may lie unaccessed before it expires: then it is not found any more, however often a sweep runs. Without effect where `sweep` is `none`.",
        )
        .basis("GitHub's documentation"),
        Field::defaulted(
            "sweep",
            Kind::Or(words::SWEEPS.words,
                &Kind::DURATION,
            ),
            "\"hourly\"",
            "How often entries beyond the limit are evicted and the bytes of expired ones go. Where that is `instant` or rarer than daily, expired ones go as their retention ends.",
        )
        .basis("GitHub's changelog of 2025-09-29"),
        Field::optional(
            "sweep-phase",
            Kind::DURATION,
            "How long after the UTC hour (or day, or period) a sweep runs; drawn for each replication if absent.",
        ),
        Field::defaulted(
            "order",
            words::EVICTION_ORDERS.kind(),
            "\"least-recently-accessed\"",
            "What a sweep evicts first.",
        )
        .basis("GitHub's documentation"),
        Field::defaulted("touch", words::TOUCHES.kind(), "\"look-up\"", "What counts as an access.")
            .basis("certain is only that a download does"),
        Field::defaulted(
            "uploads-per-minute",
            PER_MINUTE,
            "200",
            "Reservations per minute, for all jobs together.",
        )
        .basis("GitHub's changelog of 2026-01-16"),
        Field::defaulted(
            "downloads-per-minute",
            PER_MINUTE,
            "1500",
            "Look-ups per minute, for all jobs together.",
        )
        .basis("GitHub's documentation"),
        Field::defaulted(
            "over-quota",
            words::OVER_QUOTA.kind(),
            "\"evict\"",
            "What a save meets while the repository is over its limit.",
        )
        .basis("GitHub's documentation; some repositories report refusals"),
        Field::defaulted(
            "visibility-lag",
            Kind::DURATION,
            "\"3 s\"",
            "How long after it was stored an entry is found.",
        )
        .basis("assumed; reports run from 0 s to 4 min"),
        Field::defaulted(
            "reservation",
            Kind::DURATION,
            "\"24 h\"",
            "How long an upload may take: after that it stores nothing, and its key is free again.",
        )
        .basis("GitHub's staff, actions/cache#1541"),
        Field::optional(
            "budget",
            Kind::BYTES,
            "A paid budget: above this size the cache is read-only. If absent, there is no paid budget.",
        ),
        Field::optional(
            "entry-limit",
            Kind::BYTES,
            "Larger archives are not uploaded by rust-cache, actions/cache and the setup actions, which learn it after \
             packing: `\"10 GiB\"` with `@actions/cache` before 4.1.0 (September 2025). If absent, all are.",
        ),
        Field::defaulted(
            "price",
            Kind::MONEY,
            "\"0.07 USD\"",
            "What a GB above the included 10 GiB costs for 30 days.",
        )
        .basis("GitHub's documentation"),
        Field::optional(
            "delete-closed-after",
            Kind::DURATION,
            "A workflow deletes a pull request's entries, so long after it was closed; its job is billed as one on \
             `ubuntu-latest`. If absent, closing deletes nothing.",
        ),
        Field::defaulted(
            "forks-write",
            Kind::Bool,
            "true",
            "Whether pull requests from forks may save into their own scope.",
        )
        .basis("sources conflict"),
    ],
};

const PER_MINUTE: Kind = Kind::Or(words::UNLIMITED.words, &Kind::Integer { min: 1, max: 1_000_000 });
