//! The cache of gradle/actions/setup-gradle. The usual provider keeps Gradle's home in an entry for each job
//! and commit, and takes large parts such as the dependencies out of it into entries named by their content
//! (`sources/src/caching`, read at 3103c3a and 05bf82e: keys have `v1` up to @v5, and `v2` from the closed code of @v6 on, 889dc53). Here the
//! dependencies fall back to the newest entry; the action restores those that the restored home names, which
//! are mostly the same. The provider `basic` has one entry (`cache-service-basic.ts`, 889dc53).
//!
//! Runs off the default branch only read. The post step has no `post-if` (`setup-gradle/action.yml`, read at 06905c7), so
//! it also runs after a failure and in a cancelled job.

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};
use crate::client::SaveAfter;

/// setup-gradle.
pub(super) const ROW: CacheAction = CacheAction {
    name: "setup-gradle",
    noun: "the cache of setup-gradle",
    doc: "The cache of gradle/actions/setup-gradle.",
    choice: "cache-provider",
    words: &[
        ("enhanced", "Gradle's home for each commit, and the dependencies"),
        ("basic", "one archive under the key of setup-java's"),
    ],
    variants: &[
        ActionVariant {
            ratio: 1.3,
            entries: &[
                ActionEntry::of(
                    "~/.gradle/caches/modules-*/files-*/*/*/*/*",
                    "gradle-dependencies-v2-{hash}",
                    &["gradle-dependencies-v2-"],
                )
                .listed_as(&["gradle-dependencies-#-#"]),
                ActionEntry {
                    size: "home-size",
                    needs: "",
                    paths: "~/.gradle/caches|~/.gradle/notifications",
                    key: "gradle-home-v2|{os}-{runner-arch}|{job}[{workflow} {leg}]-{sha}",
                    restore_keys: &[
                        "gradle-home-v2|{os}-{runner-arch}|{job}[{workflow} {leg}]",
                        "gradle-home-v2|{os}-{runner-arch}|{job}",
                        "gradle-home-v2|{os}-{runner-arch}",
                    ],
                    // In brackets stands the MD5 hash of workflow and leg.
                    listed: &["gradle-home-#|{os}-{runner-arch}|{job}[#]-#"],
                },
            ],
        },
        ActionVariant {
            ratio: 1.3,
            entries: &[ActionEntry::of(
                "~/.gradle/caches|~/.gradle/wrapper",
                "setup-java-{os}-{arch}-gradle-{hash}",
                &[],
            )
            .listed_as(&["setup-java-{os}-gradle-#"])],
        },
    ],
    settings: &[
        ActionSetting::size("size", "\"0.2 GB\"", "Size of the dependencies.", "reported 10 MB–1 GB"),
        ActionSetting::size(
            "home-size",
            "\"50 MB\"",
            "Size of the rest of Gradle's home.",
            "assumed; 10–300 MB",
        ),
        ActionSetting::inputs(
            "hash",
            &[],
            "The inputs that decide which dependencies there are: the build files. Required, and each is a \
             table `[input.NAME]` of the scenario.",
        ),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 1.3 \
                (archives are compressed; assumed; 1–2).",
    save_if: "\"default-branch\"",
    saves_by_choice: true,
    saves_after: SaveAfter::Cancellation,
    ..CacheAction::STORE
};
