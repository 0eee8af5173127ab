//! The caches of bazel-contrib/setup-bazel: Bazel's disk cache and, if it is on, its repository cache
//! (`config.js`, `index.js` and `post.js`, read at c35adfb). Both have a restore key, and nothing in the action
//! bounds what a prefix hit carries on. The post step runs unless the job was cancelled.

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};
use crate::client::SaveAfter;

/// setup-bazel.
pub(super) const ROW: CacheAction = CacheAction {
    name: "setup-bazel",
    noun: "the cache of setup-bazel",
    doc: "The caches of bazel-contrib/setup-bazel with `disk-cache`.",
    variants: &[ActionVariant {
        ratio: 3.0,
        entries: &[
            ActionEntry::of(
                "~/.cache/bazel-disk",
                "setup-bazel-1-{node-platform}-{arch}-disk-{disk-cache}-{hash}",
                &["setup-bazel-1-{node-platform}-{arch}-disk-{disk-cache}-"],
            )
            .listed_as(&["setup-bazel-#-{node-platform}-*disk-{disk-cache}-#"]),
            ActionEntry {
                size: "repository-size",
                needs: "repository",
                paths: "~/.cache/bazel-repo",
                key: "setup-bazel-1-{node-platform}-{arch}-repository-{repository}",
                restore_keys: &["setup-bazel-1-{node-platform}-{arch}-repository-"],
                listed: &["setup-bazel-#-{node-platform}-*repository-#"],
            },
        ],
    }],
    settings: &[
        ActionSetting::size("size", "\"1 GB\"", "Size of the disk cache.", "assumed; 0.2–5 GB"),
        ActionSetting::inputs(
            "hash",
            &[],
            "The inputs that its key hashes: `MODULE.bazel`, `WORKSPACE` and every `BUILD` file. Required, and \
             each is a table `[input.NAME]` of the scenario.",
        ),
        ActionSetting::text("disk-cache", "\"true\"", "`disk-cache`, which is a part of the key."),
        ActionSetting::inputs(
            "repository",
            &[],
            "The inputs of `repository-cache`: `MODULE.bazel` and `WORKSPACE`. If absent, it is off, as in the \
             action.",
        ),
        ActionSetting::size(
            "repository-size",
            "\"0.3 GB\"",
            "Size of the repository cache.",
            "assumed; 0.05–2 GB",
        ),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 3: \
                outputs of actions (assumed; 2–5).",
    miss: CacheAction::BUILD,
    partial: CacheAction::REBUILD,
    saves_by_choice: true,
    saves_after: SaveAfter::Failure,
    ..CacheAction::STORE
};
