//! Keys that actions make themselves: of Julia and of R.

use super::{blanks, drafted};

/// julia-actions/cache: the workflow, the job, the system, the leg, and the run.
#[test]
fn a_cache_of_julia_is_another_one_with_each_run_and_restores_the_newest() {
    let job = |with: &str| {
        format!(
            "name: Tests\non: {{ push: {{ branches: [main] }} }}\njobs:\n  t:\n    runs-on: ${{{{ matrix.os }}}}\n    strategy: {{ matrix: {{ os: [ubuntu-latest, macos-latest], version: ['1', lts] }} }}\n    steps: [{{ uses: julia-actions/cache@v2, with: {{ {with} }} }}]\n"
        )
    };
    let draft = drafted(&job(""));
    let start = "julia-cache;workflow={workflow};job={job};os={os};os={matrix-os};version={version};";
    assert!(
        draft.text.contains(&format!("key = \"{start}run_id={{run-id}};run_attempt={{run-attempt}}\"")),
        "{}",
        draft.text
    );
    assert!(draft.text.contains(&format!("restore-keys = [\"{start}\"]")), "{}", draft.text);
    assert!(
        blanks(&draft).iter().any(|what| what.contains("deletes the entries that its restore key finds"))
    );
    let draft = drafted(&job("cache-name: own, include-matrix: 'false', delete-old-caches: 'false'"));
    assert!(
        draft.text.contains("key = \"own;os={os};run_id={run-id};run_attempt={run-attempt}\""),
        "{}",
        draft.text
    );
    assert_eq!(blanks(&draft), [""; 0]);
}

/// r-lib/actions: the version of the system, that of R, the input `cache-version`, and a hash.
#[test]
fn packages_of_r_are_those_of_a_system_and_a_version() {
    let job = |action: &str, with: &str| {
        format!(
            "on: {{ push: {{ branches: [main] }} }}\njobs:\n  t:\n    runs-on: ${{{{ matrix.config.os }}}}\n    strategy:\n      matrix:\n        config: [{{ os: ubuntu-24.04, r: release }}, {{ os: ubuntu-24.04, r: devel }}]\n    steps:\n      - {{ uses: r-lib/actions/setup-r@v2, with: {{ r-version: '${{{{ matrix.config.r }}}}' }} }}\n      - {{ uses: r-lib/actions/{action}@v2, with: {{ {with} }} }}\n"
        )
    };
    let text = drafted(&job("setup-r-dependencies", "")).text;
    let start = "{config.os}-R-{config.r}-1-";
    assert!(text.contains(&format!("key = \"{start}{{hash:setup-r-dependencies}}\"")), "{text}");
    assert!(text.contains(&format!("restore-keys = [\"{start}\"]")), "{text}");
    let text = drafted(&job("setup-renv", "cache-version: 3")).text;
    assert!(text.contains("key = \"{config.os}-R-{config.r}-3-{hash:renv-lock}\""), "{text}");
    // Without a step that installs another R, it is the newest release.
    let plain = "on: { push: { branches: [main] } }\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps: [{ uses: r-lib/actions/setup-r-dependencies@v2 }]\n";
    let text = drafted(plain).text;
    assert!(text.contains("key = \"ubuntu-latest-R-release-1-{hash:setup-r-dependencies}\""), "{text}");
}
