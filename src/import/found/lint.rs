//! Jobs that keep crates and compile none of them, such as one that runs `cargo fmt`.

use crate::import::yaml::YamlNode;

/// Commands of cargo that compile nothing.
const READ_ONLY: [&str; 16] = [
    "about",
    "audit",
    "deny",
    "fetch",
    "fmt",
    "generate-lockfile",
    "locate-project",
    "machete",
    "metadata",
    "shear",
    "sort",
    "tree",
    "update",
    "vendor",
    "verify-project",
    "vet",
];
/// Other programs of such jobs.
const BESIDE: [&str; 16] = [
    "cd", "chmod", "curl", "diff", "do", "done", "echo", "else", "exit", "export", "fi", "git", "mkdir",
    "rustc", "rustup", "set",
];
/// The beginnings of the names of actions that such jobs use.
const ACTIONS: [&str; 12] = [
    "actions/cache",
    "actions/checkout",
    "actions-rust-lang/",
    "actions-rs/toolchain",
    "cargo-bins/",
    "crate-ci/typos",
    "dtolnay/",
    "embarkstudios/cargo-deny-action",
    "mozilla-actions/sccache-action",
    "rustsec/audit-check",
    "swatinem/rust-cache",
    "taiki-e/install-action",
];

/// The command that a job of these steps runs, if it and others of its kind are all that it runs.
pub fn only_reads(steps: &[YamlNode]) -> Option<String> {
    let mut commands = Vec::new();
    for step in steps {
        match (step.text_of("uses"), step.text_of("run")) {
            (Some(uses), _) => {
                let uses = uses.to_lowercase();
                let is_check = uses.contains("cargo-deny") || uses.contains("audit-check");
                commands.extend(is_check.then(|| uses.split('@').next().unwrap_or_default().to_owned()));
                ACTIONS.iter().find(|own| uses.starts_with(*own))?;
            }
            (None, Some(script)) => of_script(&script, &mut commands)?,
            (None, None) => {}
        }
    }
    commands.into_iter().next()
}

/// Notes the commands of cargo in a script; `None` if it runs anything else.
fn of_script(script: &str, commands: &mut Vec<String>) -> Option<()> {
    let joined = script.replace("\\\n", " ");
    for line in joined.split(['\n', ';', '|', '&']) {
        let mut words = line.split_whitespace().skip_while(|word| word.contains('=') || *word == "!");
        match words.next() {
            None | Some("then") => {}
            Some(comment) if comment.starts_with('#') => {}
            Some("cargo") => {
                let own = words.find(|word| !word.starts_with(['+', '-', '$']))?;
                READ_ONLY.contains(&own).then(|| commands.push(format!("cargo {own}")))?;
            }
            Some(other) => drop(BESIDE.iter().find(|own| **own == other)?),
        }
    }
    Some(())
}
