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
            "Size limit of the repository: above it, a sweep evicts.",
        )
        .basis("GitHub documents 10 GB; repositories in permanent eviction sit just under 10 GiB"),
        Field::defaulted(
            "retention",
            Kind::DURATION,
            "\"7 d\"",
            "Time without access after which an entry expires and is no longer found, however often a \
             sweep runs. Has no effect if `sweep` is `none`.",
        )
        .basis("GitHub's documentation"),
        Field::defaulted(
            "sweep",
            Kind::Or(words::SWEEPS.words, &Kind::DURATION),
            "\"hourly\"",
            "How often a sweep evicts entries over the limit and frees the bytes of expired ones. If it is \
             `instant` or rarer than daily, expired entries are freed when their retention ends.",
        )
        .basis("GitHub's changelog of 2025-09-29"),
        Field::optional(
            "sweep-phase",
            Kind::DURATION,
            "Time of the sweep after the start of the UTC hour (or day, or period); drawn for each \
             replication if absent.",
        ),
        Field::defaulted(
            "order",
            words::EVICTION_ORDERS.kind(),
            "\"least-recently-accessed\"",
            "What a sweep evicts first.",
        )
        .basis("GitHub's documentation"),
        Field::defaulted("touch", words::TOUCHES.kind(), "\"look-up\"", "What counts as an access.")
            .basis("only a download is certain to count"),
        Field::defaulted("uploads-per-minute", PER_MINUTE, "200", "Reservations per minute, over all jobs.")
            .basis("GitHub's changelog of 2026-01-16"),
        Field::defaulted("downloads-per-minute", PER_MINUTE, "1500", "Look-ups per minute, over all jobs.")
            .basis("GitHub's documentation"),
        Field::defaulted(
            "over-quota",
            words::OVER_QUOTA.kind(),
            "\"evict\"",
            "What happens to a save while the repository is over its limit.",
        )
        .basis("GitHub's documentation; some repositories report refusals"),
        Field::defaulted(
            "visibility-lag",
            Kind::DURATION,
            "\"3 s\"",
            "Time after storing until an entry can be found.",
        )
        .basis("assumed; reports run from 0 s to 4 min"),
        Field::defaulted(
            "reservation",
            Kind::DURATION,
            "\"24 h\"",
            "Maximum duration of an upload: after that it stores nothing, and its key is free again.",
        )
        .basis("GitHub's staff, actions/cache#1541"),
        Field::optional(
            "budget",
            Kind::BYTES,
            "A paid budget: above this size, the cache is read-only. If absent, there is none.",
        ),
        Field::optional(
            "monthly-budget",
            Kind::MONEY,
            "A budget in money for each calendar month (UTC). When the hours of the month have cost that much, the cache is \
             read-only while it is larger than the included 10 GiB. If absent, there is none.",
        ),
        Field::optional(
            "entry-limit",
            Kind::BYTES,
            "Size above which rust-cache, actions/cache and the setup actions do not upload an archive. They \
             find out only after packing it. `@actions/cache` before 4.1.0 (September 2025) has `\"10 GiB\"`. If \
             absent, all archives are uploaded.",
        ),
        Field::defaulted(
            "price",
            Kind::MONEY,
            "\"0.07 USD\"",
            "Price of each GB above the included 10 GiB for 30 days.",
        )
        .basis("GitHub's documentation"),
        Field::optional(
            "initial",
            Kind::File,
            "A listing of the real cache (`gh cache list --limit 10000 --json \
             id,key,ref,version,sizeInBytes,createdAt,lastAccessedAt`): what is stored when the simulation begins. \
             Time begins with the listing, and there is no warm-up.",
        ),
        Field::optional(
            "delete-closed-after",
            Kind::DURATION,
            "Time after closing a pull request until a workflow deletes its entries; the job is billed as \
             one on `ubuntu-latest`. If absent, closing deletes nothing.",
        ),
        Field::defaulted(
            "forks-write",
            Kind::Bool,
            "true",
            "Whether pull requests from forks may save to their own scope.",
        )
        .basis("sources conflict"),
    ],
};

const PER_MINUTE: Kind = Kind::Or(words::UNLIMITED.words, &Kind::Integer { min: 1, max: 1_000_000 });
