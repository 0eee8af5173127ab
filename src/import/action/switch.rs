//! How the inputs of an action turn its cache on, and which runs save.

use super::reference::ActionReference;
use crate::import::expression::{Contexts, Decider, ExprValue, Truth};

/// What turns the cache of an action on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Switch {
    /// It always caches.
    Always,
    /// An input that is neither empty nor `false`, with its default.
    If(&'static str, &'static str),
    /// An input that is not `true`, with its default.
    Unless(&'static str, &'static str),
    /// An input that is this word, which is its default.
    Is(&'static str, &'static str),
    /// Any of these inputs that is neither empty nor `false`; none is by default.
    Any(&'static [&'static str]),
    /// `enable-cache` of setup-uv: `auto` is off on self-hosted runners and, with `true` here, for events that
    /// strangers can start.
    Uv { guarded: bool },
    /// `cache` of setup-node, or else the package manager that package.json names: only npm with `true` here.
    Node { npm_only: bool },
    /// The overlay databases of CodeQL: none where it watches a build.
    CodeQl,
}

/// Languages that CodeQL analyses by watching how they are built, unless `build-mode` is `none`, by all their names. Go is
/// one, and has overlay databases nevertheless. (github/codeql-action, `getOverlayDatabaseMode` in `src/config-utils.ts`.)
const TRACED: [&str; 10] =
    ["c", "c++", "c-cpp", "cpp", "c#", "csharp", "java", "java-kotlin", "kotlin", "swift"];

/// Which runs save what an action caches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionSaves {
    /// All that may.
    Always,
    /// Those on the default branch.
    DefaultBranch,
    /// None.
    Never,
    /// Those in which an input is `true`, with its default.
    If(&'static str, &'static str),
    /// Those in which an input is not `true`, with its default.
    Unless(&'static str, &'static str),
    /// Those of the branch that an input names; all if it names none.
    OnBranch(&'static str),
}

/// What a rule of an action is applied to.
pub struct ActionUse<'a> {
    /// The inputs of the step, evaluated.
    pub with: &'a [(String, ExprValue)],
    /// The contexts, for defaults that are expressions.
    pub contexts: &'a dyn Contexts,
    /// What evaluates them.
    pub decider: &'a Decider,
    /// The labels of the runner.
    pub runner: &'a str,
    /// `github.event_name`.
    pub event: &'a str,
    /// The package manager that package.json names, such as `npm`.
    pub package_manager: Option<&'a str>,
}

impl ActionUse<'_> {
    /// The value of an input, or its default.
    pub fn input(&self, name: &str, default: &str) -> ExprValue {
        let given = self.with.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        // What GitHub passes for an input that is set to nothing is its default.
        let given = given
            .map(|(_, value)| value)
            .filter(|value| value.known_text().is_none_or(|text| !text.is_empty()));
        given.cloned().unwrap_or_else(|| self.decider.text(default, self.contexts))
    }

    /// Whether an input is `true`.
    pub fn is_true(&self, name: &str, default: &str) -> Truth {
        let value = self.input(name, default);
        value.known_text().map_or(Truth::Maybe, |text| Truth::of(text.eq_ignore_ascii_case("true")))
    }

    /// Whether CodeQL makes overlay databases of its languages; those that it finds by itself are not known here.
    fn has_overlay(&self) -> Truth {
        let languages = self.input("languages", "").known_text().unwrap_or_default().to_lowercase();
        let is_traced = languages.split([',', ' ', '\n']).any(|language| TRACED.contains(&language));
        match self.input("build-mode", "").known_text() {
            Some(mode) => Truth::of(!is_traced || mode.eq_ignore_ascii_case("none")),
            None if is_traced => Truth::Maybe,
            None => Truth::Yes,
        }
    }

    /// Whether an input names something: it is neither empty nor one of the words for no.
    pub fn is_given(&self, name: &str, default: &str) -> Truth {
        let value = self.input(name, default);
        let no = ["", "false", "no", "off", "none", "never", "0"];
        match value.known_text() {
            Some(text) => Truth::of(!no.contains(&text.trim().to_lowercase().as_str())),
            None => match value.truth() {
                Truth::Yes => Truth::Yes,
                _ => Truth::Maybe,
            },
        }
    }
}

impl Switch {
    /// Whether it is on.
    pub fn is_on(self, own: &ActionUse) -> Truth {
        match self {
            Switch::Always => Truth::Yes,
            Switch::If(input, default) => own.is_given(input, default),
            Switch::Unless(input, default) => own.is_true(input, default).opposite(),
            Switch::Is(input, word) => {
                let value = own.input(input, word).known_text();
                value.map_or(Truth::Maybe, |text| Truth::of(text.eq_ignore_ascii_case(word)))
            }
            Switch::Any(inputs) => {
                let each = inputs.iter().map(|input| own.is_given(input, "").opposite());
                each.fold(Truth::Yes, Truth::and).opposite()
            }
            Switch::Uv { guarded } => match own.input("enable-cache", "auto").known_text().as_deref() {
                Some("auto") => {
                    let risky = ["pull_request_target", "workflow_run", "release"].contains(&own.event);
                    Truth::of(!(own.runner.contains("self-hosted") || guarded && risky))
                }
                _ => own.is_true("enable-cache", "auto"),
            },
            Switch::Node { npm_only } => match own.is_given("cache", "") {
                Truth::No => {
                    let named = own.package_manager.is_some_and(|name| !npm_only || name == "npm");
                    own.is_true("package-manager-cache", "true").and(Truth::of(named))
                }
                given => given,
            },
            Switch::CodeQl => own.has_overlay(),
        }
    }
}

impl ActionSaves {
    /// Whether a run saves. `is_default` says if it is on the default branch.
    pub fn saves(self, own: &ActionUse, is_default: bool) -> Truth {
        match self {
            ActionSaves::Always => Truth::Yes,
            ActionSaves::DefaultBranch => Truth::of(is_default),
            ActionSaves::Never => Truth::No,
            ActionSaves::If(input, default) => own.is_true(input, default),
            ActionSaves::Unless(input, default) => own.is_true(input, default).opposite(),
            ActionSaves::OnBranch(input) => {
                let branch = own.decider.text("${{ github.ref_name }}", own.contexts).known_text();
                let named = own.input(input, "").known_text();
                // The action looks for the name anywhere in that of the branch.
                let is_meant = named.zip(branch).map(|(named, branch)| Truth::of(branch.contains(&named)));
                is_meant.unwrap_or(Truth::Maybe)
            }
        }
    }
}

/// The rule for a version: the last one that begins at or below it. A version that is not known is the newest.
pub(super) fn of_version<T: Copy>(rules: &[(u32, T)], action: &ActionReference) -> T {
    let major = action.major.unwrap_or(u32::MAX);
    let applies = rules.iter().rev().find(|(from, _)| *from <= major);
    applies.or(rules.first()).expect("every action has a rule").1
}
