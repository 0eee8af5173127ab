//! The compiler of Rust that a job installs. rust-cache hashes the version of `rustc` into its key and its restore key, so
//! jobs and legs with different compilers never share an entry, whatever the names in their keys. Likewise the version of R
//! in the keys of actions for its packages.

use super::step::{PlacedStep, StepDoes};
use crate::import::action::ActionUse;
use crate::import::expression::{Contexts, Decider, ExprValue, Varying};

/// Actions that install a compiler, each with the input that names it. Of the first, the ref does, too.
const INSTALLERS: [(&str, &str); 6] = [
    ("dtolnay/rust-toolchain", "toolchain"),
    ("actions-rs/toolchain", "toolchain"),
    ("actions-rust-lang/setup-rust-toolchain", "toolchain"),
    ("actions-rust-lang/rustup", "toolchain"),
    ("hecrj/setup-rust-action", "rust-version"),
    ("moonrepo/setup-rust", "channel"),
];

/// Commands of rustup that choose a compiler.
const COMMANDS: [&str; 5] = [
    "rustup default ",
    "rustup toolchain install ",
    "rustup override set ",
    "rustup install ",
    "rustup update ",
];

/// The compiler that the steps of a job install last: `stable`, `nightly-2026-01-02`, `1.85`, or a value of the matrix;
/// `None` if none of them says.
pub(super) fn compiler(
    steps: &[PlacedStep],
    decider: &Decider,
    contexts: &dyn Contexts,
) -> Option<ExprValue> {
    steps.iter().rev().find_map(|step| match &step.does {
        StepDoes::Uses { action, with, .. } => {
            let (name, input) = INSTALLERS.iter().find(|(name, _)| action.name.eq_ignore_ascii_case(name))?;
            let given = with.iter().find(|(own, _)| own == input).map(|(_, value)| value.clone());
            let by_ref = || {
                let branch = action.branch.as_deref().filter(|_| *name == INSTALLERS[0].0);
                branch.filter(|word| is_compiler(word)).map(ExprValue::fixed)
            };
            given.filter(|value| value.known_text().is_none_or(|text| !text.is_empty())).or_else(by_ref)
        }
        StepDoes::Runs { script } => by_script(script).map(|text| decider.text(text, contexts)),
        StepDoes::UsesProgram { .. } => None,
    })
}

/// The version of R that the steps of a job install; `None` if none of them says.
pub(super) fn version_of_r(steps: &[PlacedStep]) -> Option<ExprValue> {
    let of_step = |step: &PlacedStep| {
        let StepDoes::Uses { action, with, .. } = &step.does else { return None };
        let is_installer = action.name.eq_ignore_ascii_case(SETUP_R);
        let given = with.iter().find(|(own, _)| is_installer && own.eq_ignore_ascii_case("r-version"))?;
        Some(given.1.clone())
    };
    steps.iter().rev().find_map(of_step)
}

/// The action that installs R. (`setup-r/action.yml` at 00792c7.)
const SETUP_R: &str = "r-lib/actions/setup-r";

/// What the names of the variables that rust-cache hashes begin with, besides those in `env-vars`. (`src/config.ts`, v2.9.2)
const HASHED: [&str; 6] = ["CARGO", "CC", "CFLAGS", "CXX", "CMAKE", "RUST"];

/// The variables that rust-cache hashes into its key and that are not the same in all runs. That of a runner's image is
/// another one with each release of it, about once a week.
pub(super) fn hashed_variables<'a>(
    run: &ActionUse,
    env: impl Iterator<Item = &'a (String, ExprValue)>,
) -> Vec<(String, ExprValue)> {
    let named = run.input("env-vars", "").known_text().unwrap_or_default();
    let named: Vec<&str> = named.split_whitespace().collect();
    let is_hashed = |name: &str| HASHED.iter().chain(&named).any(|start| name.starts_with(start));
    let varies =
        |(name, value): &&(String, ExprValue)| is_hashed(name) && value.text().varyings().next().is_some();
    let mut variables: Vec<(String, ExprValue)> = env.filter(varies).cloned().collect();
    if is_hashed(IMAGE) {
        variables.push((IMAGE.to_owned(), ExprValue::varying(Varying::Named("week"), None)));
    }
    variables
}

/// The variable that names the version of a runner's image.
const IMAGE: &str = "ImageVersion";

/// True if a branch of the action is called like a compiler; `master` and `v1` take an input.
fn is_compiler(branch: &str) -> bool {
    let channels = ["stable", "beta", "nightly"];
    branch.starts_with(|letter: char| letter.is_ascii_digit())
        || channels.iter().any(|channel| branch.starts_with(channel))
}

/// What a script says behind a command of rustup: a word, or an expression.
fn by_script(script: &str) -> Option<&str> {
    let rest = COMMANDS.iter().find_map(|command| Some(script.split_once(command)?.1))?.trim_start();
    let end = match rest.starts_with("${{") {
        true => rest.find("}}").map(|at| at + 2)?,
        false => rest.find(char::is_whitespace).unwrap_or(rest.len()),
    };
    Some(rest[..end].trim_matches(['"', '\''])).filter(|word| !word.is_empty() && !word.starts_with('-'))
}
