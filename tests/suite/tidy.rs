//! The rules the code is held to, as far as a reader of text can check them and clippy does not
//! (`clippy.toml`): sizes, names, floors, purity, and that what the project says about itself is so.

mod additions;
mod imports;
mod source;

use cache_budget::strategy::STRATEGIES;
use imports::{Imports, circles};
use source::{Source, files, root, rust_files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const FUNCTION_LINES_MEDIAN: usize = 10;
/// Lines that are neither blank nor a comment.
const CODE_LINES_MAX: usize = 400;
const FILE_LINES_MAX: usize = 500;
const FOLDER_FILES_MAX: usize = 20;

/// Folders with a file per row of a list. They grow with the list.
const REGISTRIES: &[&str] = &["src/client/action", "src/report/charts", "src/strategy/remedy"];

/// Modules by floor, lowest first; the same list is told in `src/lib.rs`.
const FLOORS: &[&[&str]] = &[
    &["units"],
    &["random", "diagnostic", "service", "project"],
    &["mrc", "workload"],
    &["event", "replay"],
    &["client"],
    &["ci"],
    &["engine"],
    &["observe"],
    &["scenario"],
    &["strategy"],
    &["statistics"],
    &["result"],
    &["diagnose"],
    &["experiment"],
    &["import"],
    &["report"],
    &["serve"],
    &["cli"],
];

/// Modules that touch nothing outside: they can only compute.
const PURE: &[&str] =
    &["service", "mrc", "project", "workload", "event", "client", "ci", "engine", "observe", "diagnose"];
const IMPURE_STD: &[&str] = &["fs", "env", "time", "thread", "io", "net", "process", "os"];

fn all_rust() -> Vec<Source> {
    ["src", "tests", "benches"].into_iter().flat_map(rust_files).collect()
}

/// Fails with all offenders, not only the first.
fn none(offenders: Vec<String>, rule: &str) {
    assert!(offenders.is_empty(), "{rule}:\n  {}", offenders.join("\n  "));
}

#[test]
fn half_of_all_functions_are_short() {
    let mut functions: Vec<_> = all_rust().iter().flat_map(Source::functions).collect();
    functions.sort_by_key(|function| function.lines);
    let median = functions[functions.len() / 2].lines;
    assert!(median <= FUNCTION_LINES_MEDIAN, "the median function has {median} lines");
}

#[test]
fn files_are_short() {
    let length = |source: &Source| (source.path.clone(), source.text.lines().count());
    let long = all_rust().iter().map(length).filter(|(_, lines)| *lines > FILE_LINES_MAX).collect::<Vec<_>>();
    none(
        long.iter().map(|(path, n)| format!("{path} has {n} lines")).collect(),
        "files have at most 500 lines",
    );
    let main = rust_files("src").into_iter().find(|source| source.path == "src/main.rs");
    assert!(main.expect("there is a main.rs").text.lines().count() <= 40, "main.rs has at most 40 lines");
}

#[test]
fn files_of_the_program_have_little_code() {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    let length = |source: &Source| (source.path.clone(), source.text.lines().filter(is_code).count());
    let long =
        rust_files("src").iter().map(length).filter(|(_, lines)| *lines > CODE_LINES_MAX).collect::<Vec<_>>();
    none(
        long.iter().map(|(path, n)| format!("{path} has {n} lines of code")).collect(),
        "files of the program have at most 400 lines of code",
    );
}

#[test]
fn folders_hold_few_files() {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for source in rust_files("src") {
        let (folder, _) = source.path.rsplit_once('/').expect("a file is in a folder");
        *counts.entry(folder.to_owned()).or_default() += 1;
    }
    let unknown = REGISTRIES.iter().filter(|folder| !counts.contains_key(**folder));
    none(unknown.map(|folder| (*folder).to_owned()).collect(), "a registry is a folder that is there");
    let full =
        counts.iter().filter(|(path, n)| **n > FOLDER_FILES_MAX && !REGISTRIES.contains(&path.as_str()));
    none(
        full.map(|(path, n)| format!("{path} has {n} files")).collect(),
        "a folder has at most 20 files, unless it is a registry",
    );
}

/// What the project consists of; `target` and `.git` are made by tools.
const TOP_LEVEL: &[&str] = &[
    ".ci",
    ".git",
    ".gitignore",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "benches",
    "clippy.toml",
    "deny.toml",
    "docs",
    "output",
    "rustfmt.toml",
    "scenarios",
    "src",
    "target",
    "tests",
];

#[test]
fn the_top_level_holds_what_is_listed() {
    let names = fs::read_dir(root()).expect("the project has a folder");
    let names = names.map(|entry| entry.expect("a name").file_name().to_string_lossy().into_owned());
    let strange = names.filter(|name| !TOP_LEVEL.contains(&name.as_str()));
    none(strange.collect(), "nothing strange lies at the top of the tree");
}

#[test]
fn files_are_named_after_what_is_in_them() {
    let empty = ["util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"];
    let named = |source: &Source| source.path.split(['/', '.']).any(|part| empty.contains(&part));
    let offenders = all_rust().into_iter().filter(named).map(|source| source.path);
    none(offenders.collect(), "a file is named after a thing");
}

#[test]
fn files_say_what_they_are() {
    let has_to = |source: &Source| source.path.starts_with("src/") || source.path.ends_with("/mod.rs");
    let silent = all_rust().into_iter().filter(|s| has_to(s) && !s.text.starts_with("//!"));
    none(silent.map(|source| source.path).collect(), "a file opens with what it is");
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

#[test]
fn every_module_has_its_floor() {
    let modules: BTreeSet<_> = rust_files("src").iter().map(|source| source.module().to_owned()).collect();
    let homeless =
        modules.into_iter().filter(|m| !["lib", "main"].contains(&m.as_str()) && floor(m).is_none());
    none(homeless.collect(), "each module of the crate is on a floor");
}

#[test]
fn nothing_imports_from_a_floor_above() {
    let mut offenders = Vec::new();
    for source in rust_files("src") {
        let Some(own) = floor(source.module()) else { continue };
        for name in source.names_below("crate") {
            if floor(&name).is_some_and(|other| other > own) {
                offenders.push(format!("{} names crate::{name}", source.path));
            }
        }
    }
    none(offenders, "imports go down, or stay on their floor");
}

#[test]
fn modules_do_not_go_in_circles() {
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in rust_files("src") {
        let own = source.module().to_owned();
        let others =
            source.names_below("crate").into_iter().filter(|name| *name != own && floor(name).is_some());
        imports.entry(own.clone()).or_default().extend(others);
    }
    let left = circles(imports);
    assert!(left.is_empty(), "these modules import each other in a circle, or import from one: {left:?}");
}

#[test]
fn files_do_not_go_in_circles() {
    let folders = Imports::read().by_folder().into_iter().filter(|(folder, _)| !folder.is_empty());
    let left =
        folders.map(|(folder, imports)| (folder, circles(imports))).filter(|(_, left)| !left.is_empty());
    let named = left.map(|(folder, left)| format!("{}: {left:?}", folder.join("/")));
    none(named.collect(), "the files of a folder do not import each other in a circle");
}

#[test]
fn no_two_types_share_a_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in &rust_files("src") {
        for name in source.types() {
            places.entry(name.to_owned()).or_default().push(source.path.clone());
        }
    }
    let shared = places.into_iter().filter(|(_, paths)| paths.len() > 1);
    none(
        shared.map(|(name, paths)| format!("{name}: {}", paths.join(", "))).collect(),
        "a name is one type's",
    );
}

#[test]
fn pure_modules_only_compute() {
    let mut offenders = Vec::new();
    for source in rust_files("src").iter().filter(|source| PURE.contains(&source.module())) {
        let names = source.names_below("std");
        let std = IMPURE_STD.iter().filter(|name| names.iter().any(|found| found == *name));
        offenders.extend(std.map(|name| format!("{} names std::{name}", source.path)));
    }
    none(offenders, "pure modules have no files, environment, clock or threads");
}

#[test]
fn a_replay_opens_nothing_itself() {
    let mut offenders = Vec::new();
    for source in rust_files("src").iter().filter(|source| source.module() == "replay") {
        let names = source.names_below("std");
        let std = IMPURE_STD.iter().filter(|name| **name != "io" && names.iter().any(|found| found == *name));
        offenders.extend(std.map(|name| format!("{} names std::{name}", source.path)));
    }
    none(offenders, "a replay reads from what it is handed, and does no other I/O");
}

#[test]
fn draws_come_from_one_generator() {
    let mut offenders = Vec::new();
    for source in rust_files("src") {
        let generators = ["StdRng", "SmallRng", "ThreadRng", "OsRng"].iter().filter(|w| source.has_word(w));
        offenders.extend(generators.map(|word| format!("{}: {word}", source.path)));
    }
    none(offenders, "draws come from `random`");
}

#[test]
fn every_remedy_has_its_file_and_every_file_its_remedy() {
    let folder = "src/strategy/remedy/";
    let files: BTreeSet<String> = rust_files("src/strategy/remedy")
        .iter()
        .filter_map(|source| {
            source.path.strip_prefix(folder)?.strip_suffix(".rs").map(|n| n.replace('_', "-"))
        })
        .filter(|name| name != "mod")
        .collect();
    let listed: BTreeSet<String> = STRATEGIES.iter().map(|strategy| strategy.name.to_owned()).collect();
    assert_eq!(files, listed);
}

#[test]
fn source_holds_no_tests() {
    // They would not be run: the library has no harness.
    let tests = rust_files("src").into_iter().flat_map(|source| source.lines_with("#[cfg(test)]"));
    none(tests.collect(), "tests are in tests/");
}

#[test]
fn continuous_integration_runs_what_the_readme_says() {
    let readme = fs::read_to_string(root().join("README.md")).expect("there is a README.md");
    let script = fs::read_to_string(root().join(".ci/run")).expect("there is a .ci/run");
    let said: Vec<_> = readme.lines().map(str::trim).filter(|line| line.starts_with("cargo test")).collect();
    assert!(!said.is_empty(), "the README says how to run the tests");
    let missing = said.into_iter().filter(|command| !script.lines().any(|line| line.trim() == *command));
    none(missing.map(String::from).collect(), ".ci/run runs the README's test command");
}

#[test]
fn files_name_no_machine() {
    // Spelled apart, or this file would be the first to break the rule.
    let folders = [["/wo", "rk/"], ["/tmp", "/h/"], ["/ro", "ot/"], ["/ho", "me/"], ["/Us", "ers/"]]
        .map(|p| p.concat());
    let private =
        [["loc", "alhost"], [".inter", "nal/"], [".loc", "al/"], ["://127.", "0.0."]].map(|p| p.concat());
    let mut offenders = Vec::new();
    for path in files(&root()) {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let here = |line: &str| {
            let at_start =
                |folder: &String| line.match_indices(folder).any(|(at, _)| starts_a_path(&line[..at]));
            folders.iter().any(at_start) || private.iter().any(|host| line.contains(host))
        };
        let lines = text.lines().enumerate().filter(|(_, line)| here(line));
        offenders.extend(lines.map(|(number, _)| format!("{}:{}", path.display(), number + 1)));
    }
    none(offenders, "no absolute path or private host of somebody's machine");
}

/// Whether a path that follows this text is absolute and not the tail of another.
fn starts_a_path(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || ".-_/}".contains(c))
}

#[test]
fn dependencies_come_from_the_public_registry() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("there is a Cargo.lock");
    let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let others = lock.lines().filter(|line| line.starts_with("source = ") && *line != public);
    none(others.map(String::from).collect(), "Cargo.lock names the public registry alone");
}
