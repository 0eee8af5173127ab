//! The cache of hendrikmuhs/ccache-action, for ccache or for sccache's files (`src/restore.ts` and
//! `src/save.ts`, read at 9e72c68). The key ends with the time, so every job saves a new entry and restores the
//! newest one before it; nothing keeps the post step from running.

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};
use crate::client::SaveAfter;

/// ccache-action.
pub(super) const ROW: CacheAction = CacheAction {
    name: "ccache",
    noun: "the cache of ccache-action",
    doc: "The cache of hendrikmuhs/ccache-action with `append-timestamp`, its default; without it, use \
          `actions-cache`.",
    choice: "variant",
    words: &[
        ("ccache", "`variant: ccache`"),
        ("sccache", "`variant: sccache`: its files, not one entry per object"),
    ],
    variants: &[
        ActionVariant {
            ratio: 1.0,
            entries: &[ActionEntry::of(".ccache", "ccache-{key-}{time}", &["ccache-{key-}"])],
        },
        ActionVariant {
            ratio: 1.0,
            entries: &[ActionEntry::of(".sccache", "sccache-{key-}{time}", &["sccache-{key-}"])],
        },
    ],
    settings: &[
        ActionSetting::size("size", "\"500 MB\"", "Size of the archive.", "the action's `max-size`"),
        ActionSetting::text("key", "", "`key`, the part of the key before the time."),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 1: \
                objects are stored compressed.",
    miss: CacheAction::BUILD,
    partial: CacheAction::REBUILD,
    saves_by_choice: true,
    saves_after: SaveAfter::Cancellation,
    ..CacheAction::STORE
};
