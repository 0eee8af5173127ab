//! Real keys of setup actions: what a run resolves, such as the whole version of a tool, is in them and not in the
//! scenario. Each form is that of the action's code; the row in `client/action` names the file.

use super::{entry, imported, line};
use crate::import::Repository;

const MAIN: &str = "refs/heads/main";
const SHA256: &str = "e0790d07bcb76a351afa3ae1399dbfa7808a52f4d49601c358d55e027c1490b7";
const SHA1: &str = "7528a51c2033cf322db03185fe5f3df13625d3a9";

/// A repository with one job, `job`, that has these lines below `runs-on` and these steps.
fn job(head: &str, steps: &str) -> Repository {
    Repository::with(&format!(
        "name: ci\non: {{ push: {{ branches: [main] }}, pull_request: }}\njobs:\n  job:\n    runs-on: ubuntu-latest\n{head}    \
         steps:\n{steps}"
    ))
}

/// The scenario with a listing of these keys, of 41 MB, 42 MB and so on.
fn listed(repository: &Repository, keys: &[&str]) -> String {
    let entries: Vec<String> =
        (1..).zip(keys).map(|(id, key)| entry(id, key, MAIN, (40 + id) * 1_000_000, 1)).collect();
    repository.write("caches.json", &format!("[{}]", entries.join(",")));
    imported(repository, &["--caches", "caches.json"]).0
}

/// The size of the job's client after a listing of one entry with this key.
fn size(repository: &Repository, client: &str, key: &str) -> String {
    let scenario = listed(repository, &[key]);
    assert!(!scenario.contains("stored by no job"), "{key}\n{scenario}");
    line(&scenario, &format!("[workflow.ci.job.job.cache.{client}]"), "size").to_owned()
}

/// A step with its client, and a real key of it.
const STEPS: [(&str, &str, &str); 22] = [
    (
        "actions/setup-go@v5\n        with: { go-version: '1.24' }",
        "setup-go",
        "setup-go-Linux-x64-ubuntu24-go-1.24.9-SHA256",
    ),
    (
        "actions/setup-go@v5\n        with: { go-version: 1.24.x }",
        "setup-go",
        "setup-go-Linux-x64-ubuntu24-go-1.24.9-SHA256",
    ),
    (
        "actions/setup-go@v5\n        with: { go-version: stable }",
        "setup-go",
        "setup-go-Linux-x64-ubuntu24-go-1.25.4-SHA256",
    ),
    (
        "actions/setup-go@v5\n        with: { go-version: oldstable }",
        "setup-go",
        "setup-go-Linux-x64-ubuntu24-go-1.24.9-SHA256",
    ),
    (
        "actions/setup-go@v5\n        with: { go-version: '>=1.22' }",
        "setup-go",
        "setup-go-Linux-x64-ubuntu24-go-1.25.4-SHA256",
    ),
    ("actions/setup-go@v5", "setup-go", "setup-go-Linux-x64-ubuntu24-go-1.24.9-SHA256"),
    (
        "actions/setup-go@v4\n        with: { go-version: '1.20' }",
        "setup-go",
        "setup-go-Linux-go-1.20.14-SHA256",
    ),
    (
        "actions/setup-python@v5\n        with: { python-version: '3.12', cache: pip }",
        "setup-python",
        "setup-python-Linux-x64-24.04-Ubuntu-python-3.12.7-pip-SHA256",
    ),
    (
        "actions/setup-python@v4\n        with: { python-version: '3.12', cache: poetry }",
        "setup-python",
        "setup-python-Linux-24.04-Ubuntu-python-3.12.7-poetry-v2-SHA256",
    ),
    (
        "actions/setup-java@v3\n        with: { java-version: '17', cache: maven }",
        "setup-java",
        "setup-java-Linux-maven-SHA256",
    ),
    ("actions/setup-dotnet@v4\n        with: { cache: true }", "setup-dotnet", "dotnet-cache-Linux-SHA256"),
    (
        "ruby/setup-ruby@v1\n        with: { ruby-version: '3.3', bundler-cache: true }",
        "setup-ruby",
        "setup-ruby-bundler-cache-v6-ubuntu-24.04-x64-ruby-3.3.6-wd-/home/runner/work/shop/shop-with--without--only--Gemfile.lock-SHA256",
    ),
    (
        "astral-sh/setup-uv@v6\n        with: { enable-cache: true }",
        "setup-uv",
        "setup-uv-2-x86_64-unknown-linux-gnu-ubuntu-24.04-3.12.3-pruned-SHA256",
    ),
    (
        "astral-sh/setup-uv@v6\n        with: { enable-cache: true, python-version: '3.12' }",
        "setup-uv",
        "setup-uv-2-x86_64-unknown-linux-gnu-ubuntu-24.04-3.12.3-SHA256",
    ),
    (
        "github/codeql-action/init@v3\n        with: { languages: go }",
        "codeql",
        "codeql-overlay-base-database-1-3f5898db7bffde67-go-2.23.3-SHA1-20048350613-1",
    ),
    (
        "github/codeql-action/init@v3\n        with: { languages: java-kotlin, build-mode: none }",
        "codeql",
        "codeql-overlay-base-database-1-3f5898db7bffde67-java-2.23.3-SHA1-20048350613-1",
    ),
    ("pre-commit/action@v3.0.1", "pre-commit", "pre-commit-3||SHA256"),
    ("pre-commit/action@v3.0.1", "pre-commit", "pre-commit-3|/opt/hostedtoolcache/Python/3.12.7/x64|SHA256"),
    ("actions/setup-node@v3\n        with: { cache: npm }", "setup-node", "node-cache-Linux-npm-SHA256"),
    (
        "gradle/actions/setup-gradle@v4",
        "setup-gradle",
        "gradle-dependencies-v1-18ac3e7343f016890c510e93f9352611",
    ),
    ("golangci/golangci-lint-action@v8", "golangci-lint", "golangci-lint.cache-Linux-2968-SHA1"),
    (
        "bazel-contrib/setup-bazel@0.15.0\n        with: { disk-cache: true }",
        "setup-bazel",
        "setup-bazel-2-linux-x64-disk-true-SHA256",
    ),
];

