//! What is said of the settings of actions with caches of their own, and of GitHub's runners.

use super::folder::ScenarioFolder;

/// What is said of a scenario with these lines in its only job, which runs on macOS.
fn job(lines: &str) -> String {
    on("macos-15", "", lines)
}

/// The same on another runner, with these tables before the workflow.
fn on(runner: &str, tables: &str, lines: &str) -> String {
    let text = format!(
        "{tables}\n[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\nrunner = \"{runner}\"\n{lines}\n"
    );
    ScenarioFolder::new(&text).remarks()
}

#[test]
fn settings_of_an_action_that_reach_no_key_have_no_effect() {
    let said = job("cache.setup-node = { version = \"22\" }\n\
                    cache.setup-java = { hash = \"lock\", wrapper-size = \"1 MB\" }\n");
    for part in [
        "`version` has no effect: setup-node's key has none",
        "`wrapper-size` has no effect: without `wrapper` there is no such archive",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn an_action_whose_files_have_no_input_of_their_own_needs_them_named() {
    let said = job("cache.setup-java = true");
    assert!(
        said.contains("error[missing-key]: setup-java needs `hash`: the inputs that its key hashes"),
        "{said}"
    );
    assert!(said.contains("`hash = \"setup-java\"`") && said.contains("`[input.setup-java]`"), "{said}");
    let said = job("cache.setup-java = { hash = \"pom\" }");
    assert!(said.contains("there is no input `pom`"), "{said}");
}

#[test]
fn the_disk_of_a_preset_only_warns() {
    // Unpacked twice as large: 60 GB, and 30 GB packed beside it while it is unpacked.
    let lines = "cache.actions-cache = { key = \"k\", size = \"30 GB\", unpacked-ratio = 2 }";
    let said = on("ubuntu-24.04", "", lines);
    // 65 GiB.
    let expected = "warning[may-not-fit]: unpacked, `test` needs 90.00 GB, and `ubuntu-24.04` usually has 69.79 GB of disk";
    assert!(said.contains(expected), "{said}");
    assert!(on("macos-15", "", &lines.replace("30 GB", "5 GB")).contains("`macos-15` usually has 14.00 GB"));
    let said = on("ubuntu-24.04", "[ci]\nvisibility = \"private\"", &lines.replace("30 GB", "8 GB"));
    assert!(said.contains("`ubuntu-24.04` usually has 21.47 GB of disk"), "{said}");
    // Larger runners have 150 GB and more; of a runner with another label nothing is known.
    for label in ["ubuntu-latest-4-cores", "own"] {
        assert!(!on(label, "[runner.own]\nboot = \"1 s\"", lines).contains("may-not-fit"), "{label}");
    }
    // A stated disk is what jobs run out of.
    let said = on("ubuntu-24.04", "[runner.\"ubuntu-24.04\"]\ndisk = \"70 GB\"", lines);
    assert!(said.contains("does-not-fit") && !said.contains("may-not-fit"), "{said}");
}

#[test]
fn what_the_organisation_may_run_has_no_effect_on_other_runners() {
    let setup = "setup = \"1 min\"";
    for (ci, runner, why) in [
        ("macos-concurrency = 3", "ubuntu-latest", "no job runs on one of GitHub's macOS runners"),
        (
            "macos-concurrency = 3\njob-concurrency = 2",
            "macos-15",
            "lets fewer jobs, or as many, run at once",
        ),
        ("visibility = \"private\"", "own", "no job runs on one of GitHub's standard runners"),
        (
            "visibility = \"private\"",
            "ubuntu-latest-8-cores",
            "no job runs on one of GitHub's standard runners",
        ),
    ] {
        let said = on(runner, &format!("[ci]\n{ci}\n[runner.own]\nboot = \"1 s\""), setup);
        assert!(said.contains(why), "{ci} on {runner}: {said}");
    }
    for (ci, runner) in
        [("macos-concurrency = 3", "macos-15-large"), ("visibility = \"private\"", "windows-latest")]
    {
        let said = on(runner, &format!("[ci]\n{ci}"), setup);
        assert!(!said.contains("no-effect"), "{ci} on {runner}: {said}");
    }
}

#[test]
fn setup_rust_toolchain_is_rust_cache_with_the_defaults_of_the_action() {
    // actions-rust-lang/setup-rust-toolchain action.yml at 0267444: `cache-on-failure` is true, and the variables
    // that it sets before rust-cache runs enter rust-cache's key.
    let environment = "CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0 CARGO_REGISTRIES_CRATES_IO_PROTOCOL=sparse \
                       CARGO_TERM_COLOR=always CARGO_UNSTABLE_SPARSE_REGISTRY=true RUSTFLAGS=-D warnings \
                       RUST_BACKTRACE=short";
    let caches = |lines: &str| {
        let text = format!("[workflow.ci]\non = \"push main\"\n[workflow.ci.job.test]\n{lines}\n");
        let model = ScenarioFolder::new(&text).load(&[]).model;
        model.workflows[0].jobs.iter().map(|job| job.caches.clone()).collect::<Vec<_>>()
    };
    let meant = |own: &str| {
        caches(&format!(
            "cache.rust-cache = {{ size = \"1 GB\", on-failure = true, environment = \"{environment}\"{own} }}"
        ))
    };
    assert_eq!(caches("cache.setup-rust-toolchain = { size = \"1 GB\" }"), meant(""));
    let own = ", key = \"x\", save-if = \"default-branch\"";
    assert_eq!(caches(&format!("cache.setup-rust-toolchain = {{ size = \"1 GB\"{own} }}")), meant(own));
    assert_eq!(caches("cache.setup-rust-toolchain = false"), [[]]);
    // In one leg of two.
    let leg = "matrix.n = [\"1\", \"2\"]\nleg = { when.n = \"2\", cache.setup-rust-toolchain = true }";
    let both = caches(leg);
    let plain =
        caches(&format!("cache.rust-cache = {{ on-failure = true, environment = \"{environment}\" }}"));
    assert_eq!((both[0].len(), &both[1]), (0, &plain[0]));
}

#[test]
fn setup_rust_toolchain_and_rust_cache_are_one_client() {
    let said = job("cache.setup-rust-toolchain = true\ncache.rust-cache = true");
    assert!(said.contains("a job cannot have both `setup-rust-toolchain` and `rust-cache`"), "{said}");
}

#[test]
fn what_only_pull_requests_restore_costs_nothing_without_them() {
    let text = |on: &str| {
        let text =
            format!("[workflow.ci]\non = {on}\n[workflow.ci.job.test]\ncache.codeql.miss = \"9 min\"\n");
        ScenarioFolder::new(&text).remarks()
    };
    assert!(text("\"push main\"").contains("`miss` has no effect"));
    assert_eq!(text("[\"push main\", \"pull_request\"]"), "");
}
