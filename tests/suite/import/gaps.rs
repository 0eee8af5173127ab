//! What a miss is assumed to cost, by the kind of the cache: the work itself, or packages to be downloaded.

use super::{Repository, checked};

/// The draft of a job with this step.
fn draft(step: &str) -> String {
    let workflow = format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: \
         {step}\n      - run: make\n"
    );
    let draft = Repository::with(&workflow).draft().expect("a scenario");
    let (loaded, said) = checked(&draft);
    assert!(!said.contains("no-effect"), "{said}\n{}", draft.text);
    assert!(!loaded.assumed.is_empty(), "{}", draft.text);
    draft.text
}

fn is_measured(text: &str) -> bool {
    let has = |line: &str| text.lines().any(|own| own.starts_with(line));
    let (measured, by_miss) = (has("cold = \"12 min\""), has("prepare = \"5 min\""));
    assert_ne!(measured, by_miss, "{text}");
    assert_eq!(by_miss, has("miss = \"60 s\" # assumed"), "{text}");
    measured
}

#[test]
fn a_miss_of_what_was_compiled_costs_the_work() {
    for step in [
        "Swatinem/rust-cache@v2",
        "hendrikmuhs/ccache-action@v1.2",
        "bazel-contrib/setup-bazel@0.15.0\n        with: { disk-cache: true }",
        "actions/cache@v4\n        with: { path: target, key: k }",
        "actions/cache@v4\n        with: { path: '~/.cache/go-build', key: k }",
        "actions/cache@v4\n        with: { path: 'web/.next/cache', key: k }",
        "actions/cache@v4\n        with: { path: '~/.cache/ccache', key: k }",
        "Swatinem/rust-cache@v2\n      - uses: actions/setup-node@v4\n        with: { cache: npm }",
    ] {
        assert!(is_measured(&draft(step)), "{step}");
    }
}

#[test]
fn a_miss_of_a_package_store_costs_a_minute() {
    for step in [
        "actions/setup-node@v4\n        with: { cache: npm }",
        "actions/setup-python@v5\n        with: { cache: pip }",
        "pre-commit/action@v3.0.1",
        "actions/cache@v4\n        with: { path: '~/.npm', key: 'Linux-build-x' }",
        "actions/cache@v4\n        with: { path: node_modules, key: k }",
        "oven-sh/setup-bun@v2",
    ] {
        let text = draft(step);
        assert!(!is_measured(&text), "{step}");
        assert!(
            text.contains("range = [\"20 s..120 s\"]\nbasis = \"assumed; a log of a miss would tell\""),
            "{text}"
        );
    }
}

/// A step that only saves misses nothing.
#[test]
fn a_step_that_only_saves_has_no_miss() {
    let text = draft(
        "actions/cache/restore@v4\n        with: { path: p, key: k }\n      - uses: actions/cache/save@v4\n        with: { path: p, \
         key: k }",
    );
    assert_eq!(text.matches("miss = ").count(), 1, "{text}");
}

/// In a leg with other steps, the miss goes with them.
#[test]
fn the_miss_is_in_the_tables_of_legs_too() {
    let workflow = "on: push\njobs:\n  a:\n    strategy: { matrix: { os: [ubuntu-latest, windows-latest] } }\n    runs-on: ${{ \
                    matrix.os }}\n    steps:\n      - uses: actions/cache@v4\n        with: { path: p, key: k }\n      - if: \
                    runner.os == 'Windows'\n        uses: actions/cache@v4\n        with: { path: q, key: l }\n";
    let draft = Repository::with(workflow).draft().expect("a scenario");
    let leg = draft.text.lines().find(|line| line.starts_with("leg = ")).expect("legs differ");
    assert!(leg.contains("miss = \"60 s\""), "{leg}");
    checked(&draft);
}

/// The draft of a job with this step in a repository with these files, and what is left blank.
fn with_files(step: &str, files: &[&str]) -> (String, Vec<String>) {
    let workflow = format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: {step}\n"
    );
    let repository = Repository::with(&workflow);
    files.iter().for_each(|path| repository.write(path, "x"));
    let draft = repository.draft().expect("a scenario");
    checked(&draft);
    (draft.text, draft.blanks.into_iter().map(|(_, what)| what).collect())
}

