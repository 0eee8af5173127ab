//! The cache of actions/setup-go: modules and the build cache, on by default (`src/cache-restore.ts`, read at
//! fba3fb4). It has no restore key. Newer versions hash `go.mod`, older ones `go.sum`.

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};

/// setup-go.
pub(super) const ROW: CacheAction = CacheAction {
    name: "setup-go",
    noun: "the cache of setup-go",
    doc: "The cache of actions/setup-go.",
    variants: &[ActionVariant {
        ratio: 4.0,
        entries: &[ActionEntry::of(
            "~/go/pkg/mod|~/.cache/go-build",
            "setup-go-{os}-{arch}-{image-}go-{version-}{hash}",
            &[],
        )
        // With the whole version, such as 1.24.9. Before v5 there was no architecture, before v4.1 no image.
        .listed_as(&["setup-go-{os}-{arch}-{image-}go-{version*}-#", "setup-go-{os}-*go-{version*}-#"])],
    }],
    settings: &[
        ActionSetting::STORE,
        ActionSetting::inputs(
            "hash",
            &["go-sum"],
            "The inputs that its key hashes: `go.mod`. If absent, `go-sum`.",
        ),
        ActionSetting::text(
            "version",
            "",
            "The version of Go in the key, such as \"1.26\" or \"{go}\" for an axis.",
        ),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 4: \
                sources and objects (assumed; 3–5).",
    ..CacheAction::STORE
};
