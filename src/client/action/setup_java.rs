//! The cache of actions/setup-java for Maven, Gradle and sbt (`src/cache.ts`, read at 1dbac3c). Its key has no
//! version of Java, and there is no restore key. The wrapper's distribution is an archive of its own, which the
//! action makes if the project has a wrapper. Versions before 4.2 have no architecture in the key (read at 01f9738).

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};

/// setup-java.
pub(super) const ROW: CacheAction = CacheAction {
    name: "setup-java",
    noun: "the cache of setup-java",
    doc: "The cache of actions/setup-java.",
    choice: "package-manager",
    words: &[
        ("maven", "`cache: maven`: the local repository"),
        ("gradle", "`cache: gradle`: the caches of Gradle's home"),
        ("sbt", "`cache: sbt`: the caches of Ivy, sbt and Coursier"),
    ],
    variants: &[
        ActionVariant {
            ratio: 1.1,
            entries: &[
                ActionEntry::of("~/.m2/repository", "setup-java-{os}-{arch}-maven-{hash}", &[])
                    .listed_as(&["setup-java-{os}-maven-#"]),
                wrapper("~/.m2/wrapper/dists", "setup-java-{os}-{arch}-maven-wrapper-{wrapper}"),
            ],
        },
        ActionVariant {
            ratio: 1.3,
            entries: &[
                ActionEntry::of("~/.gradle/caches", "setup-java-{os}-{arch}-gradle-{hash}", &[])
                    .listed_as(&["setup-java-{os}-gradle-#"]),
                wrapper("~/.gradle/wrapper", "setup-java-{os}-{arch}-gradle-wrapper-{wrapper}"),
            ],
        },
        ActionVariant {
            ratio: 1.1,
            entries: &[ActionEntry::of(
                "~/.ivy2/cache|~/.sbt|~/.cache/coursier|!~/.sbt/*.lock|!~/**/ivydata-*.properties",
                "setup-java-{os}-{arch}-sbt-{hash}",
                &[],
            )
            .listed_as(&["setup-java-{os}-sbt-#"])],
        },
    ],
    settings: &[
        ActionSetting::STORE,
        ActionSetting::inputs(
            "hash",
            &[],
            "The inputs that its key hashes: the build files, such as every `pom.xml`. Required, and each is a \
             table `[input.NAME]` of the scenario.",
        ),
        ActionSetting::inputs(
            "wrapper",
            &[],
            "The input with the wrapper's properties. If absent, the project has no wrapper, and there is no \
             archive of its distribution. Not for sbt.",
        ),
        ActionSetting::size(
            "wrapper-size",
            "\"0.15 GB\"",
            "Size of the archive of the wrapper's distribution.",
            "assumed; 0.01 GB for Maven, 0.13–0.2 GB for Gradle",
        ),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 1.1 \
                for Maven and sbt (archives are compressed; assumed; 1–1.3), 1.3 for Gradle (assumed; 1–2).",
    ..CacheAction::STORE
};

const fn wrapper(paths: &'static str, key: &'static str) -> ActionEntry {
    ActionEntry { size: "wrapper-size", needs: "wrapper", paths, key, restore_keys: &[], listed: &[] }
}
