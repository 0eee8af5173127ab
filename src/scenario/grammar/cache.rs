use super::kind::{Field, Kind, Table};

/// `[cache]`.
pub(super) static CACHE: Table = Table {
    noun: "the cache service",
    fields: &[
        Field::defaulted(
            "limit",
            Kind::BYTES,
            "\"10 GiB\"",
            "How much a repository may hold before the least recently used entries are evicted.",
        )
        .basis("GitHub documents 10 GB; repositories in permanent eviction are observed just under 10 GiB"),
        Field::defaulted(
            "retention",
            Kind::DURATION,
            "\"7 d\"",
            "How long an entry may lie without being accessed before it expires.",
        )
        .basis("GitHub's documentation"),
    ],
};
