//! The cache of actions/setup-node for npm, yarn and pnpm (`src/cache-restore.ts`, read at ae0d4ed): one key
//! with the lock file of the package manager. Only dependencies that Yarn 2 or later manages have a restore
//! key. Versions before 4.1 have no architecture in it.

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};

/// setup-node.
pub(super) const ROW: CacheAction = CacheAction {
    name: "setup-node",
    noun: "the cache of setup-node",
    doc: "The cache of actions/setup-node.",
    choice: "package-manager",
    words: &[
        ("pnpm", "`cache: pnpm`, with its store"),
        ("npm", "`cache: npm`, with npm's cache of packed packages"),
        ("yarn", "`cache: yarn`, with the cache of Yarn 1"),
        ("yarn-berry", "`cache: yarn` where Yarn 2 or later manages all dependencies: with a restore key"),
    ],
    variants: &[
        ActionVariant {
            ratio: 5.0,
            entries: &[ActionEntry::of("~/setup-pnpm/node_modules/.bin/store", PNPM, &[])
                .listed_as(&["node-cache-{os}-pnpm-#"])],
        },
        ActionVariant {
            ratio: 1.0,
            entries: &[ActionEntry::of("~/.npm", NPM, &[]).listed_as(&["node-cache-{os}-npm-#"])],
        },
        ActionVariant {
            ratio: 4.0,
            entries: &[ActionEntry::of("~/.cache/yarn", YARN, &[]).listed_as(&["node-cache-{os}-yarn-#"])],
        },
        ActionVariant {
            ratio: 1.0,
            entries: &[ActionEntry::of("~/.yarn/berry/cache", YARN, &["node-cache-{os}-{arch}-yarn"])
                .listed_as(&["node-cache-{os}-yarn-#"])],
        },
    ],
    settings: &[
        ActionSetting::STORE,
        ActionSetting::inputs(
            "hash",
            &["web-lock"],
            "The inputs that its key hashes: the lock file. If absent, `web-lock`.",
        ),
        ActionSetting::text("version", "", "Without effect: setup-node's key has no version."),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 5 for \
                pnpm (it keeps files unpacked; measured on 7 packages), 4 for yarn (assumed; 3–5), 1 for npm \
                and yarn-berry (their caches are compressed).",
    ..CacheAction::STORE
};

const PNPM: &str = "node-cache-{os}-{arch}-pnpm-{hash}";
const NPM: &str = "node-cache-{os}-{arch}-npm-{hash}";
const YARN: &str = "node-cache-{os}-{arch}-yarn-{hash}";
