//! The cache of actions/setup-dotnet: NuGet's packages (`src/cache-restore.ts`, read at 5e931af). Its key has
//! neither the architecture nor a version of .NET, and there is no restore key.

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};

/// setup-dotnet.
pub(super) const ROW: CacheAction = CacheAction {
    name: "setup-dotnet",
    noun: "the cache of setup-dotnet",
    doc: "The cache of actions/setup-dotnet.",
    variants: &[ActionVariant {
        ratio: 2.0,
        entries: &[ActionEntry::of("~/.nuget/packages", "dotnet-cache-{os}-{hash}", &[])],
    }],
    settings: &[
        ActionSetting::STORE,
        ActionSetting::inputs(
            "hash",
            &[],
            "The inputs that its key hashes: `packages.lock.json`. Required, and each is a table \
             `[input.NAME]` of the scenario.",
        ),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 2: \
                packages lie there packed and unpacked (assumed; 1.5–3).",
    ..CacheAction::STORE
};
