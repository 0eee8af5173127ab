//! The cache of ruby/setup-ruby with `bundler-cache` (`bundler.js`, read at 0dafeac). The action installs the
//! gems itself and saves at once, so a later step that fails does not keep it from saving; a run of a merge
//! queue does not save. With the prefix of its restore key it finds the gems of an older lock file.

use super::row::{ActionEntry, ActionSetting, ActionVariant, CacheAction};
use crate::client::SaveAfter;

/// setup-ruby.
pub(super) const ROW: CacheAction = CacheAction {
    name: "setup-ruby",
    noun: "the cache of setup-ruby",
    doc: "The cache of ruby/setup-ruby with `bundler-cache: true`.",
    variants: &[ActionVariant {
        ratio: 3.0,
        entries: &[ActionEntry::of("vendor/bundle", KEY, &[RESTORE_KEY]).listed_as(LISTED)],
    }],
    settings: &[
        ActionSetting::STORE,
        ActionSetting::inputs(
            "hash",
            &[],
            "The inputs that its key hashes: `Gemfile.lock`. Required, and each is a table `[input.NAME]` of \
             the scenario.",
        ),
        ActionSetting::text(
            "version",
            "",
            "The version of Ruby in the key, such as \"3.4.5\" or \"{ruby}\" for an axis.",
        ),
    ],
    ratio_doc: "Unpacked size ÷ compressed size of the archive, for packing and unpacking. If absent, 3: \
                sources and libraries (assumed; 2–4).",
    save_if: "\"not-queue\"",
    saves_after: SaveAfter::Cancellation,
    ..CacheAction::STORE
};

const KEY: &str = "setup-ruby-bundler-cache-v6-{os-release}-{arch}-ruby-{version-}\
                   wd-/home/runner/work/repo/repo-with--without--only--Gemfile.lock-{hash}";
const RESTORE_KEY: &str = "setup-ruby-bundler-cache-v6-{os-release}-{arch}-ruby-{version-}\
                           wd-/home/runner/work/repo/repo-with--without--only--Gemfile.lock-";
/// The engine's whole version, such as 3.4.5, the folder of the checkout and the groups, which only a run knows; the
/// version of the key is the action's. The hash may have that of a lock file before it.
const LISTED: &[&str] = &[
    "setup-ruby-bundler-cache-#-{os-release}-{arch}-ruby-{version*}-wd-*-#",
    "setup-ruby-bundler-cache-#-{os-release}-{arch}-*{version*}-wd-*",
    "setup-ruby-bundler-cache-#-*-ruby-{version*}*-#",
];