/// Actions that cache without an input that says so.
#[test]
fn actions_that_cache_by_themselves_are_seen() {
    for (step, key) in [
        ("obi1kenobi/cargo-semver-checks-action@v2", Some("semver-{job}-{os}-{hash:toolchain, lock}")),
        ("CodSpeedHQ/action@v4\n        with: { mode: simulation }", Some("action-simulation-{os}")),
        ("CodSpeedHQ/action@v3", None),
        ("CodSpeedHQ/action@v4\n        with: { cache-instruments: false }", None),
        ("sbt/setup-sbt@v1", Some("{os}-sbt-2.0.3-1.5.2")),
        ("jdx/mise-action@v4", Some("mise-v1-linux-x64-ubuntu24-{hash:mise}")),
        (
            "jdx/mise-action@v4\n        with: { version: 2026.1.0 }",
            Some("mise-v1-linux-x64-ubuntu24-2026.1.0-{hash:"),
        ),
        ("jdx/mise-action@v2", Some("mise-v0-linux-x64-{hash:mise}")),
        ("jdx/mise-action@v4\n        with: { cache_key: tools-1 }", Some("tools-1\"")),
        ("lukka/run-vcpkg@v11", None),
        (
            "lukka/run-vcpkg@v11\n        with: { doNotCache: false, vcpkgGitCommitId: abc }",
            Some("runnerOS={os}-{week}-vcpkgGitCommit=abc"),
        ),
        ("lukka/run-vcpkg@v10", Some("runnerOS={os}-{week}-vcpkgGitCommit={hash:vcpkg}")),
        ("lukka/get-cmake@v4\n        with: { cmakeVersion: 3.31.0 }", Some("get-cmake-3.31.0-{os}")),
        ("lukka/get-cmake@v4\n        with: { useCloudCache: false }", None),
        (
            "flatpak/flatpak-github-actions/flatpak-builder@v6\n        with: { bundle: x }",
            Some("flatpak-builder-{os}-{hash:"),
        ),
        (
            "flutter-actions/setup-flutter@v4\n        with: { cache: true, channel: beta }",
            Some("setup-flutter-beta-{os}"),
        ),
        ("flutter-actions/setup-flutter@v4", None),
        ("aspect-build/setup-aspect@v1", Some("setup-aspect-{os}-{hash:")),
        ("vmactions/openbsd-vm@v1\n        with: { release: '7.7' }", Some("openbsd-vm-7.7-{os}")),
        ("vmactions/openbsd-vm@v1\n        with: { disable-cache: true }", None),
    ] {
        let (text, _) = with_files(step, &[]);
        match key {
            Some(key) => assert!(text.contains(&format!("key = \"{key}")), "{step}\n{text}"),
            None => assert!(text.contains("No cache was found"), "{step}\n{text}"),
        }
    }
}

/// setup-java keeps the wrapper's distribution apart, may only read, and keeps the JDK from v6 on.
#[test]
fn setup_java_keeps_more_than_packages() {
    let step = |version: u32, more: &str| {
        format!(
            "actions/setup-java@v{version}\n        with: {{ distribution: temurin, java-version: 21, cache: gradle{more} }}"
        )
    };
    let wrapper = ["gradle/wrapper/gradle-wrapper.properties", "build.gradle"];
    let (text, blanks) = with_files(&step(5, ""), &wrapper);
    assert!(text.contains("wrapper = \"gradle-wrapper-properties\""), "{text}");
    assert!(text.contains("[input.gradle-wrapper-properties]") && blanks.is_empty(), "{blanks:?}\n{text}");
    for (version, files) in [(4, &wrapper[..]), (5, &wrapper[1..])] {
        assert!(!with_files(&step(version, ""), files).0.contains("wrapper ="));
    }
    let jdk = "`cache-jdk: true`: an archive of the JDK, which is not in the scenario";
    assert_eq!(with_files(&step(6, ""), &wrapper).1, [jdk]);
    assert!(with_files(&step(6, ", cache-jdk: false"), &wrapper).1.is_empty());
    assert_eq!(with_files(&step(5, ", cache-jdk: true"), &wrapper).1, [jdk]);
    let reads = step(6, ", cache-jdk: false, cache-read-only: \"${{ github.ref != 'refs/heads/main' }}\"");
    assert!(with_files(&reads, &wrapper).0.contains("save-if = \"default-branch\""));
}

/// A bound is no size: what is in a cache may be far below, and the smallest assumed one is 20 MB.
#[test]
fn a_bound_of_a_compiler_cache_is_the_end_of_a_range() {
    let step = |most: &str| format!("hendrikmuhs/ccache-action@v1.2\n        with: {{ max-size: {most} }}");
    // Below the bound, the usual size; above it, the bound.
    for (most, value, range) in [("5G", "500 MB", "0.02 GB..5 GB"), ("300M", "300 MB", "20 MB..300 MB")] {
        let (text, _) = with_files(&step(most), &[]);
        assert!(text.contains(&format!("size = \"{value}\" # assumed")), "{most}\n{text}");
        let (_, assumed) = text.split_once("[assumed.\"workflow.ci.job.a.cache.ccache.size\"]").expect(most);
        assert!(assumed.lines().nth(1).is_some_and(|line| line.contains(range)), "{most}\n{text}");
    }
    assert!(with_files(&step("10M"), &[]).0.contains("size = \"10 MB\"\n"));
}

/// setup-uv's default files grew with its versions: uv.lock, requirements (v5), projects and constraints (v6).
#[test]
fn setup_uv_hashes_what_its_version_hashes() {
    let files = ["uv.lock", "pyproject.toml", "docs/requirements.txt"];
    let step = |major: u32| format!("astral-sh/setup-uv@v{major}\n        with: {{ enable-cache: true }}");
    for (major, patterns) in [
        (4, "# **/uv.lock\n"),
        (5, "# **/uv.lock, **/requirements*.txt\n"),
        (7, "**/pyproject.toml, **/uv.lock"),
    ] {
        let (text, _) = with_files(&step(major), &files);
        let table = text.lines().find(|line| line.starts_with("[input.requirements]"));
        assert!(format!("{}\n", table.unwrap_or_default()).contains(patterns), "{major}\n{text}");
    }
}

/// The key of golangci-lint changes each week here, and perhaps not there.
#[test]
fn another_interval_of_golangci_lint_is_told() {
    let step = |days: &str| format!("golangci/golangci-lint-action@v8\n        with: {{ {days} }}");
    assert!(with_files(&step("cache-invalidation-interval: 7"), &["go.mod"]).1.is_empty());
    let (_, blanks) = with_files(&step("cache-invalidation-interval: 30"), &["go.mod"]);
    assert_eq!(blanks, ["`cache-invalidation-interval: 30`: here the key changes every 7 days"]);
}
