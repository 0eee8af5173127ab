//! The cache of astral-sh/setup-uv: uv's cache of unpacked packages (`src/cache/restore-cache.ts`, read at
//! 19b4d1e). There is no restore key. The real key has the version of Python that uv finds, such as 3.12.3, and says
//! whether the cache is pruned and has Python itself (read at 004bc0b).

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};

/// setup-uv.
pub(super) const ROW: CacheAction = CacheAction {
    name: "setup-uv",
    noun: "the cache of setup-uv",
    doc: "The cache of astral-sh/setup-uv.",
    variants: &[ActionVariant {
        ratio: 3.0,
        entries: &[ActionEntry::of(
            "~/.cache/uv",
            "setup-uv-2-{rust-arch}-{triple}-{os-release}-{version}-{hash}{-cache-suffix}",
            &[],
        )
        .listed_as(&[
            "setup-uv-#-{rust-arch}-{triple}-{os-release}-{version*}-#{-cache-suffix}",
            "setup-uv-#-{rust-arch}-{triple}-{os-release}-{version*}-*#{-cache-suffix}",
            "setup-uv-#-{rust-arch}-*{version*}-*#{-cache-suffix}",
        ])],
    }],
    settings: &[
        ActionSetting::STORE,
        ActionSetting::inputs(
            "hash",
            &["requirements"],
            "The inputs that its key hashes: `pyproject.toml`, `uv.lock` and requirements. If absent, `requirements`.",
        ),
        ActionSetting::text(
            "version",
            "\"unknown\"",
            "The version of Python in the key, such as \"3.13.5\" or \"{python}\" for an axis.",
        ),
        ActionSetting::text("cache-suffix", "", "`cache-suffix`, the end of the key."),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 3: \
                packages lie there unpacked (assumed; 2–4).",
    saves_by_choice: true,
    ..CacheAction::STORE
};
