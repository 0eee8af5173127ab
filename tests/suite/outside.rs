//! What some tests need and Rust does not bring: Node, packages of npm, a browser, a Python wheel. It is not a judge
//! of what they do. Tests of `facade`, `conformance` and `picture::browser` ask it first.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of `tests` with a program for Node.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// Whether these programs run and this package is installed in a folder of `tests`; says what is missing.
///
/// # Panics
/// If one is missing although `CI` is set: there, a test that does nothing would pass for years.
pub fn is_installed(programs: &[&str], name: &str, package: &str) -> bool {
    let absent = programs.iter().filter(|program| !runs(program)).map(|program| (*program).to_owned());
    let is_absent = !folder(name).join("node_modules").join(package).is_dir();
    let packages = is_absent.then(|| format!("`npm ci --prefix tests/{name}`"));
    has_all(absent.chain(packages).collect())
}

/// Whether there is a program at this path; says how to install it.
///
/// # Panics
/// As [`is_installed`].
pub fn is_there(program: &Path, how: &str) -> bool {
    let is_absent = !program.to_str().is_some_and(runs);
    has_all(is_absent.then(|| how.to_owned()).into_iter().collect())
}

/// Whether nothing is missing; says what is.
fn has_all(missing: Vec<String>) -> bool {
    if missing.is_empty() {
        return true;
    }
    let missing = missing.join(" and ");
    assert!(!is_set("CI"), "needs {missing}; without them it fails, because `CI` is set");
    // Not `eprintln!`, which is captured where the test passes.
    writeln!(std::io::stderr(), "skipped: needs {missing}").ok();
    false
}

fn runs(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn is_set(variable: impl AsRef<OsStr>) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}
