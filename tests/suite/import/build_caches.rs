//! Caches that no step with a known action shows: of image builds in bake files, scripts and the environment; of compilers,
//! turned on by variables; and those that are turned off.

use super::{Repository, checked};

/// A repository with one job of these steps, after these lines of the job and of the workflow.
fn with(workflow: &str, job: &str, steps: &str) -> Repository {
    Repository::with(&format!(
        "on: {{ push: {{ branches: [main] }}, pull_request: }}\n{workflow}jobs:\n  a:\n    runs-on: ubuntu-latest\n{job}    steps:\n{steps}"
    ))
}

fn clients(workflow: &str, job: &str, steps: &str) -> Vec<String> {
    with(workflow, job, steps).found().0
}

const BAKE: &str = "\
group \"default\" { targets = [\"api\", \"web\"] }
function \"up\" { params = [x] result = upper(x) }
target \"base\" { cache-from = [\"type=gha,scope=base\"] }
target \"api\" {
  inherits = [\"base\"]
  dockerfile = \"api.Dockerfile\"
  cache-to = [\"type=gha,scope=base,mode=max\"]
}
target \"web\" { context = \"web\" }
target \"plain\" {}
";

#[test]
fn a_bake_file_says_what_its_targets_cache() {
    let cases = [
        ("      - uses: docker/bake-action@v6\n", "buildkit docker/bake-action always"),
        (
            "      - { uses: docker/bake-action@v6, with: { targets: api } }\n",
            "buildkit docker/bake-action always",
        ),
        (
            "      - { uses: docker/bake-action@v6, with: { targets: base } }\n",
            "buildkit docker/bake-action never",
        ),
        ("      - { uses: docker/bake-action@v6, with: { targets: plain } }\n", ""),
        ("      - run: docker buildx bake --progress plain api && echo done\n", "buildkit - always"),
        ("      - run: docker buildx bake -f other.json -f docker-bake.hcl base\n", "buildkit - never"),
        ("      - run: docker buildx bake plain\n", ""),
    ];
    for (steps, wanted) in cases {
        let repository = with("", "", steps);
        repository.write("docker-bake.hcl", BAKE);
        repository.write("other.json", "{\"target\": {\"tests\": {}}}");
        let (found, unknown) = repository.found();
        assert_eq!(found.join(""), wanted, "{steps}");
        let is_listed = unknown.iter().any(|note| note.starts_with("bake file: line 2: the function `up`"));
        assert!(is_listed, "{steps}: {unknown:?}");
    }
    let repository = with("", "", "      - { uses: docker/bake-action@v6, with: { targets: api } }\n");
    repository.write("docker-bake.hcl", BAKE);
    let draft = repository.draft().expect("a scenario");
    assert!(draft.text.contains("scope = \"base\""), "{}", draft.text);
    assert!(draft.text.contains("there is no api.Dockerfile"), "{}", draft.text);
    // What a step sets stands over what the file says.
    let repository = with(
        "",
        "",
        "      - { uses: docker/bake-action@v6, with: { targets: api, set: '*.cache-to=type=gha,scope=own' } }\n",
    );
    repository.write("docker-bake.hcl", BAKE);
    let draft = repository.draft().expect("a scenario");
    assert!(draft.text.contains("scope = \"own\""), "{}", draft.text);
}

#[test]
fn a_script_that_builds_with_the_cache_is_a_client() {
    let cases = [
        ("docker buildx build --cache-from type=gha --cache-to type=gha,mode=max .", "buildkit - always"),
        ("docker buildx build --cache-from=type=gha,scope=x .", "buildkit - never"),
        ("docker build . --cache-to \"type=registry,ref=x\" --cache-from type=gha", "buildkit - always"),
        ("scripts/images.sh --cache-from type=gha --cache-to type=gha", "buildkit - always"),
        ("buildctl build --import-cache type=gha --export-cache type=gha", "buildkit - always"),
        ("docker buildx build --cache-from type=registry,ref=x .", ""),
        ("# docker buildx build --cache-to type=gha", ""),
        (
            "docker buildx build --cache-to \"${{ github.ref == 'refs/heads/main' && 'type=gha' || '' }}\" --cache-from type=gha .",
            "buildkit - default-branch",
        ),
    ];
    for (script, wanted) in cases {
        let steps = format!("      - run: |\n          {script}\n");
        assert_eq!(clients("", "", &steps).join(""), wanted, "{script}");
    }
    let draft = with("", "", "      - run: docker buildx build --cache-from type=gha,scope=${{ github.job }} --cache-to type=gha,scope=${{ github.job }},mode=max .\n").draft();
    assert!(draft.expect("a scenario").text.contains("scope = \"{job}\""));
    // The environment of a step, and that of a job if the script names it.
    let step = "      - { run: hack/test, env: { CACHE_FROM: 'type=gha,scope=tests' } }\n";
    assert_eq!(clients("", "", step), ["buildkit - never"]);
    let job = "    env: { CACHE_TO: type=gha }\n";
    assert_eq!(
        clients("", job, "      - run: docker buildx build --cache-to $CACHE_TO .\n"),
        ["buildkit - always"]
    );
    assert_eq!(clients("", job, "      - run: echo hello\n"), [""; 0]);
}

#[test]
fn variables_turn_sccache_on_at_every_level() {
    let (on, wraps) = ("SCCACHE_GHA_ENABLED: 'on'", "RUSTC_WRAPPER: sccache");
    let build = "      - run: cargo build\n";
    let found = ["sccache - always"];
    assert_eq!(clients(&format!("env: {{ {on}, {wraps} }}\n"), "", build), found);
    assert_eq!(clients(&format!("env: {{ {on} }}\n"), &format!("    env: {{ {wraps} }}\n"), build), found);
    let step = format!("      - {{ run: cargo build, env: {{ {on}, {wraps} }} }}\n");
    assert_eq!(clients("", "", &step), found);
    for script in [
        "echo SCCACHE_GHA_ENABLED=true >> $GITHUB_ENV; echo RUSTC_WRAPPER=sccache >> $GITHUB_ENV",
        "echo \"SCCACHE_GHA_ENABLED=on\" >> \"$GITHUB_ENV\"\n          echo \"CARGO_BUILD_RUSTC_WRAPPER=sccache\" >> \"$GITHUB_ENV\"",
    ] {
        let steps = format!("      - run: |\n          {script}\n{build}");
        assert_eq!(clients("", "", &steps), found, "{script}");
    }
    // Without a wrapper, nothing is compiled through it; cargo's own file may name it.
    let workflow = format!("env: {{ {on} }}\n");
    assert_eq!(clients(&workflow, "", build), [""; 0]);
    let repository = with(&workflow, "", build);
    repository.write(".cargo/config.toml", "[build]\nrustc-wrapper = \"sccache\"\n");
    assert_eq!(repository.found().0, found);
    // A job that compiles nothing does not use it; an action may compile.
    let both = format!("env: {{ {on}, {wraps} }}\n");
    assert_eq!(clients(&both, "", "      - run: echo hello\n"), [""; 0]);
    assert_eq!(clients(&both, "", "      - uses: taiki-e/upload-rust-binary-action@v1\n"), found);
    let reads = format!("env: {{ {on}, {wraps}, SCCACHE_GHA_RW_MODE: READ_ONLY }}\n");
    assert_eq!(clients(&reads, "", build), ["sccache - never"]);
}

#[test]
fn a_mode_of_the_cache_decides_who_saves() {
    let cache = "      - { uses: actions/cache@v5, with: { key: k, path: p } }\n";
    let said = |saves: &str| vec![format!("actions-cache actions/cache {saves}")];
    for (workflow, job, saves) in [
        ("env: { ACTIONS_CACHE_MODE: none }\n", "", "never"),
        ("env: { ACTIONS_CACHE_MODE: read }\n", "    env: { ACTIONS_CACHE_MODE: write }\n", "always"),
        ("", "    env: { ACTIONS_CACHE_MODE: read }\n", "never"),
        ("", "    cache-mode: read\n", "never"),
        ("cache-mode: none\n", "", "never"),
        ("cache-mode: read\n", "    cache-mode: write\n", "always"),
        ("", "    env: { ACTIONS_CACHE_MODE: other }\n", "always"),
    ] {
        assert_eq!(clients(workflow, job, cache), said(saves), "{workflow}{job}");
    }
    let step =
        "      - { uses: actions/cache@v5, with: { key: k, path: p }, env: { ACTIONS_CACHE_MODE: read } }\n";
    assert_eq!(clients("", "", step), said("never"));
    let draft = with("env: { ACTIONS_CACHE_MODE: read }\n", "", cache).draft().expect("a scenario");
    assert!(draft.text.contains("cache-mode = \"read\""), "{}", draft.text);
}

#[test]
fn small_caches_and_foreign_actions_are_listed() {
    let unknown = |steps: &str| with("", "", steps).found().1.join("\n");
    assert!(
        unknown("      - { uses: docker/setup-buildx-action@v3, with: { version: v0.30.0 } }\n")
            .contains("its program")
    );
    assert_eq!(unknown("      - uses: docker/setup-buildx-action@v3\n"), "");
    assert_eq!(
        unknown(
            "      - { uses: docker/setup-buildx-action@v3, with: { version: latest, cache-binary: false } }\n"
        ),
        ""
    );
    assert!(unknown("      - uses: docker/setup-qemu-action@v3\n").contains("its image"));
    assert_eq!(unknown("      - { uses: docker/setup-qemu-action@v3, with: { cache-image: false } }\n"), "");
    assert!(unknown("      - uses: other/tools/.github/actions/setup@main\n").contains("list of steps"));
    // The name of an owner says nothing, and the tool cache is a folder.
    assert_eq!(unknown("      - uses: cachers/install-thing@v1\n"), "");
    assert_eq!(unknown("      - { uses: some/free-disk@v1, with: { remove_tool_cache: true } }\n"), "");
}

#[test]
fn switches_of_further_actions() {
    let cases = [
        ("oven-sh/setup-bun@v2", "actions-cache oven-sh/setup-bun always"),
        ("oven-sh/setup-bun@v2, with: { no-cache: true }", ""),
        ("Swatinem/rust-cache@v2, with: { cache-provider: github }", "rust-cache Swatinem/rust-cache always"),
        ("Swatinem/rust-cache@v2, with: { cache-provider: warpbuild }", ""),
        ("graalvm/setup-graalvm@v1, with: { cache: gradle }", "setup-java graalvm/setup-graalvm always"),
        ("graalvm/setup-graalvm@v1", ""),
        (
            "mymindstorm/setup-emsdk@v14, with: { actions-cache-folder: emsdk }",
            "actions-cache mymindstorm/setup-emsdk always",
        ),
        ("pnpm/setup@v2, with: { cache: true }", "actions-cache pnpm/setup always"),
    ];
    for (uses, wanted) in cases {
        assert_eq!(clients("", "", &format!("      - {{ uses: {uses} }}\n")).join(""), wanted, "{uses}");
    }
}

/// 64 letters of the job and 40 of its matrix: a name has at most 100.
#[test]
fn the_images_of_a_job_with_a_long_name_have_names_that_a_scenario_takes() {
    let (id, stage) = ("j".repeat(64), "s".repeat(40));
    let draft = Repository::with(&format!(
        "on: push\njobs:\n  {id}:\n    strategy: {{ matrix: {{ stage: [{stage}, b] }} }}\n    runs-on: ubuntu-latest\n    steps:\n      - \
         uses: docker/build-push-action@v6\n        with: {{ cache-to: type=gha, target: \"${{{{ matrix.stage }}}}\" }}\n"
    ))
    .draft()
    .expect("a scenario");
    checked(&draft);
    assert!(draft.text.contains(&format!("-{stage}")), "{}", draft.text);
}