#[test]
fn real_keys_of_setup_actions_are_recognised() {
    for (step, client, key) in STEPS {
        let key = key.replace("SHA256", SHA256).replace("SHA1", SHA1);
        let repository = job("", &format!("      - uses: {step}\n"));
        assert_eq!(size(&repository, client, &key), "size = \"41 MB\" # from caches.json: 1 entry", "{key}");
    }
}

/// 3.1 is not the beginning of 3.12.7, nor pip's key that of another package manager.
#[test]
fn other_versions_and_managers_are_not_taken_for_ones_own() {
    let other = [
        ("3.1", "setup-python-Linux-x64-24.04-Ubuntu-python-3.12.7-pip-SHA256"),
        ("3.12", "setup-python-Linux-x64-24.04-Ubuntu-python-3.13.1-pip-SHA256"),
        ("3.12", "setup-python-Linux-x64-24.04-Ubuntu-python-3.12.7-pipenv-SHA256"),
        ("3.12", "setup-python-Windows-x64-python-3.12.7-pip-SHA256"),
    ];
    for (version, key) in other {
        let with = format!("with: {{ python-version: '{version}', cache: pip }}");
        let repository = job("", &format!("      - uses: actions/setup-python@v5\n        {with}\n"));
        let scenario = listed(&repository, &[&key.replace("SHA256", SHA256)]);
        assert!(scenario.contains("stored by no job"), "{version} {key}\n{scenario}");
    }
}

/// Of two legs, the one that names more of the version has the entry: 41 MB of 1.24, 42 MB of `stable`. They differ by less
/// than 1.3, so the sizes of legs are not written; with 60 MB they are.
#[test]
fn the_leg_that_names_more_of_a_version_has_the_entry() {
    let repository = job(
        "    strategy: { matrix: { go: ['1.24', stable] } }\n",
        "      - uses: actions/setup-go@v5\n        with: { go-version: '${{ matrix.go }}' }\n",
    );
    let key = |version: &str| format!("setup-go-Linux-x64-ubuntu24-go-{version}-{SHA256}");
    let entries =
        [entry(1, &key("1.24.9"), MAIN, 40_000_000, 1), entry(2, &key("1.25.4"), MAIN, 60_000_000, 1)];
    repository.write("caches.json", &format!("[{}]", entries.join(",")));
    let (scenario, _) = imported(&repository, &["--caches", "caches.json"]);
    assert!(!scenario.contains("stored by no job"), "{scenario}");
    assert_eq!(
        line(&scenario, "[workflow.ci.job.job]", "leg"),
        "leg = [{ when = { go = [\"1.24\"] }, cache.setup-go.size = \"40 MB\" }, { when = { go = [\"stable\"] }, \
         cache.setup-go.size = \"60 MB\" }]"
    );
}

