//! The overlay databases of github/codeql-action (`src/overlay/caching.ts`, read at f3f1edb). Every run on the
//! default branch stores a database under a key with its commit and deletes none; a run of a pull request
//! restores the newest one and analyses what differs. Runs on the default branch look nothing up.

use super::row::{ActionCost, ActionEntry, ActionSetting, ActionVariant, CacheAction};
use crate::units::Duration;

/// CodeQL.
pub(super) const ROW: CacheAction = CacheAction {
    name: "codeql",
    noun: "the overlay database of CodeQL",
    doc: "The overlay databases of github/codeql-action: one for each push to the default branch.",
    variants: &[ActionVariant {
        ratio: 2.5,
        entries: &[ActionEntry::of("codeql_databases", KEY, &[RESTORE_KEY]).listed_as(LISTED)],
    }],
    settings: &[
        ActionSetting::size(
            "size",
            "\"1.1 GB\"",
            "Size of the archive.",
            "reported; at most 7.5 GB unpacked are uploaded",
        ),
        ActionSetting::text("languages", "\"rust\"", "The languages in the key, joined by `_`."),
        ActionSetting::text("version", "\"2\"", "The version of CodeQL in the key."),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 2.5 \
                (what the action's code assumes).",
    miss: CacheAction::BUILD,
    partial: ActionCost {
        time: Duration::ZERO,
        doc: "Extra time of the job after a prefix hit, which every hit is; 0 s if absent. Not in a measured job.",
    },
    save_if: "\"default-branch\"",
    only_pulls: true,
    // `tempDir` of `config-utils.ts`.
    is_temporary: true,
    ..CacheAction::STORE
};

const KEY: &str = "codeql-overlay-base-database-1-{workflow}:{job}:{leg}-{languages}-{version}-{sha}-{run-id}-\
                   {run-attempt}";
const RESTORE_KEY: &str = "codeql-overlay-base-database-1-{workflow}:{job}:{leg}-{languages}-{version}-";
/// The real key has a hash of workflow, job and leg, and the whole version (read at 041ec36). Aliases of languages, such as
/// `java-kotlin`, are resolved in it.
const LISTED: &[&str] = &[
    "codeql-overlay-base-database-#-#-{languages}-{version*}-#-#-#",
    "codeql-overlay-base-database-#-#-*-#-#-#",
];
