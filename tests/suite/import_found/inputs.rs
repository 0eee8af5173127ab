//! Which inputs keys hash: files of one name in different folders are different inputs, and different patterns for the same
//! files are one.

use super::value;
use crate::import::{Repository, checked};

/// The keys of a job whose steps hash these patterns, in a repository with these files.
fn keys(files: &[&str], hashed: &[&str]) -> (Vec<String>, String) {
    let step = |patterns: &&str| {
        format!(
            "      - {{ uses: actions/cache@v4, with: {{ path: p, key: \"c-${{{{ hashFiles({patterns}) }}}}\" }} }}\n"
        )
    };
    let steps: String = hashed.iter().map(step).collect();
    let repository =
        Repository::with(&format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}"));
    files.iter().for_each(|path| repository.write(path, "x"));
    let draft = repository.draft().expect("a scenario");
    checked(&draft);
    let keys = draft.text.lines().filter_map(|line| line.strip_prefix("key = \"c-{hash:"));
    (keys.map(|key| key.trim_end_matches("}\"").to_owned()).collect(), draft.text)
}

#[test]
fn files_of_one_name_in_two_folders_are_two_inputs() {
    for (file, names) in [
        ("pyproject.toml", ["requirements", "b-pyproject-toml"]),
        ("requirements.txt", ["requirements", "b-requirements-txt"]),
        ("package-lock.json", ["web-lock", "b-package-lock-json"]),
        ("go.sum", ["go-sum", "b-go-sum"]),
        ("Cargo.lock", ["lock", "b-cargo-lock"]),
        ("rust-toolchain.toml", ["toolchain", "b-rust-toolchain-toml"]),
        ("pom.xml", ["pom-xml", "b-pom-xml"]),
        ("packages.lock.json", ["packages-lock-json", "b-packages-lock-json"]),
    ] {
        let (one, other) = (format!("a/{file}"), format!("b/{file}"));
        let hashed = [format!("'{one}'"), format!("'{other}'")];
        let (keys, text) = keys(&[&one, &other], &[&hashed[0], &hashed[1]]);
        assert_eq!(keys, names, "{text}");
        assert!(text.contains(&format!("[input.{}] # {other}\n", names[1])), "{text}");
    }
}

#[test]
fn patterns_for_the_same_files_are_one_input() {
    let (keys, text) = keys(
        &["pyproject.toml", "tools/pom.xml"],
        &["'pyproject.toml'", "'**/pyproject.toml'", "'./pyproject.toml'", "'tools/pom.xml'", "'**/pom.xml'"],
    );
    assert_eq!(keys, ["requirements", "requirements", "requirements", "pom-xml", "pom-xml"], "{text}");
}

#[test]
fn all_files_of_a_name_are_another_input_than_one_of_them() {
    let files = ["package-lock.json", "ui-v2/package-lock.json"];
    let hashed = ["'ui-v2/package-lock.json'", "'**/package-lock.json'", "'package-lock.json'"];
    // The one in a folder never is the built-in one, which clients without a pattern take from the top.
    assert_eq!(keys(&files, &hashed).0, ["ui-v2-package-lock-json", "web-lock", "package-lock-json"]);
}

#[test]
fn the_lock_file_of_a_workspace_below_is_not_the_lock_file() {
    let files = ["Cargo.lock", "fuzz/Cargo.lock"];
    assert_eq!(keys(&files, &["'fuzz/Cargo.lock'", "'Cargo.lock'"]).0, ["fuzz-cargo-lock", "lock"]);
    // Where it is the only one, it is.
    assert_eq!(keys(&["rust/Cargo.lock"], &["'rust/Cargo.lock'"]).0, ["lock"]);
    // One that a step makes is not the one that is there.
    assert_eq!(
        keys(&["Cargo.lock"], &["'fuzz/Cargo.lock'", "'**/Cargo.lock'"]).0,
        ["fuzz-cargo-lock", "lock"]
    );
    // All manifests are `manifests`, and the one at the top alone is not.
    let files = ["Cargo.toml", "a/Cargo.toml"];
    assert_eq!(keys(&files, &["'Cargo.toml'", "'**/Cargo.toml'"]).0, ["cargo-toml", "manifests"]);
}

#[test]
fn folders_of_one_name_get_numbers() {
    let files = ["a/x/y.lock", "b/x/y.lock", "c/x/y.lock", "d/x/y.lock"];
    let hashed = files.map(|file| format!("'{file}'"));
    let hashed: Vec<&str> = hashed.iter().map(String::as_str).collect();
    assert_eq!(keys(&files, &hashed).0, ["y-lock", "x-y-lock", "y-lock-2", "y-lock-3"]);
}

#[test]
fn alternatives_in_one_hash_are_one_input() {
    // Only one of them is there, so that they are the same files.
    let hashed = ["'**/package-lock.json', '**/yarn.lock'", "'**/package-lock.json'", "'**/yarn.lock'"];
    assert_eq!(keys(&["package-lock.json"], &hashed).0, ["web-lock", "web-lock", "yarn-lock"]);
    // Files that are taken away again make another input; those that are not there do not.
    let hashed = ["'**/pom.xml'", "'**/pom.xml', '!target/**'", "'**/pom.xml', '!b/**'"];
    assert_eq!(keys(&["a/pom.xml", "b/pom.xml"], &hashed).0, ["pom-xml", "pom-xml", "all-pom-xml"]);
}

/// What an action hashes by itself is the file at the top.
#[test]
fn a_setup_action_and_a_pattern_share_an_input_only_for_the_same_files() {
    let draft = |files: &[&str], path: &str| {
        let repository = Repository::with(&format!(
            "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{{ uses: actions/setup-node@v4, with: {{ cache: npm, \
             cache-dependency-path: '{path}' }} }}]\n  b:\n    runs-on: ubuntu-latest\n    steps: [{{ uses: actions/setup-node@v4, \
             with: {{ cache: npm }} }}]\n"
        ));
        files.iter().for_each(|path| repository.write(path, "x"));
        let draft = repository.draft().expect("a scenario");
        checked(&draft);
        let hash = |job: &str| {
            value(&draft.text, &format!("[workflow.ci.job.{job}.cache.setup-node]"), "hash")
                .map(str::to_owned)
        };
        (hash("a"), hash("b"))
    };
    let files = ["package-lock.json", "ui/package-lock.json"];
    let named = |name: &str| Some(format!("\"{name}\""));
    assert_eq!(draft(&files, "ui/package-lock.json"), (named("ui-package-lock-json"), None));
    assert_eq!(draft(&files, "package-lock.json"), (named("web-lock"), None));
    assert_eq!(draft(&files, "**/package-lock.json"), (named("web-lock"), named("package-lock-json")));
}
