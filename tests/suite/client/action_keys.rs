//! The keys, restore keys and versions of actions with caches of their own, as strings worked out by hand from
//! each action's source at the commit that is named. Where the source has the hash of files, the string has
//! that of an unchanged checkout, `00000000`; the hash of a commit is `00000abc`, the number of a run 7.

use crate::miniature::{Miniature, START};
use cache_budget::client::{ACTIONS, ActionArchive, Cache, CacheClient, GithubContext, JobContext};
use cache_budget::diagnose::KeyWriter;
use cache_budget::engine::Model;
use cache_budget::event::{JobId, RefClass, RefKind, RunId};
use cache_budget::project::Checkout;
use cache_budget::service::Access;
use std::collections::BTreeSet;
use std::rc::Rc;

/// A runner, the action with its settings, and what its first or only archive is called: the version's paths,
/// the key, and the restore keys.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // actions/setup-node src/cache-restore.ts at ae0d4ed: `node-cache-${platform}-${arch}-${packageManager}-${fileHash}`;
    // only where Yarn 2 or later manages all dependencies is the text before the hash a restore key.
    ("ubuntu-24.04", "setup-node = { package-manager = \"npm\" }", "~/.npm", "node-cache-Linux-x64-npm-00000000", &[]),
    ("macos-15", "setup-node = true", "~/setup-pnpm/node_modules/.bin/store", "node-cache-macOS-arm64-pnpm-00000000", &[]),
    ("windows-2025", "setup-node = { package-manager = \"yarn\" }", "~/.cache/yarn", "node-cache-Windows-x64-yarn-00000000", &[]),
    ("ubuntu-24.04-arm", "setup-node = { package-manager = \"yarn-berry\" }", "~/.yarn/berry/cache", "node-cache-Linux-arm64-yarn-00000000", &["node-cache-Linux-arm64-yarn"]),
    // actions/setup-python src/cache-distributions at 5fda3b9: the release of Linux only on Linux; pip's restore key is
    // the text before the last hyphen.
    ("ubuntu-22.04", "setup-python = { version = \"3.13.5\" }", "~/.cache/pip", "setup-python-Linux-x64-22.04-Ubuntu-python-3.13.5-pip-00000000", &["setup-python-Linux-x64-22.04-Ubuntu-python-3.13.5-pip"]),
    ("macos-15", "setup-python = { package-manager = \"pipenv\", version = \"3.12.1\" }", concat!("~/.", "local/share/virtualenvs"), "setup-python-macOS-arm64-python-3.12.1-pipenv-00000000", &[]),
    ("ubuntu-24.04", "setup-python = { package-manager = \"poetry\", version = \"3.13.5\" }", "~/.cache/pypoetry/virtualenvs", "setup-python-Linux-x64-24.04-Ubuntu-python-3.13.5-poetry-v2-00000000", &[]),
    // actions/setup-go src/cache-restore.ts at fba3fb4: `ImageOS` only on Linux.
    ("ubuntu-24.04", "setup-go = { version = \"1.26.0\" }", "~/go/pkg/mod|~/.cache/go-build", "setup-go-Linux-x64-ubuntu24-go-1.26.0-00000000", &[]),
    ("windows-2025", "setup-go = { version = \"1.25.1\" }", "~/go/pkg/mod|~/.cache/go-build", "setup-go-Windows-x64-go-1.25.1-00000000", &[]),
    ("ubuntu-22.04-arm", "setup-go = { version = \"1.26.0\" }", "~/go/pkg/mod|~/.cache/go-build", "setup-go-Linux-arm64-ubuntu22-go-1.26.0-00000000", &[]),
    // actions/setup-java src/cache.ts at 1dbac3c.
    ("ubuntu-24.04", "setup-java = { hash = \"files\" }", "~/.m2/repository", "setup-java-Linux-x64-maven-00000000", &[]),
    ("macos-15", "setup-java = { hash = \"files\", package-manager = \"gradle\" }", "~/.gradle/caches", "setup-java-macOS-arm64-gradle-00000000", &[]),
    ("windows-2025", "setup-java = { hash = \"files\", package-manager = \"sbt\" }", "~/.ivy2/cache|~/.sbt|~/.cache/coursier|!~/.sbt/*.lock|!~/**/ivydata-*.properties", "setup-java-Windows-x64-sbt-00000000", &[]),
    // actions/setup-dotnet src/cache-restore.ts at 5e931af: no architecture.
    ("ubuntu-24.04", "setup-dotnet = { hash = \"files\" }", "~/.nuget/packages", "dotnet-cache-Linux-00000000", &[]),
    ("macos-15", "setup-dotnet = { hash = \"files\" }", "~/.nuget/packages", "dotnet-cache-macOS-00000000", &[]),
    ("windows-11-arm", "setup-dotnet = { hash = \"files\" }", "~/.nuget/packages", "dotnet-cache-Windows-00000000", &[]),
    // ruby/setup-ruby bundler.js and common.js at 0dafeac: the restore key ends before the lock file's hash.
    ("ubuntu-24.04", "setup-ruby = { hash = \"files\", version = \"3.4.5\" }", "vendor/bundle", "setup-ruby-bundler-cache-v6-ubuntu-24.04-x64-ruby-3.4.5-wd-/home/runner/work/repo/repo-with--without--only--Gemfile.lock-00000000", &["setup-ruby-bundler-cache-v6-ubuntu-24.04-x64-ruby-3.4.5-wd-/home/runner/work/repo/repo-with--without--only--Gemfile.lock-"]),
    ("macos-15", "setup-ruby = { hash = \"files\", version = \"3.3.9\" }", "vendor/bundle", "setup-ruby-bundler-cache-v6-macos-15-arm64-ruby-3.3.9-wd-/home/runner/work/repo/repo-with--without--only--Gemfile.lock-00000000", &["setup-ruby-bundler-cache-v6-macos-15-arm64-ruby-3.3.9-wd-/home/runner/work/repo/repo-with--without--only--Gemfile.lock-"]),
    ("windows-2025", "setup-ruby = { hash = \"files\", version = \"3.4.5\" }", "vendor/bundle", "setup-ruby-bundler-cache-v6-windows-2025-x64-ruby-3.4.5-wd-/home/runner/work/repo/repo-with--without--only--Gemfile.lock-00000000", &["setup-ruby-bundler-cache-v6-windows-2025-x64-ruby-3.4.5-wd-/home/runner/work/repo/repo-with--without--only--Gemfile.lock-"]),
    // astral-sh/setup-uv src/cache/restore-cache.ts and src/utils/platforms.ts at 19b4d1e.
    ("ubuntu-24.04", "setup-uv = { version = \"3.13.5\" }", "~/.cache/uv", "setup-uv-2-x86_64-unknown-linux-gnu-ubuntu-24.04-3.13.5-00000000", &[]),
    ("macos-14", "setup-uv = { version = \"3.12.1\", cache-suffix = \"docs\" }", "~/.cache/uv", "setup-uv-2-aarch64-apple-darwin-macos-14-3.12.1-00000000-docs", &[]),
    ("windows-2022", "setup-uv = true", "~/.cache/uv", "setup-uv-2-x86_64-pc-windows-msvc-windows-2022-unknown-00000000", &[]),
    // gradle/actions sources/src/caching/gradle-home-extry-extractor.ts at 05bf82e, with v2 as at 889dc53. The second
    // provider: sources/src/cache-service-basic.ts at 889dc53.
    ("ubuntu-24.04", "setup-gradle = { hash = \"files\" }", "~/.gradle/caches/modules-*/files-*/*/*/*/*", "gradle-dependencies-v2-00000000", &["gradle-dependencies-v2-"]),
    ("ubuntu-24.04", "setup-gradle = { hash = \"files\", cache-provider = \"basic\" }", "~/.gradle/caches|~/.gradle/wrapper", "setup-java-Linux-x64-gradle-00000000", &[]),
    ("macos-15", "setup-gradle = { hash = \"files\", cache-provider = \"basic\" }", "~/.gradle/caches|~/.gradle/wrapper", "setup-java-macOS-arm64-gradle-00000000", &[]),
    // bazel-contrib/setup-bazel config.js and index.js at c35adfb: `process.platform`, and `disk-` before `disk-cache`.
    ("ubuntu-24.04", "setup-bazel = { hash = \"files\" }", "~/.cache/bazel-disk", "setup-bazel-1-linux-x64-disk-true-00000000", &["setup-bazel-1-linux-x64-disk-true-"]),
    ("macos-15", "setup-bazel = { hash = \"files\", disk-cache = \"{workflow}\" }", "~/.cache/bazel-disk", "setup-bazel-1-darwin-arm64-disk-ci-00000000", &["setup-bazel-1-darwin-arm64-disk-ci-"]),
    ("windows-2025", "setup-bazel = { hash = \"files\" }", "~/.cache/bazel-disk", "setup-bazel-1-win32-x64-disk-true-00000000", &["setup-bazel-1-win32-x64-disk-true-"]),
    // golangci/golangci-lint-action src/cache.ts at 3de4be9. 2026-01-05 is day 20458 since 1970, and 20458 / 7 = 2922.6.
    ("ubuntu-24.04", "golangci-lint = true", "~/.cache/golangci-lint", "golangci-lint.cache-Linux-2922-00000000", &["golangci-lint.cache-Linux-2922-"]),
    ("macos-15", "golangci-lint = { working-directory = \"sdk\" }", "~/.cache/golangci-lint", "golangci-lint.cache-macOS-sdk-2922-00000000", &["golangci-lint.cache-macOS-sdk-2922-"]),
    ("windows-2025", "golangci-lint = { hash = \"files\" }", "~/.cache/golangci-lint", "golangci-lint.cache-Windows-2922-00000000", &["golangci-lint.cache-Windows-2922-"]),
    // pre-commit/action action.yml at 576ff52.
    ("ubuntu-24.04", "pre-commit = { hash = \"files\", version = \"3.13.5\" }", "~/.cache/pre-commit", "pre-commit-3|/opt/hostedtoolcache/Python/3.13.5/x64|00000000", &[]),
    ("ubuntu-24.04-arm", "pre-commit = { hash = \"files\", version = \"3.12.1\" }", "~/.cache/pre-commit", "pre-commit-3|/opt/hostedtoolcache/Python/3.12.1/arm64|00000000", &[]),
    ("ubuntu-22.04", "pre-commit = { hash = \"files\" }", "~/.cache/pre-commit", "pre-commit-3|/opt/hostedtoolcache/Python/3/x64|00000000", &[]),
    // hendrikmuhs/ccache-action src/restore.ts and src/save.ts at 9e72c68: what is looked up is the key before the time.
    ("ubuntu-24.04", "ccache = true", ".ccache", "ccache-2026-01-05T00:00:00.000Z", &["ccache-"]),
    ("macos-15", "ccache = { key = \"{os}-release\" }", ".ccache", "ccache-macOS-release-2026-01-05T00:00:00.000Z", &["ccache-macOS-release-"]),
    ("windows-2025", "ccache = { variant = \"sccache\", key = \"x\" }", ".sccache", "sccache-x-2026-01-05T00:00:00.000Z", &["sccache-x-"]),
    // github/codeql-action src/overlay/caching.ts at f3f1edb; the workflow, the job and its matrix are a hash there.
    ("ubuntu-24.04", "codeql = true", "codeql_databases", "codeql-overlay-base-database-1-ci:test:-rust-2-00000abc-7-1", &["codeql-overlay-base-database-1-ci:test:-rust-2-"]),
    ("ubuntu-24.04", "codeql = { languages = \"go_python\", version = \"2.25.1\" }", "codeql_databases", "codeql-overlay-base-database-1-ci:test:-go_python-2.25.1-00000abc-7-1", &["codeql-overlay-base-database-1-ci:test:-go_python-2.25.1-"]),
    ("macos-15", "codeql = { languages = \"swift\" }", "codeql_databases", "codeql-overlay-base-database-1-ci:test:-swift-2-00000abc-7-1", &["codeql-overlay-base-database-1-ci:test:-swift-2-"]),
];