/// The compiler of a leg is in the hash of rust-cache's key alone.
#[test]
fn a_matrix_of_toolchains_is_hashed_into_the_key_of_rust_cache() {
    let repository = job(
        "    strategy: { matrix: { os: [ubuntu-latest, windows-latest], toolchain: [stable, '1.85'] } }\n",
        "      - uses: Swatinem/rust-cache@v2\n        with: { key: '${{ matrix.os }}' }\n",
    );
    let keys =
        ["34dbffaf", "d7c4dd98"].map(|hash| format!("v0-rust-ubuntu-latest-job-Linux-x64-{hash}-acac86c0"));
    let scenario = listed(&repository, &[&keys[0], &keys[1]]);
    let table = "[workflow.ci.job.job.cache.rust-cache]";
    assert_eq!(line(&scenario, table, "key"), "key = \"{os}\"");
    assert!(
        line(&scenario, table, "environment").starts_with("environment = \"RUSTC={toolchain}\""),
        "{scenario}"
    );
    // 41 and 42 MB.
    assert!(line(&scenario, table, "size").starts_with("size = \"41.5 MB\""), "{scenario}");
}

/// The two archives of setup-gradle have sizes of their own: 41 MB of dependencies, 42 and 43 MB of homes.
#[test]
fn the_archives_of_one_action_have_sizes_of_their_own() {
    let repository = job(
        "    strategy: { matrix: { java: [17, 21] } }\n",
        "      - uses: gradle/actions/setup-gradle@v4\n",
    );
    let home = |hash: &str| format!("gradle-home-v1|Linux-X64|job[{hash}]-{SHA1}");
    let (one, two) = (home("4523540f1504cd17100c4835e85b7eef"), home("6f4b6612125fb3a0daecd2799dfd6c9c"));
    let scenario =
        listed(&repository, &["gradle-dependencies-v1-18ac3e7343f016890c510e93f9352611", &one, &two]);
    assert!(!scenario.contains("stored by no job"), "{scenario}");
    let table = "[workflow.ci.job.job.cache.setup-gradle]";
    assert_eq!(line(&scenario, table, "size"), "size = \"41 MB\" # from caches.json: 1 entry");
    assert!(line(&scenario, table, "home-size").starts_with("home-size = \"42.5 MB\" # from"), "{scenario}");
}

/// What a listing shows counts more than the most that ccache may keep.
#[test]
fn a_listing_counts_more_than_max_size() {
    let repository =
        job("", "      - uses: hendrikmuhs/ccache-action@v1.2\n        with: { key: gcc, max-size: 500M }\n");
    let table = "[workflow.ci.job.job.cache.ccache]";
    assert_eq!(line(&listed(&repository, &[]), table, "size"), "size = \"500 MB\" # assumed");
    let scenario = listed(&repository, &["ccache-gcc-2026-11-10T10:11:12.345Z"]);
    assert_eq!(line(&scenario, table, "size"), "size = \"41 MB\" # from caches.json: 1 entry");
}

/// Where a file says the version, it is the one of the job that writes it out, and both share their entries.
#[test]
fn a_version_of_a_file_is_that_of_the_file() {
    let with = |uses: &str, with: &str| format!("      - uses: {uses}\n        with: {{ {with} }}\n");
    let go = with("actions/setup-go@v5", "go-version-file: go.mod");
    let python = with("actions/setup-python@v5", "python-version-file: NAME, cache: pip");
    let cases = [
        (go.clone(), "go.mod", "module x\n\ngo 1.24\n", "setup-go", "1.24"),
        (go.replace("v5", "v6"), "go.mod", "module x\ngo 1.24.0\ntoolchain go1.24.9\n", "setup-go", "1.24.9"),
        (go, "go.mod", "module x\ngo 1.24.0\ntoolchain go1.24.9\n", "setup-go", "1.24.0"),
        (
            python.replace("NAME", ".python-version"),
            ".python-version",
            "# ours\n3.12\n",
            "setup-python",
            "3.12",
        ),
        (
            python.replace("NAME", ".tool-versions"),
            ".tool-versions",
            "ruby 3.3\npython 3.11.4\n",
            "setup-python",
            "3.11.4",
        ),
        (
            python.replace("NAME", "pyproject.toml"),
            "pyproject.toml",
            "[project]\nrequires-python = \">=3.10, <4\"\n",
            "setup-python",
            ">=3.10-<4",
        ),
        (with("actions/setup-python@v5", "cache: pip"), ".python-version", "3.12\n", "setup-python", "3.12"),
        (with("ruby/setup-ruby@v1", "bundler-cache: true"), ".ruby-version", "3.3\n", "setup-ruby", "3.3"),
    ];
    for (step, file, text, client, version) in cases {
        let repository = job("", &step);
        repository.write(file, text);
        let (scenario, _) = imported(&repository, &[]);
        let found = line(&scenario, &format!("[workflow.ci.job.job.cache.{client}]"), "version");
        assert!(found.starts_with(&format!("version = \"{version}\"")), "{step}\n{scenario}");
    }
}
