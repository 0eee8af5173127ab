//! Caches that the environment turns on, sccache with `SCCACHE_GHA_ENABLED`, or off, with `ACTIONS_CACHE_MODE`.

use super::step::{PlacedStep, StepDoes};
use crate::import::expression::{ExprValue, Truth};
use crate::import::yaml::YamlNode;

/// What the environment of a job says of sccache.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SccacheSetting {
    /// Whether it keeps its objects in GitHub's cache.
    pub enabled: Truth,
    /// Whether it may write there.
    pub writes: Truth,
    /// The number of the step, among all, that turns it on by its script; `None` if the environment does.
    pub by_script: Option<usize>,
    /// True if compilers are run through it.
    pub wraps: bool,
}

/// Variables through which compilers are run.
const WRAPPERS: [&str; 8] = [
    "RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "RUSTC_WORKSPACE_WRAPPER",
    "CMAKE_C_COMPILER_LAUNCHER",
    "CMAKE_CXX_COMPILER_LAUNCHER",
    "CMAKE_CUDA_COMPILER_LAUNCHER",
    "CC",
    "CXX",
];
const ENABLED: &str = "SCCACHE_GHA_ENABLED";
const MODE: &str = "SCCACHE_GHA_RW_MODE";

/// The words of `cache-mode`, and those that do not let a job save.
const MODES: [&str; 4] = ["read", "write", "write-only", "none"];
const SAVING: [&str; 2] = ["write", "write-only"];

/// What a job may do with the cache: the `cache-mode` of the job or of its workflow, or what `ACTIONS_CACHE_MODE` says to
/// the actions; `None` if nothing is said.
pub(super) fn cache_mode(job: &YamlNode, workflow: &YamlNode, env: &[(String, ExprValue)]) -> Option<String> {
    let variable = env.iter().rev().find(|(name, _)| name == "ACTIONS_CACHE_MODE");
    let variable = variable.and_then(|(_, value)| value.known_text());
    let said = job.text_of("cache-mode").or(variable).or_else(|| workflow.text_of("cache-mode"));
    said.filter(|mode| MODES.contains(&mode.as_str()))
}

/// True if a job of this mode may save.
pub(super) fn may_save(mode: &str) -> bool {
    SAVING.contains(&mode)
}

impl SccacheSetting {
    /// What the environment of the job and the scripts of its steps say. `is_wrapped` is true if cargo's own file names
    /// sccache.
    pub fn of(env: &[(String, ExprValue)], steps: &[PlacedStep], is_wrapped: bool) -> SccacheSetting {
        let all = || env.iter().chain(steps.iter().flat_map(|step| &step.env));
        let value = |name: &str| all().filter(|(own, _)| own == name).map(|(_, value)| value).next_back();
        let scripts = || steps.iter().enumerate().filter_map(|(at, step)| Some((at, script_of(step)?)));
        let by_script = scripts().find(|(_, script)| turns_on(script)).map(|(at, _)| at);
        let enabled = match (value(ENABLED), by_script) {
            (_, Some(_)) => Truth::Yes,
            (Some(value), None) => is_on(value),
            (None, None) => Truth::No,
        };
        let mode = value(MODE).and_then(ExprValue::known_text);
        let reads_only = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("READ_ONLY"));
        let wrapped = |(name, value): &(String, ExprValue)| {
            WRAPPERS.contains(&name.as_str())
                && value.known_text().is_some_and(|text| text.contains("sccache"))
        };
        let wraps =
            is_wrapped || all().any(wrapped) || scripts().any(|(_, script)| script.contains("sccache"));
        let by_script = by_script.filter(|_| value(ENABLED).is_none());
        SccacheSetting { enabled, writes: Truth::of(!reads_only), by_script, wraps }
    }
}

/// True if the job compiles anything, as far as its scripts tell.
pub(super) fn compiles(steps: &[PlacedStep]) -> bool {
    let words = [
        "cargo", "rustc", "cmake", "make", "ninja", "meson", "maturin", "sccache", "just ", "bazel", "clang",
        "gcc",
    ];
    let mut scripts = steps.iter().filter_map(script_of);
    let builds = |step: &PlacedStep| match &step.does {
        StepDoes::Uses { action, .. } => BUILDERS.iter().any(|word| action.name.contains(word)),
        _ => false,
    };
    scripts.any(|script| words.iter().any(|word| script.contains(word))) || steps.iter().any(builds)
}

/// Words in the names of actions that compile.
const BUILDERS: [&str; 5] = ["/cargo", "-cargo", "rust-binary", "maturin", "tauri-action"];

/// Actions that give the steps after them the address of the cache and the token for it. (crazy-max/ghaction-github-runtime,
/// `src/main.ts`: it exports every `ACTIONS_…` variable.)
const EXPORTERS: [&str; 1] = ["crazy-max/ghaction-github-runtime"];
/// The variables that have them.
const SERVICE: [&str; 3] = ["ACTIONS_CACHE_URL", "ACTIONS_RESULTS_URL", "ACTIONS_RUNTIME_TOKEN"];
/// Why that could matter.
pub(super) const EXPORTED: &str = "it gives later steps the address of the cache and its token: a script or a program may keep \
                                   something there, such as `docker build --cache-to type=gha`";

/// The first step that hands the address of the cache on, and what it is called.
pub(super) fn exporter<'s, 'a>(steps: &'s [PlacedStep<'a>]) -> Option<(&'s PlacedStep<'a>, String)> {
    let of_step = |step: &'s PlacedStep<'a>| {
        let StepDoes::Uses { action, .. } = &step.does else { return None };
        let is_known = EXPORTERS.iter().any(|own| own.eq_ignore_ascii_case(&action.name));
        let script = script_of(step).filter(|script| script.contains("exportVariable"));
        let hands_on = script.is_some_and(|script| SERVICE.iter().any(|name| script.contains(name)));
        (step.condition != Truth::No && (is_known || hands_on)).then(|| (step, action.name.clone()))
    };
    steps.iter().find_map(of_step)
}

/// The script of a step, or that of actions/github-script.
fn script_of(step: &PlacedStep) -> Option<String> {
    match &step.does {
        StepDoes::Runs { script } => Some((*script).to_owned()),
        StepDoes::Uses { with, .. } => {
            with.iter().find(|(name, _)| name == "script").and_then(|(_, script)| script.known_text())
        }
        StepDoes::UsesProgram { .. } => None,
    }
}

/// True if a script sets the variable to something that means yes.
fn turns_on(script: &str) -> bool {
    script.match_indices(ENABLED).any(|(at, _)| {
        let rest = script[at + ENABLED.len()..].trim_start_matches(['=', ':', '\'', '"', ',', ' ']);
        ["true", "on", "1"].iter().any(|yes| rest.to_lowercase().starts_with(yes))
    })
}

fn is_on(value: &ExprValue) -> Truth {
    match value.known_text() {
        Some(text) => Truth::of(["true", "on", "1"].contains(&text.to_lowercase().as_str())),
        None => Truth::Maybe,
    }
}