fn model(runner: &str, cache: &str) -> Model {
    let text = format!(
        "[input.files]\nchanges = 0.2\n[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n\
         runner = \"{runner}\"\ncache.{cache}\n"
    );
    Miniature::new(&text).event(0, "main_push", "").model()
}

fn archives(model: &Model) -> Vec<&ActionArchive> {
    let caches = model.workflows[0].jobs[0].caches.iter();
    let archives = caches.map(|cache| match cache {
        Cache::Action(archive) => archive,
        other => panic!("{}", other.name()),
    });
    archives.collect()
}

fn context(model: &Model) -> JobContext {
    let job = &model.workflows[0].jobs[0];
    JobContext {
        run: RunId(0),
        identity: 0,
        job: JobId(0),
        job_name: job.group.as_str().into(),
        ref_name: "refs/heads/main".into(),
        class: RefClass::Main,
        kind: RefKind::Main,
        access: Access::new(&[], None),
        from_fork: false,
        cache_mode: None,
        github: Rc::new(GithubContext {
            workflow: "ci".into(),
            run_id: 7,
            run_attempt: 1,
            ..GithubContext::default()
        }),
        checkout: Rc::new(Checkout::initial(&model.graph)),
        push: 0,
        push_id: 0xabc,
        host: model.runners[job.runner].host(1.0),
        started: START,
    }
}

