//! The cache of pre-commit/action: the environments of the hooks, in a step of actions/cache within the action
//! (`action.yml`, read at 576ff52). It has no restore key.

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};

/// pre-commit/action.
pub(super) const ROW: CacheAction = CacheAction {
    name: "pre-commit",
    noun: "the cache of pre-commit",
    doc: "The cache of pre-commit/action.",
    variants: &[ActionVariant {
        ratio: 3.0,
        entries: &[ActionEntry::of(
            "~/.cache/pre-commit",
            "pre-commit-3|/opt/hostedtoolcache/Python/{version}/{arch}|{hash}",
            &[],
        )
        // `env.pythonLocation`: nothing without setup-python, or else a folder with the whole version.
        .listed_as(&[
            "pre-commit-#|/opt/hostedtoolcache/Python/{version*}/{arch}|#",
            "pre-commit-#||#",
            "pre-commit-#|*|#",
        ])],
    }],
    settings: &[
        ActionSetting::size("size", "\"0.1 GB\"", "Size of the archive.", "assumed; 20 MB–1 GB"),
        ActionSetting::inputs(
            "hash",
            &[],
            "The inputs that its key hashes: `.pre-commit-config.yaml`. Required, and each is a table \
             `[input.NAME]` of the scenario.",
        ),
        ActionSetting::text(
            "version",
            "\"3\"",
            "The version in the folder of Python, which the key contains, such as \"3.13.5\".",
        ),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 3: \
                installed hooks (assumed; 2–4).",
    ..CacheAction::STORE
};
