//! The cache of golangci/golangci-lint-action: the linter's own (`src/cache.ts`, read at 3de4be9). The key
//! changes every seven days; the restore key has the same interval, so a week starts from nothing. Nothing
//! keeps the post step from running, so a job that finds faults saves, too.

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};
use crate::client::SaveAfter;

/// golangci-lint-action.
pub(super) const ROW: CacheAction = CacheAction {
    name: "golangci-lint",
    noun: "the cache of golangci-lint",
    doc: "The cache of golangci/golangci-lint-action.",
    variants: &[ActionVariant {
        ratio: 4.0,
        entries: &[ActionEntry::of(
            "~/.cache/golangci-lint",
            "golangci-lint.cache-{os}-{working-directory-}{days:7}-{hash}",
            &["golangci-lint.cache-{os}-{working-directory-}{days:7}-"],
        )],
    }],
    settings: &[
        ActionSetting::size("size", "\"0.1 GB\"", "Size of the archive.", "assumed; 10 MB–1 GB"),
        ActionSetting::inputs(
            "hash",
            &["go-sum"],
            "The inputs that its key hashes: `go.mod`. If absent, `go-sum`.",
        ),
        ActionSetting::text("working-directory", "", "`working-directory`, which is a part of the key."),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 4 \
                (assumed; 3–5, as of Go's build cache).",
    saves_by_choice: true,
    saves_after: SaveAfter::Cancellation,
    ..CacheAction::STORE
};