#[test]
fn keys_are_those_of_the_actions_sources() {
    for (runner, cache, paths, key, restore_keys) in CASES {
        let model = model(runner, cache);
        let context = context(&model);
        let name = archives(&model)[0].archive_name(&context).expect("an archive has a name");
        assert_eq!(name.key, *key, "{cache} on {runner}");
        assert_eq!(name.restore_keys, *restore_keys, "{cache} on {runner}");
        let system = if runner.starts_with("windows") { "|windows-only" } else { "" };
        assert_eq!(name.version(context.host.system.os), format!("{paths}|zstd{system}"), "{cache}");
    }
}

#[test]
fn every_action_has_three_keys_of_its_source_here() {
    for action in ACTIONS {
        let cases = CASES.iter().filter(|(_, cache, ..)| cache.split(" = ").next() == Some(action.name));
        assert!(cases.count() >= 3, "{}", action.name);
    }
}

#[test]
fn other_archives_of_an_action_have_keys_of_their_own() {
    let names = |cache: &str| {
        let model = model("ubuntu-24.04", cache);
        let names = archives(&model).into_iter().filter_map(|archive| archive.archive_name(&context(&model)));
        names.map(|name| (name.paths.into_owned(), name.key, name.restore_keys)).collect::<Vec<_>>()
    };
    // gradle/actions sources/src/caching/cache-key.ts at 3103c3a: workflow and matrix are a hash there.
    let home = "gradle-home-v2|Linux-X64|test[ci ]";
    assert_eq!(
        names("setup-gradle = { hash = \"files\" }")[1],
        (
            "~/.gradle/caches|~/.gradle/notifications".into(),
            format!("{home}-00000abc"),
            vec![home.into(), "gradle-home-v2|Linux-X64|test".into(), "gradle-home-v2|Linux-X64".into()],
        )
    );
    // actions/setup-java src/cache.ts at 1dbac3c: only with a wrapper.
    let java = "setup-java = { hash = \"files\", wrapper = \"files\", package-manager = \"gradle\" }";
    let wrapper =
        ("~/.gradle/wrapper".to_owned(), "setup-java-Linux-x64-gradle-wrapper-00000000".to_owned(), vec![]);
    assert_eq!(names(java)[1], wrapper);
    assert_eq!(names("setup-java = { hash = \"files\" }").len(), 1);
    // bazel-contrib/setup-bazel config.js at c35adfb: off by default.
    let bazel = names("setup-bazel = { hash = \"files\", repository = \"files\" }");
    let repository = "setup-bazel-1-linux-x64-repository-";
    assert_eq!(
        (bazel[1].1.clone(), bazel[1].2.clone()),
        (format!("{repository}00000000"), vec![repository.into()])
    );
}

#[test]
fn a_listing_shows_who_wrote_these_keys() {
    for (runner, cache, ..) in CASES.iter().filter(|(_, cache, ..)| !cache.contains("\"basic\"")) {
        let model = model(runner, cache);
        for archive in archives(&model) {
            let key = archive.archive_name(&context(&model)).expect("an archive has a name").key;
            // Real hashes are longer.
            let key = key.replace("00000000", &"0".repeat(64));
            assert_eq!(KeyWriter::of(&key).client, archive.name(), "{key}");
        }
    }
}

#[test]
fn names_of_actions_and_of_their_settings_are_apart() {
    let names: BTreeSet<_> = ACTIONS.iter().map(|action| action.name).collect();
    assert_eq!(names.len(), ACTIONS.len());
    for action in ACTIONS {
        for variant in action.variants {
            let known = |key: &str| action.settings.iter().any(|setting| setting.name == key);
            let entries = variant.entries.iter();
            let unknown =
                entries.filter(|entry| !known(entry.size) || !(entry.needs.is_empty() || known(entry.needs)));
            assert_eq!(unknown.count(), 0, "{}", action.name);
            assert!(variant.ratio >= 1.0 && !variant.entries.is_empty(), "{}", action.name);
        }
    }
}
